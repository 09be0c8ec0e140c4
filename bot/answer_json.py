"""The answer to a question as one JSON object: what `coach ask --json` prints and the local socket returns."""

from typing import Any

from bot.coaching.answer_card import answer_card
from knowledge.answers import Answer, Citation
from knowledge.documents import Unit
from prompts import Words


def answer_json(answer: Answer, question: str, words: Words, *, elapsed_ms: float) -> dict[str, Any]:
    """Everything about an answer. Places are `start_line` and `end_line`, or `start_page` and `end_page` in a PDF."""
    card = answer_card(answer, question, words)
    text = " ".join(_marked(each.text, each.citations) for each in card.paragraphs)
    return {
        "answered": answer.answered,
        "reason": answer.reason.value,
        "text": text,
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
