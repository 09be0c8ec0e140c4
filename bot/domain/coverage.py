"""How much has been heard of what from whom, as far as the frozen figures say; and of whom they say nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.disclosure import MONTH, WINDOWS, Band, Measure, Snapshot, select, weeks_until
from bot.domain.people import OrganisationId

#: So many weeks without a figure, and an organisation is quiet; further back than the last nobody looks.
_QUIET, _LONGEST = 4, max(WINDOWS)


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """The people who replied about each factor from each organisation, within `window` weeks; None is unknown.

    `bands` are [factors, organisations].
    """

    window: int
    factors: tuple[str, ...]
    organisations: tuple[OrganisationId, ...]
    bands: tuple[tuple[Band | None, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Quiet:
    """For how many weeks no figure of an organisation could be shown; `longer` where it may be any number more.

    Why there is none cannot be told: few may have been heard of, or somebody withdrew, or it would tell of others.
    """

    organisation: OrganisationId
    weeks: int
    longer: bool = False


def coverage(
    frozen: Snapshot | None, window: int, factors: Sequence[str], organisations: Sequence[OrganisationId]
) -> Coverage:
    """The map of one window."""
    rows = (
        tuple(
            select(frozen, Measure.REPLIED, window=window, factor=factor, organisation=each) for each in organisations
        )
        for factor in factors
    )
    return Coverage(window=window, factors=tuple(factors), organisations=tuple(organisations), bands=tuple(rows))


def quiet(
    snapshots: Mapping[str, Snapshot],
    week: str,
    partners: Mapping[OrganisationId, int],
    organisations: Sequence[OrganisationId],
    k: int,
) -> Iterator[Quiet]:
    """The organisations of `k` partners or more of whom no figure could be shown for four weeks or longer.

    A smaller one is never among them, whatever its people do. Nor is anybody where nothing can be said of all
    organisations together: then it is not one of them that is quiet.
    """
    weeks = weeks_until(week, _LONGEST)
    known = next((age for age, each in enumerate(weeks) if each not in snapshots), _LONGEST)
    if known < _QUIET or select(snapshots.get(week), Measure.TOOK_PART, window=MONTH) is None:
        return
    for organisation in organisations:
        ages = (age for age, each in enumerate(weeks[:known]) if _heard(snapshots[each], organisation))
        silent = next(ages, known)
        if silent >= _QUIET and partners.get(organisation, 0) >= k:
            yield Quiet(organisation=organisation, weeks=silent, longer=silent == known)


def _heard(frozen: Snapshot, organisation: str) -> bool:
    return any(
        select(frozen, Measure.TOOK_PART, window=window, organisation=organisation) is not None for window in (1, MONTH)
    )
