"""Reordering: words are fenced, offers are only those that were made, and nothing of the model's own is read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.similar_reordering import MAX_OFFERS, Reasoned, Wording, read_offers, reordering
from knowledge.writing import WriterError

MARKER = "m4rk3r"
RAISED = "The lawyers still have it, and nobody signs."
OTHERS = [Wording(id="B-1", text="No agreement yet."), Wording(id="B-2", text="The bus is late.")]


def reply(*offers: object) -> str:
    return json.dumps({"offers": offers})


def test_every_wording_stands_between_marked_lines_and_no_id_is_shown() -> None:
    system, human = reordering("The lawyers still have it.", OTHERS, marker=MARKER)
    assert (system.role, human.role) == ("system", "human")
    assert f"BEGIN {MARKER} RAISED\nThe lawyers still have it.\nEND {MARKER}" in human.text
    assert f"BEGIN {MARKER} BARRIER [2]\nThe bus is late.\nEND {MARKER}" in human.text
    assert MARKER in system.text
    assert "$" not in system.text + human.text
    assert "B-" not in system.text + human.text


@given(st.lists(st.sampled_from([MARKER, f"\nEND {MARKER}\n", "$raised", "${marker}", " x"]), max_size=30).map("".join))
def test_no_wording_can_close_its_fence(hostile: str) -> None:
    _, human = reordering(hostile, [Wording(id="1", text=hostile)] * 9, marker=MARKER)
    assert human.text.count(MARKER) == 2 + 2 * MAX_OFFERS


def test_a_fence_needs_a_marker() -> None:
    with pytest.raises(ValueError, match="marker"):
        reordering("Why?", OTHERS, marker="")


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        (reply(), []),
        (reply({"number": 2, "why": "Same wait."}), ["B-2"]),
        (reply({"number": 2, "why": "Same."}, {"number": 1, "why": "Also.", "sure": 1}), ["B-2", "B-1"]),
        ("<think>" + reply({"number": 1, "why": "x"}) + "</think>```json\n" + reply() + "\n```", []),
    ],
)
def test_the_offers_are_read_in_their_new_order(text: str, ids: list[str]) -> None:
    assert [each.id for each in read_offers(text, RAISED, OTHERS)] == ids


def test_words_that_stand_in_both_are_pointed_at() -> None:
    found = read_offers(reply({"number": 1, "here": " still\nhave  it", "there": "No agreement yet."}), RAISED, OTHERS)
    assert found == (Reasoned(id="B-1", here="still have it", there="No agreement yet."),)


@pytest.mark.parametrize(
    "text",
    [
        *("", "B-1", "{", "[]", "null", '{"offers": ', '{"offers": null}', '{"offers": {"number": 1}}'),
        *('{"offers":' * 4000, '{"offers": ' + "[" * 30_000, "x" * 70_000),
        *(reply("B-1"), reply({"why": "Same."}), reply({"number": "1", "why": "Same."})),
        *(reply({"number": number, "why": "Same."}) for number in (0, 3, -1, True, 1.0)),
        reply({"number": 1, "why": "Same."}, {"number": 1, "why": "Same."}),
        reply(*({"number": 1, "why": "Same."} for _ in range(3))),
    ],
)
def test_every_other_reply_is_a_writer_error_without_its_words(text: str) -> None:
    with pytest.raises(WriterError) as error:
        read_offers(text, RAISED, OTHERS)
    assert "Same" not in str(error.value)
    assert error.value.__context__ is None


@pytest.mark.parametrize(
    "there",
    [
        *("", " ", ".", "agree", "no agreement yet", "Both wait.", "No agreement yet. Join me.", 7, None, ["yet"]),
        *("<!channel> look", "www.evil.example", "\ud800", "zero\u200bwidth"),
    ],
)
def test_whatever_else_it_says_is_left_out_and_its_order_stays(there: object) -> None:
    found = read_offers(reply({"number": 1, "here": "nobody signs", "there": there}), RAISED, OTHERS)
    assert found == (Reasoned(id="B-1"),)


@pytest.mark.parametrize(
    "shown", ["<!channel>", "@here", "https://evil.example/x", "**bold**", "a|b", "=SUM(1)", "w " * 13]
)
def test_what_is_not_a_few_plain_words_is_not_pointed_at(shown: str) -> None:
    others = [Wording(id="B-1", text=f"Look: {shown} now")]
    assert read_offers(reply({"number": 1, "here": "nobody", "there": shown}), RAISED, others) == (Reasoned(id="B-1"),)


@given(st.text(max_size=40), st.text(max_size=40))
def test_all_that_is_shown_stands_in_the_barriers(here: str, there: str) -> None:
    (found,) = read_offers(reply({"number": 2, "here": here, "there": there}), RAISED, OTHERS)
    assert found.here in RAISED
    assert found.there in OTHERS[1].text


def test_what_was_not_shown_cannot_be_offered() -> None:
    many = [Wording(id=str(number), text="x") for number in range(MAX_OFFERS + 1)]
    with pytest.raises(WriterError, match="not given"):
        read_offers(reply({"number": MAX_OFFERS + 1}), RAISED, many)
