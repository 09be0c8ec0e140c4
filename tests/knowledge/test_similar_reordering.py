"""Reordering: words are fenced, offers are only those that were made, and reasons are short and inert."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.similar_reordering import MAX_OFFERS, Reasoned, Wording, read_offers, reordering
from knowledge.writing import WriterError

MARKER = "m4rk3r"
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
    assert [each.id for each in read_offers(text, OTHERS)] == ids


def test_a_reason_is_one_line() -> None:
    found = read_offers(reply({"number": 1, "why": " Both wait\nfor a  signature. "}), OTHERS)
    assert found == (Reasoned(id="B-1", why="Both wait for a signature."),)


@pytest.mark.parametrize(
    "text",
    [
        *("", "B-1", "{", "[]", "null", '{"offers": ', '{"offers": null}', '{"offers": {"number": 1}}'),
        *('{"offers":' * 4000, '{"offers": ' + "[" * 30_000, "x" * 70_000),
        *(reply("B-1"), reply({"why": "Same."}), reply({"number": 1}), reply({"number": "1", "why": "Same."})),
        *(reply({"number": number, "why": "Same."}) for number in (0, 3, -1, True, 1.0)),
        reply({"number": 1, "why": "Same."}, {"number": 1, "why": "Same."}),
        reply(*({"number": 1, "why": "Same."} for _ in range(3))),
    ],
)
def test_every_other_reply_is_a_writer_error_without_its_words(text: str) -> None:
    with pytest.raises(WriterError) as error:
        read_offers(text, OTHERS)
    assert "Same" not in str(error.value)
    assert error.value.__context__ is None


@pytest.mark.parametrize(
    "why",
    [
        *("", " ", "?!", "word " * 31, "w" * 300, 7, None, "<!channel> look", "@here", "see https://evil.example/x"),
        *("www.evil.example", "evil.com now", "**bold**", "[a](b)", "`code`", "line\u2028x\u202e", "# heading", "a|b"),
        *("\ud800", "zero\u200bwidth", "=SUM(1)", "tab\x00"),
    ],
)
def test_a_reason_that_is_not_a_few_plain_words_is_refused(why: object) -> None:
    with pytest.raises(WriterError):
        read_offers(reply({"number": 1, "why": why}), OTHERS)


def test_what_was_not_shown_cannot_be_offered() -> None:
    many = [Wording(id=str(number), text="x") for number in range(MAX_OFFERS + 1)]
    with pytest.raises(WriterError, match="not given"):
        read_offers(reply({"number": MAX_OFFERS + 1, "why": "Same."}), many)
