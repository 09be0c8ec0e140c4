"""All copy comes from the words file, and texts flow on the page."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import adapters.web
from adapters.web.asked import read_asked
from adapters.web.conversation import flowing, in_context, turns
from bot.delivery.ports import Utterance
from bot.domain.cards import Card, Quotation
from bot.domain.messages import EventKey
from prompts import words
from tests.adapters.web.fakes import LEAD, NOW, TRUST_CARD

FOLDER = Path(adapters.web.__file__).parent
#: Their last parts are put on where they are used.
BY_PARTS = ("page.refused.", "page.welcome.asks.", "page.welcome.does.")
TEXTS = st.text(st.characters(codec="utf-8", categories=("L", "P", "N", "Zs"), include_characters="\n"))


def test_the_templates_hold_no_copy() -> None:
    for template in FOLDER.glob("templates/*.html"):
        markup = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", " ", template.read_text(), flags=re.DOTALL)
        bare = re.sub(r"<[^>]*>", " ", markup)
        assert not re.search(r"[A-Za-z]", bare), template


def test_every_word_of_the_page_is_used() -> None:
    text = "".join(path.read_text() for path in [*FOLDER.glob("*.py"), *FOLDER.glob("templates/*.html")])
    for name in words().entries:
        if name.startswith("page.") and not name.startswith(BY_PARTS):
            assert re.search(rf"""["']{re.escape(name)}["']""", text), name


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("one\ntwo", "one two"),
        ("one  \n  two", "one two"),
        ("one\n\ntwo", "one\n\ntwo"),
        ("one\n \ntwo", "one\n \ntwo"),
        ("list:\n- one\n- two", "list:\n- one\n- two"),
        ("steps:\n1. one\n2. two", "steps:\n1. one\n2. two"),
        ("\ntwo", " two"),
        ("one\n", "one "),
    ],
)
def test_lines_run_on_within_a_paragraph(stored: str, shown: str) -> None:
    assert flowing(stored) == shown


def quoted(before: str, text: str, after: str) -> Quotation:
    return Quotation(
        number=1,
        text=text,
        title="",
        author="",
        year=None,
        section="",
        document="",
        where="",
        before=before,
        after=after,
    )


def test_a_quotation_does_not_touch_its_neighbours() -> None:
    assert in_context(quoted("Before.", "The words", "and after.")) == ("Before. ", "The words", " and after.")
    assert in_context(quoted("(", "The words", "), etc.")) == ("(", "The words", "), etc.")
    assert in_context(quoted("", "The words", "")) == ("", "The words", "")


@given(before=TEXTS, text=TEXTS, after=TEXTS)
def test_the_context_keeps_every_letter(before: str, text: str, after: str) -> None:
    parts = "".join(in_context(quoted(before, text, after)))
    assert "".join(parts.split()) == "".join((before + text + after).split())


def test_each_answer_stands_under_its_question() -> None:
    def said(key: str, *, card: Card | None = None, answers: str = "") -> Utterance:
        return Utterance(key=EventKey(key), partner=LEAD.id, at=NOW, card=card, answers=answers)

    shown = turns(
        [
            said("check-in", card=TRUST_CARD),
            said("q1"),
            said("q2"),
            said("a2", card=TRUST_CARD, answers="q2"),
            said("a1", card=TRUST_CARD, answers="q1"),
            said("q3"),
            said("late", card=TRUST_CARD, answers="gone"),
        ]
    )
    assert [(turn.key, len(turn.cards), turn.waiting) for turn in shown] == [
        ("check-in", 1, False),
        ("q1", 1, False),
        ("q2", 1, False),
        ("q3", 0, True),
        ("late", 1, False),
    ]


@given(kind=st.sampled_from(["application/json", "application/x-www-form-urlencoded"]), body=st.binary())
def test_any_body_is_read_or_refused(kind: str, body: bytes) -> None:
    try:
        asked = read_asked(kind, body)
    except ValueError:
        return
    assert asked.text.encode("utf-8").decode("utf-8") == asked.text
