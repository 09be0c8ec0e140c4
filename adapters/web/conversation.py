"""A transcript in the order in which a person reads it: each question with its answer under it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.delivery.ports import Utterance
from bot.domain.cards import Card, Quotation, to_json
from bot.domain.messages import EventKey

#: After this long without an answer the page says that it takes longer than usual.
USUAL_WAIT = timedelta(seconds=15)
_WITHIN_A_PARAGRAPH = re.compile(r"(?<!\s)[ \t]*\n[ \t]*(?=[^\s\-*•\d]|\Z)")
_SENTENCE_ENDS = ".,;:!?)”’"


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """One card of a conversation, with the name by which its buttons and its form are meant: `<key>|<number>`.

    A long message has several cards, numbered as they are read.
    """

    key: EventKey
    number: int
    card: Card

    @property
    def name(self) -> str:
        """How the card is named on the page."""
        return f"{self.key}|{self.number}"


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Something that a person did with the cards that answer it, or a card that came by itself (`question` is None).

    The page has no threads within an answer: what belongs in one comes right after.
    """

    key: EventKey
    question: Utterance | None
    cards: tuple[Drawn, ...] = ()

    @property
    def is_typed(self) -> bool:
        """Whether it begins with words of the person's own, which they may change: a button is pressed for good."""
        return self.question is not None and not self.question.answers

    @property
    def waiting(self) -> bool:
        """Whether somebody asked and has no answer yet."""
        return self.question is not None and not self.cards

    def overdue(self, now: datetime) -> bool:
        """Whether the answer takes longer than usual."""
        return self.waiting and self.question is not None and now - self.question.at > USUAL_WAIT


def turns(utterances: Sequence[Utterance]) -> tuple[Turn, ...]:
    """Each question at the place where it was asked, and each card that answers nothing where it came."""
    asked = {said.key for said in utterances if said.card is None}
    answers: dict[str, list[Drawn]] = {}
    for said in utterances:
        if said.card is not None and said.answers in asked:
            answers.setdefault(said.answers, []).extend(cards_of(said))
    return tuple(
        _turn(said, tuple(answers.get(said.key, ())))
        for said in utterances
        if said.card is None or said.answers not in asked
    )


def _turn(said: Utterance, answers: tuple[Drawn, ...]) -> Turn:
    if said.card is None:
        return Turn(key=said.key, question=said, cards=answers)
    return Turn(key=said.key, question=None, cards=tuple(cards_of(said)))


def cards_of(said: Utterance) -> Iterable[Drawn]:
    """The cards of one message of the coach's."""
    cards = () if said.card is None else (said.card, *said.card.more)
    return (Drawn(key=said.key, number=number, card=card) for number, card in enumerate(cards))


def in_context(quotation: Quotation) -> tuple[str, str, str]:
    """The passage in three parts, before the quotation, the quotation and after it, flowing and with gaps between.

    A passage is stored as its document breaks lines; here lines run on, and paragraphs and list items stay apart.
    """
    before, text, after = (flowing(part) for part in (quotation.before, quotation.text, quotation.after))
    return before + _gap(before, text), text, _gap(text, after) + after


def flowing(text: str) -> str:
    """The text with the line breaks inside its paragraphs replaced by spaces."""
    return _WITHIN_A_PARAGRAPH.sub(" ", text)


def _gap(left: str, right: str) -> str:
    met = left[-1:] and right[:1]
    return " " if met.isalnum() and (left[-1].isalnum() or left[-1] in _SENTENCE_ENDS) else ""


def as_json(said: Utterance) -> dict[str, Any]:
    """An utterance as plain JSON values."""
    return {
        "key": said.key,
        "at": said.at.isoformat(),
        "text": said.text,
        "card": None if said.card is None else to_json(said.card),
        "answers": said.answers,
    }
