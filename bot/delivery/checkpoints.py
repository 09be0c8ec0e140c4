"""The named points of a message's way, where the crash tests kill the process."""

import os
import signal
from collections.abc import Callable
from enum import StrEnum


class Point(StrEnum):
    """In the order in which they are reached: by a question, a barrier, a check-in, or the notices of their changes."""

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
    DRAFT_KEPT = "draft-kept"
    BARRIER_BEFORE_WRITE = "barrier-before-write"
    BARRIER_BEFORE_COMMIT = "barrier-before-commit"
    BARRIER_COMMITTED = "barrier-committed"
    NUMBER_GIVEN = "number-given"
    CHECK_IN_BEFORE_WRITE = "check-in-before-write"
    CHECK_IN_BEFORE_COMMIT = "check-in-before-commit"
    CHECK_IN_COMMITTED = "check-in-committed"
    REFLECTION_BEFORE_WRITE = "reflection-before-write"
    REFLECTION_BEFORE_COMMIT = "reflection-before-commit"
    REFLECTION_COMMITTED = "reflection-committed"
    CARD_MADE = "card-made"
    ANSWER_BEFORE_WRITE = "answer-before-write"
    ANSWER_BEFORE_COMMIT = "answer-before-commit"
    ANSWER_COMMITTED = "answer-committed"
    OUTBOX_BEFORE_CLAIM = "outbox-before-claim"
    OUTBOX_SENDING = "outbox-sending"
    NOTICE_SENDING = "notice-sending"
    BEFORE_POST = "before-post"
    POSTED = "posted"
    NOTICE_POSTED = "notice-posted"
    SENT_BEFORE_COMMIT = "sent-before-commit"
    SENT = "sent"


#: What only a question passes, only a barrier or a notice, and only a check-in or a reply to one.
OF_QUESTIONS = frozenset({Point.SEARCHED, Point.COMPOSED})
OF_BARRIERS = frozenset(
    {
        Point.DRAFT_KEPT,
        Point.BARRIER_BEFORE_WRITE,
        Point.BARRIER_BEFORE_COMMIT,
        Point.BARRIER_COMMITTED,
        Point.NUMBER_GIVEN,
        Point.NOTICE_SENDING,
        Point.NOTICE_POSTED,
    }
)

OF_CHECK_INS = frozenset(
    {
        Point.CHECK_IN_BEFORE_WRITE,
        Point.CHECK_IN_BEFORE_COMMIT,
        Point.CHECK_IN_COMMITTED,
        Point.REFLECTION_BEFORE_WRITE,
        Point.REFLECTION_BEFORE_COMMIT,
        Point.REFLECTION_COMMITTED,
    }
)

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
