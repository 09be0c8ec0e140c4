"""Where an answer goes, as this adapter writes it down."""

import re
from dataclasses import dataclass, replace

from bot.domain.messages import Place
from bot.store.pacing import Lanes

_PLACE = re.compile(r"(?P<team>[A-Z0-9]{2,31})/(?P<channel>[A-Z0-9]{2,31})/(?P<thread>[0-9]{1,20}\.[0-9]{1,20}|home)?")
_HOME = "home"

#: Slack does not say what a workspace takes: “several hundred messages per minute”.
#: Source: docs.slack.dev/apis/web-api/rate-limits.
_A_SECOND = 5.0


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A conversation of the workspace that the coach is installed in, and a thread in it where there is one.

    `channel` may be a person's id: their direct messages with the coach, opened when something is posted. `home` is
    that person's Home tab instead, which shows one card at a time.
    """

    team: str
    channel: str
    thread: str = ""
    home: bool = False

    @property
    def person(self) -> bool:
        """Whether `channel` is a person rather than a conversation."""
        return self.channel[0] in "UW"

    @property
    def direct(self) -> bool:
        """Whether nobody but one person and the coach is there."""
        return self.person or self.channel[0] == "D"

    @property
    def conversation(self) -> Place:
        """All the direct messages of a person, where each opens a thread; empty elsewhere."""
        return replace(self, thread="", home=False).place if self.direct else Place("")

    @property
    def place(self) -> Place:
        """`<team>/<channel>/<thread>`, the last empty outside a thread: `T024BE7LD/C061EG9T2/1700000000.000100`.

        Of a Home tab `<team>/<person>/home`.
        """
        return Place(f"{self.team}/{self.channel}/{_HOME if self.home else self.thread}")


def parse_place(place: str) -> Spot:
    """What `Spot.place` wrote; raises `ValueError` for anything else."""
    found = _PLACE.fullmatch(place)
    if found is None:
        raise ValueError("not a place in Slack")
    thread = found["thread"] or ""
    if thread == _HOME:
        return Spot(team=found["team"], channel=found["channel"], home=True)
    return Spot(team=found["team"], channel=found["channel"], thread=thread)


def home_page(place: Place) -> Place | None:
    """The Home tab of somebody who is written to alone at this place; None where that does not say who it is."""
    try:
        spot = parse_place(place)
    except ValueError:
        return None
    return Spot(team=spot.team, channel=spot.channel, home=True).place if spot.person else None


def lanes(place: str) -> Lanes | None:
    """What a post there passes; None for what is no place in Slack. A refusal may mean the whole workspace."""
    try:
        spot = parse_place(place)
    except ValueError:
        return None
    workspace = f"slack:{spot.team}"
    return Lanes(channel=f"{workspace}/{spot.channel}", workspace=workspace, a_second=_A_SECOND, limited=workspace)
