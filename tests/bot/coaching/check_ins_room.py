"""Partners who are asked and reply, over a real database; what chooses, bars and answers is a stand-in."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.coaching.check_ins.journal import Journal
from bot.coaching.check_ins.passing import Passing
from bot.coaching.check_ins.reflecting import Reflecting
from bot.coaching.check_ins.reflecting_text import PlainReplies
from bot.coaching.check_ins.reply_saving import ReplySaving
from bot.coaching.directly import Act
from bot.coaching.questions.bank import reflection_questions
from bot.coaching.recognising import Recognised
from bot.delivery.saying import in_full
from bot.domain.cards import Card, Paragraph
from bot.domain.check_ins import CheckIn, CheckInId, Reflection
from bot.domain.messages import EventKey, Incoming, Place
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnerId, PartnershipId
from bot.domain.questions import ReflectionQuestion
from bot.store.check_ins import CheckIns
from bot.store.database import Database
from bot.store.reflections import Reflections
from bot.store.schema import metadata
from knowledge.triage.judging import Judgement
from prompts import words
from tests.bot.coaching.barriers_at_hand import BEN, CHO, recognised
from tests.bot.store.rows import rows
from tests.fakes import NOON, counted

WORDS = words()
BANK: Mapping[str, ReflectionQuestion] = {each.id: each for each in reflection_questions()}
FIRST, SECOND = "trust-1", "money-1"
ANN, BOB = recognised(BEN), recognised(CHO)
REPLY = "We never meet without an agenda, so nobody says what worries them."
SURE = Judgement(intent="reflection", confidence=0.9)
ANSWERED = Card(paragraphs=(Paragraph(text="From the library."),))


@dataclass
class FakeWithholding:
    """Notes what is withheld."""

    withheld: list[tuple[PartnerId, str]] = field(default_factory=list)

    async def withhold(self, _partnership: PartnershipId, partner: PartnerId, source: str, /) -> None:
        self.withheld.append((partner, source))


async def bank(_plan: PartnershipPlan) -> Mapping[str, ReflectionQuestion]:
    return BANK


def check_in(name: str = "c1", who: Recognised = ANN, at: datetime = NOON, **more: Any) -> CheckIn:
    """A check-in that was asked at noon, of Ann unless it is said otherwise."""
    assert who.partner is not None
    year, week, _ = at.isocalendar()
    made = CheckIn(
        id=CheckInId(name),
        partner=who.partner,
        partnership=who.plan.id,
        organisation=who.standing.organisation,
        week=f"{year}-W{week:02}",
        question=FIRST,
        factor="trust",
        asked_at=at,
        until=at + timedelta(days=3),
        remind_at=at + timedelta(days=1),
    )
    return replace(made, **more)


@dataclass
class Room:
    """Messages come a minute after one another; each has a key of its own unless it is given one."""

    database: Database
    withholding: FakeWithholding = field(default_factory=FakeWithholding)
    at: datetime = NOON
    other: str | None = SECOND
    fresh: CheckIn | None = None
    later: datetime | None = NOON + timedelta(days=1)
    barriers: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._keys = counted("event")
        self.check_ins, self.reflections = CheckIns(self.database), Reflections(self.database)
        self.saving = ReplySaving(
            check_ins=self.check_ins,
            reflections=self.reflections,
            bank=bank,
            words=WORDS,
            withholding=self.withholding,
        )
        self.open()

    def open(self) -> None:
        """Put everything together around the saving."""
        reflecting = Reflecting(saving=self.saving, raise_barrier=self._raise, words=WORDS)
        passing = Passing(
            saving=self.saving,
            reasoned=lambda _check_in, _plan: "Why this one.",
            another=self._another,
            ask_now=self._ask_now,
            put_off=self._put_off,
            words=WORDS,
        )
        self.plain = PlainReplies(saving=self.saving, answers=self._answer, words=WORDS)
        journal = Journal(saving=self.saving, words=WORDS)
        cases = (reflecting, passing, self.plain, journal)
        self.actions: Mapping[str, Act] = {name: act for case in cases for name, act in case.actions.items()}
        self.commands: Mapping[str, Act] = {**passing.commands, **journal.commands}

    async def ask(self, *asked: CheckIn) -> None:
        """Have these check-ins asked."""
        await self.check_ins.invite([(each, None) for each in asked or (check_in(),)], self.at)

    async def presses(
        self, action: str, value: str = "c1", *, who: Recognised = ANN, key: str = "", **fields: str
    ) -> Card:
        """The card for a pressed button or a sent form."""
        sent = replace(self.message("", who, key), action=action, values={**fields, "value": value})
        return in_full(await self.actions[action](sent, who)).card

    async def replies(
        self,
        text: str = REPLY,
        value: str = "c1",
        *,
        who: Recognised = ANN,
        key: str = "",
        consent: str = "counted",
        view: str = "",
        share: str = "",
    ) -> Card:
        """The card for a form with a reply."""
        filled = {"reply": text, "consent": consent, "view": view, "share": share}
        sent = replace(self.message("", who, key), action="check-in-reply", values={**filled, "value": value})
        return in_full(await self.actions["check-in-reply"](sent, who)).card

    async def types(
        self, text: str, who: Recognised = ANN, judgement: Judgement = SURE, key: str = "", direct: str = "home"
    ) -> Card:
        """The card for something typed that is no command."""
        typed = replace(self.message(text, who, key), place=Place("home"), direct=Place(direct))

        async def otherwise() -> Card:
            self.answered.append(text)
            return ANSWERED

        return in_full(await self.plain(typed, who, judgement, otherwise)).card

    async def says(self, name: str, who: Recognised = ANN, key: str = "") -> Card:
        """The card for a command."""
        return in_full(await self.commands[name](self.message("", who, key), who)).card

    def message(self, text: str, who: Recognised, key: str = "") -> Incoming:
        """Something that somebody sends."""
        self.at += timedelta(minutes=1)
        event = EventKey(key or f"slack:{self._keys()}")
        return Incoming(key=event, place=Place("here"), sender=who.person, text=text, received_at=self.at)

    async def reply(self, name: str = "c1") -> Reflection:
        """The reply to a check-in as it stands."""
        found = await self.reflections.find(CheckInId(name))
        assert found is not None
        return found

    async def now(self, name: str = "c1") -> CheckIn:
        """The check-in as it stands."""
        found = await self.check_ins.find(CheckInId(name))
        assert found is not None
        return found

    async def kept(self, text: str) -> set[str]:
        """The tables in which a text stands."""
        every = {table.name: await rows(self.database, table) for table in metadata.sorted_tables}
        return {name for name, found in every.items() if text in str(found)}

    async def _raise(self, incoming: Incoming, _recognised: Recognised) -> Card:
        self.barriers.append(incoming.text)
        return ANSWERED

    async def _answer(self, text: str, _recognised: Recognised, incoming: Incoming) -> Card:
        assert incoming.text == text
        self.answered.append(text)
        return ANSWERED

    async def _another(self, asked: CheckIn, _recognised: Recognised, _now: datetime) -> CheckIn | None:
        if self.other is None:
            return None
        return replace(asked, question=self.other, factor=BANK[self.other].factor)

    async def _ask_now(self, _recognised: Recognised, _now: datetime) -> CheckIn | None:
        if self.fresh is not None:
            await self.ask(self.fresh)
        return self.fresh

    async def _put_off(self, _check_in: CheckIn, _recognised: Recognised, _now: datetime) -> datetime | None:
        return self.later


def said(name: str, **values: object) -> str:
    """The words of a card."""
    return WORDS(name, **values)


def actions(card: Card) -> list[str]:
    """What its buttons do, in their order."""
    return [each.action for each in card.buttons]


def pressed(card: Card, action: str) -> str:
    """What the button for an action carries."""
    return next(each.value for each in card.buttons if each.action == action)


def length(card: Card) -> int:
    """How many words of the coach's own stand on a card, its form's included."""
    texts = [card.title, *(each.text for each in card.paragraphs), card.note]
    texts += [text for each in card.form.fields for text in (each.label, each.hint)] if card.form else []
    return len(" ".join(texts).split())
