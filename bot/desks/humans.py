"""Puts together asking a person: its buttons, forms and command, and what is done about it by the clock."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.bootstrap import Coach, new_id
from bot.coaching.answers.following import Following
from bot.coaching.directly import Act, Directly
from bot.coaching.humans.answering import HumanAnswering
from bot.coaching.humans.asking import HumanAsking
from bot.coaching.humans.cards import CHOICES
from bot.coaching.humans.keeping import HumanKeeping
from bot.coaching.humans.minding import HumanMinding
from bot.coaching.humans.routes import HumanRoutes
from bot.coaching.humans.telling import HumanTelling
from bot.coaching.humans.withdrawing import HumanWithdrawing
from bot.coaching.safeguarding import Safeguarding
from bot.coaching.slips import Slips
from bot.delivery.bank_holidays import BankHolidays
from bot.desks.answers import factor_of
from bot.settings import secret
from bot.store.database import Database
from bot.store.homes import Homes
from bot.store.human_asks import HumanAsks
from bot.store.last_questions import LastQuestions
from bot.store.people import People
from prompts import Words


@dataclass(frozen=True, kw_only=True)
class HumanDesk:
    """What the front door needs to know of asking a person."""

    actions: Mapping[str, Act]
    commands: Mapping[str, Act]
    chosen: frozenset[str]


def human_desk(coach: Coach, safeguard: Safeguarding) -> HumanDesk:
    """For chat platforms, where people are written to alone."""
    database, words = coach.database, coach.words
    telling, routes = _telling(database, words), HumanRoutes(people=People(database, new_id), homes=Homes(database))
    directly = Directly(homes=Homes(database), words=words)
    asking = HumanAsking(
        telling=telling,
        routes=routes,
        directly=directly,
        slips=Slips(secret=secret(coach.settings)),
        following=Following(last=LastQuestions(database)),
        safeguard=safeguard,
        factor_of=factor_of(safeguard),
        words=words,
    )
    answering = HumanAnswering(telling=telling, routes=routes, words=words)
    withdrawing = HumanWithdrawing(telling=telling, directly=directly, words=words)
    keeping = HumanKeeping(telling=telling, routes=routes, words=words)
    return HumanDesk(
        actions={**asking.actions, **withdrawing.actions, **directly.all({**answering.actions, **keeping.actions})},
        commands=asking.commands,
        chosen=CHOICES,
    )


def human_round(coach: Coach) -> HumanMinding:
    """What is done about questions to a person by the clock, each minute."""
    plans = coach.partnerships.all
    return HumanMinding(plans=plans, telling=_telling(coach.database, coach.words), holidays=BankHolidays())


def _telling(database: Database, words: Words) -> HumanTelling:
    people, homes = People(database, new_id), Homes(database)
    return HumanTelling(asks=HumanAsks(database), people=people, homes=homes, words=words)
