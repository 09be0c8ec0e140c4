"""Passages: bounded, true to the text, and kept whole where a reader needs it."""

import re

from hypothesis import given
from hypothesis import strategies as st

from knowledge.documents import Loaded, Passage, Role
from knowledge.folding import fold
from knowledge.loaders.text import arranged
from knowledge.passages import MOST_WORDS, cut

SENTENCE = "The wardens of the river parishes meet in the old library and keep one list of what they owe. "


def passages(text: str) -> tuple[Passage, ...]:
    return cut(arranged(text), file="river.txt")


def body(text: str) -> list[Passage]:
    return [passage for passage in passages(text) if passage.ranked]


def prose(sentences: int, mark: str = "") -> str:
    return "".join(f"{mark}{number} {SENTENCE}" for number in range(sentences)).strip()


def test_a_long_paragraph_is_split_between_sentences() -> None:
    cuts = body(f"Introduction\n\n{prose(40)}")
    assert len(cuts) > 2
    assert all(passage.text.endswith("owe.") for passage in cuts)
    assert " ".join(passage.text for passage in cuts) == prose(40)


def test_neighbours_are_merged_within_a_section_and_never_across() -> None:
    text = f"# One\n\n{SENTENCE}\n\n{SENTENCE}again.\n\n# Two\n\n{SENTENCE}anew.\n\n# Three\n\n{SENTENCE}once more."
    assert [(p.section, p.start, p.end) for p in body(text)] == [
        (("One",), 3, 5),
        (("Two",), 9, 9),
        (("Three",), 13, 13),
    ]


def test_the_title_is_not_repeated_in_the_path() -> None:
    text = f"# River towns\n\n{prose(3)}\n\n## Tolls\n\n{prose(4)}\n\n## Locks\n\n{prose(5)}"
    loaded = arranged(text)
    assert [p.section for p in cut(Loaded(**{**vars(loaded), "guessed_title": "River Towns"}), file="r.txt")] == [
        (),
        ("Tolls",),
        ("Locks",),
    ]


def test_a_list_stays_with_its_lead_in() -> None:
    items = "\n".join(f"- item {number} {SENTENCE.strip()}" for number in range(6))
    cuts = body(f"Introduction\n\n{prose(9)}\n\nThese are the ways in which they share what they have:\n\n{items}")
    assert cuts[-1].text.startswith("These are the ways")
    assert cuts[-1].text.count("\n- item") == 6


def test_a_quotation_stays_with_the_line_that_names_its_speaker() -> None:
    quote = f"We had to lend first. {prose(8)}"
    cuts = body(f"Introduction\n\n{prose(8)}\n\nAda Thorn, the eldest warden, told me how it began.\n\n{quote}")
    assert cuts[-1].text.startswith("Ada Thorn, the eldest warden")


def test_notes_and_captions_between_paragraphs_do_not_part_them() -> None:
    text = f"Introduction\n\n{prose(3)}\n\n^{{1.}} A book.\n\nFigure 3: A lock\n\n{prose(3, 'more ')}"
    ranked = body(text)
    assert len(ranked) == 1
    assert "A book" not in ranked[0].text


def test_twins_are_kept_but_not_ranked_and_the_body_outranks_the_summary() -> None:
    shared = prose(5, "shared ")
    text = f"Executive summary\n\n{prose(4)}\n\n{shared}\n\n1. Ideas\n\n{prose(4, 'idea ')}\n\n{shared}"
    twins = [passage for passage in passages(text) if passage.twin_of is not None]
    assert [twin.section for twin in twins] == [("Executive summary",)]
    kept = passages(text)[twins[0].twin_of or 0]
    assert kept.ranked
    assert shared in kept.text


def test_a_teaser_gives_way_to_the_full_text_after_it() -> None:
    text = f"River post\n{prose(3)}\n{prose(3)}\n- one thing to lend\n- another thing to mend"
    assert [(p.start, p.end) for p in passages(text) if p.twin_of is not None] == [(2, 2)]


def test_a_monstrous_sentence_is_cut_between_words() -> None:
    cuts = body("Introduction\n\n" + " ".join(f"word{number}" for number in range(900)) + ".")
    assert max(len(passage.text.split()) for passage in cuts) <= MOST_WORDS
    assert len(" ".join(passage.text for passage in cuts).split()) == 900


def test_pieces_of_a_long_wrapped_paragraph_know_their_lines() -> None:
    lines = [f"In year {number} the wardens mended the bank beside ford number {number}." for number in range(60)]
    cuts = body("Introduction\n" + "\n".join(lines))
    assert len(cuts) > 2
    for passage in cuts:
        assert (
            fold("\n".join(["Introduction", *lines][passage.start - 1 : passage.end])).text == fold(passage.text).text
        )


LINES = st.sampled_from(
    [
        "",
        "",
        "# Mills",
        "## **Tolls**",
        "2. Locks",
        "Who pays",
        "Box 1: A mill",
        "Notes",
        "- a bullet that goes on",
        "- 1 Lend barges.",
        "^{4.} A note.",
        "Name\tCount\t",
        "| a | b |",
        "Contents",
        "*An italic line that was cut",
        "words that go on in lower case and on",
        SENTENCE.strip(),
        f"{SENTENCE}{SENTENCE}and then the",
        prose(12),
        "“A quotation.” (Thorn, 2011)",
    ]
)


@given(st.lists(LINES, min_size=1, max_size=25))
def test_whatever_the_text_no_word_is_lost_and_positions_hold(lines: list[str]) -> None:
    text = "\n".join(lines)
    if not text.strip():
        return
    loaded = arranged(text)
    cuts = cut(loaded, file="any.txt")
    assert [passage.ordinal for passage in cuts] == list(range(len(cuts)))
    for passage in cuts:
        assert 1 <= passage.start <= passage.end <= len(lines)
        assert 0 < len(passage.text.split()) <= MOST_WORDS
        assert _words(passage.text) <= _words("\n".join(lines[passage.start - 1 : passage.end]))
        assert passage.twin_of is None or cuts[passage.twin_of].role is Role.BODY
    shown = set().union(*(_words(passage.text) for passage in cuts), *(_words(block.text) for block in loaded.blocks))
    assert _words(text) <= shown


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", fold(text).text))
