"""Everything that the front door sends people to, put together from its desks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.bootstrap import Coach
from bot.coaching.commands import RAISE
from bot.coaching.directly import Act
from bot.coaching.front_door import Plainly, Sounds, Welcome
from bot.coaching.own_data.erasing import PageOf
from bot.coaching.safeguarding import Safeguarding
from bot.desks.answers import AroundAnswers, around_answers
from bot.desks.barriers import raising_desk
from bot.desks.channels import channel_desk
from bot.desks.check_ins import answering, reflecting_desk
from bot.desks.home import setup_desk
from bot.desks.humans import human_desk
from bot.desks.partners import partners_desk
from bot.desks.settings import settings_desk
from bot.domain.messages import Incoming


@dataclass(frozen=True, kw_only=True)
class ChatDesks:
    """What answers questions, buttons, forms, commands and plain text in a chat."""

    around: AroundAnswers
    actions: Mapping[str, Act]
    commands: Mapping[str, Act]
    chosen: frozenset[str]
    meant: Callable[[Incoming], bool]
    sounds: Sounds
    plainly: Plainly
    welcome: Welcome


def chat_desks(
    coach: Coach,
    safeguard: Safeguarding,
    *evict: Callable[[], object],
    pages: Mapping[str, PageOf] = MappingProxyType({}),
) -> ChatDesks:
    """For chat platforms. `evict` empties what is held in memory of people, once somebody was erased.

    `pages` finds what platforms go on showing them.
    """
    around, raising = around_answers(coach, safeguard), raising_desk(coach, safeguard)
    answers = answering(around.ask, safeguard, raising.sounds)
    reflecting = reflecting_desk(coach, raising.commands[RAISE], answers)
    leading = (
        settings_desk(coach, *evict, pages=pages),
        channel_desk(coach),
        partners_desk(coach, *evict),
        human_desk(coach, safeguard),
    )
    others = (raising, reflecting, *leading)
    set_up = setup_desk(coach, {name: act for desk in others for name, act in desk.commands.items()})
    desks = (*others, set_up)
    return ChatDesks(
        around=around,
        actions={**around.actions, **{name: act for desk in desks for name, act in desk.actions.items()}},
        commands={name: act for desk in desks for name, act in desk.commands.items()},
        chosen=frozenset(name for desk in desks for name in desk.chosen),
        meant=raising.meant,
        sounds=raising.sounds,
        plainly=reflecting.plainly,
        welcome=set_up.welcome,
    )
