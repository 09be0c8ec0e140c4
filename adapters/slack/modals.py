"""Forms that open the moment a button is pressed, and what is wrong with one that was sent.

Sources: docs.slack.dev/surfaces/modals, “Opening modals” and “Displaying errors in views”.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.slack.blocks import Block, paragraph, small_print
from adapters.slack.clients import Clients
from adapters.slack.forms import filled_in, render_form
from adapters.slack.guard import Payload
from adapters.slack.payloads import Malformed, read_text
from adapters.slack.places import parse_place
from adapters.slack.text import units
from bot.coaching.answers.feedback import DOWN
from bot.coaching.check_ins.cards import ANSWER, EDIT
from bot.delivery.saying import in_full
from bot.delivery.worker import Answer
from bot.domain.cards import Card
from bot.domain.messages import Incoming, Place
from prompts import Words, speaking

_LOG = logging.getLogger(__name__)
#: What leads to a form and to nothing else that has to last: to press again, or to be answered again, is harmless.
LEADING = frozenset({ANSWER, EDIT, DOWN})
#: A trigger lives three seconds, and Slack has to take the view in within them.
_PATIENCE_S = 2.0
_MOST_BLOCKS = 100


@dataclass(frozen=True, kw_only=True)
class AtOnce:
    """Opens the form that a press leads to, instead of a message with a button that opens it."""

    clients: Clients
    answer: Answer
    words: Words

    async def opened(self, payload: Payload, incoming: Incoming) -> bool:
        """Whether a form was opened. Where it was not, the press is kept and answered like any other."""
        if incoming.action not in LEADING or not payload.get("trigger_id"):
            return False
        try:
            async with asyncio.timeout(_PATIENCE_S):
                said = in_full(await self.answer(incoming))
                if said.card.form is None or said.elsewhere:
                    return False
                with speaking(said.card.locale):
                    view = render_modal(said.card, incoming.place, self.words)
                client = await self.clients.of(parse_place(incoming.place).team)
                await client.views_open(trigger_id=read_text(payload["trigger_id"]), view=view)
        except Exception as error:  # whatever it was, the press is kept
            _LOG.warning("slack.modal_not_opened cause=%s", type(error).__name__)
            return False
        return True


def render_modal(card: Card, place: Place, words: Words) -> Block:
    """A card with a form as a modal: all that stands around the form in a message stands around it here."""
    if card.form is None:
        raise ValueError("no form")
    view = render_form(card.form, parse_place(place), words)
    before = paragraph(card.title, bold=True)
    for each in card.paragraphs:
        before += paragraph(each.text)
    blocks = [*(each.block for each in before), *view["blocks"], *(each.block for each in small_print(card.note))]
    if len(blocks) > _MOST_BLOCKS:
        raise ValueError("too long for a modal")
    return {**view, "blocks": blocks}


def mistakes(payload: Payload, words: Words) -> dict[str, str]:
    """What is wrong with a form that was sent, by field; none for anything else, and for what is as it should be.

    The view itself says which fields must be filled in and how long they may be. Raises `Malformed`.
    """
    if payload.get("type") != "view_submission":
        return {}
    try:
        return _mistakes(payload["view"], words)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise Malformed(type(error).__name__) from error


def _mistakes(view: Mapping[str, Any], words: Words) -> dict[str, str]:
    given = filled_in(view.get("state") or {})
    found: dict[str, str] = {}
    for block in view.get("blocks") or ():
        name = block.get("block_id", "")
        if block.get("type") != "input" or name not in given:
            continue
        longest = (block.get("element") or {}).get("max_length") or 0
        if not block.get("optional") and not given[name].strip():
            found[name] = words("slack.mistake.empty")
        elif longest and units(given[name]) > longest:
            found[name] = words("slack.mistake.too_long", most=longest)
    return found
