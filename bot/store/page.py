"""What was said on the page: the page's stand-in for a chat platform's own memory."""

from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.delivery.ports import Clock, Utterance
from bot.domain.cards import Card, from_json, to_json
from bot.domain.messages import EventKey, Place
from bot.domain.people import PartnerId
from bot.store.database import Database
from bot.store.tables import page_entry


class PageTranscript:
    """Reads conversations, and posts cards into them: `Transcript` and `Sender` in one."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def read(self, place: Place) -> tuple[Utterance, ...]:
        """The whole conversation, oldest first."""
        chosen = select(page_entry).where(page_entry.c.place == place).order_by(page_entry.c.at, page_entry.c.key)
        async with self._database.reading() as connection:
            return tuple(_utterance(row) for row in await connection.execute(chosen))

    async def send(self, place: Place, key: EventKey, card: Card) -> None:
        """Post a card; a key that was posted before is left as it is."""
        row = {
            "key": key,
            "place": place,
            "partner": place,
            "at": self._clock(),
            "text": "",
            "card": to_json(card),
            "answers": key.partition(":answer:")[2],
        }
        try:
            async with self._database.writing() as connection:
                await connection.execute(insert(page_entry).values(**row))
        except IntegrityError:
            return

    async def forget(self, key: EventKey, instead: str) -> None:
        """Show this in the place of what was typed, of which nothing stays."""
        async with self._database.writing() as connection:
            await connection.execute(update(page_entry).where(page_entry.c.key == key).values(text=instead))


def _utterance(row: Any) -> Utterance:
    return Utterance(
        key=EventKey(row.key),
        partner=PartnerId(row.partner),
        at=row.at,
        text=row.text,
        card=None if row.card is None else from_json(row.card),
        answers=row.answers,
    )
