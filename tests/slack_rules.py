"""What Slack accepts in a message or a view, written from its documentation and sharing no code with the product."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block

#: docs.slack.dev/reference/block-kit/blocks: “up to 50 blocks in each message, and 100 in modals or Home tabs”.
MOST_BLOCKS = {"message": 50, "view": 100}
#: bolt-js issue 2509: refused near 13,200 characters; issue 2867: a text of 11,341 refused.
LONGEST_BLOCKS = 11_000
#: docs.slack.dev/reference/methods/chat.postMessage: text over 40,000 characters is truncated.
LONGEST_TEXT = 40_000
#: docs.slack.dev/reference/block-kit, one page for each: the longest text by the kind of block or element.
_TEXT_LIMITS = {"header": 150, "section": 3_000, "button": 75, "context": 3_000, "input": 2_000}
#: The same pages; menus may have groups, of which each has as many again.
_MOST_OPTIONS = {
    "radio_buttons": 10,
    "checkboxes": 10,
    "static_select": 10_000,
    "multi_static_select": 10_000,
}
#: docs.slack.dev/messaging/formatting-message-text: what Slack brings to life in its own markup.
_LIVE = re.compile(r"<[@#!]|<\w+:")


class Unacceptable(Exception):
    """What Slack would say in the field `error`."""


def check_message(arguments: Mapping[str, Any]) -> None:
    """Raise `Unacceptable` for what chat.postMessage refuses."""
    text, blocks = arguments.get("text", ""), arguments.get("blocks")
    if not text and not blocks:
        raise Unacceptable("no_text")  # docs.slack.dev/reference/methods/chat.postMessage, errors
    if not isinstance(text, str) or len(text) > LONGEST_TEXT or _LIVE.search(text):
        raise Unacceptable("msg_too_long" if len(text) > LONGEST_TEXT else "live_markup")
    if blocks is not None:
        check_blocks(blocks, "message")
    check_metadata(arguments)


def check_metadata(arguments: Mapping[str, Any]) -> None:
    """Raise `Unacceptable` for metadata that Slack does not take."""
    metadata = arguments.get("metadata")
    # docs.slack.dev/messaging/message-metadata: an event_type of letters, digits and _ . - and a payload object
    if metadata is not None and not (
        re.fullmatch(r"[A-Za-z0-9_.-]{1,255}", metadata["event_type"]) and isinstance(metadata["event_payload"], dict)
    ):
        raise Unacceptable("metadata_format_error")


def check_view(view: Mapping[str, Any]) -> None:
    """Raise `Unacceptable` for what views.open refuses: docs.slack.dev/reference/views/modal-views."""
    if view.get("type") != "modal" or not 1 <= len(view["title"]["text"]) <= 24:
        raise Unacceptable("invalid_arguments")
    for name in ("submit", "close"):
        if name in view and not 1 <= len(view[name]["text"]) <= 24:
            raise Unacceptable("invalid_arguments")
    if len(view.get("private_metadata", "")) > 3_000 or len(view.get("callback_id", "")) > 255:
        raise Unacceptable("invalid_arguments")
    check_blocks(view["blocks"], "view")


def check_home(view: Mapping[str, Any]) -> None:
    """Raise `Unacceptable` for what views.publish refuses: docs.slack.dev/reference/views/home-tab-views."""
    if view.get("type") != "home" or set(view) - {"type", "blocks", "private_metadata", "callback_id", "external_id"}:
        raise Unacceptable("invalid_arguments")
    # docs.slack.dev/reference/methods/views.publish: “greater than 250kb”
    if len(json.dumps(view).encode()) > 250_000:
        raise Unacceptable("view_too_large")
    check_blocks(view["blocks"], "view")


def check_blocks(blocks: Sequence[dict[str, Any]], surface: str) -> None:
    """Raise `Unacceptable` for blocks that Slack refuses on a surface."""
    if not isinstance(blocks, list) or not 1 <= len(blocks) <= MOST_BLOCKS[surface]:
        raise Unacceptable("invalid_blocks")
    if surface == "message" and len(json.dumps(blocks, ensure_ascii=False)) > LONGEST_BLOCKS:
        raise Unacceptable("msg_blocks_too_long")
    try:
        parsed = Block.parse_all(blocks)
        assert len(parsed) == len(blocks)
        for block in parsed:
            block.validate_json()
    except Exception as error:
        raise Unacceptable(f"invalid_blocks: {error}") from error
    for raw in blocks:
        _check_block(raw)
    names = [raw["block_id"] for raw in blocks if "block_id" in raw]
    if len(names) != len(set(names)):
        raise Unacceptable("invalid_blocks: block_id repeated")


def _check_block(raw: Mapping[str, Any]) -> None:
    for kind, text in texts(raw):
        if not text.strip() or len(text) > _TEXT_LIMITS.get(kind, 3_000):
            raise Unacceptable(f"invalid_blocks: text of {kind}")
    elements = raw.get("elements", [])
    if raw["type"] == "actions" and not 1 <= len(elements) <= 25:
        raise Unacceptable("invalid_blocks: buttons")
    actions = [each["action_id"] for each in elements if "action_id" in each]
    if len(actions) != len(set(actions)) or any(len(each) > 255 for each in actions):
        raise Unacceptable("invalid_blocks: action_id")
    if any(len(each.get("value", "")) > 2_000 for each in elements):
        raise Unacceptable("invalid_blocks: value")
    if raw["type"] == "input":
        _check_element(raw["element"])
    if raw["type"] == "context_actions":
        _check_feedback(elements)


def _check_feedback(elements: Sequence[Mapping[str, Any]]) -> None:
    """docs.slack.dev/reference/block-kit/blocks/context-actions-block, …/block-elements/feedback-buttons-element."""
    if not 1 <= len(elements) <= 5:
        raise Unacceptable("invalid_blocks: elements")
    for each in elements:
        if each["type"] not in ("feedback_buttons", "icon_button"):
            raise Unacceptable("invalid_blocks: element")
        if each["type"] == "icon_button":
            continue
        for name in ("positive_button", "negative_button"):
            pressed = each[name]
            label, value, said = pressed["text"], pressed["value"], pressed.get("accessibility_label", "x")
            if label["type"] != "plain_text" or not 1 <= len(label["text"]) <= 75 or not 1 <= len(said) <= 75:
                raise Unacceptable("invalid_blocks: text of feedback_buttons")
            if not 1 <= len(value) <= 2_000:
                raise Unacceptable("invalid_blocks: value")


def _check_element(element: Mapping[str, Any]) -> None:
    """The element of an input: docs.slack.dev/reference/block-kit/block-elements, one page for each kind."""
    kind, options = element["type"], _options(element)
    if kind == "plain_text_input":
        # plain-text-input-element: max_length at most 3000; the initial value is text like any other.
        most = element.get("max_length", 3_000)
        if most > 3_000 or not 0 < len(element.get("initial_value", "x")) <= most:
            raise Unacceptable("invalid_blocks: initial_value")
    elif not options or len(options) > _MOST_OPTIONS[kind]:
        raise Unacceptable("invalid_blocks: options")
    if any(len(each["text"]["text"]) > 75 or not 1 <= len(each["value"]) <= 150 for each in options):
        raise Unacceptable("invalid_blocks: option")
    # checkboxes-element and others: “exactly matches one or more of the options within options”
    initial = element.get("initial_options", [])
    initial = [*initial, element["initial_option"]] if "initial_option" in element else initial
    if ("initial_options" in element and not initial) or any(each not in options for each in initial):
        raise Unacceptable("invalid_blocks: initial options")


def _options(element: Mapping[str, Any]) -> list[Any]:
    groups = element.get("option_groups", [])
    return [*element.get("options", []), *(each for group in groups for each in group["options"])]


def texts(node: object, kind: str = "") -> Iterator[tuple[str, str]]:
    """Every text that a person sees in a block, with the kind of thing it stands in."""
    if isinstance(node, list):
        for each in node:
            yield from texts(each, kind)
    if not isinstance(node, dict):
        return
    if node.get("type") == "mrkdwn" and _LIVE.search(node["text"]):
        raise Unacceptable("live_markup")
    here = kind if node.get("type") in ("plain_text", "mrkdwn", "text") else str(node.get("type", kind))
    yield from ((here, node[name]) for name in ("text", "alt_text") if isinstance(node.get(name), str))
    for name, value in node.items():
        yield from texts(value, "option" if name == "options" else here)
