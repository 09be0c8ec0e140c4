"""What a press or a form about one barrier asks for, read: whatever cannot be read is refused in a sentence."""

from dataclasses import dataclass
from datetime import date

from bot.coaching.changes import change_id
from bot.coaching.recognising import Recognised
from bot.domain.barrier_views import Reader, View, seen_by
from bot.domain.barriers import Barrier, Refusal, Refused, Status
from bot.domain.messages import Incoming
from bot.domain.people import PartnerId


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A press or a form about one barrier: who, which version they saw, and what else the button carried."""

    incoming: Incoming
    recognised: Recognised
    partner: PartnerId
    barrier: Barrier
    view: View
    version: int
    more: tuple[str, ...]

    @property
    def change(self) -> str:
        """The id of the change that this message makes."""
        return change_id(self.incoming)

    @property
    def sent(self) -> bool:
        """Whether it is a form that was sent, rather than the button that asks for it."""
        return self.more[-1:] == ("sent",)

    def given(self, field: str) -> str:
        """What was filled in."""
        return self.incoming.values.get(field, "").strip()


def view_of(barrier: Barrier, recognised: Recognised) -> View | None:
    """What the reader may see: nothing of another partnership, and nothing where nobody confirms who they are."""
    standing = recognised.standing
    if recognised.partner is None or barrier.partnership != recognised.plan.id:
        return None
    reader = Reader(partner=recognised.partner, organisation=standing.organisation, lead=standing.lead)
    return seen_by(barrier, reader, recognised.plan.disclosure)


def status_in(more: tuple[str, ...]) -> Status:
    name = more[0].upper() if more else ""
    if name not in Status.__members__:
        raise Refused(Refusal.UNKNOWN_BARRIER)
    return Status[name]


def day_in(text: str) -> date | None:
    if not text:
        return None
    for reading in (date.fromisoformat, _british):
        try:
            return reading(text)
        except ValueError:
            continue
    raise Refused(Refusal.BAD_DATE)


def _british(text: str) -> date:
    day, month, year = text.replace("/", ".").split(".")
    return date(int(year), int(month), int(day))
