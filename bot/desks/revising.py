"""Puts second thoughts and limits together, around what answers messages."""

import time
from collections.abc import Mapping

from bot.bootstrap import Coach
from bot.coaching.directly import Act
from bot.coaching.limited import SlowDown
from bot.coaching.revising import Door, Revising, SecondThoughts, Traces
from bot.coaching.safeguarding import Safeguarding
from bot.coaching.slips import Slips
from bot.delivery.limiting import Limiting
from bot.settings import secret
from bot.store.asked_traces import AskedTraces
from bot.store.inbox import Inbox


def second_thoughts(coach: Coach) -> Mapping[str, Act]:
    """What the front door answers for them, by action."""
    return {**SecondThoughts(words=coach.words).actions, **SlowDown(words=coach.words).actions}


def revising(coach: Coach, safeguard: Safeguarding, door: Door) -> Revising:
    """What goes in front of everything that answers a message."""

    async def sensitive(text: str) -> bool:
        return (await safeguard.look(text)).sensitive

    traces = Traces(kept=AskedTraces(coach.database), slips=Slips(secret=secret(coach.settings)))
    return Revising(door=door, find=Inbox(coach.database).original, sensitive=sensitive, traces=traces)


def limiting(safeguard: Safeguarding) -> Limiting:
    """What messages come in by."""

    async def sensitive(text: str) -> bool:
        return (await safeguard.look(text)).sensitive

    return Limiting(sensitive=sensitive, monotonic=time.monotonic)
