"""Who is due for a check-in at a moment: the core of inviting, which asks nobody and keeps nothing."""

from collections.abc import Container, Iterable, Mapping
from datetime import date, datetime

from bot.domain.own_settings import PartnerSettings
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnerId
from bot.domain.planning import Preferences, Slot, due, usual

#: What somebody has who chose nothing.
NOTHING_CHOSEN = PartnerSettings()


def due_now(
    now: datetime,
    partners: Iterable[PartnerId],
    settings: Mapping[PartnerId, PartnerSettings],
    plan: PartnershipPlan,
    days_off: Container[date],
) -> dict[PartnerId, Slot]:
    """The slots that are open at this moment, by partner: who was asked in theirs already is not known here.

    Nobody who stopped, and nobody at all where the partnership asks no questions. Most people want to be asked when it
    is usual, so each wish is looked at once.
    """
    if not plan.check_ins:
        return {}
    everyone, found = usual(plan), dict[PartnerId, Slot]()
    known: dict[Preferences, Slot | None] = {}
    for partner in partners:
        own = settings.get(partner)
        if own is not None and own.stopped:
            continue
        wish = everyone if own is None else own.preferences(plan)
        if wish not in known:
            known[wish] = due(now, wish, plan.rhythm, days_off)
        slot = known[wish]
        if slot is not None:
            found[partner] = slot
    return found
