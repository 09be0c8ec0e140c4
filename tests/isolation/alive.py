"""What would act in something that was sent: a link, a mention, an image, a script; and what must not be read there."""

import json
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

from tests.isolation.injections import CANARY, EVIL

_ACTS_IN_SLACK = {"user", "usergroup", "broadcast", "channel", "image", "video", "emoji", "team", "date"}
_ACTS_IN_TEAMS = {"Image", "ImageSet", "Media", "Action.OpenUrl", "mention", "Action.ShowCard"}
#: docs.slack.dev/messaging/formatting-message-text: what mrkdwn makes of text in angle brackets.
_MARKUP = re.compile(r"<[!@#]|<[a-z]+:|<[^ >]*\|", re.IGNORECASE)
_MARKDOWN = re.compile(r"\]\(|<at\b|<a\b|<img\b", re.IGNORECASE)


def in_slack(method: str, arguments: Mapping[str, Any]) -> Iterator[str]:
    """What acts in a call of Slack's."""
    sent = {name: _read(value) for name, value in arguments.items()}
    if method in {"chat.postMessage", "chat.postEphemeral"}:
        yield from (f"{name} is on" for name in ("unfurl_links", "unfurl_media") if _on(sent.get(name)))
    if _MARKUP.search(str(sent.get("text", ""))) or _on(sent.get("link_names")):
        yield "markup in the text"
    for each in _objects(sent):
        kind = each.get("type", "")
        if kind in _ACTS_IN_SLACK or EVIL in str(each.get("url", "")) + str(each.get("image_url", "")):
            yield f"{kind} element"
        if kind == "mrkdwn" and (_MARKUP.search(each["text"]) or EVIL in each["text"]):
            yield "markup in mrkdwn"
        if kind in {"markdown", "markdown_text"}:
            yield "markdown"
    if _on(sent.get("markdown_text")):
        yield "markdown_text"


def in_teams(body: Mapping[str, Any]) -> Iterator[str]:
    """What acts in an activity."""
    for each in _objects(body):
        kind = str(each.get("type", ""))
        if kind in _ACTS_IN_TEAMS or EVIL in str(each.get("url", "")) + str(each.get("contentUrl", "")):
            yield f"{kind} element"
        if kind == "TextBlock" and (_MARKDOWN.search(str(each["text"])) or EVIL in str(each["text"])):
            yield "Markdown in a TextBlock"
    # Teams reads this as Markdown, whatever stands in the cards; `summary` is the plain text of a notification.
    if _MARKDOWN.search(str(body.get("text", ""))):
        yield "Markdown in the text"
    if "<at" in "".join(_drawn(body)).lower():
        yield "a mention"


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            leads = name in {"href", "src", "action", "srcset", "formaction", "style", "data"}
            if name.startswith("on") or (leads and value and (EVIL in value or "javascript:" in value)):
                self.found.append(f"{tag} {name}")
        own = tag == "img" and str(dict(attrs).get("src")).startswith("/static/")
        if tag in {"img", "iframe", "object", "embed", "base"} and not own:
            self.found.append(tag)


def in_html(page: str) -> Iterator[str]:
    """What acts in a page of ours, which has no images but its own."""
    reader = _Page()
    reader.feed(page)
    yield from reader.found


def reads(sent: object) -> Iterator[str]:
    """What must not be read at all."""
    said = re.sub(r"\s+", " ", "".join(_strings(sent))).casefold()
    if CANARY.casefold() in said:
        yield "the canary"


def _on(value: object) -> bool:
    return str(value).lower() not in {"none", "", "false", "0"}


def _read(value: object) -> object:
    if isinstance(value, str) and value[:1] in "[{":
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _objects(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield value
        for each in value.values():
            yield from _objects(each)
    elif isinstance(value, list):
        for each in value:
            yield from _objects(each)


def _drawn(value: object) -> Iterator[str]:
    """What Teams may read: everything but `data`, which a button sends back to the coach as it is."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            if name != "data":
                yield from _drawn(each)
    elif isinstance(value, list):
        for each in value:
            yield from _drawn(each)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
