"""How a barrier changes: pure moves from one value to the next; what is not allowed raises `Refused`."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from bot.domain.barrier_parts import arranged, check_length, checked, no_wider, readable, without
from bot.domain.barriers import (
    ENDED,
    Barrier,
    Change,
    Consent,
    Kind,
    Raiser,
    Refusal,
    Refused,
    Status,
)
from bot.domain.partnership import FACTORS
from bot.domain.people import OrganisationId, PartnerId, PartnershipId

#: From each status, those that it may move to.
MOVES: Mapping[Status, frozenset[Status]] = {
    Status.OPEN: frozenset({Status.ACKNOWLEDGED, Status.IN_PROGRESS}) | ENDED,
    Status.ACKNOWLEDGED: frozenset({Status.OPEN, Status.IN_PROGRESS}) | ENDED,
    Status.IN_PROGRESS: frozenset({Status.OPEN, Status.ACKNOWLEDGED}) | ENDED,
    Status.RESOLVED: frozenset({Status.OPEN}),
    Status.DECLINED: frozenset({Status.OPEN}),
}


def raised(
    partnership: PartnershipId,
    raiser: Raiser,
    factor: str,
    change: str,
    *,
    also: tuple[str, ...] = (),
    organisations: tuple[OrganisationId, ...] = (),
) -> Barrier:
    """A new barrier with its first raiser; its id is the raiser's `origin`."""
    _check_factors(factor, *also)
    return Barrier(
        id=raiser.origin,
        partnership=partnership,
        factor=factor,
        also=_others(factor, also),
        organisations=tuple(dict.fromkeys(organisations)) or (raiser.organisation,),
        raisers=(checked(raiser),),
        history=(Change(id=change, at=raiser.at, kind=Kind.RAISED, status=Status.OPEN, by=raiser.partner),),
    )


def joined(barrier: Barrier, raiser: Raiser, change: str) -> Barrier:
    """The barrier with one more raiser; one that was ended is open again.

    It is said to affect what its first raiser said: one more organisation would tell where the next one came from.
    """
    _check_standing(barrier)
    if barrier.raiser(raiser.partner) is not None:
        raise Refused(Refusal.RAISED_ALREADY, label=barrier.label)
    new = checked(replace(raiser, origin=barrier.id))
    found = replace(_under_way(barrier), raisers=(*barrier.raisers, new))
    return _changed(found, Kind.JOINED, change, raiser.at, raiser.partner)


def moved(
    barrier: Barrier,
    to: Status,
    change: str,
    at: datetime,
    by: PartnerId | None,
    because: str = "",
    *,
    shared: bool = False,
) -> Barrier:
    """A lead's move. Declining needs a reason; whoever said that it was gone, or not, is asked anew.

    `shared` lets how it was resolved be read by people who raise the like.
    """
    _check_standing(barrier)
    if to not in MOVES[barrier.status]:
        raise Refused(Refusal.ILLEGAL_MOVE, status=barrier.status.value, to=to.value)
    reason = readable(because).strip()
    if to is Status.DECLINED and not reason:
        raise Refused(Refusal.BECAUSE_MISSING)
    check_length(reason)
    asked = tuple(replace(each, gone=None) for each in barrier.raisers)
    allowed = shared and to is Status.RESOLVED
    found = replace(barrier, status=to, because=reason, shared=allowed, raisers=asked)
    return _changed(found, Kind.MOVED, change, at, by, lead=True, detail=reason)


def assigned(
    barrier: Barrier, owner: str, due: date | None, change: str, at: datetime, by: PartnerId | None
) -> Barrier:
    """A lead's choice of an owner, a due date, both or neither."""
    _check_standing(barrier)
    if barrier.status in ENDED:
        raise Refused(Refusal.ENDED_ALREADY, label=barrier.label)
    detail = f"{owner} {due.isoformat() if due else ''}".strip()
    return _changed(replace(barrier, owner=owner, due=due), Kind.ASSIGNED, change, at, by, lead=True, detail=detail)


def sorted_under(
    barrier: Barrier, factor: str, also: tuple[str, ...], change: str, at: datetime, by: PartnerId | None
) -> Barrier:
    """A lead's or raiser's correction of the factors."""
    _check_standing(barrier)
    _check_factors(factor, *also)
    found = replace(barrier, factor=factor, also=_others(factor, also))
    return _changed(found, Kind.SORTED, change, at, by, detail=factor)


def consented(
    barrier: Barrier, partner: PartnerId, consent: Consent, change: str, at: datetime, *, shared: bool, name: str = ""
) -> Barrier:
    """What a raiser allows from now on. A name that nobody may see any more is forgotten.

    What of theirs was set aside by a merge they do not see: it follows where it is to be shown less, never more.
    """
    own = _own(barrier, partner)
    new = checked(replace(own, consent=consent, shared=shared, name=name))
    aside = tuple(no_wider(each, consent, shared=shared) if each.partner == partner else each for each in barrier.aside)
    return _changed(replace(_with(barrier, new), aside=aside), Kind.CONSENTED, change, at, partner)


def withdrawn(barrier: Barrier, partner: PartnerId, change: str, at: datetime) -> Barrier:
    """The barrier without a raiser, their wordings and reasons; the history forgets who they were.

    With the first of them goes what they said it affects, and with the last nothing is left of it to show.
    """
    own = _own(barrier, partner)
    left = replace(
        barrier,
        organisations=() if own is barrier.raisers[0] else barrier.organisations,
        raisers=tuple(each for each in barrier.raisers if each.partner != partner),
        aside=tuple(each for each in barrier.aside if each.partner != partner),
        history=without(barrier.history, {partner}),
    )
    return _changed(left, Kind.WITHDRAWN, change, at, None)


def answered(
    barrier: Barrier, partner: PartnerId, change: str, at: datetime, *, gone: bool, because: str = ""
) -> Barrier:
    """A raiser's word on a resolved barrier; a no opens it again, with the reason."""
    own = _own(barrier, partner)
    if barrier.status is not Status.RESOLVED:
        raise Refused(Refusal.ILLEGAL_MOVE, status=barrier.status.value, to=Status.RESOLVED.value)
    reason = "" if gone else readable(because).strip()
    check_length(reason)
    found = _with(barrier if gone else _under_way(barrier), replace(own, gone=gone))
    return _changed(found, Kind.ANSWERED, change, at, partner, detail=reason)


def _under_way(barrier: Barrier) -> Barrier:
    """The barrier as it is, open again where it was ended: everybody is asked anew once it is resolved."""
    if barrier.status not in ENDED:
        return barrier
    asked = tuple(replace(each, gone=None) for each in barrier.raisers)
    return replace(barrier, status=Status.OPEN, because="", shared=False, raisers=asked)


def merged(into: Barrier, other: Barrier, change: str, at: datetime, by: PartnerId | None) -> tuple[Barrier, Barrier]:
    """Both barriers once the second is part of the first: every raiser, consent and history is kept.

    The first is open again where it was ended and the second was not: somebody is still held up.
    """
    if into.id == other.id or into.into is not None or other.into is not None:
        raise Refused(Refusal.NOT_MERGED)
    if into.partnership != other.partnership:
        raise Refused(Refusal.UNKNOWN_BARRIER)
    _check_standing(into)
    _check_standing(other)
    open_again = into if other.status in ENDED else _under_way(into)
    raisers, aside = arranged((*open_again.raisers, *into.aside, *other.raisers, *other.aside))
    both = replace(
        open_again,
        raisers=raisers,
        aside=aside,
        absorbed=(*into.absorbed, other.id, *other.absorbed),
    )
    kept = _changed(both, Kind.MERGED, change, at, by, lead=True, detail=other.id)
    empty = replace(other, into=into.id, raisers=(), aside=())
    return kept, _changed(empty, Kind.MERGED, f"{change}:other", at, by, lead=True, detail=into.id)


def parted(into: Barrier, other: Barrier, change: str, at: datetime, by: PartnerId | None) -> tuple[Barrier, Barrier]:
    """Both barriers once the merge is undone; what raisers allowed meanwhile goes with them.

    The first keeps who joined it meanwhile, its status, and the organisations that it was said to affect.
    """
    if other.into != into.id or into.into is not None:
        raise Refused(Refusal.NOT_MERGED)
    leaving = {other.id, *other.absorbed}
    parts = (*into.raisers, *into.aside)
    raisers, aside = arranged(each for each in parts if each.origin not in leaving)
    back, back_aside = arranged(each for each in parts if each.origin in leaving)
    gone = {each.partner for each in back} - {each.partner for each in raisers}
    left = replace(
        into,
        raisers=raisers,
        aside=aside,
        absorbed=tuple(each for each in into.absorbed if each not in leaving),
        history=without(into.history, gone),
    )
    free = replace(other, into=None, raisers=back, aside=back_aside)
    return (
        _changed(left, Kind.PARTED, change, at, by, lead=True, detail=other.id),
        _changed(free, Kind.PARTED, f"{change}:other", at, by, lead=True, detail=into.id),
    )


def _changed(
    barrier: Barrier,
    kind: Kind,
    change: str,
    at: datetime,
    by: PartnerId | None,
    *,
    lead: bool = False,
    detail: str = "",
) -> Barrier:
    entry = Change(id=change, at=at, kind=kind, status=barrier.status, by=by, lead=lead, detail=detail)
    return replace(barrier, history=(*barrier.history, entry), version=barrier.version + 1)


def _own(barrier: Barrier, partner: PartnerId) -> Raiser:
    own = barrier.raiser(partner)
    if own is None:
        raise Refused(Refusal.NOT_A_RAISER)
    return own


def _with(barrier: Barrier, raiser: Raiser) -> Barrier:
    changed = tuple(raiser if each.partner == raiser.partner else each for each in barrier.raisers)
    return replace(barrier, raisers=changed)


def _others(factor: str, also: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each for each in dict.fromkeys(also) if each != factor)


def _check_standing(barrier: Barrier) -> None:
    """Nobody stands behind one that was merged away, nor behind one whose raisers all withdrew."""
    if not barrier.raisers:
        raise Refused(Refusal.UNKNOWN_BARRIER)


def _check_factors(*factors: str) -> None:
    for factor in factors:
        if factor not in FACTORS:
            raise Refused(Refusal.UNKNOWN_FACTOR, factor=factor)
