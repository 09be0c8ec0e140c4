"""What Teams' connector refuses, as far as it is documented: docs/teams-double.md has the sources."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.teams_activities import Json

#: A refusal: the status, the code and the words of the answer.
Refusal = tuple[int, str, str]
_NOT_ALLOWED = "ContentStreamNotAllowed"
_LONGEST_LINE = 1000
_LIFETIME_S = 120.0


def wrong(activity: Json) -> str:
    """What the connector would refuse an activity for."""
    if len(json.dumps(activity, ensure_ascii=False).encode("utf-16-le")) > 100 * 1024:
        return "MessageSizeTooBig [SIZE]"
    if activity.get("type") == "message" and not (activity.get("text") or activity.get("attachments")):
        return "empty body [REST]"
    roots = [entity for entity in activity.get("entities", []) if entity.get("type") == "https://schema.org/Message"]
    if len(roots) > 1:
        return "Multiple root message entities [AI]"
    for claim in (claim for root in roots for claim in root.get("citation", [])):
        appearance = claim.get("appearance", {})
        if not appearance.get("name") or len(appearance["name"]) > 80 or len(appearance.get("abstract", "")) > 160:
            return "citation [AI]"
    return "more than 20 citations [AI]" if any(len(root.get("citation", [])) > 20 for root in roots) else ""


def bad_card(activity: Json) -> str:
    """What is wrong with the actions of a card: every Action.Execute needs an Action.Submit to fall back to, with the
    same data, for clients that know no Universal Actions [UNIVERSAL]."""
    for action in _actions(activity.get("attachments", [])):
        fallback = action.get("fallback", {})
        if not action.get("verb") or fallback.get("type") != "Action.Submit" or fallback.get("data") != action["data"]:
            return "an Action.Execute without its Action.Submit [UNIVERSAL]"
    return ""


def _actions(value: Any) -> Iterator[Json]:
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _actions(each)
    if isinstance(value, dict) and value.get("type") == "Action.Execute":
        yield value


@dataclass
class _Stream:
    conversation: str
    begun: float
    last: float
    sequence: int = 1
    text: str = ""
    over: str = ""


@dataclass
class StreamRules:
    """The streams of the connector [STREAM]. `apart` is the least time between two requests of one stream."""

    monotonic: Callable[[], float] = time.monotonic
    apart: float = 0.0
    allowed: bool = True
    streams: dict[str, _Stream] = field(default_factory=dict)

    def stop(self, stream: str) -> None:
        """The person presses Stop."""
        self.streams[stream].over = "Content stream was canceled by user."

    def refuses(self, activity: Json, own_id: str) -> Refusal | None:
        """Takes one request of a stream, or says why not; `own_id` is the id that a new stream gets."""
        [info] = [each for each in activity["entities"] if each.get("type") == "streaminfo"]
        if activity["conversation"].get("conversationType") != "personal":
            return 400, "BadArgument", "Streaming is for one-on-one chats only."
        if not activity.get("text") and not (info.get("streamType") == "final" and activity.get("attachments")):
            return 400, "BadRequest", "Streaming activities should include text"
        if not self.allowed:
            return 403, _NOT_ALLOWED, "Content stream is not allowed"
        kind, stream = info.get("streamType", "streaming"), info.get("streamId", "")
        return self._going_on(activity, info, stream, kind) if stream else self._begun(activity, info, own_id, kind)

    def _begun(self, activity: Json, info: Json, own_id: str, kind: str) -> Refusal | None:
        conversation, now = activity["conversation"]["id"], self.monotonic()
        if info.get("streamSequence") != 1 or activity["type"] != "typing" or kind == "final":
            return 400, "BadRequest", "A stream begins with the sequence 1"
        if any(each.conversation == conversation and not each.over for each in self.streams.values()):
            return 400, "BadRequest", "One stream in a chat at a time"
        if kind == "informative" and len(activity["text"]) > _LONGEST_LINE:
            return 400, "BadRequest", "An informative line has 1,000 characters at most"
        self.streams[own_id] = _Stream(conversation=conversation, begun=now, last=now)
        return None

    def _going_on(self, activity: Json, info: Json, stream: str, kind: str) -> Refusal | None:
        found, now = self.streams.get(stream), self.monotonic()
        if found is None or found.conversation != activity["conversation"]["id"]:
            return 400, "BadRequest", "No such stream"
        refused = self._too_late(found, now) or _malformed(found, activity, info)
        if refused:
            return refused
        found.last, found.sequence = now, info.get("streamSequence", found.sequence)
        found.text = activity.get("text", "") if kind != "informative" else found.text
        if kind == "final":
            found.over = "Content stream is not allowed on an already completed streamed message"
        return None

    def _too_late(self, found: _Stream, now: float) -> Refusal | None:
        if found.over:
            return 403, _NOT_ALLOWED, found.over
        if now - found.begun > _LIFETIME_S:
            return 403, _NOT_ALLOWED, "Content stream finished due to exceeded streaming time."
        return (429, "TooManyRequests", "API calls quota exceeded") if now - found.last < self.apart else None


def _malformed(found: _Stream, activity: Json, info: Json) -> Refusal | None:
    final = info.get("streamType") == "final"
    if final == ("streamSequence" in info) or final != (activity["type"] == "message"):
        return 400, "BadRequest", "Only the last request is a message, and has no sequence"
    if not activity.get("text", "").startswith(found.text):
        return 400, "BadRequest", "Each text begins with the one before"
    if not final and (info["streamSequence"] <= found.sequence or activity.get("attachments")):
        return 400, "BadRequest", "The sequence goes up, and attachments come last"
    return None
