"""What leads set for channels, and what was said there once."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from bot.domain.channel_modes import ChannelRule, Mode
from bot.domain.messages import EventKey, Place
from bot.store.database import Database
from bot.store.hearing_tables import hearing_mode

_COLUMNS = ["platform", "channel"]


class HearingModes:
    """One row a channel of which anything is known; in any other the usual holds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, platform: str, channel: Place) -> ChannelRule:
        """What holds in a channel."""
        async with self._database.reading() as connection:
            row = (await connection.execute(select(hearing_mode).where(_is(platform, channel)))).one_or_none()
        if row is None:
            return ChannelRule()
        return ChannelRule(mode=Mode(row.mode), documents=tuple(row.documents), partnership=row.partnership)

    async def keep(self, platform: str, channel: Place, rule: ChannelRule) -> None:
        """Let this hold in a channel from now on."""
        chosen = {"mode": rule.mode.value, "documents": list(rule.documents), "partnership": rule.partnership}
        kept = self._added(platform, channel, chosen).on_conflict_do_update(index_elements=_COLUMNS, set_=chosen)
        await self._database.write(lambda connection: connection.execute(kept).rowcount)

    async def tell_off(self, platform: str, channel: Place, day: date, key: EventKey) -> bool:
        """Whether this message is the one of the day that is told, in front of all, that the coach is switched off."""
        another = hearing_mode.c.told_on.is_(None) | (hearing_mode.c.told_on != day)
        return await self._first(platform, channel, {"told_on": day, "told_key": key}, another)

    async def welcome(self, platform: str, channel: Place, key: EventKey) -> bool:
        """Whether this event is the one at which the coach introduces itself in a channel: the first there ever was."""
        return await self._first(platform, channel, {"welcome_key": key}, hearing_mode.c.welcome_key == "")

    async def _first(self, platform: str, channel: Place, said: dict[str, Any], while_: ColumnElement[bool]) -> bool:
        """Note what is said in a channel while it may be; whether it is this that stands there afterwards."""
        noted = self._added(platform, channel, said).on_conflict_do_update(
            index_elements=_COLUMNS, set_=said, where=while_
        )
        stands = select(*(hearing_mode.c[name] for name in said)).where(_is(platform, channel))

        def note(connection: Connection) -> bool:
            connection.execute(noted)
            return tuple(connection.execute(stands).one()) == tuple(said.values())

        return await self._database.write(note)

    def _added(self, platform: str, channel: Place, known: dict[str, Any]) -> Any:
        usual = {"partnership": "", "mode": Mode.MENTION.value, "documents": [], "told_key": "", "welcome_key": ""}
        return self._database.insert(hearing_mode).values(platform=platform, channel=channel, **{**usual, **known})


def _is(platform: str, channel: Place) -> ColumnElement[bool]:
    return (hearing_mode.c.platform == platform) & (hearing_mode.c.channel == channel)
