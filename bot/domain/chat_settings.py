"""What leads change in chat: which keys there are, and how they lie over the partnership's file."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from bot.domain.chat_agreements import CONTACT, DISCLOSURE, overlaid_agreements
from bot.domain.chat_members import PREFIXES, overlaid_members
from bot.domain.partnership import WEEKDAYS, PartnershipPlan, Rhythm

#: The keys of the rhythm; their values are a weekday, an hour of the clock, a truth value or an ISO date.
WEEKDAY, HOUR = "rhythm.weekday", "rhythm.hour"
FIRST_DAY, LAST_DAY = "rhythm.first_day", "rhythm.last_day"
CHECK_INS, PAUSED_UNTIL = "check_ins", "paused_until"
KEYS = (WEEKDAY, HOUR, FIRST_DAY, LAST_DAY, CHECK_INS, PAUSED_UNTIL)
#: The state of a partnership, which no file says: that it has no lead now, and that it is being wound up. Partners are
#: asked nothing while `asks_nobody` is true of either.
WITHOUT_LEAD, WINDING_UP = "without_lead", "winding_up"
_HOURS = range(24)


def file_may_say(key: str) -> bool:
    """Whether a partnership's file says something about what is kept under this key.

    Of documents that leads brought in chat it says nothing: dropped, nobody could see them.
    """
    return key in {DISCLOSURE, *KEYS} - {PAUSED_UNTIL} or key.startswith((*PREFIXES, CONTACT))


def overlaid(plan: PartnershipPlan, settings: Mapping[str, Any]) -> PartnershipPlan:
    """The plan as its leads have it now.

    A value that is none, and a window that a later file has turned upside down, are passed over: the file's word
    holds, and check-ins go on.
    """
    if not settings:
        return plan
    switched, paused = settings.get(CHECK_INS), settings.get(PAUSED_UNTIL)
    asked = switched if isinstance(switched, bool) else plan.check_ins
    return replace(
        overlaid_members(overlaid_agreements(plan, settings), settings),
        rhythm=_rhythm(plan.rhythm, settings),
        check_ins=asked and not any(_asks_nobody(settings.get(key)) for key in (WITHOUT_LEAD, WINDING_UP)),
        paused_until=_day(paused) if paused is not None else plan.paused_until,
    )


def _asks_nobody(state: object) -> bool:
    return isinstance(state, Mapping) and state.get("asks_nobody") is True


def _rhythm(agreed: Rhythm, settings: Mapping[str, Any]) -> Rhythm:
    hour = settings.get(HOUR)
    first, last = _weekday(settings, FIRST_DAY, agreed.first_day), _weekday(settings, LAST_DAY, agreed.last_day)
    if WEEKDAYS.index(first) > WEEKDAYS.index(last):
        first, last = agreed.first_day, agreed.last_day
    return Rhythm(
        weekday=_weekday(settings, WEEKDAY, agreed.weekday),
        hour=hour if type(hour) is int and hour in _HOURS else agreed.hour,
        first_day=first,
        last_day=last,
    )


def _weekday(settings: Mapping[str, Any], key: str, agreed: str) -> str:
    said = settings.get(key)
    return said if isinstance(said, str) and said in WEEKDAYS else agreed


def _day(written: object) -> date | None:
    try:
        return date.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None
