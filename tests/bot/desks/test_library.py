"""The desk: whole library or narrowed to eyes, always in step, and its problems in words."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.desks.library import OwnDesk, View, view_from
from bot.domain.errors import CoachError, PartnershipError
from bot.store.database import Database
from bot.store.partnerships import Partnerships
from knowledge import indexing
from knowledge.answering import Answerer
from knowledge.embedding import WeightsError
from knowledge.indexing import Indexer
from knowledge.library import Library
from knowledge.loaders import Limits
from knowledge.nearest import ExactNearest
from prompts import words
from tests.bot.plans import COUNCIL, HOUSING, PLAN
from tests.fake_embedder import FakeEmbedder
from tests.knowledge.shelves import MONEY, POWER, TRUST, FakeStore, ReadHere

CATALOGUE = """
documents:
  - {file: everyone.txt, audience: partnership}
  - {file: anybody.txt, audience: public}
  - {file: ours.txt, audience: [council]}
"""
NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "library"
    folder.mkdir()
    for name, text in (("everyone", TRUST), ("anybody", MONEY), ("ours", POWER)):
        (folder / f"{name}.txt").write_text(f"On {name}\n\n{text}\n")
    (folder / "library.yaml").write_text(CATALOGUE)
    return folder


@pytest.fixture
async def desk(folder: Path, sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[OwnDesk]:
    async def nothing() -> tuple[str, ...]:
        return ()

    monkeypatch.setattr(indexing, "load_all", ReadHere())
    embedder = FakeEmbedder()
    library = Library(
        folders=lambda: [folder],
        removed=nothing,
        indexer=Indexer(FakeStore(), embedder, Limits()),
        embedder=embedder,
        nearest=ExactNearest(),
    )
    yield OwnDesk(library=library, answerer=Answerer(library), partnerships=Partnerships(sqlite), words=words("en"))
    await library.close()


async def documents(desk: OwnDesk, view: View) -> set[str]:
    answer = await desk.ask(f"{TRUST} {MONEY} {POWER}", view)
    cited = {item["document"] for item in answer["citations"]}
    retrieved = {item["document"].removesuffix(".txt") for item in answer["retrieved"]}
    assert {document.removesuffix(".txt") for document in cited} <= retrieved
    return retrieved


async def test_an_answer_is_given_with_its_time(desk: OwnDesk) -> None:
    answer = await desk.ask(TRUST, View())
    assert answer["answered"]
    assert answer["citations"][0]["quote"] == TRUST
    assert answer["citations"][0]["start_line"] == 3
    assert answer["elapsed_ms"] >= 0


async def test_without_a_view_the_whole_library_answers(desk: OwnDesk) -> None:
    assert await documents(desk, View()) == {"everyone", "anybody", "ours"}


@pytest.mark.parametrize(
    ("view", "seen"),
    [
        (View(partnership="harbour"), {"everyone", "anybody"}),
        (View(partnership="Harbour", organisation="council"), {"everyone", "anybody", "ours"}),
        (View(organisation="council"), {"everyone", "anybody", "ours"}),
        (View(organisation="housing"), {"everyone", "anybody"}),
    ],
)
async def test_a_view_narrows_the_library(desk: OwnDesk, view: View, seen: set[str]) -> None:
    await desk.partnerships.save(replace(PLAN, document_audiences={}), NOW)
    assert await documents(desk, view) == seen


async def test_what_the_partnership_says_of_a_file_outranks_the_library(desk: OwnDesk) -> None:
    said = {"ours.txt": ("public",), "anybody.txt": (str(HOUSING.id),)}
    await desk.partnerships.save(replace(PLAN, document_audiences=said), NOW)
    assert await documents(desk, View(organisation=str(COUNCIL.id))) == {"everyone", "ours"}
    assert await documents(desk, View(organisation=str(HOUSING.id))) == {"everyone", "ours", "anybody"}


async def test_where_nothing_may_be_used_the_answer_says_so(desk: OwnDesk, folder: Path) -> None:
    (folder / "library.yaml").write_text(
        "documents: ["
        + ", ".join(f"{{file: {name}.txt, audience: [council]}}" for name in ("everyone", "anybody", "ours"))
        + "]"
    )
    await desk.partnerships.save(replace(PLAN, document_audiences={}), NOW)
    answer = await desk.ask(TRUST, View(organisation="housing"))
    assert (answer["reason"], answer["retrieved"]) == ("empty-library", [])


@pytest.mark.parametrize(
    ("view", "says"),
    [
        (View(partnership="quay"), "There is no partnership “quay”. Known here: harbour."),
        (View(organisation="police"), "“police” is not an organisation of Harbour. It has: council, housing."),
    ],
)
async def test_an_unknown_name_is_a_sentence(desk: OwnDesk, view: View, says: str) -> None:
    await desk.partnerships.save(PLAN, NOW)
    with pytest.raises(CoachError) as wrong:
        await desk.ask("Why?", view)
    assert str(wrong.value) == says


async def test_a_view_without_any_partnership_says_what_to_do(desk: OwnDesk) -> None:
    with pytest.raises(PartnershipError, match="run `coach partnership new"):
        await desk.ask("Why?", View(organisation="council"))


async def test_a_changed_document_answers_with_its_new_text(desk: OwnDesk, folder: Path) -> None:
    assert (await desk.ask(TRUST, View()))["citations"][0]["quote"] == TRUST
    (folder / "everyone.txt").write_text(f"On everyone\n\n{POWER} Again.\n")
    answer = await desk.ask(TRUST, View())
    assert TRUST not in repr(answer)


async def test_the_catalogue_is_indexed_when_it_is_first_asked_for(desk: OwnDesk, folder: Path) -> None:
    catalogue = await desk.catalogue()
    assert [item["file"] for item in catalogue["documents"]] == ["anybody.txt", "everyone.txt", "ours.txt"]
    assert [item["audience"] for item in catalogue["documents"]] == [["public"], ["partnership"], ["council"]]
    (folder / "bad.txt").write_bytes(b"\0")
    assert await desk.catalogue() == catalogue
    assert (await desk.refresh())["set_aside"] == [
        {"file": "bad.txt", "reason": "The file is no text. Save it as text."}
    ]


async def test_a_mistake_in_the_catalogue_is_a_sentence(desk: OwnDesk, folder: Path) -> None:
    (folder / "library.yaml").write_text("documents: [{colour: red}]")
    for call in (desk.ask("Why?", View()), desk.catalogue(), desk.refresh()):
        with pytest.raises(CoachError, match="line 1: A document has no key colour"):
            await call


async def test_an_embedder_without_its_weights_is_a_sentence(desk: OwnDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> Any:
        raise WeightsError("The weights are missing: run `make install`.")

    await desk.refresh()
    monkeypatch.setattr(FakeEmbedder, "embed", fail)
    with pytest.raises(CoachError, match="run `make install`"):
        await desk.ask("Why?", View())


@pytest.mark.parametrize(
    ("data", "view"),
    [
        ({}, View()),
        ({"partnership": "p", "organisation": "o"}, View(partnership="p", organisation="o")),
        ({"partnership": 7}, View(partnership="7")),
    ],
)
def test_a_view_is_read_from_what_came_over_the_socket(data: dict[str, Any], view: View) -> None:
    assert view_from(data) == view
