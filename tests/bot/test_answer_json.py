"""An answer as JSON: every key that programs rely on, and nothing that JSON cannot hold."""

import json
from typing import Any

import pytest

from bot.answer_json import answer_json, curated_json
from knowledge.answers import Answer, Citation, Hit, Quote, Reason, Sentence
from knowledge.documents import Chapter, Passage, Source, Unit
from prompts import words
from tests.bot.coaching.answers.test_curating import CHAIR
from tests.bot.plans import PLAN

SOURCE = Source(
    file="a.md",
    title="Working together",
    author="Ada",
    year=2024,
    chapters=(Chapter(start=50, title="Two", author="Bo"),),
)


def passage(start: int = 3, unit: Unit = Unit.LINE) -> Passage:
    return Passage(
        file="a.md", ordinal=0, section=("Trust", "First steps"), text="Trust grows slowly here.", start=start,
        end=start + 4, unit=unit,
    )  # fmt: skip


def hit(score: float = 0.25, **place: Any) -> Hit:
    return Hit(passage=passage(**place), source=SOURCE, score=score, similarity=0.5)


def answered(**place: Any) -> Answer:
    quote = Quote(text="Trust grows slowly here.", start=4, end=5, before="x", after="y")
    return Answer(
        reason=Reason.ANSWERED,
        sentences=(
            Sentence(text="Trust grows slowly here.", citations=(1,)),
            Sentence(text="So wait.", citations=(1,)),
        ),
        citations=(Citation(n=1, passage=passage(**place), source=SOURCE, quote=quote),),
        nearest=(hit(0.3), hit(0.2)),
    )


def given(answer: Answer, question: str = "Why?") -> Any:
    return json.loads(json.dumps(answer_json(answer, question, words("en"), elapsed_ms=12.345), allow_nan=False))


def test_an_answer_has_every_key() -> None:
    assert given(answered()) == {
        "answered": True,
        "reason": "answered",
        "text": "Ada, 2024: Trust grows slowly here. [1] So wait. [1]",
        "sentences": [
            {"text": "Trust grows slowly here.", "citations": [1]},
            {"text": "So wait.", "citations": [1]},
        ],
        "citations": [
            {
                "n": 1,
                "document": "a.md",
                "title": "Working together",
                "author": "Ada",
                "year": 2024,
                "section": "Trust > First steps",
                "quote": "Trust grows slowly here.",
                "start_line": 4,
                "end_line": 5,
            }
        ],
        "retrieved": [
            {"document": "a.md", "section": "Trust > First steps", "text": "Trust grows slowly here.", "score": 0.3},
            {"document": "a.md", "section": "Trust > First steps", "text": "Trust grows slowly here.", "score": 0.2},
        ],
        "elapsed_ms": 12.3,
    }


def test_a_pdf_has_pages_where_a_text_has_lines() -> None:
    citation = given(answered(unit=Unit.PAGE))["citations"][0]
    assert (citation["start_page"], citation["end_page"]) == (4, 5)
    assert not {"start_line", "end_line"} & set(citation)


def test_a_chapter_names_its_own_author() -> None:
    assert given(answered(start=60))["citations"][0]["author"] == "Bo"


@pytest.mark.parametrize("reason", [reason for reason in Reason if not Answer(reason=reason).answered])
def test_a_refusal_says_why_and_what_to_do(reason: Reason) -> None:
    said = given(Answer(reason=reason, nearest=(hit(),)))
    assert (said["answered"], said["reason"], said["sentences"], said["citations"]) == (False, reason.value, [], [])
    assert len(said["text"].split()) > 10
    assert len(said["retrieved"]) == 1


def test_a_passage_without_headings_has_an_empty_section() -> None:
    bare = Hit(
        passage=Passage(file="a.md", ordinal=0, section=(), text="Words.", start=1, end=1), source=SOURCE, score=1,
        similarity=1,
    )  # fmt: skip
    assert given(Answer(reason=Reason.NOTHING_FOUND, nearest=(bare,)))["retrieved"][0]["section"] == ""


def test_an_answer_of_the_leads_says_so_and_cites_nothing() -> None:
    said = curated_json(CHAIR, PLAN, words("en"), elapsed_ms=1.23)
    assert set(said) == set(given(answered()))
    assert (said["answered"], said["reason"], said["citations"], said["retrieved"]) == (True, "curated", [], [])
    assert [each["text"] for each in said["sentences"]] == ["Amara does.", "She does until May."]
    assert said["text"].startswith("Answer from your leads: Amara does. She does until May. ")
    assert "1 March 2026" in said["text"]
