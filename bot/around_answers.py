"""Puts asking together with what happens around an answer. Apart from `bot.bootstrap`: only the server needs it."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.bootstrap import Coach, crash_point
from bot.coaching.asking import Asking
from bot.coaching.channels import Scope
from bot.coaching.closing import Closing, FactorOf, open_questions
from bot.coaching.feedback import Act, Rating
from bot.coaching.following import Following
from bot.coaching.gaps import TO_LEADS, PassingOn
from bot.coaching.safeguarding import Safeguarding
from bot.coaching.slips import Slips
from bot.settings import secret
from bot.store.feedback import Feedback
from bot.store.gaps import Gaps
from bot.store.hearing_modes import HearingModes
from bot.store.last_questions import LastQuestions

#: A request to do something, or small talk, is about no factor.
_ABOUT_A_FACTOR = frozenset({"question", "reflection", "barrier"})


@dataclass(frozen=True, kw_only=True)
class AroundAnswers:
    """Asking, and what answers the buttons and forms that it offers."""

    ask: Asking
    actions: Mapping[str, Act]


def around_answers(coach: Coach, safeguard: Safeguarding) -> AroundAnswers:
    """For chat platforms, where people can tap."""
    slips = Slips(secret=secret(coach.settings))
    passing_on = PassingOn(gaps=Gaps(coach.database), slips=slips, words=coach.words)
    rating = Rating(feedback=Feedback(coach.database), slips=slips, words=coach.words)
    ask = Asking(
        answerer=coach.answerer,
        words=coach.words,
        curating=coach.curating,
        closing=closing(safeguard),
        passing_on=passing_on,
        rating=rating,
        following=Following(last=LastQuestions(coach.database)),
        scope=Scope(rules=HearingModes(coach.database)),
        reached=crash_point(coach.settings),
    )
    return AroundAnswers(ask=ask, actions={TO_LEADS: passing_on, **rating.actions})


def closing(safeguard: Safeguarding) -> Closing:
    """The open question under an answer, on the factor that the question is judged to be about."""
    return Closing(bank=open_questions(), factor_of=_factor_of(safeguard))


def _factor_of(safeguard: Safeguarding) -> FactorOf:
    async def factor_of(question: str) -> str | None:
        judgement = await safeguard.look(question)
        about = judgement.intent in _ABOUT_A_FACTOR and bool(judgement.factors)
        return judgement.factors[0] if about else None

    return factor_of
