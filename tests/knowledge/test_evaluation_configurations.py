"""Configurations: each is what its name says, and a library is searched without the notes that are withheld."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from knowledge.answers import Hit
from knowledge.documents import Note, Source
from knowledge.evaluation.configurations import (
    CONFIGURATIONS,
    FULL,
    NAIVE,
    Configuration,
    Material,
    chosen,
    withheld,
    without_notes,
)
from knowledge.evaluation.judging import Scored
from knowledge.evaluation.reporting import report
from knowledge.shelf import Shelf
from tests.fake_embedder import FakeEmbedder
from tests.knowledge.shelves import MONEY, POWER, TRUST, passage, snapshot_of, volume

WORRY = "my colleagues keep grumbling"
NOTE = Note(gist=WORRY, questions=("what if they grumble",))


def shelf(*noted: str) -> Shelf:
    """Three documents of two passages; those that are named have a note on their second one."""
    texts = {"a.md": (TRUST, MONEY), "b.md": (POWER, TRUST[::-1]), "c.md": (MONEY[::-1], POWER[::-1])}
    volumes = (
        volume(file, passage(file, 0, first), passage(file, 1, second, notes=[NOTE] if file in noted else []))
        for file, (first, second) in texts.items()
    )
    return Shelf(generation=1, cutter="test", volumes=tuple(volumes))


@pytest.mark.parametrize("files", [{"a.md"}, {"b.md"}, {"a.md", "c.md"}])
def test_without_notes_is_the_library_as_if_there_had_been_none(files: set[str]) -> None:
    noted = {"a.md", "b.md"}
    bare, never = without_notes(snapshot_of(shelf(*noted)), files), snapshot_of(shelf(*noted - files))
    assert bare.units.fingerprint == never.units.fingerprint
    assert (bare.entries, bare.sentence_at, bare.note_at) == (never.entries, never.sentence_at, never.note_at)
    assert list(bare.lexical.scores(WORRY)) == list(never.lexical.scores(WORRY))


def test_a_library_without_such_notes_is_left_as_it_is() -> None:
    snapshot = snapshot_of(shelf("a.md"))
    assert without_notes(snapshot, {"b.md"}) is snapshot


async def found(configuration: Configuration, question: str) -> Sequence[Hit]:
    embedder = FakeEmbedder(tokens_name="words")
    snapshot = snapshot_of(shelf("b.md"), embedder)
    material = Material(snapshot=snapshot, texts={}, embedder=embedder)
    async with configuration.opened(material) as search:
        (asked,) = embedder.encode([[question]])
        return await search.hits(question, asked.vectors[0], anything, tokens=asked.tokens)


def anything(_source: Source) -> bool:
    return True


def named(name: str) -> Configuration:
    return next(each for each in CONFIGURATIONS if each.name == name)


async def test_notes_lead_to_their_passage() -> None:
    first = (await found(named("+notes"), WORRY))[0].passage
    assert (first.file, first.ordinal) == ("b.md", 1)


async def test_notes_count_by_meaning_where_words_do_not() -> None:
    with_notes, without = [
        next(hit for hit in await found(named(name), WORRY) if hit.passage.text == TRUST[::-1])
        for name in ("notes-words", "+sentences")
    ]
    assert with_notes.score == pytest.approx(with_notes.similarity)
    assert with_notes.score > without.score + 0.2


async def test_the_best_are_compared_word_by_word_by_one_configuration_and_with_notes_withheld() -> None:
    compared, before = [(await found(named(name), WORRY))[0] for name in ("+rerank", "+notes")]
    assert compared.score > before.score
    assert (await found(withheld("b.md"), TRUST))[0].score > (await found(named("+words"), TRUST))[0].score


@pytest.mark.parametrize("configuration", [*map(named, ("passages", "+sentences", "+words")), withheld("b.md")])
async def test_notes_that_are_withheld_do_nothing(configuration: Configuration) -> None:
    hits = await found(configuration, WORRY)
    assert not any(hit.passage.notes for hit in hits)
    assert max(hit.score for hit in hits) < (await found(named("+rerank"), WORRY))[0].score


async def test_passages_are_ranked_by_their_nearness_alone_and_words_come_on_top() -> None:
    plain, worded = [(await found(named(name), TRUST))[0] for name in ("passages", "+words")]
    assert (plain.passage.text, worded.passage.text) == (TRUST, TRUST)
    assert plain.score == pytest.approx(plain.similarity)
    assert worded.score > worded.similarity


def test_configurations_are_chosen_by_name() -> None:
    assert [each.name for each in chosen(["naive", "full", "withheld:b.md"], ["a.md", "b.md"])] == [
        "naive",
        "withheld:b.md",
    ]
    assert [each.name for each in chosen(["all"], ["a.md"])] == [
        *(each.name for each in CONFIGURATIONS),
        "withheld:a.md",
    ]
    with pytest.raises(KeyError, match=r"withheld:z\.md"):
        chosen(["withheld:z.md"], ["a.md"])


def test_a_document_is_measured_by_the_questions_whose_whole_evidence_it_holds() -> None:
    asked = [frozenset({"a.md"}), frozenset({"a.md", "b.md"}), frozenset({"b.md"}), frozenset[str]()]
    assert [withheld("a.md").measured_by(documents) for documents in asked] == [True, False, False, False]
    assert all(named("passages").measured_by(documents) for documents in asked)


def scored(rank: int, **said: Any) -> Scored:
    known: Scored = Scored(documents=frozenset({"a.md"}), answered=True, rank=rank, cited=False, elapsed_ms=1.0)
    return replace(known, **said)


def test_a_report_sets_configurations_beside_what_is_served() -> None:
    served = [scored(1), scored(2)]
    made = report(served, [(named(NAIVE), [scored(1), scored(0)]), (withheld("a.md"), [scored(9), scored(1)])], "kind")
    assert made["recall@5"] == 1.0
    assert {name: each["times naive"] for name, each in made["configurations"].items()} == {NAIVE: 1.0, FULL: 2.0}
    assert made["withheld"]["a.md"]["withheld"]["recall@5"] == 1 / 2
    assert made["withheld"]["a.md"]["full"]["recall@5"] == 1.0
    assert made["by"]["–"]["cases"] == 2


def test_what_answers_nothing_is_not_said_to_refuse() -> None:
    made = report([scored(1)], [(named(NAIVE), [scored(1, answered=False)])])
    assert "false refusals" not in made["configurations"][NAIVE]
    assert made["configurations"][FULL]["false refusals"] == 0.0
