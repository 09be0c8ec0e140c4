"""How a card says which barrier it shows, so that a reaction to it finds that again."""

from bot.domain.barriers import BarrierId

_BARRIER = "barrier:"


def about_barrier(barrier: BarrierId) -> str:
    """What a card about a barrier is `about`."""
    return f"{_BARRIER}{barrier}"


def barrier_in(about: str) -> str:
    """The barrier that a card is about; empty for any other card."""
    return about.removeprefix(_BARRIER) if about.startswith(_BARRIER) else ""
