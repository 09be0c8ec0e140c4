"""The Home tab: one card at a time, which the next one replaces.

Sources: docs.slack.dev/reference/methods/views.publish, docs.slack.dev/reference/views/home-tab-views.
"""

import json

from adapters.slack.blocks import Block, small_print
from adapters.slack.calling import answered
from adapters.slack.clients import Clients
from adapters.slack.feedback import with_ordinary_buttons
from adapters.slack.places import Spot
from adapters.slack.render import render
from bot.delivery.ports import PostFailed
from bot.domain.cards import Card
from prompts import Words

_MOST_BLOCKS = 100
#: A view has 250 kB, and Slack may count what it adds itself.
_LARGEST = 200_000


def render_home(card: Card, words: Words) -> Block:
    """A card as the view of the Home tab; what does not fit is said to be had in messages."""
    blocks = with_ordinary_buttons([block for message in render(card, words) for block in message.blocks])
    fitting = _fitting(blocks)
    if len(fitting) < len(blocks):
        fitting += [drawn.block for drawn in small_print(words("slack.home.more"))]
    return {"type": "home", "blocks": fitting}


async def publish(clients: Clients, spot: Spot, card: Card, words: Words) -> None:
    """Show a card on somebody's Home tab; whatever was there before goes. To do it again is harmless.

    Raises `PostFailed`; what another showed at the same moment is as good.
    """
    client = await clients.of(spot.team)
    try:
        await answered(client.views_publish(user_id=spot.channel, view=render_home(card, words)))
    except PostFailed as failure:
        if failure.reason != "hash_conflict":
            raise


def _fitting(blocks: list[Block]) -> list[Block]:
    """As many of the blocks as a view holds beside one that says that there is more."""
    if len(blocks) <= _MOST_BLOCKS and _size(blocks) <= _LARGEST:
        return blocks
    fitting: list[Block] = []
    size = 0
    for block in blocks[: _MOST_BLOCKS - 1]:
        size += _size([block])
        if size > _LARGEST:
            break
        fitting.append(block)
    return fitting


def _size(blocks: list[Block]) -> int:
    return len(json.dumps(blocks).encode())
