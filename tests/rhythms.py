"""When a partnership hears from the coach unasked, for suites in which a real server runs by the real clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.partnership import WEEKDAYS

_ZONE = ZoneInfo("Europe/London")
_RHYTHM = """\
holidays: none
rhythm: {{weekday: {weekday}, hour: {hour}, first_day: monday, last_day: sunday}}
quiet_hours: {{begin: 0, end: 0}}
check_ins: {check_ins}
"""


def silent() -> str:
    """Lines of a partnership's file by which nothing comes unasked today: neither a check-in nor a digest."""
    return _rhythm(days=1, hour=10, check_ins="false")


def waiting() -> str:
    """Lines by which nothing comes unasked today, and whoever asks for their check-in gets it."""
    return _rhythm(days=1, hour=10, check_ins="true")


def talking() -> str:
    """Lines by which a check-in is due at once, whatever day and hour it is."""
    return _rhythm(days=0, hour=0, check_ins="true")


def _rhythm(*, days: int, hour: int, check_ins: str) -> str:
    day = datetime.now(UTC).astimezone(_ZONE) + timedelta(days=days)
    return _RHYTHM.format(weekday=WEEKDAYS[day.weekday()], hour=hour, check_ins=check_ins)
