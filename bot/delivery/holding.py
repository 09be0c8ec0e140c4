"""Whoever holds a card holds it for a while: no request is begun once that is over, however long the process slept."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Hold:
    """A card in hand: whether a request for it may still be begun, and who is told when one is."""

    may_post: Callable[[], bool]
    begins: Callable[[], None]


class HoldOver(Exception):
    """The card may be somebody else's by now: what was about to be sent was not. The outbox is told, nobody else."""


_in_hand: ContextVar[Hold | None] = ContextVar("in_hand", default=None)


@contextmanager
def holding(hold: Hold) -> Iterator[None]:
    """Have `still_holding` ask this one, until the block ends."""
    before = _in_hand.set(hold)
    try:
        yield
    finally:
        _in_hand.reset(before)


def still_holding() -> None:
    """Raise `HoldOver` where a card is being posted whose time is over.

    Asked right before bytes go to a platform: a process may be stopped at any moment, and go on a minute later.
    """
    hold = _in_hand.get()
    if hold is None:
        return
    if not hold.may_post():
        raise HoldOver
    hold.begins()
