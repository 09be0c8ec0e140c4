"""Teams' own thumbs under an answer: the same as the coach's two buttons, which they stand for there.

Source: MicrosoftDocs/msteams-docs, msteams-platform/bots/how-to/bot-messages-ai-generated-content.md. Teams says of a
vote only under which message it was given, the Agents Playground not even that. What the buttons of that message
carried is held in memory; the store knows less of a message that was posted before the process began, so that a
question cannot be shown to leads from there.
"""

import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from adapters.teams.activity import Activity, part, storable, text
from adapters.teams.events import key_of, sender_of
from adapters.teams.references import References, conversation_of, direct_of, person_key, place_of
from bot.coaching.answers.feedback import DOWN, UP, WHY
from bot.domain.cards import Card
from bot.domain.heard import Trouble
from bot.domain.messages import Incoming, Place

#: The thumbs with a vote, and what asks for a form of our own behind them, which is never offered but may be sent.
SUBMITTED, OPENED = "message/submitAction", "message/fetchTask"
_LIKE, _DISLIKE = "like", "dislike"
_MOST = 1_000


@dataclass(frozen=True, kw_only=True)
class Rated:
    """What the two buttons under an answer carry; both empty where the answer is not known."""

    up: str = ""
    down: str = ""


#: Finds what the store knows of an answer, by the conversation and the message in it.
Stored = Callable[[str, str], Awaitable[Rated]]


async def nothing_stored(_conversation: str, _posted: str) -> Rated:
    """Where the store is not asked."""
    return Rated()


def rated(card: Card) -> Rated | None:
    """What the two buttons of a card carry; None for a card without both."""
    values = {button.action: button.value for button in card.buttons if button.action in {UP, DOWN}}
    return Rated(up=values[UP], down=values[DOWN]) if len(values) == 2 else None  # noqa: PLR2004 - both of them


def without_thumbs(card: Card) -> Card:
    """The card without the two buttons, in whose place Teams has its own."""
    return replace(card, buttons=tuple(button for button in card.buttons if button.action not in {UP, DOWN}))


class Ratings:
    """What was posted of late and may be rated; the oldest gives way."""

    def __init__(self, stored: Stored = nothing_stored) -> None:
        self._stored = stored
        self._posted: OrderedDict[tuple[str, str], Rated] = OrderedDict()

    def remember(self, conversation: str, posted: Sequence[str], card: Card) -> None:
        """The messages that show this card are known from now on, where it can be rated."""
        found = rated(card)
        for each in posted if found else ():
            if each and found:
                self._posted[(conversation, each)] = found
                self._posted.move_to_end((conversation, each))
        while len(self._posted) > _MOST:
            self._posted.popitem(last=False)

    def forget(self) -> None:
        """Empty the memory: it holds what people asked."""
        self._posted.clear()

    async def of(self, conversation: str, posted: str) -> Rated:
        """What the buttons under a message carried; of the last one there where a client names no message."""
        last = next((each for each in reversed(self._posted) if each[0] == conversation), None)
        named = (conversation, posted) if posted else last
        known = self._posted.get(named) if named else None
        return known if known is not None else await self._stored(conversation, posted)


def is_rating(activity: Activity) -> bool:
    """Whether somebody pressed one of Teams' thumbs."""
    return (
        text(activity, "type") == "invoke"
        and text(activity, "name") in {SUBMITTED, OPENED}
        and text(activity, "value", "actionName") == "feedback"
        and text(activity, "value", "actionValue", "reaction") in {_LIKE, _DISLIKE}
    )


async def rating(
    activity: Activity, ratings: Ratings, references: References, received_at: datetime
) -> Incoming | None:
    """The vote as the button that it stands for; with a reason, as the form behind it. None where nobody votes.

    It is answered where the person is alone with the coach, if that is known: a vote is nobody else's business.
    """
    sender = sender_of(activity)
    if sender is None:
        return None
    posted = text(activity, "replyToId") or text(activity, "value", "replyToId")
    carried = await ratings.of(conversation_of(text(activity, "conversation", "id")), posted)
    said, liked = _reason(activity), text(activity, "value", "actionValue", "reaction") == _LIKE
    action, values = (UP, {"value": carried.up}) if liked else (DOWN, {"value": carried.down})
    if said and not liked:
        action, values = WHY, {"value": carried.down, "reason": Trouble.OTHER.value, "comment": said}
    known = await references.find(person_key(sender))
    alone = await references.find(known.alone) if known else None
    place = Place(alone.conversation) if alone else place_of(activity)
    return Incoming(
        key=key_of(activity),
        place=place,
        direct=place if alone else direct_of(activity),
        sender=sender,
        text="",
        received_at=received_at,
        action=action,
        values=values,
    )


def _reason(activity: Activity) -> str:
    """What was written into the form: a text, or JSON that has it under a name."""
    given = part(activity, "value", "actionValue").get("feedback")
    if isinstance(given, str):
        try:
            read = json.loads(given)
        except (ValueError, RecursionError):
            return storable(given).strip()
        if not isinstance(read, dict):
            return storable(given).strip()
        given = read
    return text(given, "feedbackText").strip() if isinstance(given, dict) else ""
