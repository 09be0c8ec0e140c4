"""Putting a card where it belongs: in the place of an earlier one, or anew."""

from dataclasses import replace

from bot.delivery.ports import PostFailed, Rewriting, Sender
from bot.domain.cards import Card
from bot.store.outbox import Outgoing, Posted


async def put(outgoing: Outgoing, sender: Sender) -> str:
    """Post a card, or what it stands instead of anew; gives the reference of what stands there now, empty for nothing.

    What cannot be rewritten any more is posted anew: whoever asked hears. Raises `PostFailed`.
    """
    former = outgoing.former
    if former is not None and isinstance(sender, Rewriting):
        try:
            return await _put_instead(outgoing, former, sender)
        except PostFailed as failure:
            if not failure.final or failure.gone:
                raise
    if outgoing.instead_of and _is_empty(outgoing.card):
        return ""
    return await sender.send(outgoing.place, outgoing.key, outgoing.card)


async def _put_instead(outgoing: Outgoing, former: Posted, sender: Rewriting) -> str:
    if _is_empty(outgoing.card):
        await sender.remove(former.place, former.reference)
        return ""
    return await sender.rewrite(former.place, former.reference, outgoing.key, outgoing.card)


def _is_empty(card: Card) -> bool:
    return replace(card, locale="") == Card()
