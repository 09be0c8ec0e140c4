"""Making a digest: which barriers are listed where, and which frozen figures stand beside them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from bot.domain.barrier_views import View, seen_by
from bot.domain.barriers import ENDED, BarrierId, Kind, Status
from bot.domain.digest import Digest, Figure, Line, Scope, Sources, Standpoint, Why
from bot.domain.disclosure import ALL, Band, Measure, Snapshot, select, trend, weeks_until
from bot.domain.insight import Narrowed, insight
from bot.domain.partnership import FACTORS, PartnershipPlan
from bot.domain.people import OrganisationId

_DECISIONS = 3
#: How many weeks the heat map goes back.
_HEAT_WEEKS = 13
_AHEAD = frozenset({Status.ACKNOWLEDGED, Status.IN_PROGRESS})
#: What a lead can decide something about.
_TO_DECIDE = (Why.OVERDUE, Why.REOPENED, Why.JOINED, Why.UNOWNED, Why.STILL)


def digest(asked: Standpoint, sources: Sources) -> Digest:
    """The digest for this reader; a pure function of what it is given."""
    plan, scope, week, snapshots = asked.plan, asked.scope, asked.week, sources.snapshots
    lines = tuple(_lines(asked, sources))
    heat_weeks = tuple(reversed(weeks_until(week, _HEAT_WEEKS)))
    return Digest(
        plan=plan,
        scope=scope,
        week=week,
        made_at=asked.now,
        decisions=_decisions(lines),
        new=_with(lines, Why.NEW),
        worse=_with(lines, Why.OVERDUE, Why.REOPENED, Why.JOINED),
        better=_with(lines, Why.BETTER),
        closed=_with(lines, Why.CLOSED),
        still=_with(lines, Why.STILL),
        patterns=tuple(_patterns(scope, snapshots, week)),
        participation=tuple(_participation(plan, scope, snapshots, week)),
        gaps=tuple(each for each in sources.gaps if scope.organisation in (None, each.organisation)),
        heat_weeks=heat_weeks,
        heat={factor: _heat(snapshots, heat_weeks, factor, scope.organisation or ALL) for factor in FACTORS},
        total=_heat(snapshots, heat_weeks, ALL, scope.organisation or ALL),
        insight=insight(snapshots, sources.replies, sources.partners, _narrowed(asked)),
    )


def _narrowed(asked: Standpoint) -> Narrowed:
    scope = asked.scope
    return Narrowed(
        plan=asked.plan,
        week=asked.week,
        weeks=scope.weeks,
        reader=asked.reader,
        organisation=scope.organisation,
        factor=scope.factor,
    )


def _lines(asked: Standpoint, sources: Sources) -> Iterable[Line]:
    scope = asked.scope
    for barrier in sources.barriers:
        view = seen_by(barrier, asked.reader, asked.plan.disclosure) if barrier.into is None else None
        if view is None or not _within(view, scope):
            continue
        organisation = scope.organisation or ALL
        pattern = _figure(scope, sources.snapshots, asked.week, Measure.OPEN, barrier.factor, organisation)
        for why, holds in _REASONS.items():
            if holds(view, asked):
                yield _line(view, why, pattern, asked.now)


def _within(view: View, scope: Scope) -> bool:
    if scope.factor is not None and scope.factor not in (view.barrier.factor, *view.barrier.also):
        return False
    return scope.organisation is None or scope.organisation in _organisations(view)


def _organisations(view: View) -> tuple[OrganisationId, ...]:
    """The organisations of those whom the reader sees: who else stands behind it is nobody's to know."""
    seen = [each.organisation for each in view.named] + ([view.own.organisation] if view.own else [])
    return tuple(dict.fromkeys(seen))


def _line(view: View, why: Why, pattern: Figure, now: datetime) -> Line:
    return Line(
        view=view,
        why=why,
        people=len(view.named) + (view.own is not None),
        organisations=_organisations(view),
        weeks_old=(now - view.barrier.raised_at).days // 7,
        pattern=pattern,
    )


def _under_way(view: View) -> bool:
    return view.barrier.status not in ENDED


def _overdue(view: View, asked: Standpoint) -> bool:
    due = view.barrier.due
    return _under_way(view) and due is not None and due < asked.now.date()


def _reopened(view: View, asked: Standpoint) -> bool:
    back = [
        change
        for change in view.barrier.history
        if change.status is Status.OPEN and change.kind in (Kind.ANSWERED, Kind.MOVED)
    ]
    return _under_way(view) and bool(back) and back[-1].at >= asked.since


def _joined(view: View, asked: Standpoint) -> bool:
    later = [each for each in view.named if each.at > view.barrier.raised_at]
    return _under_way(view) and any(each.at >= asked.since for each in later)


def _new(view: View, asked: Standpoint) -> bool:
    return _under_way(view) and view.barrier.raised_at >= asked.since


def _better(view: View, asked: Standpoint) -> bool:
    barrier = view.barrier
    return barrier.status in _AHEAD and barrier.moved_at >= asked.since > barrier.raised_at


def _unowned(view: View, asked: Standpoint) -> bool:  # noqa: ARG001
    return _under_way(view) and not view.barrier.owner


def _standing_still(view: View, asked: Standpoint) -> bool:
    return _under_way(view) and view.barrier.moved_at < asked.now - asked.still_after


def _closed(view: View, asked: Standpoint) -> bool:
    return not _under_way(view) and view.barrier.moved_at >= asked.since


#: Where a barrier is listed.
_REASONS: Mapping[Why, Callable[[View, Standpoint], bool]] = {
    Why.OVERDUE: _overdue,
    Why.REOPENED: _reopened,
    Why.JOINED: _joined,
    Why.UNOWNED: _unowned,
    Why.STILL: _standing_still,
    Why.NEW: _new,
    Why.BETTER: _better,
    Why.CLOSED: _closed,
}


def _decisions(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The three most pressing barriers, each once: by why, then by the people behind it, then by age."""
    pressing = [line for line in lines if line.why in _TO_DECIDE]
    pressing.sort(key=lambda line: (_TO_DECIDE.index(line.why), -line.people, -line.weeks_old, line.view.barrier.id))
    first = {line.view.barrier.id: line for line in reversed(pressing)}
    return tuple(line for line in pressing if first[line.view.barrier.id] is line)[:_DECISIONS]


def _with(lines: Iterable[Line], *reasons: Why) -> tuple[Line, ...]:
    """The barriers that are listed for these reasons, each once, by the first that holds."""
    found = [line for line in lines if line.why in reasons]
    found.sort(key=lambda line: (reasons.index(line.why), -line.people, line.view.barrier.id))
    first: dict[BarrierId, Line] = {}
    for line in found:
        first.setdefault(line.view.barrier.id, line)
    return tuple(first.values())


def _patterns(scope: Scope, snapshots: Mapping[str, Snapshot], week: str) -> Iterable[Figure]:
    """By measure, for each factor or for the one asked for; of every organisation, or of the one asked for."""
    organisation = scope.organisation or ALL
    for measure in (Measure.OPEN, Measure.RAISED, Measure.CLOSED):
        for factor in (ALL, *FACTORS) if scope.factor is None else (scope.factor,):
            yield _figure(scope, snapshots, week, measure, factor, organisation)


def _participation(
    plan: PartnershipPlan, scope: Scope, snapshots: Mapping[str, Snapshot], week: str
) -> Iterable[Figure]:
    for each in plan.organisations:
        if scope.organisation in (None, each.id):
            yield _figure(scope, snapshots, week, Measure.TOOK_PART, ALL, each.id)


def _figure(
    scope: Scope, snapshots: Mapping[str, Snapshot], week: str, measure: Measure, factor: str, organisation: str
) -> Figure:
    return Figure(
        measure=measure,
        factor=factor,
        organisation=organisation,
        band=select(snapshots.get(week), measure, window=scope.weeks, factor=factor, organisation=organisation),
        past=trend(snapshots, week, measure, factor=factor, organisation=organisation),
    )


def _heat(
    snapshots: Mapping[str, Snapshot], weeks: Sequence[str], factor: str, organisation: str
) -> tuple[Band | None, ...]:
    return tuple(select(snapshots.get(week), Measure.OPEN, factor=factor, organisation=organisation) for week in weeks)
