"""Shortcuts: “Log as barrier” on anybody's message, and “Log a barrier” from anywhere.

Sources: docs.slack.dev/interactivity/implementing-shortcuts,
docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload.
"""

from datetime import datetime

from adapters.slack.guard import Payload
from adapters.slack.payloads import person_of, read_id, read_text, read_timestamp, read_token
from adapters.slack.places import Spot
from adapters.slack.text import plain
from bot.domain.messages import EventKey, Incoming
from bot.domain.people import Identity

#: The action that both become, and the one's own id; the other's says that there is no message.
BARRIER, BARRIER_ANEW = "barrier-shortcut", "barrier-new-form"


def shortcut(payload: Payload, now: datetime) -> Incoming | None:
    """What somebody wants to log, answered where nobody else reads it; None for a shortcut that is not ours.

    `values` has `own`, “yes” for the person's own message or none at all; `text`, what an own message says and empty
    for another's, whose author was not asked; and `link`, where the message stands.
    """
    kind, name = payload["type"], payload["callback_id"]
    if (kind, name) not in (("message_action", BARRIER), ("shortcut", BARRIER_ANEW)):
        return None
    person = person_of(payload)
    team = read_id((payload.get("team") or {}).get("id") or person.tenant)
    alone = Spot(team=team, channel=person.user).place
    return Incoming(
        key=EventKey(f"slack:shortcut:{team}:{read_token(payload['trigger_id'])}"),
        place=alone,
        direct=alone,
        sender=person,
        text="",
        received_at=now,
        action=BARRIER,
        values=_message(payload, person) if kind == "message_action" else {"own": "yes", "text": "", "link": ""},
    )


def _message(payload: Payload, person: Identity) -> dict[str, str]:
    message = payload["message"]
    own = message.get("user") == person.user and not message.get("bot_id")
    channel, time = read_id(payload["channel"]["id"]), read_timestamp(message["ts"])
    return {
        "own": "yes" if own else "no",
        "text": plain(read_text(message.get("text") or "")).strip() if own else "",
        "link": f"https://slack.com/archives/{channel}/p{time.replace('.', '')}",
    }
