"""The two votes under an answer as Slack's own feedback buttons, and as ordinary ones where Slack knows no others.

Sources: docs.slack.dev/reference/block-kit/blocks/context-actions-block, …/block-elements/feedback-buttons-element.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.slack.blocks import LONGEST_LABEL, LONGEST_VALUE, Block, Drawn, actions, button, plain_text
from adapters.slack.text import inert, storable, units
from bot.coaching.answers.feedback import DOWN, UP
from bot.domain.cards import Button

#: The one action of both: which of the two was pressed stands before its value.
VOTE = "slack-vote"
_BETWEEN = " "


def votes(buttons: Sequence[Button]) -> tuple[list[Drawn], list[Button]]:
    """The two votes as one row, and the buttons that are left; all of them are left where the two do not fit."""
    up = [each for each in buttons if each.action == UP]
    down = [each for each in buttons if each.action == DOWN]
    if len(up) != 1 or len(down) != 1 or not (_fits(up[0]) and _fits(down[0])):
        return [], list(buttons)
    element: Block = {
        "type": "feedback_buttons",
        "action_id": VOTE,
        "positive_button": _half(up[0]),
        "negative_button": _half(down[0]),
    }
    row = Drawn(block={"type": "context_actions", "elements": [element]})
    return [row], [each for each in buttons if each.action not in (UP, DOWN)]


def voted(pressed: Mapping[str, Any]) -> tuple[str, str] | None:
    """The action and the value of a pressed vote; None for any other button. Raises `ValueError` for what is odd."""
    if pressed.get("type") != "feedback_buttons" and pressed.get("action_id") != VOTE:
        return None
    action, _, value = str(pressed.get("value") or "").partition(_BETWEEN)
    if action not in (UP, DOWN):
        raise ValueError("no vote")
    return action, value


def with_ordinary_buttons(blocks: Sequence[Block]) -> list[Block]:
    """The same blocks, with votes as buttons like any others."""
    return [_ordinary(each) if each["type"] == "context_actions" else each for each in blocks]


def _ordinary(block: Block) -> Block:
    halves = [each[name] for each in block["elements"] for name in ("positive_button", "negative_button")]
    made = []
    for half in halves:
        action, _, value = half["value"].partition(_BETWEEN)
        made.append(button(half["text"]["text"], action, value))
    return actions(made).block


def _half(vote: Button) -> Block:
    label = inert(vote.label)
    return {
        "text": plain_text(label),
        "accessibility_label": label,
        "value": f"{vote.action}{_BETWEEN}{storable(vote.value)}",
    }


def _fits(vote: Button) -> bool:
    label, value = inert(vote.label), f"{vote.action}{_BETWEEN}{storable(vote.value)}"
    return bool(label.strip()) and units(label) <= LONGEST_LABEL and units(value) <= LONGEST_VALUE
