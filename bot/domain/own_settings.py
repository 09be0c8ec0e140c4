"""What a partner chose for themselves, laid over what is usual in their partnership."""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.partnership import PartnershipPlan, QuietHours, Span
from bot.domain.planning import Preferences, usual

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class PartnerSettings:
    """A partner's own word on when and how they hear from the coach; None or empty where they said nothing.

    `zone` is an IANA zone that they chose, `known_zone` the one that their platform told. `stopped` holds until they
    start again. `paused_until` is the first day on which they are asked again. `away` are days off, both ends included.
    """

    zone: str | None = None
    weekday: str | None = None
    hour: int | None = None
    quiet: QuietHours | None = None
    locale: str | None = None
    stopped: bool = False
    paused_until: date | None = None
    away: tuple[Span, ...] = ()
    known_zone: str | None = None

    def preferences(self, plan: PartnershipPlan) -> Preferences:
        """When they want to hear from the coach, with the partnership's rhythm where they did not say.

        A pause counts as being away until it ends. Whether they stopped is not in it: then nothing is due at all.
        """
        rest = usual(plan)
        return Preferences(
            zone=self.zone or self.known_zone or rest.zone,
            weekday=self.weekday or rest.weekday,
            hour=rest.hour if self.hour is None else self.hour,
            quiet=self.quiet or rest.quiet,
            away=(*self.away, *self._pause()),
        )

    def _pause(self) -> tuple[Span, ...]:
        if self.paused_until is None or self.paused_until == date.min:
            return ()
        return (Span(first=date.min, last=self.paused_until - _DAY),)
