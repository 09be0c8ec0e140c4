"""What was said on the page: the page's stand-in for a chat platform's own memory."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.delivery.ports import Clock, Utterance
from bot.domain.cards import Card, from_json, to_json
from bot.domain.messages import REVISED, WITHDRAWN, EventKey, Incoming, Place
from bot.domain.people import PartnerId
from bot.store.database import Database
from bot.store.tables import page_entry

_PAGE = "web"


class PageTranscript:
    """Reads conversations, posts cards into them, and changes what stands there."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def read(self, place: Place) -> tuple[Utterance, ...]:
        """The whole conversation, oldest first."""
        chosen = select(page_entry).where(page_entry.c.place == place).order_by(page_entry.c.at, page_entry.c.key)
        async with self._database.reading() as connection:
            return tuple(_utterance(row) for row in await connection.execute(chosen))

    async def send(self, place: Place, key: EventKey, card: Card) -> str:
        """Post a card; a key that was posted before is left as it is. The reference is the key itself."""
        said = Utterance(
            key=key, partner=PartnerId(place), at=self._clock(), card=card, answers=key.partition(":answer:")[2]
        )
        await self._added(place, said)
        return key

    async def rewrite(self, place: Place, posted: str, key: EventKey, card: Card) -> str:  # noqa: ARG002
        """Show a card in the place of one that was posted, which keeps its own key."""
        there = page_entry.c.place == place, page_entry.c.key == posted
        async with self._database.writing() as connection:
            await connection.execute(update(page_entry).where(*there).values(card=to_json(card)))
        return posted

    async def remove(self, place: Place, posted: str) -> None:
        """Take away a card that was posted."""
        there = page_entry.c.place == place, page_entry.c.key == posted
        async with self._database.writing() as connection:
            await connection.execute(delete(page_entry).where(*there))

    async def pressed(self, place: Place, said: Utterance) -> None:
        """Note that somebody pressed a button, once: by its label, and which card it stood on."""
        await self._added(place, said)

    async def forget(self, key: EventKey, instead: str) -> None:
        """Show this in the place of what was typed, of which nothing stays."""
        async with self._database.writing() as connection:
            await connection.execute(update(page_entry).where(page_entry.c.key == key).values(text=instead))

    async def _added(self, place: Place, said: Utterance) -> None:
        row = {
            "key": said.key,
            "place": place,
            "partner": said.partner,
            "at": said.at,
            "text": said.text,
            "card": None if said.card is None else to_json(said.card),
            "answers": said.answers,
        }
        try:
            async with self._database.writing() as connection:
                await connection.execute(insert(page_entry).values(**row))
        except IntegrityError:
            return


def note_typed(connection: Connection, kept: Sequence[Incoming]) -> None:
    """Show what was typed on the page as soon as it is kept, and what became of it: there is no platform to show it.

    Messages of other platforms are none of the page's, and what was pressed is noted by the page itself.
    """
    for each in kept:
        if each.platform != _PAGE:
            continue
        its = page_entry.c.key == each.of
        if each.action == REVISED:
            connection.execute(update(page_entry).where(its).values(text=each.text))
        elif each.action == WITHDRAWN:
            connection.execute(delete(page_entry).where(its))
        elif not each.action:
            connection.execute(insert(page_entry).values(**_typed(each)))


def _typed(incoming: Incoming) -> dict[str, Any]:
    return {
        "key": incoming.key,
        "place": incoming.place,
        "partner": incoming.sender.user,
        "at": incoming.received_at,
        "text": incoming.text,
        "card": None,
        "answers": "",
    }


def _utterance(row: Any) -> Utterance:
    return Utterance(
        key=EventKey(row.key),
        partner=PartnerId(row.partner),
        at=row.at,
        text=row.text,
        card=None if row.card is None else from_json(row.card),
        answers=row.answers,
    )
