"""Puts together what the coach hears in channels: the commands about it, and what stands around the front door."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.bootstrap import Coach
from bot.coaching.channels.cards import CHOICES
from bot.coaching.channels.heeding import Answer, Heeding
from bot.coaching.channels.overhearing import Overhearing
from bot.coaching.channels.reacting import Quoted, Reacting
from bot.coaching.channels.setting import Channels
from bot.coaching.directly import Act, Directly
from bot.coaching.safeguarding import Safeguarding
from bot.store.heard_threads import HeardThreads
from bot.store.hearing_modes import HearingModes
from bot.store.homes import Homes
from bot.store.outbox import Outbox
from knowledge.documents import Source


@dataclass(frozen=True, kw_only=True)
class ChannelDesk:
    """What the front door needs to know of channels."""

    actions: Mapping[str, Act]
    commands: Mapping[str, Act]
    chosen: frozenset[str]


def channel_desk(coach: Coach) -> ChannelDesk:
    """For chat platforms."""
    channels = Channels(
        kept=HearingModes(coach.database),
        threads=HeardThreads(coach.database),
        shelf=lambda: _shelf(coach),
        words=coach.words,
    )
    directly = Directly(homes=Homes(coach.database), words=coach.words)
    return ChannelDesk(
        actions=directly.all(channels.actions),
        commands={**directly.all(channels.commands), **channels.commands_in_threads},
        chosen=CHOICES,
    )


def overhearing(coach: Coach) -> Overhearing:
    """What decides, before anything is kept, whether something is for the coach that it was not called for."""
    return Overhearing(
        rules=HearingModes(coach.database), threads=HeardThreads(coach.database), monotonic=time.monotonic
    )


def heeding(coach: Coach, safeguard: Safeguarding, answer: Answer, quoted: Mapping[str, Quoted]) -> Heeding:
    """The front door, as channels let it answer."""
    threads = HeardThreads(coach.database)
    return Heeding(
        answer=answer,
        look=safeguard.look,
        channels=HearingModes(coach.database),
        threads=threads,
        reacting=Reacting(quoted=quoted, took=threads.took, cards=Outbox(coach.database)),
        words=coach.words,
    )


def _shelf(coach: Coach) -> Sequence[Source]:
    """The documents that are served now."""
    snapshot = coach.library.snapshot
    return () if snapshot is None else [each.source for each in snapshot.shelf.volumes]
