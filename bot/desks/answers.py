"""Puts asking together with what happens around an answer. Apart from `bot.bootstrap`: only the server needs it."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.bootstrap import Coach, crash_point
from bot.coaching.answers.asking import Asking
from bot.coaching.answers.closing import Closing, FactorOf, open_questions
from bot.coaching.answers.feedback import Rating
from bot.coaching.answers.following import Following
from bot.coaching.answers.gaps import TO_LEADS, PassingOn
from bot.coaching.answers.hinting import Hinting
from bot.coaching.channels.setting import Scope
from bot.coaching.directly import Act
from bot.coaching.humans.asking import AskingButton
from bot.coaching.safeguarding import Safeguarding
from bot.coaching.slips import Slips
from bot.settings import secret
from bot.store.feedback import Feedback
from bot.store.gaps import Gaps
from bot.store.hearing_modes import HearingModes
from bot.store.homes import Homes
from bot.store.inbox import Inbox
from bot.store.last_questions import LastQuestions
from knowledge.answering import Answerer

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
    hinting = Hinting(
        keep=Inbox(coach.database).receive,
        homes=Homes(coach.database),
        answerer=Answerer(coach.library),
        words=coach.words,
        curating=coach.curating,
    )
    ask = Asking(
        answerer=coach.answerer,
        words=coach.words,
        curating=coach.curating,
        closing=closing(safeguard),
        passing_on=passing_on,
        rating=rating,
        person=AskingButton(slips=slips, words=coach.words),
        following=Following(last=LastQuestions(coach.database)),
        scope=Scope(rules=HearingModes(coach.database)),
        refused=hinting.refused,
        reached=crash_point(coach.settings),
    )
    return AroundAnswers(ask=ask, actions={TO_LEADS: passing_on, **rating.actions, **hinting.actions})


def closing(safeguard: Safeguarding) -> Closing:
    """The open question under an answer, on the factor that the question is judged to be about."""
    return Closing(bank=open_questions(), factor_of=factor_of(safeguard))


def factor_of(safeguard: Safeguarding) -> FactorOf:
    """What a question is about, as far as it is judged to be about anything."""

    async def told(question: str) -> str | None:
        judgement = await safeguard.look(question)
        about = judgement.intent in _ABOUT_A_FACTOR and bool(judgement.factors)
        return judgement.factors[0] if about else None

    return told
