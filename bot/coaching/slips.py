"""Slips: what a button carries about an answer, so that a tap is understood with nothing kept before it.

A question is the asker's own. It stands in the button itself, beside a mark that only a tap by its asker matches: in a
channel anybody can press, but nobody else can give the question away.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass

from bot.domain.messages import EventKey
from bot.domain.people import Identity

#: In UTF-16 code units. Platforms take 2,000 in a button, and the marks before the question need some.
LONGEST_QUESTION = 1_800
_ID, _MARK = 24, 32
_WRITTEN = re.compile(rf"(?s)([0-9a-f]{{{_ID}}})\.([0-9a-f]{{{_MARK}}})\n(.*)")
_ID_ALONE = re.compile(rf"[0-9a-f]{{{_ID}}}")
#: What platforms drop or replace on its way back.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, kw_only=True)
class Slip:
    """A slip as it came back. `own` says that whoever tapped is the one who asked; else the question is empty."""

    answer: str
    question: str
    own: bool


@dataclass(frozen=True, kw_only=True)
class Slips:
    """Writes slips and reads them; `secret` is the installation's."""

    secret: bytes

    def answer(self, key: EventKey) -> str:
        """The id of the answer to a message: it tells nothing of the message."""
        return self._hash("answer", key)[:_ID]

    def write(self, key: EventKey, asker: Identity, question: str) -> str:
        """A slip for the asker of a message, with as much of the question as a button holds."""
        answer, kept = self.answer(key), carried(question)
        return f"{answer}.{self._mark(answer, asker, kept)}\n{kept}"

    def read(self, value: str, tapper: Identity) -> Slip | None:
        """The slip that a tap brought back, or None for what is none."""
        found = _WRITTEN.fullmatch(value)
        if found is None:
            return None
        answer, mark, question = found.groups()
        own = hmac.compare_digest(mark, self._mark(answer, tapper, question))
        return Slip(answer=answer, question=question if own else "", own=own)

    def answer_in(self, value: str) -> str:
        """The id of an answer that a tap brought back by itself; empty for what is none."""
        return value if _ID_ALONE.fullmatch(value) else ""

    def voter(self, answer: str, person: Identity) -> str:
        """Who voted on an answer: the same for the same person, and another for every answer."""
        return self._hash("voter", answer, person.key)[:_MARK]

    def author(self, key: str) -> str:
        """Who wrote something that is kept without a name, by their identity's key: found by who has the secret."""
        return self._hash("author", key)

    def _mark(self, answer: str, asker: Identity, question: str) -> str:
        return self._hash("slip", answer, asker.key, question)[:_MARK]

    def _hash(self, *parts: str) -> str:
        written = "\0".join(parts).encode("utf-8", "replace")
        return hmac.new(self.secret, written, hashlib.sha256).hexdigest()


def carried(question: str) -> str:
    """What of a question a button carries: all of it, or its beginning up to the end of a word."""
    plain = _CONTROL.sub("", question.replace("\r\n", "\n")).strip()
    if _units(plain) <= LONGEST_QUESTION:
        return plain
    cut = plain.encode("utf-16-le")[: 2 * LONGEST_QUESTION].decode("utf-16-le", "ignore")
    whole = cut.rsplit(maxsplit=1)[0]
    return whole if len(whole) > len(cut) // 2 else cut


def is_cut(question: str) -> bool:
    """Whether a button carries less than the whole question."""
    return _units(_CONTROL.sub("", question.replace("\r\n", "\n")).strip()) > LONGEST_QUESTION


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
