"""“Log as barrier” in the menu of a message: a message extension, as Teams calls it.

Sources: MicrosoftDocs/msteams-docs, msteams-platform/messaging-extensions/how-to/action-commands:
define-action-command.md, create-task-module.md and respond-to-task-module-submit.md.
"""

import re
from datetime import datetime
from html.parser import HTMLParser

from adapters.teams.activity import Activity, Json, part, storable, text
from adapters.teams.events import key_of, sender_of
from adapters.teams.references import direct_of, place_of
from bot.domain.messages import Incoming

#: The command's id in the package, and the action that it becomes.
BARRIER = "barrier-shortcut"
_INVOKES = ("composeExtension/fetchTask", "composeExtension/submitAction")
_LINK = re.compile(r"https://teams\.(?:microsoft\.com|cloud\.microsoft|live\.com)/l/message/[^\s<>]{1,1000}")
#: What stands on lines of its own, and what says nothing or was said by somebody else.
_LINES = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "pre", "hr"})
_LEFT_OUT = frozenset({"blockquote", "script", "style"})


def is_shortcut(activity: Activity) -> bool:
    """Whether somebody chose the command."""
    return (
        text(activity, "type") == "invoke"
        and text(activity, "name") in _INVOKES
        and text(activity, "value", "commandId") == BARRIER
    )


def shortcut(activity: Activity, received_at: datetime) -> Incoming | None:
    """What somebody wants to log; None where nobody in particular does.

    `values` has `own`, “yes” for the person's own message; `text`, what an own message says and empty for another's,
    whose author was not asked; and `link`, where the message stands, as far as Teams says. `place` and `direct` are
    those of the conversation that it was chosen in, and may be empty.
    """
    sender = sender_of(activity)
    if sender is None:
        return None
    message = part(activity, "value", "messagePayload")
    own = bool(sender.user) and text(message, "from", "user", "id").lower() == sender.user
    link = text(message, "linkToMessage")
    return Incoming(
        key=key_of(activity),
        place=place_of(activity),
        direct=direct_of(activity),
        sender=sender,
        text="",
        received_at=received_at,
        action=BARRIER,
        values={
            "own": "yes" if own else "no",
            "text": _said(message) if own else "",
            "link": link if _LINK.fullmatch(link) else "",
        },
    )


def dialog(message: str) -> Json:
    """The answer to the command: a message in the dialog that Teams has opened."""
    return {"task": {"type": "message", "value": message}}


def _said(message: Activity) -> str:
    """The text of a message, without what it quotes of others."""
    content = text(message, "body", "content")
    if text(message, "body", "contentType").lower() != "html":
        return content.strip()
    reader = _Reader()
    reader.feed(content)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.said).split("\n"))
    return storable(re.sub(r"\n{3,}", "\n\n", "\n".join(lines))).strip()


class _Reader(HTMLParser):
    """Reads what a message says out of its HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._left_out = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        """A line ends before what stands on lines of its own."""
        self._left_out += tag in _LEFT_OUT
        self._line(tag)

    def handle_endtag(self, tag: str) -> None:
        """A line ends after it, too."""
        self._left_out = max(self._left_out - (tag in _LEFT_OUT), 0)
        self._line(tag)

    def handle_data(self, data: str) -> None:
        """Text: its own line breaks mean nothing."""
        if not self._left_out:
            self.said.append(" ".join(data.split("\n")))

    def _line(self, tag: str) -> None:
        if tag in _LINES or tag in _LEFT_OUT:
            self.said.append("\n")
