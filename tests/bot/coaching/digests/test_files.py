"""Whatever a digest is shown on, it tells the same; and nothing that people wrote does anything there."""

import csv
import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.charts import Heat
from bot.coaching.digests.card import digest_card
from bot.coaching.digests.charts import heat_in_words, heat_of
from bot.coaching.digests.files import as_csv, as_json, as_markdown, harmless, harmless_table
from bot.coaching.digests.sections import sections
from bot.coaching.digests.told import heading, opening, people
from bot.domain.cards import Card, Image, from_json, to_json
from bot.domain.digest import Digest
from bot.domain.disclosure import Band
from bot.domain.partnership import FACTORS
from knowledge.triage.phrases import factor_names
from prompts import words
from tests.bot.coaching.digests_at_hand import busy_digest
from tests.bot.domain.test_digest import barrier, made, part

WORDS = words()
BUSY = busy_digest()
QUIET = made()
NASTY = st.text(st.characters(codec="utf-8"), max_size=40) | st.from_regex(
    r"[\t\r\n \u200b]*[=+\-@|%][A-Za-z(!\"',;<>\[\]]{0,20}", fullmatch=True
)


def spoken(text: str) -> str:
    return " ".join(text.split())


def cards(digest: Digest) -> list[Card]:
    card = digest_card(digest, WORDS)
    return [card, *card.more]


def test_every_line_stands_in_chat_in_markdown_and_in_json() -> None:
    in_chat = [item for card in cards(BUSY) for item in card.items]
    page = MarkdownIt("commonmark").parse(as_markdown(BUSY, WORDS))
    in_markdown = [spoken(token.children[0].content if len(token.children) == 1 else _text(token)) for token in page
                   if token.type == "inline" and token.children]  # fmt: skip
    in_json = [section["rows"] for section in json.loads(as_json(BUSY, WORDS))["sections"]]
    for section, rows in zip(sections(BUSY, WORDS), in_json, strict=True):
        assert section.rows, section.id
        assert [f"{row['label']}: {row['text']}" for row in rows] == list(section.lines)
        for line in section.lines:
            assert line in in_chat
            assert spoken(line) in in_markdown


def _text(token: object) -> str:
    return "".join(child.content for child in token.children)  # type: ignore[attr-defined]


def test_the_table_has_a_row_for_every_line_and_figure_with_its_numbers() -> None:
    table = list(csv.DictReader(io.StringIO(as_csv(BUSY, WORDS))))
    for name in ("decisions", "new", "worse", "better", "closed", "still"):
        found = [row for row in table if row["Section"] == WORDS(f"digest.{name}.title")]
        lines = getattr(BUSY, name)
        assert [(row["Id"], row["People"], row["Weeks old"]) for row in found] == [
            (line.view.barrier.label, str(line.people), str(line.weeks_old)) for line in lines
        ]
    figures = [row for row in table if row["Type"] == WORDS("digest.counted.open")]
    known = {factor_names().get(each.factor, WORDS("digest.every_factor")): each for each in BUSY.patterns[:13]}
    assert figures
    for row in figures:
        assert row["People"] == people(known[row["About"]].band, WORDS)
    assert [row["Description"] for row in table][-1] == "Who pays for the data hub?"


def test_the_chart_tells_the_same_bands_as_the_words_beside_it() -> None:
    heat = heat_of(BUSY, WORDS)
    assert heat.rows == tuple(factor_names()[factor] for factor in FACTORS)
    assert heat.ladder == ("5–9", "10–19", "20–49", "50–99", "100+")
    for down, factor in enumerate(FACTORS):
        for across, band in enumerate(BUSY.heat[factor]):
            level = heat.levels[down][across]
            assert (heat.ladder[level - 1] if level else "") == heat.texts[down][across]
            assert (band is None) == (level == 0)
    told = heat_in_words(BUSY, WORDS)
    assert all(f"{week[5:]} {people(band, WORDS)}" in told for factor in FACTORS
               for week, band in zip(BUSY.heat_weeks, BUSY.heat[factor], strict=True) if band)  # fmt: skip


def test_bands_of_an_older_rule_find_their_place_on_the_ladder() -> None:
    odd = made(snapshots={})
    heat = dict(odd.heat) | {"trust": (Band(low=3, high=5), *[None] * 11, Band(low=12, high=None))}
    found: Heat = heat_of(_with(odd, heat), WORDS)
    assert found.levels[FACTORS.index("trust")] == (1, *[0] * 11, 2)


def _with(digest: Digest, heat: object) -> Digest:
    return Digest(**{**{name: getattr(digest, name) for name in digest.__dataclass_fields__}, "heat": heat})


def test_a_quiet_week_says_so_everywhere() -> None:
    empty = [section.empty for section in sections(QUIET, WORDS) if not section.rows]
    assert {WORDS("digest.decisions.empty"), WORDS("digest.new.empty"), WORDS("digest.gaps.empty")} <= set(empty)
    page = "\n".join(card.plain for card in cards(QUIET))
    assert all(sentence in page for sentence in empty)
    plain = as_markdown(QUIET, WORDS).replace("\\", "")
    assert all(sentence in plain for sentence in empty)
    unknown = [line for line in as_csv(QUIET, WORDS).splitlines()[1:] if WORDS("digest.coverage.unknown") in line]
    assert len(unknown) == len(as_csv(QUIET, WORDS).splitlines()) - 1 == len(FACTORS)


def test_sections_with_nothing_to_tell_share_one_message() -> None:
    (rest,) = [card for card in cards(QUIET) if card.title == WORDS("digest.nothing")]
    assert not any(card.title == WORDS("digest.new.title") for card in cards(QUIET))
    assert WORDS("digest.new.title") + ": " + WORDS("digest.new.empty") in rest.items


def test_the_parent_message_has_the_decisions_and_opens_each() -> None:
    card, *others = cards(BUSY)
    assert card.title == heading(BUSY, WORDS)
    assert card.paragraphs[0].text == opening(BUSY, WORDS)
    assert [button.value for button in card.buttons] == [line.view.barrier.id for line in BUSY.decisions]
    assert len(card.items) == 3
    assert not any(each.more for each in others)
    assert from_json(to_json(card)) == card


def test_the_chart_comes_last_with_its_words() -> None:
    image = Image(url="https://coach.example/c.png", alt="Bands")
    assert [each.image for each in digest_card(BUSY, WORDS, image).more if each.image] == [image]
    assert not any(each.image for each in digest_card(BUSY, WORDS).more)


@pytest.mark.parametrize(("count", "cards_of_it", "left"), [(20, 1, 0), (21, 2, 0), (40, 2, 0), (43, 2, 3)])
def test_a_long_section_is_told_in_two_messages_at_most(count: int, cards_of_it: int, left: int) -> None:
    told = made(*(barrier(part(f"p{number}", 50), named=f"b{number}") for number in range(count)))
    found = [card for card in cards(told) if card.title == WORDS("digest.still.title")]
    assert len(found) == cards_of_it
    assert sum(len(card.items) for card in found) == count - left
    assert found[-1].note == (WORDS("digest.and_more", left=left) if left else "")
    assert all(len(card.items) <= 20 and len(card.buttons) <= 10 for card in found)


FORMULA = re.compile(r"^\s*[=+\-@\t\r]")


@given(wording=NASTY)
def test_no_cell_is_a_formula(wording: str) -> None:
    table = csv.reader(io.StringIO(as_csv(busy_digest(wording or "x"), WORDS), newline=""))
    assert not [cell for row in table for cell in row if FORMULA.match(cell)]


@given(cells=st.lists(st.lists(NASTY, min_size=2, max_size=3), min_size=1, max_size=3))
def test_a_table_is_read_as_it_was_written_but_for_a_mark_before_a_formula(cells: list[list[str]]) -> None:
    read = list(csv.reader(io.StringIO(harmless_table(cells), newline="")))
    assert read == [[harmless(cell) for cell in row] for row in cells]
    assert all(cell.removeprefix("'") == was.removeprefix("'") for row, old in zip(read, cells, strict=True)
               for cell, was in zip(row, old, strict=True))  # fmt: skip
    assert not [cell for row in read for cell in row if FORMULA.match(cell)]


@given(wording=NASTY)
def test_markdown_of_what_people_wrote_is_text_and_nothing_else(wording: str) -> None:
    tokens = (
        MarkdownIt("commonmark")
        .enable(["table", "strikethrough"])
        .parse(as_markdown(busy_digest(wording or "x"), WORDS))
    )
    block = {token.type for token in tokens} - {"inline"}
    assert {each.rpartition("_")[0] for each in block} <= {"heading", "paragraph", "bullet_list", "list_item"}
    inner = {child.type for token in tokens for child in token.children or ()}
    assert inner <= {"text", "text_special", "softbreak"}
