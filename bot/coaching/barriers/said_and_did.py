"""“You said, we did”: what became of barriers that a partner may see, told with their next check-in."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.coaching.digests.told import shortened
from bot.domain.barrier_views import Reader, View, seen_by
from bot.domain.barriers import ENDED, Barrier, Status
from bot.domain.partnership import PartnershipPlan
from knowledge.triage.phrases import factor_names
from prompts import Words

#: What is older is no news.
_NEWS_FOR = timedelta(weeks=4)
_MOST = 2
#: In characters: how much of a lead's reason stands in the line.
_BECAUSE = 50
#: The statuses that something was done for, with the name of their words.
_TOLD = {
    Status.ACKNOWLEDGED: "acknowledged",
    Status.IN_PROGRESS: "in_progress",
    Status.RESOLVED: "resolved",
    Status.DECLINED: "declined",
}


def did_lines(
    barriers: Sequence[Barrier],
    reader: Reader,
    plan: PartnershipPlan,
    since: datetime | None,
    now: datetime,
    words: Words,
) -> tuple[str, ...]:
    """At most two lines, the newest first, about what moved within four weeks and after `since`.

    That is when they were last asked, so that no line comes twice. What they did themselves they know.
    """
    start = max(now - _NEWS_FOR, since) if since else now - _NEWS_FOR
    moved = sorted(_moved(barriers, reader, start), key=lambda each: (each.moved_at, each.id), reverse=True)
    views = (seen_by(barrier, reader, plan.disclosure) for barrier in moved)
    return tuple(_line(view, words) for view in views if view is not None and _has_name(view))[:_MOST]


def _has_name(view: View) -> bool:
    """Whether the reader knows which barrier is meant: their own, or one with a number."""
    return view.own is not None or bool(view.barrier.label)


def _moved(barriers: Sequence[Barrier], reader: Reader, start: datetime) -> Iterator[Barrier]:
    for barrier in barriers:
        told = barrier.into is None and barrier.status in _TOLD and barrier.moved_at > start
        if told and _mover(barrier) != reader.partner:
            yield barrier


def _mover(barrier: Barrier) -> str | None:
    """Who made its status what it is; None for the coach and the command line."""
    moves = [change for change in barrier.history if change.at == barrier.moved_at and change.status is barrier.status]
    return moves[0].by if moves else None


def _line(view: View, words: Words) -> str:
    barrier, whose = view.barrier, "own" if view.own is not None else "seen"
    name = f"did.{whose}.{_TOLD[barrier.status]}"
    line = words(name, factor=factor_names()[barrier.factor], label=barrier.label)
    because = shortened(barrier.because, _BECAUSE) if barrier.status in ENDED else ""
    return words("did.because", line=line, because=because) if because else line
