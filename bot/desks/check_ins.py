"""Puts replying to check-ins together, apart from `bot.bootstrap`: only the server needs it."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.bootstrap import Coach, crash_point
from bot.coaching.answers.asking import Asking
from bot.coaching.check_ins.cards import CHOICES
from bot.coaching.check_ins.journal import Journal
from bot.coaching.check_ins.passing import Passing
from bot.coaching.check_ins.reasons import why
from bot.coaching.check_ins.reflecting import Reflecting
from bot.coaching.check_ins.reflecting_text import Answers, PlainReplies
from bot.coaching.check_ins.reply_saving import ReplySaving
from bot.coaching.directly import Act, Directly
from bot.coaching.front_door import Plainly, Sounds
from bot.coaching.recognising import Recognised
from bot.coaching.safeguarding import Safeguarding
from bot.desks.planner import asked_for_of, bank_of
from bot.domain.cards import Card
from bot.domain.messages import Incoming
from bot.store.check_ins import CheckIns
from bot.store.homes import Homes
from bot.store.reflections import Reflections
from bot.store.snapshots import Snapshots


@dataclass(frozen=True, kw_only=True)
class ReflectingDesk:
    """What the front door needs to know of check-ins."""

    actions: Mapping[str, Act]
    commands: Mapping[str, Act]
    chosen: frozenset[str]
    plainly: Plainly


def reflecting_desk(coach: Coach, raise_barrier: Act, answers: Answers) -> ReflectingDesk:
    """For chat platforms. `raise_barrier` begins a barrier with the words of a reply; `answers` what was none."""
    words, reached = coach.words, crash_point(coach.settings)
    saving = ReplySaving(
        check_ins=CheckIns(coach.database, reached),
        reflections=Reflections(coach.database, reached),
        bank=bank_of(coach),
        words=words,
        withholding=Snapshots(coach.database),
    )
    asked_for = asked_for_of(coach)
    passing = Passing(
        saving=saving,
        reasoned=lambda check_in, plan: why(check_in, plan, words),
        another=asked_for.another,
        ask_now=asked_for.at_once,
        put_off=asked_for.later,
        words=words,
    )
    reflecting = Reflecting(saving=saving, raise_barrier=raise_barrier, words=words)
    plain, journal = PlainReplies(saving=saving, answers=answers, words=words), Journal(saving=saving, words=words)
    directly = Directly(homes=Homes(coach.database), words=words)
    by_button = (reflecting, passing, plain, journal)
    return ReflectingDesk(
        actions=directly.all({name: act for case in by_button for name, act in case.actions.items()}),
        commands=directly.all({**passing.commands, **journal.commands}),
        chosen=CHOICES,
        plainly=plain,
    )


def answering(ask: Asking, safeguard: Safeguarding, sounds: Sounds) -> Answers:
    """Answers a message once more that was taken for something else: it was judged when it came in."""

    async def answers(text: str, recognised: Recognised, incoming: Incoming) -> Card:
        card = await ask(text, recognised, incoming)
        return sounds(card, text, incoming, await safeguard.look(text))

    return answers
