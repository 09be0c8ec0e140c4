"""Property tests look at few examples in the fast suite, and at many with COACH_TEST_SCALE=full (`make soak`)."""

import gc
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

_HERE = Path(__file__).parent
FULL = os.environ.get("COACH_TEST_SCALE") == "full"

settings.register_profile("fast", derandomize=True, deadline=None, max_examples=10, database=None)
settings.register_profile("full", deadline=None, max_examples=500, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("full" if FULL else "fast")

#: Where tests open databases, start servers or look at many cases: `make process` runs them, not `make test`.
_SLOW = (
    "adapters",
    "bot/coaching/answers/test_curating_measured.py",
    "bot/coaching/barriers/test_handling.py",
    "bot/coaching/barriers/test_withdrawing.py",
    "bot/coaching/check_ins/test_asked_for.py",
    "bot/coaching/check_ins/test_evidence.py",
    "bot/coaching/check_ins/test_inviting.py",
    "bot/coaching/check_ins/test_journal.py",
    "bot/coaching/check_ins/test_passing.py",
    "bot/coaching/check_ins/test_reflecting.py",
    "bot/coaching/check_ins/test_reflecting_text.py",
    "bot/coaching/check_ins/test_reflecting_text_measured.py",
    "bot/coaching/check_ins/test_reminding.py",
    "bot/coaching/check_ins/test_reply_histories.py",
    "bot/coaching/check_ins/test_withdrawing_replies.py",
    "bot/coaching/digests/test_files.py",
    "bot/coaching/digests/test_freezing.py",
    "bot/coaching/digests/test_weekly.py",
    "bot/coaching/home/test_suggesting.py",
    "bot/coaching/humans/test_asking.py",
    "bot/coaching/humans/test_keeping.py",
    "bot/coaching/humans/test_presses.py",
    "bot/coaching/humans/test_withdrawing.py",
    "bot/coaching/own_data/test_forgetting.py",
    "bot/coaching/questions/test_bank.py",
    "bot/coaching/questions/test_partnership_bank.py",
    "bot/coaching/roles/test_joining.py",
    "bot/coaching/roles/test_leading.py",
    "bot/coaching/roles/test_organising.py",
    "bot/coaching/roles/test_peopling.py",
    "bot/coaching/settings/test_agreeing.py",
    "bot/coaching/test_in_welsh.py",
    "bot/coaching/test_recognising.py",
    "bot/coaching/test_remembering.py",
    "bot/coaching/test_revising.py",
    "bot/commands",
    "bot/delivery",
    "bot/desks/test_library.py",
    "bot/domain/test_barrier_histories.py",
    "bot/domain/test_disclosure.py",
    "bot/domain/test_rounds_simulated.py",
    "bot/store",
    "bot/test_bootstrap.py",
    "bot/test_cli.py",
    "bot/test_digest_page.py",
    "bot/test_digest_printed.py",
    "bot/test_documents_page.py",
    "bot/test_local_socket.py",
    "bot/test_metrics.py",
    "bot/test_server.py",
    "bot/test_teams_platform.py",
    "contract",
    "hostile",
    "isolation",
    "knowledge/test_annotating_langchain.py",
    "knowledge/test_hostile_model.py",
    "knowledge/test_indexing.py",
    "knowledge/test_library.py",
    "knowledge/test_loaders.py",
    "knowledge/test_minilm.py",
    "knowledge/test_nearest",
    "knowledge/test_nearest_server.py",
    "knowledge/test_note_vectors.py",
    "knowledge/test_remedies.py",
    "knowledge/test_remedies_shipped.py",
    "knowledge/test_shipped_notes.py",
    "knowledge/test_similar.py",
    "knowledge/test_similar_langchain.py",
    "knowledge/test_similar_training.py",
    "knowledge/test_writing_langchain.py",
    "knowledge/triage",
    "knowledge/triage/test_judging_messages.py",
    "test_questions.py",
    "test_shown_literals.py",
    "test_slack_double.py",
    "test_words.py",
)
_OTHERS = ("clients", "crash", "gallery", "processes")


def _under(path: Path, places: tuple[str, ...]) -> bool:
    return path.is_relative_to(_HERE) and path.relative_to(_HERE).as_posix().startswith(places)


def _fast(config: pytest.Config) -> bool:
    return "not process" in config.getoption("markexpr")


def pytest_configure(config: pytest.Config) -> None:
    """Give the other suites aiohttp's fixtures, for which the fast one need not wait."""
    if not _fast(config):
        config.pluginmanager.import_plugin("pytest_aiohttp.plugin")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what the fast suite does not run: importing it would take longer than all the tests that it does."""
    return True if _fast(config) and _under(collection_path, (*_SLOW, *_OTHERS)) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in a slow place."""
    for item in items:
        if _under(item.path, _SLOW):
            item.add_marker(pytest.mark.process)


def pytest_collection_finish() -> None:
    """Spare the collector of rubbish what was imported, which stays to the end."""
    gc.freeze()
