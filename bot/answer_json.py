"""The answer to a question as one JSON object: what `coach ask --json` prints and the local socket returns."""

from typing import Any

from bot.coaching.answers.card import answer_card
from bot.coaching.answers.curating import curated_card
from bot.domain.cards import Card
from bot.domain.curated import CuratedAnswer
from bot.domain.partnership import PartnershipPlan
from knowledge.answers import Answer, Citation, Reason
from knowledge.documents import Unit
from prompts import Words


def answer_json(answer: Answer, question: str, words: Words, *, elapsed_ms: float) -> dict[str, Any]:
    """Everything about an answer. Places are `start_line` and `end_line`, or `start_page` and `end_page` in a PDF.

    `text` says whose words the sentences are; `sentences` are as the library has them.
    """
    return {
        "answered": answer.answered,
        "reason": answer.reason.value,
        "text": _text(answer_card(answer, question, words)),
        "sentences": [{"text": each.text, "citations": list(each.citations)} for each in answer.sentences],
        "citations": [_citation(each) for each in answer.citations],
        "retrieved": [
            {
                "document": hit.passage.file,
                "section": " > ".join(hit.passage.section),
                "text": hit.passage.text,
                "score": round(hit.score, 6),
            }
            for hit in answer.nearest
        ],
        "elapsed_ms": round(elapsed_ms, 1),
    }


def curated_json(curated: CuratedAnswer, plan: PartnershipPlan, words: Words, *, elapsed_ms: float) -> dict[str, Any]:
    """The same for an answer of the leads, which quotes nothing and for which nothing was looked up."""
    card = curated_card(curated, plan, words)
    return {
        "answered": True,
        "reason": Reason.CURATED.value,
        "text": f"{card.title}: {_text(card)} {card.note}",
        "sentences": [{"text": each.text, "citations": []} for each in card.paragraphs],
        "citations": [],
        "retrieved": [],
        "elapsed_ms": round(elapsed_ms, 1),
    }


def _text(card: Card) -> str:
    return " ".join(_marked(each.text, each.citations) for each in card.paragraphs)


def _marked(text: str, citations: tuple[int, ...]) -> str:
    return " ".join([text, *(f"[{number}]" for number in citations)])


def _citation(citation: Citation) -> dict[str, Any]:
    unit = "line" if citation.passage.unit is Unit.LINE else "page"
    return {
        "n": citation.n,
        "document": citation.source.file,
        "title": citation.source.title,
        "author": citation.source.author_at(citation.passage.start),
        "year": citation.source.year,
        "section": " > ".join(citation.passage.section),
        "quote": citation.quote.text,
        f"start_{unit}": citation.quote.start,
        f"end_{unit}": citation.quote.end,
    }
