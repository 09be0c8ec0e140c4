"""Last questions without a database."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.messages import Place
from bot.store.last_questions import LastQuestions
from knowledge.following import Before


@dataclass
class FakeLast(LastQuestions):
    """Last questions in a dictionary."""

    rows: dict[tuple[str, Place], tuple[Before, datetime]] = field(default_factory=dict)

    async def find(self, asker: str, place: Place, since: datetime) -> Before | None:
        before, at = self.rows.get((asker, place), (None, since))
        return before if at >= since else None

    async def keep(self, asker: str, place: Place, before: Before, at: datetime) -> None:
        self.rows[asker, place] = before, at

    async def forget(self, before: datetime) -> None:
        self.rows = {key: row for key, row in self.rows.items() if row[1] >= before}
