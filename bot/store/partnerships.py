"""The partnerships that were applied, as their plans."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from bot.domain.chat_settings import overlaid
from bot.domain.errors import PartnershipError
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnershipId
from bot.partnership_file import from_json, to_json
from bot.store.check_in_tables import chat_setting
from bot.store.database import Database
from bot.store.role_tables import lead_offer
from bot.store.tables import partnership


class Partnerships:
    """Keeps one plan a partnership, by its id."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> tuple[PartnershipPlan, ...]:
        """Every plan, by id, with what its leads changed in chat laid over it."""
        async with self._database.reading() as connection:
            plans = await connection.scalars(select(partnership.c.plan).order_by(partnership.c.id))
            applied = [from_json(plan) for plan in plans]
            changed: dict[str, dict[str, Any]] = defaultdict(dict)
            for row in await connection.execute(select(chat_setting)):
                changed[row.partnership][row.key] = row.value
        return tuple(overlaid(plan, changed[plan.id]) for plan in applied)

    async def applied(self) -> tuple[PartnershipPlan, ...]:
        """Every plan, by id, as its file had it when it was applied."""
        async with self._database.reading() as connection:
            plans = await connection.scalars(select(partnership.c.plan).order_by(partnership.c.id))
            return tuple(from_json(plan) for plan in plans)

    async def find(self, name: str) -> PartnershipPlan:
        """The plan with this id or name, or the only one when the name is empty; raises `PartnershipError`.

        What its leads changed in chat is laid over it.
        """
        plans = await self.all()
        found = [plan for plan in plans if name in (plan.id, plan.name)] if name else list(plans)
        if len(found) == 1:
            return found[0]
        known = ", ".join(plan.id for plan in plans) or 'none yet: run `coach partnership new "NAME" --lead ADDRESS`'
        wanted = f"There is no partnership “{name}”." if name else "Say which partnership with --partnership."
        raise PartnershipError(f"{wanted} Known here: {known}.")

    async def remove(self, plan: PartnershipId) -> None:
        """Forget the plan with this id, what was changed of it in chat, and who was asked to lead."""
        async with self._database.writing() as connection:
            await connection.execute(delete(chat_setting).where(chat_setting.c.partnership == plan))
            await connection.execute(delete(lead_offer).where(lead_offer.c.partnership == plan))
            await connection.execute(delete(partnership).where(partnership.c.id == plan))

    async def save(self, plan: PartnershipPlan, now: datetime) -> None:
        """Put a plan in the place of the one with the same id."""
        latest = {"plan": to_json(plan), "applied_at": now}
        added = self._database.insert(partnership).values(id=plan.id, **latest)
        async with self._database.writing() as connection:
            await connection.execute(added.on_conflict_do_update(index_elements=["id"], set_=latest))
