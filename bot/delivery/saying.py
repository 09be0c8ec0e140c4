"""What an answer says here and elsewhere."""

from dataclasses import dataclass

from bot.domain.cards import Card
from bot.domain.channel_modes import HEARD, Heard
from bot.domain.messages import WITHDRAWN, Became, EventKey, Incoming
from bot.store.inbox import Reply


@dataclass(frozen=True, kw_only=True)
class Says:
    """A card for where the message came from, and what must go out to other places together with it.

    An empty card says nothing there. `became` is what became of the message, None where nothing new did. `instead_of`
    is as in `Reply`: there an empty card takes the earlier one away.
    """

    card: Card
    elsewhere: tuple[Reply, ...] = ()
    became: Became | None = Became.DONE
    instead_of: str = ""


#: Nothing is said where the message came from.
SILENT = Says(card=Card(), became=None)


def in_full(said: Card | Says) -> Says:
    """The same, where a card alone goes nowhere else."""
    return Says(card=said) if isinstance(said, Card) else said


def awaits_answer(incoming: Incoming) -> bool:
    """Whether somebody waits to hear something: not where they said it to others, or took back what they had said."""
    return incoming.action != WITHDRAWN and incoming.values.get(HEARD) != Heard.ROOT


def answer_key(platform: str, key: EventKey) -> str:
    """The outbox key of what answers a message."""
    return f"{platform}:answer:{key}"


def replies(incoming: Incoming, said: Says) -> tuple[Reply, ...]:
    """What goes out because of a message: the card for where it came from, unless nothing is said, and the others."""
    if said.card == Card() and not said.instead_of:
        return said.elsewhere
    key = answer_key(incoming.platform, incoming.key)
    place, platform = incoming.place, incoming.platform
    its = Reply(key=key, platform=platform, place=place, card=said.card, instead_of=said.instead_of)
    return (its, *said.elsewhere)
