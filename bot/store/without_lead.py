"""Partnerships that have no lead now, for whoever runs the coach."""

from bot.domain.chat_settings import WITHOUT_LEAD
from bot.store.chat_settings import ChatSettings
from bot.store.database import Database
from bot.store.partnerships import Partnerships


async def without_lead(database: Database) -> list[tuple[str, str]]:
    """The name of each, and the day since when it is so, as an ISO date."""
    found = []
    for plan in await Partnerships(database).all():
        state = (await ChatSettings(database).of(plan.id)).get(WITHOUT_LEAD, {})
        if "since" in state:
            found.append((plan.name, str(state["since"])[:10]))
    return found
