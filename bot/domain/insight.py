"""What the frozen figures prove of a partnership's replies, and nothing more.

Every conclusion follows from bands that any lead may see. A figure that is "too few to say" is unknown: it is taken
neither for nobody nor for few.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.barrier_views import Reader
from bot.domain.check_ins import Reflection, week_of
from bot.domain.coverage import Coverage, Quiet, coverage, quiet
from bot.domain.disclosure import ALL, MONTH, WINDOWS, Band, Measure, Snapshot, select, weeks_until
from bot.domain.partnership import FACTORS, PartnershipPlan
from bot.domain.people import OrganisationId
from bot.domain.perception import PerceptionGap, perception_gaps
from bot.domain.themes import TOLD, Theme, quotes


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """How leads can begin to talk about a factor: two open questions, and what helped elsewhere with its source."""

    questions: tuple[str, ...]
    practice: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How many people want the board to talk about a factor."""

    factor: str
    band: Band


@dataclass(frozen=True, kw_only=True)
class Insight:
    """What leads are told besides barriers. `coverage` is a map for each window, the longest first.

    `window` is how many weeks back `themes` and `agenda` look.
    """

    window: int
    coverage: tuple[Coverage, ...]
    perceptions: tuple[PerceptionGap, ...]
    quiet: tuple[Quiet, ...]
    themes: tuple[Theme, ...]
    agenda: tuple[Wish, ...]


@dataclass(frozen=True, kw_only=True)
class Narrowed:
    """Who asks, for which weeks up to `week`, and of which organisation and factor, None for every."""

    plan: PartnershipPlan
    week: str
    weeks: int
    reader: Reader
    organisation: OrganisationId | None = None
    factor: str | None = None

    @property
    def window(self) -> int:
        """The weeks of which is told what people said: a month at least."""
        return max(self.weeks, MONTH)

    @property
    def factors(self) -> tuple[str, ...]:
        """Those that are asked about."""
        return FACTORS if self.factor is None else (self.factor,)

    @property
    def organisations(self) -> tuple[OrganisationId, ...]:
        """Those that are asked about."""
        members = (each.id for each in self.plan.organisations)
        return tuple(each for each in members if self.organisation in (None, each))


def disputed(snapshots: Mapping[str, Snapshot], week: str, plan: PartnershipPlan) -> frozenset[str]:
    """The factors of which the figures of `week` prove that two organisations see them differently."""
    return frozenset(each.factor for each in perception_gaps(_strict(snapshots, week, plan), plan))


def blocked(snapshots: Mapping[str, Snapshot], week: str, plan: PartnershipPlan) -> frozenset[str]:
    """The factors about which so many had open barriers at the end of `week` that it may be told."""
    frozen = _strict(snapshots, week, plan)
    return frozenset(factor for factor in FACTORS if select(frozen, Measure.OPEN, factor=factor) is not None)


def _strict(snapshots: Mapping[str, Snapshot], week: str, plan: PartnershipPlan) -> Snapshot | None:
    """The figures of a week, if they keep the rules of today: everybody is told what follows from them."""
    frozen, rules = snapshots.get(week), plan.disclosure
    return frozen if frozen is not None and frozen.k >= rules.k and frozen.m >= rules.m else None


def insight(
    snapshots: Mapping[str, Snapshot],
    replies: Sequence[Reflection],
    partners: Mapping[OrganisationId, int],
    asked: Narrowed,
) -> Insight:
    """Everything that may be told; a pure function of what it is given."""
    frozen, here = snapshots.get(asked.week), asked.organisations
    windows = sorted(WINDOWS, reverse=True)
    return Insight(
        window=asked.window,
        coverage=tuple(coverage(frozen, window, asked.factors, here) for window in windows),
        perceptions=tuple(each for each in perception_gaps(frozen, asked.plan) if _about(each, asked)),
        quiet=tuple(quiet(snapshots, asked.week, partners, here, asked.plan.disclosure.k)),
        themes=tuple(_themes(frozen, replies, asked)),
        agenda=tuple(_wishes(frozen, asked)),
    )


def _about(gap: PerceptionGap, asked: Narrowed) -> bool:
    either = asked.organisation in (None, gap.well_in, gap.hard_in)
    return either and asked.factor in (None, gap.factor)


def _wishes(frozen: Snapshot | None, asked: Narrowed) -> Iterator[Wish]:
    organisation = asked.organisation or ALL
    for factor in asked.factors:
        band = select(frozen, Measure.AGENDA, window=asked.window, factor=factor, organisation=organisation)
        if band is not None:
            yield Wish(factor=factor, band=band)


def _themes(frozen: Snapshot | None, replies: Sequence[Reflection], asked: Narrowed) -> Iterator[Theme]:
    """The factors of which a figure is shown, or somebody's words may be. Words count once their week is frozen.

    Words without a name stand only beside a figure of all organisations: under one they would tell where they are of.
    """
    weeks, organisation = frozenset(weeks_until(asked.week, asked.window)), asked.organisation or ALL
    said = defaultdict[str, list[Reflection]](list)
    for each in replies if frozen is not None else ():
        if each.organisation in asked.organisations and week_of(each.at, asked.plan.zone) in weeks:
            said[each.factor].append(each)
    for factor in asked.factors:
        bands = {
            measure: select(frozen, measure, window=asked.window, factor=factor, organisation=organisation)
            for measure in TOLD
        }
        enough = organisation == ALL and bands[Measure.REPLIED] is not None
        quoted = quotes(said[factor], asked.reader, f"{asked.plan.id} {asked.week}", unnamed=enough)
        if bands[Measure.REPLIED] is not None or quoted:
            yield Theme(factor=factor, bands=bands, quotes=quoted)
