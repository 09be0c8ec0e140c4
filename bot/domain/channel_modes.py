"""What the coach hears in a channel, and in a thread that it has answered in, without being called by its name."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.messages import Place

#: So long after an answer whoever asked may go on in its thread without calling the coach again.
GOES_ON_FOR = timedelta(hours=24)
#: The name of the value that marks a message which the coach was not called for, and what it may say.
HEARD = "heard"


class Mode(StrEnum):
    """What the coach hears in a channel."""

    OFF = "off"
    MENTION = "mention"
    EVERY = "every"


class Heard(StrEnum):
    """Why the coach hears what it was not called for."""

    #: It begins a thread in a channel where the coach hears every message.
    ROOT = "root"
    #: Whoever asked goes on in the thread of the answer.
    FOLLOW_UP = "follow-up"


@dataclass(frozen=True, kw_only=True)
class ChannelRule:
    """What leads set for a channel. `documents` are files of the library; none means all of them.

    `partnership` is that of the lead who set it, empty where nobody did.
    """

    mode: Mode = Mode.MENTION
    documents: tuple[str, ...] = ()
    partnership: str = ""


@dataclass(frozen=True, kw_only=True)
class Thread:
    """A thread that the coach has answered in, and since when. `person` is whom it goes on with there, by the key of
    their identity: empty once people talked among themselves. `only_named` is what somebody there asked for.
    """

    person: str
    at: datetime
    only_named: bool = False


@dataclass(frozen=True, kw_only=True)
class Overheard:
    """Something said in front of the coach without its name; never what was said.

    `began` says that the coach began the thread, `names_others` that somebody else was called in the message.
    """

    platform: str
    channel: Place
    place: Place
    person: str
    at: datetime
    root: bool
    began: bool = False
    names_others: bool = False


def goes_on(heard: Overheard, thread: Thread | None) -> bool:
    """Whether something said in a thread is meant for the coach: in doubt it is not.

    It is where the one whom the coach answered last goes on within a day, nobody else has been called or has spoken
    since, and nobody asked the coach to wait for its name. In a thread that the coach began, whoever speaks first.
    """
    if heard.root or heard.names_others:
        return False
    if thread is None:
        return heard.began
    return not thread.only_named and thread.person == heard.person and heard.at - thread.at <= GOES_ON_FOR


def ends(heard: Overheard, thread: Thread | None) -> bool:
    """Whether from now on people talk among themselves in a thread, until the coach is called again."""
    if heard.root or thread is None or not thread.person:
        return False
    return heard.names_others or thread.person != heard.person
