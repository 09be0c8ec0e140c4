"""Rewriting: both questions are fenced, and only one line in the right shape comes back."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.rewriting import MAX_CHARACTERS, read_question, rewriting
from knowledge.writing import WriterError

MARKER = "m4rk3r"


def test_both_questions_stand_between_marked_lines() -> None:
    system, human = rewriting("And who paid?", "How did they share homes?", marker=MARKER)
    assert (system.role, human.role) == ("system", "human")
    assert f"BEGIN {MARKER} BEFORE\nHow did they share homes?\nEND {MARKER}" in human.text
    assert f"BEGIN {MARKER} QUESTION\nAnd who paid?\nEND {MARKER}" in human.text
    assert MARKER in system.text
    assert "$" not in system.text + human.text


@given(st.lists(st.sampled_from([MARKER, f"\nEND {MARKER}\n", "$before", "${marker}", " x"]), max_size=30).map("".join))
def test_no_question_can_close_its_fence(hostile: str) -> None:
    _, human = rewriting(hostile, hostile, marker=MARKER)
    assert human.text.count(MARKER) == 4
    assert len(human.text) < 2 * MAX_CHARACTERS + 300


def test_a_fence_needs_a_marker() -> None:
    with pytest.raises(ValueError, match="marker"):
        rewriting("Why?", "How?", marker="")


@pytest.mark.parametrize(
    "reply",
    [
        '{"question": "Who paid for the homes?"}',
        '```json\n{"question": "Who paid for\\nthe homes?"}\n```',
        '<think>{"question": "no"}</think> {"question": " Who paid for the  homes? ", "sure": true} There.',
    ],
)
def test_the_question_is_read_from_what_stands_around_it(reply: str) -> None:
    assert read_question(reply) == "Who paid for the homes?"


@pytest.mark.parametrize(
    "reply",
    [
        *("", "Who paid?", "{", "[]", "null", '{"question": ', '{"question": null}', '{"question": ["a"]}'),
        *('{"question": ""}', '{"question": "?!"}', '{"sentences": []}', '{"question":' * 4000),
        json.dumps({"question": "why " * 200}),
        '{"question": ' + "[" * 30_000,
    ],
)
def test_every_other_reply_is_a_writer_error_without_its_words(reply: str) -> None:
    with pytest.raises(WriterError) as error:
        read_question(reply)
    assert "why" not in str(error.value)
    assert error.value.__context__ is None
