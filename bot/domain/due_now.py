"""Who is due for a check-in at a moment: the core of inviting, which asks nobody and keeps nothing."""

from collections.abc import Callable, Container, Iterable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.own_settings import PartnerSettings
from bot.domain.partnership import PartnershipPlan, Rhythm
from bot.domain.people import PartnerId
from bot.domain.planning import Preferences, Slot, Week, due, slot, welcome

#: The slot of somebody who wants to be asked so, if it is open at a moment.
_Opens = Callable[[datetime, Preferences, Rhythm, Container[date]], Slot | None]
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
    return _slots(now, partners, settings, plan, days_off, due)


def begun_now(
    now: datetime,
    partners: Iterable[PartnerId],
    settings: Mapping[PartnerId, PartnerSettings],
    plan: PartnershipPlan,
    days_off: Container[date],
) -> dict[PartnerId, Slot]:
    """Everybody who may be due at this moment, whatever their absences: those are not in `settings`.

    An absence moves a slot to a later day, so one that would be over without it may just be open: only that it has
    begun is asked for.
    """
    return _slots(now, partners, settings, plan, days_off, _begun)


def _begun(now: datetime, preferences: Preferences, rhythm: Rhythm, days_off: Container[date]) -> Slot | None:
    if not welcome(now, preferences, rhythm, days_off):
        return None
    week = Week.of(now.astimezone(ZoneInfo(preferences.zone)).date())
    found = slot(week, preferences, rhythm, days_off)
    return found if found and found.at <= now else None


def _slots(
    now: datetime,
    partners: Iterable[PartnerId],
    settings: Mapping[PartnerId, PartnerSettings],
    plan: PartnershipPlan,
    days_off: Container[date],
    open_at: _Opens,
) -> dict[PartnerId, Slot]:
    if not plan.check_ins:
        return {}
    found, known = dict[PartnerId, Slot](), dict[PartnerSettings, Slot | None]()
    for partner in partners:
        own = settings.get(partner, NOTHING_CHOSEN)
        if own not in known:
            known[own] = None if own.stopped else open_at(now, own.preferences(plan), plan.rhythm, days_off)
        open_slot = known[own]
        if open_slot is not None:
            found[partner] = open_slot
    return found
