"""What an answer says here and elsewhere."""

from dataclasses import dataclass

from bot.domain.cards import Card
from bot.store.inbox import Reply


@dataclass(frozen=True, kw_only=True)
class Says:
    """A card for where the message came from, and what must go out to other places together with it."""

    card: Card
    elsewhere: tuple[Reply, ...] = ()


def in_full(said: Card | Says) -> Says:
    """The same, where a card alone goes nowhere else."""
    return Says(card=said) if isinstance(said, Card) else said
