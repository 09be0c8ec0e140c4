"""The front door with every desk behind it: the same for the chat platforms and for the demo page."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from bot.bootstrap import Coach, crash_point, new_id, now, pick
from bot.coaching.front_door import FrontDoor
from bot.coaching.languages import Languages
from bot.coaching.own_data.erasing import PageOf
from bot.coaching.recognising import Recognising
from bot.coaching.remembering import Remembering
from bot.coaching.revising import Revising
from bot.coaching.roles.joining import Joining
from bot.coaching.safeguarding import Safeguarding
from bot.delivery.ports import Presence
from bot.desks.chats import chat_desks
from bot.desks.revising import revising, second_thoughts
from bot.settings import secret
from bot.store.homes import Homes
from bot.store.people import People
from bot.store.preferences import OwnSettings


def front_door(
    coach: Coach,
    safeguard: Safeguarding,
    presences: Mapping[str, Presence],
    *evict: Callable[[], object],
    pages: Mapping[str, PageOf] = MappingProxyType({}),
) -> Revising:
    """Routes what comes in on these platforms, second thoughts first.

    `evict` empties what is held of people, once somebody was erased; `pages` finds what platforms go on showing them.
    """
    people, own = People(coach.database, new_id), OwnSettings(coach.database)
    recognising = Recognising(people=people, plans=coach.partnerships.all, presences=presences)
    desks = chat_desks(coach, safeguard, *evict, pages=pages)
    door = FrontDoor(
        recognise=Remembering(recognise=recognising, homes=Homes(coach.database), own=own),
        join=Joining(people=people, words=coach.words, secret=secret(coach.settings), clock=now, pick=pick),
        ask=desks.around.ask,
        safeguard=safeguard,
        words=coach.words,
        actions={**desks.actions, **second_thoughts(coach)},
        commands=desks.commands,
        chosen=desks.chosen,
        meant=desks.meant,
        sounds=desks.sounds,
        plainly=desks.plainly,
        welcome=desks.welcome,
        language=Languages(own=own, words=coach.words).of,
        reached=crash_point(coach.settings),
    )
    return revising(coach, safeguard, door)
