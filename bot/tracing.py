"""One message's way through the log: every line that is written while it is answered bears its id, and no text.

At the level `debug` the way itself is told, from the door to the answer. By default it is not: ids say who wrote when.
"""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from structlog.contextvars import bound_contextvars

from bot.delivery.limiting import Admit
from bot.delivery.saying import Says
from bot.delivery.worker import Answer
from bot.domain.cards import Card
from bot.domain.messages import Incoming

_log = structlog.get_logger()


def announced(admit: Admit) -> Admit:
    """The same; the log is told of what comes in and whether it is kept."""

    async def announcing(incoming: Incoming) -> Incoming | None:
        admitted = await admit(incoming)
        _log.debug("message came", message=incoming.key, kept=admitted is not None)
        return admitted

    return announcing


def followed(answer: Answer) -> Answer:
    """The same; whatever the log is told meanwhile, by whomever, bears the message's id."""

    async def following(incoming: Incoming) -> Card | Says:
        with bound_contextvars(message=incoming.key):
            said = await answer(incoming)
            _log.debug("message answered")
            return said

    return following


@dataclass(frozen=True, kw_only=True)
class Watching:
    """What stands around the answering of messages, and around letting them in."""

    answers: Callable[[Answer], Answer] = followed
    admits: Callable[[Admit], Admit] = announced
