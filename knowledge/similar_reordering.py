"""Reordering: a model may put the barriers that look alike in another order, and point at the words that show why.

It can leave offers out and never add one. Nothing that it writes is seen: only words that stand in the two barriers.
A person decides whether two barriers are the same.
"""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Template
from typing import Protocol

from knowledge.writing import MAX_BYTES, Message, WriterError, fenced, too_long
from prompts import prompt

#: No more of them are shown to a model, and so much of each.
MAX_OFFERS = 5
MAX_CHARACTERS = 1_000
MAX_POINTED_AT_WORDS = 12
_MAX_POINTED_AT_CHARACTERS = 120
_REPLY = re.compile(r'\{\s*"offers"\s*:')
_JSON = json.JSONDecoder(strict=False)
#: What chat platforms, mark-up and links are made of; nothing of it is needed to see why.
_ACTIVE = re.compile(r"[<>@#|`*_~\[\]{}\\^=]|://|\bwww\.|\S+\.(?:com|org|net|uk|gov|io)\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Wording:
    """A barrier's id, which no model sees, and its words, which their raiser lets others see."""

    id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Reasoned:
    """An offer that a model kept, and the words that show why: `here` in what was raised, `there` in the offer.

    They stand there as they are, at most `MAX_POINTED_AT_WORDS` each; both are empty where it pointed at none.
    """

    id: str
    here: str = ""
    there: str = ""


class Reorderer(Protocol):
    """Judges which of the offers are the same obstacle."""

    async def reorder(self, raised: str, others: Sequence[Wording]) -> tuple[Reasoned, ...]:
        """Those of the first `MAX_OFFERS` others that it keeps, likeliest first, each once; none where none is the
        same.

        Raises `WriterError` on any failure, within a time limit of its own: the offers then stay as they were.
        """


def reordering(raised: str, others: Sequence[Wording], *, marker: str) -> tuple[Message, Message]:
    """What a model is asked; the words stand between lines that carry `marker`, as in `knowledge.writing`."""
    if not marker:
        raise ValueError("A fence needs a marker.")
    asked = prompt("similar/reorder")
    shown = [
        Template(asked["other"]).substitute(
            marker=marker, number=number, text=fenced(other.text, marker, MAX_CHARACTERS)
        )
        for number, other in enumerate(others[:MAX_OFFERS], 1)
    ]
    fields = {"marker": marker, "raised": fenced(raised, marker, MAX_CHARACTERS), "others": "\n\n".join(shown)}
    system, human = (Template(asked[role]).substitute(fields) for role in ("system", "human"))
    return Message(role="system", text=system), Message(role="human", text=human)


def read_offers(text: str, raised: str, others: Sequence[Wording]) -> tuple[Reasoned, ...]:
    """The offers in a model's reply, `{"offers": [{"number", "here", "there"}]}`, numbers from 1.

    Raises `WriterError` for every other shape, and for a number that was not offered or is named twice. Words that do
    not stand in both barriers, are too many or more than plain words are left out.
    """
    if len(text.encode(errors="surrogatepass")) > MAX_BYTES:
        raise too_long()
    proposed = _offers(text)
    offered = others[:MAX_OFFERS]
    if not isinstance(proposed, list) or len(proposed) > len(offered):
        raise WriterError("The model's reply is not a list of some of the offers.")
    kept = tuple(_reasoned(each, raised, offered) for each in proposed)
    if len({each.id for each in kept}) < len(kept):
        raise WriterError("The model's reply names an offer twice.")
    return kept


def _offers(text: str) -> object:
    """What the last object in a reply that looks right holds; None when there is none."""
    places = [found.start() for found in _REPLY.finditer(text)]
    try:
        found, _ = _JSON.raw_decode(text, places[-1])
    except (IndexError, ValueError, RecursionError):
        return None
    return found["offers"]


def _reasoned(proposed: object, raised: str, offered: Sequence[Wording]) -> Reasoned:
    if not isinstance(proposed, Mapping):
        raise WriterError("An offer of the model's reply is not an object.")
    number = proposed.get("number")
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= len(offered):
        raise WriterError("The model's reply names an offer that it was not given.")
    offer = offered[number - 1]
    here, there = _standing(proposed.get("here"), raised), _standing(proposed.get("there"), offer.text)
    return Reasoned(id=offer.id, here=here, there=there) if here and there else Reasoned(id=offer.id)


def _standing(words: object, text: str) -> str:
    """A few plain words that stand in a text, else nothing."""
    pointed_at = " ".join(words.split()) if isinstance(words, str) else ""
    if not _is_plain(pointed_at):
        return ""
    found = re.search(rf"(?<!\w){re.escape(pointed_at)}(?!\w)", " ".join(text.split()))
    return pointed_at if found else ""


def _is_plain(words: str) -> bool:
    """Whether they are few and inert: no mark-up, mention, link or hidden character."""
    short = len(words.split()) <= MAX_POINTED_AT_WORDS and len(words) <= _MAX_POINTED_AT_CHARACTERS
    hidden = any(unicodedata.category(sign).startswith("C") and not sign.isspace() for sign in words)
    return short and not hidden and re.search(r"\w", words) is not None and _ACTIVE.search(words) is None
