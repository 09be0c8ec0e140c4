"""The rules that the rhythm of a partnership keeps: its window, its hours, its closures and its holidays."""

from collections.abc import Iterator

from bot.domain.partnership import HOLIDAY_REGIONS, LANGUAGES, WEEKDAYS, PartnershipPlan
from bot.domain.problems import Problem, instead, one_of, quoted, within

#: A closure of more days than this is more likely a wrong year.
_LONGEST_CLOSURE = 366


def good_rhythm(plan: PartnershipPlan) -> Iterator[Problem]:
    """The check-in has a day in its window and an hour of the clock."""
    rhythm = plan.rhythm
    days = {"weekday": rhythm.weekday, "first_day": rhythm.first_day, "last_day": rhythm.last_day}
    unknown = {field: day for field, day in days.items() if day not in WEEKDAYS}
    for field, day in unknown.items():
        yield Problem(
            at=("rhythm", field), text=f"{field} {quoted(day)} is not a day as written here; {instead(day, WEEKDAYS)}"
        )
    if not unknown:
        first, chosen, last = (WEEKDAYS.index(days[field]) for field in ("first_day", "weekday", "last_day"))
        if not first <= chosen <= last:
            window = f"{rhythm.first_day} to {rhythm.last_day}"
            yield Problem(
                at=("rhythm", "weekday"), text=f"{rhythm.weekday} is not in {window}; move the day or widen the window"
            )
    yield from within(("rhythm", "hour"), rhythm.hour, 0, 23)


def good_quiet_hours(plan: PartnershipPlan) -> Iterator[Problem]:
    """Quiet hours are hours of the clock, and the check-in is not in them."""
    quiet, hour = plan.quiet_hours, plan.rhythm.hour
    wrong = [
        *within(("quiet_hours", "begin"), quiet.begin, 0, 23),
        *within(("quiet_hours", "end"), quiet.end, 0, 23),
    ]
    yield from wrong
    if not wrong and hour in range(24) and quiet.cover(hour):
        text = f"hour is {hour}, in the quiet hours from {quiet.begin} to {quiet.end}; move the hour or the quiet hours"
        yield Problem(at=("rhythm", "hour"), text=text)


def good_closures(plan: PartnershipPlan) -> Iterator[Problem]:
    """A closure ends after it began, and within a year."""
    for index, closure in enumerate(plan.closures):
        days = (closure.last - closure.first).days + 1
        if days < 1:
            text = f"last is {closure.last}, before first, {closure.first}; correct one of them"
            yield Problem(at=("closures", index, "last"), text=text)
        elif days > _LONGEST_CLOSURE:
            text = (
                f"first is {closure.first}, {days} days before the end; a closure is a year at most, correct the year"
            )
            yield Problem(at=("closures", index, "first"), text=text)


def known_region(plan: PartnershipPlan) -> Iterator[Problem]:
    """Holidays are those of a part of the United Kingdom, or of nowhere."""
    if plan.holidays is not None:
        yield from one_of(("holidays",), plan.holidays, HOLIDAY_REGIONS, "set of holidays")


def known_language(plan: PartnershipPlan) -> Iterator[Problem]:
    """A partnership speaks a language that the coach has words in."""
    if plan.language is not None:
        yield from one_of(("language",), plan.language, LANGUAGES, "language")
