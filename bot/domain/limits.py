"""How many messages are taken from a person and from a workspace, and who is told, once, that theirs are not.

Pure counting: whoever asks brings the moment. Each process counts for itself.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
#: Of a person; of everybody in a workspace together; of a person however many others write.
A_MINUTE, AN_HOUR, WORKSPACE_A_MINUTE, ALWAYS = 20, 300, 600, 3


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether a message is taken; if not, how long to wait before the next, and whether its sender is to be told."""

    taken: bool
    wait: timedelta = timedelta()
    tell: bool = False


@dataclass(kw_only=True)
class _Person:
    """`tried` are the moments of the last messages, taken or not; `over` while none is taken."""

    tried: "deque[datetime]" = field(default_factory=lambda: deque(maxlen=A_MINUTE))
    taken: "deque[datetime]" = field(default_factory=lambda: deque(maxlen=AN_HOUR))
    over: bool = False
    told: datetime | None = None


@dataclass(kw_only=True)
class Limits:
    """Counts what comes in, in the order of its moments.

    A person's minute counts all that they send, so that a flood is over when they stop for a minute and they are told
    once however long it lasts; the hour and the workspace's minute count what was taken. A person's first few messages
    in a minute are taken however busy their workspace is: ten thousand may reply to their check-in at nine.
    """

    _people: dict[str, _Person] = field(default_factory=dict)
    _workspaces: "dict[str, deque[datetime]]" = field(default_factory=dict)
    _swept: datetime | None = None

    def meet(self, sender: str, workspace: str, now: datetime) -> Verdict:
        """What holds for a message that somebody in a workspace sends now; it is counted."""
        self._sweep(now)
        person = self._people.setdefault(sender, _Person())
        together = self._workspaces.setdefault(workspace, deque(maxlen=WORKSPACE_A_MINUTE))
        wait = _wait(person, together, now)
        person.tried.append(now)
        if wait is None:
            person.taken.append(now)
            together.append(now)
            person.over = False
            return Verdict(taken=True)
        tell = not person.over and (person.told is None or now - person.told >= MINUTE)
        person.over, person.told = True, now if tell else person.told
        return Verdict(taken=False, wait=wait, tell=tell)

    def _sweep(self, now: datetime) -> None:
        """Forget, once a minute, who counts no more."""
        if self._swept is not None and now - self._swept < MINUTE:
            return
        self._swept = now
        self._people = {who: each for who, each in self._people.items() if now - each.tried[-1] < HOUR}
        self._workspaces = {name: each for name, each in self._workspaces.items() if each and now - each[-1] < MINUTE}


def _wait(person: _Person, together: "deque[datetime]", now: datetime) -> timedelta | None:
    """How long somebody has to wait before a message is taken; None where this one is."""
    if _full(person.tried, now, MINUTE):
        return MINUTE
    if _full(person.taken, now, HOUR):
        return person.taken[0] + HOUR - now
    if _full(together, now, MINUTE) and _lately(person.taken, now) >= ALWAYS:
        return together[0] + MINUTE - now
    return None


def _full(moments: "deque[datetime]", now: datetime, within: timedelta) -> bool:
    return len(moments) == moments.maxlen and moments[0] > now - within


def _lately(moments: "deque[datetime]", now: datetime) -> int:
    return sum(moment > now - MINUTE for moment in moments)
