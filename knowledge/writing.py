"""Writing: a model proposes the sentences of an answer, and `knowledge.citations` decides which of them survive.

Here are the port, the messages that a model is sent and the only shape in which it may reply. What a
model is shown was written by strangers, and so, in effect, was what it gives back: both are data.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import Template
from typing import Literal, Protocol

from knowledge.answers import Draft, Hit
from prompts import prompt

#: No more of a reply than this is read, in UTF-8 bytes; a good one has about two thousand.
MAX_BYTES = 64_000
MAX_SENTENCES = 8
MAX_SENTENCE_WORDS = 60
#: A model is shown the first so many passages, and so much of each and of the question.
MAX_PASSAGES = 12
MAX_PASSAGE_CHARACTERS = 2_400
MAX_QUESTION_CHARACTERS = 4_000
_MAX_HEADING_CHARACTERS = 300
_REPLY = re.compile(r'\{\s*"sentences"\s*:')
_SURROGATE = re.compile(r"[\ud800-\udfff]")
#: Control characters may stand in strings: models copy line breaks as they are.
_JSON = json.JSONDecoder(strict=False)


class WriterError(Exception):
    """The model gave nothing that can be used; the message says why, in a sentence without anybody's words.

    The person who asked is not told: they get the answer made of quotations alone. The engineer is, by the
    counter of failures and by `coach doctor`; at start, when the model cannot be set up as configured.
    """


class Writer(Protocol):
    """Proposes an answer in words of its own."""

    async def write(self, question: str, hits: Sequence[Hit]) -> tuple[Draft, ...]:
        """Sentences with the quotations they claim to rest on, unchecked; none when the passages don't answer.

        Raises `WriterError` on any failure, within a time limit of its own.
        """


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message to a model."""

    role: Literal["system", "human"]
    text: str


def messages(question: str, hits: Sequence[Hit], *, marker: str) -> tuple[Message, Message]:
    """What a model is asked: the rules, then the first `MAX_PASSAGES` passages from [1] on, and the question.

    Passages and question stand between lines that carry `marker`, which their writers must not be able to guess:
    give a fresh random word each time. It cannot occur in what it fences.
    """
    if not marker:
        raise ValueError("A fence needs a marker.")
    fields = {
        "marker": marker,
        "question": fenced(question, marker, MAX_QUESTION_CHARACTERS),
        "passages": "\n\n".join(_passage(number, hit, marker) for number, hit in enumerate(hits[:MAX_PASSAGES], 1)),
    }
    system, human = (Template(prompt("answer")[role]).substitute(fields) for role in ("system", "human"))
    return Message(role="system", text=system), Message(role="human", text=human)


def _passage(number: int, hit: Hit, marker: str) -> str:
    source = ", ".join(part for part in (hit.source.author_at(hit.passage.start), hit.source.title) if part)
    return Template(prompt("answer")["passage"]).substitute(
        marker=marker,
        number=number,
        source=_heading(source, marker),
        section=_heading(" > ".join(hit.passage.section), marker),
        text=fenced(hit.passage.text, marker, MAX_PASSAGE_CHARACTERS),
    )


def _heading(text: str, marker: str) -> str:
    return fenced(" ".join(text.split()), marker, _MAX_HEADING_CHARACTERS)


def fenced(text: str, marker: str, limit: int) -> str:
    """The text without the marker, cut between words where it is longer than `limit` characters."""
    inside = text.replace(marker, "…")
    if len(inside) <= limit:
        return inside
    return (inside[:limit].rsplit(maxsplit=1) or [""])[0]


def parse(text: str, hits_count: int) -> tuple[Draft, ...]:
    """What a model replied, as drafts: `{"sentences": [{"text", "passage", "quotation"}]}`, passages from 1.

    Code fences, reasoning and chatter around the object are passed over, and keys nobody asked for are never
    read. Raises `WriterError` for every other shape, and for more or longer sentences than were asked for.
    """
    if not text.strip():
        raise WriterError("The model's reply is empty.")
    if len(text) > MAX_BYTES or len(text.encode(errors="surrogatepass")) > MAX_BYTES:
        raise too_long()
    proposed = _object(text)["sentences"]
    if not isinstance(proposed, list) or len(proposed) > MAX_SENTENCES:
        raise WriterError(f"The model's reply is not a list of at most {MAX_SENTENCES} sentences.")
    return tuple(_draft(each, hits_count) for each in proposed)


def too_long() -> WriterError:
    """What is raised for a reply of more than `MAX_BYTES`."""
    return WriterError(f"The model's reply is longer than {MAX_BYTES // 1000} kB.")


def _object(text: str) -> Mapping[str, object]:
    for start in _beginnings(text):
        try:
            found, _ = _JSON.raw_decode(text, start)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict) and "sentences" in found:
            return found
    raise WriterError("The model's reply is not the JSON object that was asked for.")


def _beginnings(text: str) -> Iterator[int]:
    """Where the object may begin: the last place that looks like it, since models think aloud first; the first brace.

    Two at most, for a reply may be made of thousands.
    """
    yield from [found.start() for found in _REPLY.finditer(text)][-1:]
    if "{" in text:
        yield text.index("{")


def _draft(proposed: object, hits_count: int) -> Draft:
    match proposed:
        case {"text": str(text), "passage": int(passage), "quotation": str(quotation)} if passage is not True:
            pass
        case _:
            raise WriterError("A sentence of the model's reply lacks its text, its passage or its quotation.")
    if not 1 <= passage <= hits_count:
        raise WriterError("A sentence of the model's reply names a passage that it was not given.")
    if not text.strip() or not quotation.strip() or _SURROGATE.search(text + quotation):
        raise WriterError("A sentence of the model's reply is empty or is not text.")
    if len(text.split()) > MAX_SENTENCE_WORDS:
        raise WriterError(f"A sentence of the model's reply has more than {MAX_SENTENCE_WORDS} words.")
    return Draft(text=text, hit=passage - 1, quotation=quotation)
