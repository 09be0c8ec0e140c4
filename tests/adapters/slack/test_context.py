"""A quotation in its passage: what the buttons carry, and the modal that they open."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.context import OPEN_CONTEXT, context_row, render_context
from adapters.slack.render import pressed, render
from bot.domain.cards import Card, Paragraph, Quotation
from prompts import words
from tests.adapters.slack.test_render import QUOTATION
from tests.slack_rules import check_message, check_view, texts

WORDS = words()
BEFORE = "Partners often wait for trust before\nthey act. It mostly works the other way round.\n\n"
AFTER = "\nChoose a first piece of work\nthat is soon finished."
WITH_CONTEXT = replace(QUOTATION, before=BEFORE, after=AFTER)
ROOM = 11_000


def carried(quotations: tuple[Quotation, ...], room: int = ROOM) -> list[str]:
    return [each["value"] for drawn in context_row(quotations, room, WORDS) for each in drawn.block["elements"]]


def read(value: str) -> str:
    """What the modal shows, as one text."""
    view = render_context(value, WORDS)
    check_view(view)
    return "".join(text for _, text in texts(view["blocks"]))


def test_a_button_opens_the_passage_with_the_quotation_in_bold() -> None:
    (message,) = render(Card(paragraphs=(Paragraph(text="Start small."),), quotations=(WITH_CONTEXT,)), WORDS)
    (row,) = [block for block in message.blocks if block["type"] == "actions"]
    (button,) = row["elements"]
    assert (button["text"]["text"], pressed(button["action_id"])) == ("Read 2 in context", OPEN_CONTEXT)
    view = render_context(button["value"], WORDS)
    title, passage = view["blocks"]
    assert "Working together" in json.dumps(title)
    runs = passage["elements"][0]["elements"]
    assert "".join(each["text"] for each in runs) == (
        "Partners often wait for trust before they act. It mostly works the other way round.\n\n"
        "Trust grows with small promises kept. Choose a first piece of work that is soon finished."
    )
    assert [each["text"] for each in runs if each.get("style")] == [QUOTATION.text]


def test_a_quotation_that_is_its_whole_passage_has_no_button() -> None:
    assert context_row((QUOTATION,), ROOM, WORDS) == []
    assert len(carried((QUOTATION, WITH_CONTEXT, replace(QUOTATION, after=" And so on.")))) == 2


def test_a_long_passage_is_shortened_between_words_where_there_is_no_room() -> None:
    long = replace(QUOTATION, before="before " * 400, after=" after" * 400)
    (value,) = carried((long,))
    shown = read(value)
    assert shown.startswith("Working together…before before")
    assert shown.endswith("after after…")
    (tight,) = carried((long,), 1_200)
    assert 200 < len(tight) < len(value)
    assert carried((long,), 300) == []


def test_the_passages_never_cost_a_message_more() -> None:
    passage = "A sentence of a passage that stands around what is quoted. " * 30
    for number in range(1, 40):
        card = Card(quotations=(replace(QUOTATION, before=passage, after=passage),) * number)
        bare = Card(quotations=(QUOTATION,) * number)
        assert len(render(card, WORDS)) == len(render(bare, WORDS))


@given(st.text(max_size=3_000), st.text(max_size=300), st.text(max_size=3_000), st.text(min_size=1, max_size=200))
def test_whatever_stands_around_a_quotation_slack_takes_it(before: str, quoted: str, after: str, title: str) -> None:
    odd = replace(QUOTATION, before=before, text=quoted, after=after, title=title)
    for drawn in context_row((odd, odd), ROOM, WORDS):
        check_message({"text": "…", "blocks": [drawn.block]})
        for button in drawn.block["elements"]:
            read(button["value"])


@pytest.mark.parametrize("odd", ["", "{", "5", "null", "[]", '["a"]', '["a","b","c","d","e"]'])
def test_what_no_button_carries_is_refused(odd: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        render_context(odd, WORDS)
