"""Rewriting: a model may say what a question means without the one before it. Only the search ever sees its words."""

import json
import re
from string import Template
from typing import Protocol

from knowledge.writing import Message, WriterError, fenced
from prompts import prompt

#: A rewritten question is one line of at most so many characters, as is what is shown of either question.
MAX_CHARACTERS = 400
_REPLY = re.compile(r'\{\s*"question"\s*:')
_JSON = json.JSONDecoder(strict=False)


class Rewriter(Protocol):
    """Proposes another wording of a question."""

    async def rewrite(self, question: str, before: str) -> str:
        """What a question asks, in words that need none of those asked `before`; one line, unchecked.

        Raises `WriterError` on any failure, within a time limit of its own. It is looked up beside the question as it
        was typed, and shown to nobody.
        """


def rewriting(question: str, before: str, *, marker: str) -> tuple[Message, Message]:
    """What a model is asked; both questions stand between lines that carry `marker`, as in `knowledge.writing`."""
    if not marker:
        raise ValueError("A fence needs a marker.")
    fields = {
        "marker": marker,
        "before": fenced(before, marker, MAX_CHARACTERS),
        "question": fenced(question, marker, MAX_CHARACTERS),
    }
    system, human = (Template(prompt("rewrite")[role]).substitute(fields) for role in ("system", "human"))
    return Message(role="system", text=system), Message(role="human", text=human)


def read_question(text: str) -> str:
    """The question in a model's reply, `{"question": "..."}`; raises `WriterError` for every other shape."""
    question = _question(text)
    line = " ".join(question.split()) if isinstance(question, str) else ""
    if not re.search(r"\w", line) or len(line) > MAX_CHARACTERS:
        raise WriterError("The model's reply is not the question that was asked for.")
    return line


def _question(text: str) -> object:
    """What the last object in a reply that looks right holds; None when there is none."""
    places = [found.start() for found in _REPLY.finditer(text)]
    try:
        found, _ = _JSON.raw_decode(text, places[-1])
    except (IndexError, ValueError, RecursionError):
        return None
    return found["question"]
