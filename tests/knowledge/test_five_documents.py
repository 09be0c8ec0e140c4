"""The five source documents, where they are at hand: set COACH_LIBRARY_DIR to their folder."""

import os
from functools import cache
from pathlib import Path

import pytest

from knowledge.catalogue import describe, read_overrides
from knowledge.documents import Loaded, Passage
from knowledge.folding import fold
from knowledge.loaders.text import load
from knowledge.passages import cut
from knowledge.sentences import sentences

FOLDER = os.environ.get("COACH_LIBRARY_DIR", "")
pytestmark = pytest.mark.skipif(not FOLDER, reason="the source documents are not shipped; set COACH_LIBRARY_DIR")
NUMBERS = ("000", "001", "002", "003", "004")


@cache
def read(number: str) -> tuple[Path, Loaded, tuple[Passage, ...]]:
    path = next(Path(FOLDER).glob(f"{number}_*.txt"))
    loaded = load(path.read_bytes())
    return path, loaded, cut(loaded, file=path.name)


def ranked(number: str) -> list[Passage]:
    return [passage for passage in read(number)[2] if passage.ranked]


def holding(number: str, line: int) -> list[Passage]:
    return [passage for passage in ranked(number) if passage.start <= line <= passage.end]


@pytest.mark.parametrize("number", NUMBERS)
def test_no_passage_is_too_long_and_few_are_tiny(number: str) -> None:
    sizes = [len(passage.text.split()) for passage in ranked(number)]
    assert max(sizes) <= 270
    assert sum(size < 40 for size in sizes) <= len(sizes) * 0.06


@pytest.mark.parametrize("number", NUMBERS)
def test_sentences_are_found_in_the_document(number: str) -> None:
    whole = fold(read(number)[1].text).text
    found = [fold(sentence).text in whole for passage in ranked(number) for sentence in sentences(passage.text)]
    assert sum(found) >= len(found) * 0.97


@pytest.mark.parametrize(
    ("number", "first", "last"),
    [
        ("000", 1, 27),
        ("000", 46, 96),
        ("000", 1091, 1315),
        ("001", 1, 209),
        ("001", 352, 465),
        ("001", 2457, 2516),
        ("002", 1, 41),
        ("002", 648, 730),
        ("001", 334, 346),
        ("001", 612, 617),
        ("001", 770, 789),
        ("001", 2300, 2322),
        ("002", 358, 364),
        ("002", 404, 408),
        ("002", 445, 451),
        ("004", 22, 27),
        ("004", 590, 596),
        ("004", 1073, 1075),
    ],
)
def test_what_is_not_of_the_body_is_not_ranked(number: str, first: int, last: int) -> None:
    assert not [p for p in ranked(number) if first <= p.start <= last or first <= p.end <= last]


@pytest.mark.parametrize(("number", "lines"), [("001", range(685, 690)), ("001", (748, 749, 751, 752, 757, 758))])
def test_numbered_items_of_the_body_are_ranked(number: str, lines: range) -> None:
    assert all(holding(number, line) for line in lines)


@pytest.mark.parametrize(
    ("number", "before", "after"),
    [
        ("000", 124, 126),
        ("000", 265, 267),
        ("000", 674, 676),
        ("000", 716, 718),
        ("000", 977, 979),
        ("000", 1062, 1064),
        ("001", 239, 241),
        ("001", 277, 279),
        ("001", 287, 289),
        ("001", 720, 724),
        ("001", 1585, 1587),
        ("001", 1355, 1363),
        ("001", 1123, 1125),
        ("002", 109, 155),
        ("002", 314, 332),
        ("002", 402, 410),
    ],
)
def test_paragraphs_cut_by_a_page_are_whole(number: str, before: int, after: int) -> None:
    lines = read(number)[1].text.split("\n")
    head = fold(lines[before - 1]).text.rstrip("-")[-25:]
    tail = fold(lines[after - 1]).text[:25]
    texts = [fold(passage.text).text for passage in ranked(number)]
    assert any(f"{head} {tail}" in text or f"{head}{tail}" in text for text in texts)


def test_chapters_of_the_collection_name_their_authors() -> None:
    path, loaded, _ = read("001")
    source = describe(path, loaded, read_overrides(Path(FOLDER)))
    wanted = {
        500: "Yochai Benkler",
        540: "Sue Goss",
        700: "Barry Quirk",
        850: "Steve Martin and Adrian Webb",
        950: "Yehudi Blacher and David Adams",
        1150: "David Jackson",
        1280: "Sarah Gillinson, Celia Hannon and Niamh Gallagher",
        1400: "Lynne Maher",
        1500: "Paul Miller and Niamh Gallagher",
        1600: "Charlie Edwards",
        1750: "Valerie Hannon",
        1870: "Henry Tam",
        1960: "Simon Parker",
        2100: "Paul Miller and Molly Webb",
        2250: "Sophia Parker",
        2400: "Tom Bentley",
    }
    assert {line: source.author_at(line) for line in wanted} == wanted


def test_twins_of_the_summary_give_way_to_the_body() -> None:
    twins = [passage for passage in read("000")[2] if passage.twin_of is not None]
    assert twins
    assert all(passage.end < 200 for passage in twins)
