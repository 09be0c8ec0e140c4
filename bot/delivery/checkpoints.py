"""The named points of a question's way, where the crash tests kill the process."""

import os
import signal
from collections.abc import Callable
from enum import StrEnum


class Point(StrEnum):
    """In the order in which a question reaches them."""

    MESSAGE_PARSED = "message-parsed"
    INBOX_BEFORE_WRITE = "inbox-before-write"
    INBOX_BEFORE_COMMIT = "inbox-before-commit"
    INBOX_COMMITTED = "inbox-committed"
    INBOX_BEFORE_CLAIM = "inbox-before-claim"
    INBOX_CLAIMED = "inbox-claimed"
    AUDIENCE_KNOWN = "audience-known"
    ROUTED = "routed"
    SEARCHED = "searched"
    COMPOSED = "composed"
    CARD_MADE = "card-made"
    ANSWER_BEFORE_WRITE = "answer-before-write"
    ANSWER_BEFORE_COMMIT = "answer-before-commit"
    ANSWER_COMMITTED = "answer-committed"
    OUTBOX_BEFORE_CLAIM = "outbox-before-claim"
    OUTBOX_SENDING = "outbox-sending"
    BEFORE_POST = "before-post"
    POSTED = "posted"
    SENT_BEFORE_COMMIT = "sent-before-commit"
    SENT = "sent"


#: Told that the process has come to a point.
Reached = Callable[[Point], None]


def pass_by(_point: Point) -> None:
    """What every point does outside the crash tests: nothing."""


def die_at(chosen: Point) -> Reached:
    """Kill this process, without any clean-up, the first time it reaches the chosen point."""

    def reached(point: Point) -> None:
        if point is chosen:
            os.kill(os.getpid(), signal.SIGKILL)

    return reached
