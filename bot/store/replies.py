"""Cards that must go out, and their rows in the outbox."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Update, null, or_, update

from bot.domain.cards import Card, to_json
from bot.domain.messages import Place
from bot.store.tables import outbox


class Promise(StrEnum):
    """What the outbox promises of a card."""

    #: At least once: somebody asked.
    ANSWER = "answer"
    #: At most once: one missed beats one doubled.
    NOTICE = "notice"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A card that must go out, once per key; at once, or from the moment that it is due.

    A notice takes the place of those that wait unsent and whose keys are its `batch` with no colon after it. From
    `until` on it is not sent any more: that is for notices alone, an answer is owed. `instead_of` is the key of an
    earlier card that is to be rewritten where it was posted; this one is posted anew where that cannot be. An empty
    card instead of an earlier one takes that one away. The keys of later ones sort after those of earlier ones.
    """

    key: str
    platform: str
    place: Place
    card: Card
    promise: Promise = Promise.ANSWER
    due: datetime | None = None
    batch: str = ""
    until: datetime | None = None
    instead_of: str = ""


def superseded(former: str) -> Update:
    """Sets aside what would have stood in the same place, where nobody has begun to post it."""
    same = or_(outbox.c.instead_of == former, (outbox.c.key == former) & (outbox.c.attempts == 0))
    return update(outbox).where(same, outbox.c.state == "pending").values(state="expired", payload=null())


def outbox_row(reply: Reply, now: datetime) -> dict[str, Any]:
    """The outbox's row of a card that nobody has tried to post yet."""
    return {
        "key": reply.key,
        "state": "pending",
        "promise": reply.promise,
        "platform": reply.platform,
        "place": reply.place,
        "payload": to_json(reply.card),
        "due_at": reply.due or now,
        "until": reply.until if reply.promise is Promise.NOTICE else None,
        "attempts": 0,
        "posted": "",
        "about": reply.card.about,
        "instead_of": reply.instead_of,
    }


def notice_row(reply: Reply, now: datetime) -> dict[str, Any]:
    """The same of a card that nobody asked for."""
    return outbox_row(replace(reply, promise=Promise.NOTICE), now)
