"""A question at the command line does not wait while what only the server needs is imported."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[3]
_SCRIPT = """
import sys
from bot import bootstrap, cli
from tests.fake_embedder import FakeEmbedder

bootstrap._embedder = lambda settings: FakeEmbedder()
sys.argv = ["coach", *sys.argv[1:]]
try:
    cli.main()
finally:
    print("imported:", *sys.modules, file=sys.stderr)
"""
#: Each takes a tenth of a second, some a whole one. Alembic goes first: it is for tables that are not up to date.
_SLOW = frozenset(
    {"aiohttp", "alembic", "botbuilder", "chromadb", "jinja2", "langchain", "langchain_core", "lxml", "msal", "onnx"}
    | {"prometheus_client", "pypdf", "slack_bolt", "slack_sdk"}
)


def _imported(folder: Path, *arguments: str) -> set[str]:
    given = {name: value for name, value in os.environ.items() if not name.startswith("COACH_")}
    environment = {**given, "PYTHONPATH": str(_ROOT), "COACH_LIBRARY_DIR": str(folder), "COACH_DATA_DIR": "data"}
    command = [sys.executable, "-c", _SCRIPT, *arguments]
    done = subprocess.run(command, cwd=folder.parent, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.rpartition("imported: ")[2].split())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that is indexed already."""
    folder = tmp_path_factory.mktemp("home") / "library"
    folder.mkdir()
    (folder / "trust.md").write_text("# Trust\n\nTrust grows where people keep the small promises that they made.\n")
    assert "alembic" in _imported(folder, "library", "check")
    return folder


@pytest.mark.parametrize("arguments", [("ask", "How do we build trust?"), ("library", "list"), ("ask", "--help")])
def test_a_command_imports_nothing_of_the_server(folder: Path, arguments: tuple[str, ...]) -> None:
    assert _imported(folder, *arguments) & _SLOW == set()
