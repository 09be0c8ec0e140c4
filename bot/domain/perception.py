"""Where the frozen figures prove that organisations see a factor differently."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.disclosure import ALL, Band, Measure, Snapshot, select, windows_of
from bot.domain.partnership import FACTORS, PartnershipPlan
from bot.domain.people import OrganisationId

_FAR = 10**9  # more people than there are


@dataclass(frozen=True, kw_only=True)
class PerceptionGap:
    """Two organisations that see a factor differently: more people well than hard in one, the reverse in the other.

    The four bands are as far as they are shown. `k` and `m` are those that the figures were frozen with.
    """

    factor: str
    window: int
    well_in: OrganisationId
    hard_in: OrganisationId
    bands: Mapping[tuple[OrganisationId, Measure], Band | None]
    k: int
    m: int


def perception_gaps(frozen: Snapshot | None, plan: PartnershipPlan) -> tuple[PerceptionGap, ...]:
    """For each factor the shortest window whose figures prove a gap, if one does: at most one gap a factor."""
    if frozen is None:
        return ()
    members = [each.id for each in plan.organisations]
    found = (next(_proved(frozen, members, factor), None) for factor in FACTORS)
    return tuple(each for each in found if each is not None)


def _proved(frozen: Snapshot, members: Sequence[OrganisationId], factor: str) -> Iterator[PerceptionGap]:
    for window in sorted(windows_of(Measure.WELL)):
        seen = _Views(frozen=frozen, members=members, factor=factor, window=window)
        well = [each for each in members if seen.leans(each, Measure.WELL, Measure.HARD)]
        hard = [each for each in members if seen.leans(each, Measure.HARD, Measure.WELL)]
        if well and hard:
            yield seen.gap(well[0], hard[0])


@dataclass(frozen=True, kw_only=True)
class _Views:
    """What is shown of one factor over one window."""

    frozen: Snapshot
    members: Sequence[OrganisationId]
    factor: str
    window: int

    def band(self, organisation: str, measure: Measure) -> Band | None:
        return select(self.frozen, measure, window=self.window, factor=self.factor, organisation=organisation)

    def leans(self, organisation: OrganisationId, more: Measure, less: Measure) -> bool:
        """Whether certainly more people of an organisation said the one than the other."""
        shown = self.band(organisation, more)
        return shown is not None and shown.low > self._at_most(organisation, less)

    def _at_most(self, organisation: OrganisationId, measure: Measure) -> int:
        """How many it can be: by its own figure, by how many replied, and by the sum less what others have at least.

        Where the own figure is not shown, the others still limit it; where they do not, it can be anything.
        """
        whole = self.band(ALL, measure)
        others = sum(shown.low for each in self.members if each != organisation and (shown := self.band(each, measure)))
        limits = [_high(self.band(organisation, measure)), _high(self.band(organisation, Measure.REPLIED))]
        return min(*limits, _high(whole) - others if whole else _FAR)

    def gap(self, well: OrganisationId, hard: OrganisationId) -> PerceptionGap:
        pairs = [(each, measure) for each in (well, hard) for measure in (Measure.WELL, Measure.HARD)]
        return PerceptionGap(
            factor=self.factor,
            window=self.window,
            well_in=well,
            hard_in=hard,
            bands={pair: self.band(*pair) for pair in pairs},
            k=self.frozen.k,
            m=self.frozen.m,
        )


def _high(band: Band | None) -> int:
    return _FAR if band is None or band.high is None else band.high
