"""Partners, contacts and leads in a real database, who ask each other through the coach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from bot.bootstrap import new_id
from bot.coaching.answers.following import Following
from bot.coaching.directly import Act, Directly
from bot.coaching.humans.answering import HumanAnswering
from bot.coaching.humans.asking import AskingButton, HumanAsking
from bot.coaching.humans.cards import ASK, QUESTION, SEND, TO
from bot.coaching.humans.keeping import HumanKeeping
from bot.coaching.humans.minding import HumanMinding
from bot.coaching.humans.routes import HumanRoutes
from bot.coaching.humans.telling import HumanTelling
from bot.coaching.humans.withdrawing import HumanWithdrawing
from bot.coaching.safeguarding import Safeguarding
from bot.coaching.slips import Slips
from bot.delivery.saying import Says, in_full
from bot.domain.cards import Card, from_json
from bot.domain.help_lines import HelpLine
from bot.domain.human_asks import HumanAsk
from bot.domain.messages import EventKey, Place
from bot.domain.people import Identity
from bot.store.homes import Homes
from bot.store.human_asks import HumanAsks
from bot.store.last_questions import LastQuestions
from bot.store.partnerships import Partnerships
from bot.store.people import People
from bot.store.tables import outbox
from knowledge.triage.judging import SENSITIVE, Judgement
from tests.bot.coaching.roles_room import SECRET, WORDS, Room, home
from tests.bot.store.rows import rows
from tests.fakes import message

#: What the judge of these tests takes for sensitive, and for a matter of money.
HARM, MONEY = "harm", "pay"


class NoHolidays:
    """Every weekday is a working day."""

    def between(self, _region: str, _first: date, _last: date) -> Mapping[date, str]:
        return {}


def judged(text: str) -> Judgement:
    if HARM in text:
        return Judgement(intent=SENSITIVE)
    return Judgement(intent="question", factors=("money",) if MONEY in text else ())


@dataclass
class HumanRoom(Room):
    """The room with what answers a question to a person."""

    @property
    def asks(self) -> HumanAsks:
        return HumanAsks(self.database)

    @property
    def telling(self) -> HumanTelling:
        people = People(self.database, new_id)
        return HumanTelling(asks=self.asks, people=people, homes=Homes(self.database), words=WORDS)

    @property
    def acts(self) -> Mapping[str, Act]:
        telling, people, homes = self.telling, People(self.database, new_id), Homes(self.database)
        routes, directly = HumanRoutes(people=people, homes=homes), Directly(homes=homes, words=WORDS)
        lines = (HelpLine(name="Listeners", how="01632 960 999", when="Day and night."),)

        async def factor_of(question: str) -> str | None:
            return next(iter(judged(question).factors), None)

        asking = HumanAsking(
            telling=telling,
            routes=routes,
            directly=directly,
            slips=Slips(secret=SECRET),
            following=Following(last=LastQuestions(self.database)),
            safeguard=Safeguarding(judge=judged, lines=lines, words=WORDS),
            factor_of=factor_of,
            words=WORDS,
        )
        answering = HumanAnswering(telling=telling, routes=routes, words=WORDS)
        keeping = HumanKeeping(telling=telling, routes=routes, words=WORDS)
        withdrawing = HumanWithdrawing(telling=telling, directly=directly, words=WORDS)
        alone = directly.all({**answering.actions, **keeping.actions})
        commands = {f"/{name}": act for name, act in asking.commands.items()}
        return {**asking.actions, **withdrawing.actions, **alone, **commands}

    async def does(self, who: Identity, act: str, text: str = "", value: str = "", **values: str) -> Says:
        """As in any room, where they alone read along."""
        found = await self.recognised(who)
        assert found is not None, "a stranger"
        incoming = replace(
            message("m", text=text, platform="slack"),
            key=EventKey(f"slack:m{next(self.numbers)}"),
            received_at=self.at,
            sender=who,
            place=Place(home(who)),
            direct=Place(home(who)),
            action="" if act.startswith("/") else act,
            values={} if act.startswith("/") else {"value": value, **values},
        )
        return in_full(await self.acts[act](incoming, found))

    async def asks_person(self, who: Identity, question: str = "Who signs the agreement?") -> Says:
        """Somebody presses the button under what answered this question."""
        asked = replace(message(f"asked:{who.user}:{question}", platform="slack"), sender=who)
        button = AskingButton(slips=Slips(secret=SECRET), words=WORDS).offer(question, asked)
        return await self.does(who, ASK, value=button.value)

    async def sends(self, who: Identity, question: str = "Who signs the agreement?", to: str = "") -> str:
        """The same, and sends it; the id of what was asked."""
        shown = await self.asks_person(who, question)
        assert shown.card.form is not None, shown.card.plain
        value = shown.card.form.value
        await self.does(who, SEND, value=value, **{TO: to, QUESTION: question})
        return value

    async def ask(self, name: str) -> HumanAsk:
        found = await self.asks.find(name)
        assert found is not None
        return found

    async def minded(self, **later: float) -> None:
        """The round, so much later."""
        self.at += timedelta(**later)
        plans = Partnerships(self.database).all
        await HumanMinding(plans=plans, telling=self.telling, holidays=NoHolidays())(self.at)

    async def told(self, who: Identity) -> Sequence[Card]:
        """What waits for somebody alone, in the order in which it was said."""
        own = [row for row in await rows(self.database, outbox) if row["place"] == home(who) and row["payload"]]
        return [from_json(row["payload"]) for row in sorted(own, key=_when)]

    async def said(self, who: Identity) -> str:
        return "\n".join(card.plain for card in await self.told(who))


def _when(row: Mapping[str, Any]) -> tuple[Any, str]:
    return row["due_at"], row["key"]
