"""How a barrier changes: pure moves from one value to the next; what is not allowed raises `Refused`."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from bot.domain.barriers import (
    ENDED,
    LONGEST_WORDING,
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

_UNDER_WAY = frozenset({Status.OPEN, Status.ACKNOWLEDGED, Status.IN_PROGRESS})
#: From each status, those that it may move to.
MOVES: Mapping[Status, frozenset[Status]] = {
    Status.OPEN: frozenset({Status.ACKNOWLEDGED, Status.IN_PROGRESS}) | ENDED,
    Status.ACKNOWLEDGED: frozenset({Status.OPEN, Status.IN_PROGRESS}) | ENDED,
    Status.IN_PROGRESS: frozenset({Status.OPEN, Status.ACKNOWLEDGED}) | ENDED,
    Status.RESOLVED: frozenset({Status.OPEN}),
    Status.DECLINED: frozenset({Status.OPEN}),
}
_NAMED = frozenset({Consent.NAMED, Consent.OWN_LEADS})


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
        also=tuple(each for each in also if each != factor),
        organisations=organisations or (raiser.organisation,),
        raisers=(_checked(raiser),),
        history=(Change(id=change, at=raiser.at, kind=Kind.RAISED, status=Status.OPEN, by=raiser.partner),),
    )


def joined(barrier: Barrier, raiser: Raiser, change: str) -> Barrier:
    """The barrier with one more raiser; one that was ended is open again."""
    if barrier.raiser(raiser.partner) is not None:
        raise Refused(Refusal.RAISED_ALREADY, label=barrier.label)
    affected = dict.fromkeys((*barrier.organisations, raiser.organisation))
    status = Status.OPEN if barrier.status in ENDED else barrier.status
    found = replace(barrier, raisers=(*barrier.raisers, _checked(raiser)), organisations=tuple(affected), status=status)
    return _changed(found, Kind.JOINED, change, raiser.at, raiser.partner)


def moved(barrier: Barrier, to: Status, change: str, at: datetime, by: PartnerId | None, because: str = "") -> Barrier:
    """A lead's move. Declining needs a reason; whoever said that it was gone, or not, is asked anew."""
    if to not in MOVES[barrier.status]:
        raise Refused(Refusal.ILLEGAL_MOVE, status=barrier.status.value, to=to.value)
    reason = because.strip()
    if to is Status.DECLINED and not reason:
        raise Refused(Refusal.BECAUSE_MISSING)
    asked = tuple(replace(each, gone=None) for each in barrier.raisers)
    found = replace(barrier, status=to, because=reason, raisers=asked)
    return _changed(found, Kind.MOVED, change, at, by, lead=True, detail=reason)


def assigned(
    barrier: Barrier, owner: str, due: date | None, change: str, at: datetime, by: PartnerId | None
) -> Barrier:
    """A lead's choice of an owner, a due date, both or neither."""
    if barrier.status not in _UNDER_WAY:
        raise Refused(Refusal.ENDED_ALREADY, label=barrier.label)
    detail = f"{owner} {due.isoformat() if due else ''}".strip()
    return _changed(replace(barrier, owner=owner, due=due), Kind.ASSIGNED, change, at, by, lead=True, detail=detail)


def sorted_under(
    barrier: Barrier, factor: str, also: tuple[str, ...], change: str, at: datetime, by: PartnerId | None
) -> Barrier:
    """A lead's or raiser's correction of the factors."""
    _check_factors(factor, *also)
    others = tuple(each for each in also if each != factor)
    return _changed(replace(barrier, factor=factor, also=others), Kind.SORTED, change, at, by, detail=factor)


def consented(
    barrier: Barrier, partner: PartnerId, consent: Consent, change: str, at: datetime, *, shared: bool, name: str = ""
) -> Barrier:
    """What a raiser allows from now on. A name that nobody may see any more is forgotten."""
    own = _own(barrier, partner)
    new = _checked(replace(own, consent=consent, shared=shared and consent is not Consent.PRIVATE, name=name))
    return _changed(_with(barrier, new), Kind.CONSENTED, change, at, partner)


def withdrawn(barrier: Barrier, partner: PartnerId, change: str, at: datetime) -> Barrier:
    """The barrier without a raiser and their wording; with the last of them nothing is left of it to show."""
    own = _own(barrier, partner)
    left = tuple(each for each in barrier.raisers if each is not own)
    return _changed(replace(barrier, raisers=left), Kind.WITHDRAWN, change, at, None)


def answered(
    barrier: Barrier, partner: PartnerId, change: str, at: datetime, *, gone: bool, because: str = ""
) -> Barrier:
    """A raiser's word on a resolved barrier; a no opens it again, with the reason."""
    own = _own(barrier, partner)
    if barrier.status is not Status.RESOLVED:
        raise Refused(Refusal.ILLEGAL_MOVE, status=barrier.status.value, to=Status.RESOLVED.value)
    found = _with(barrier, replace(own, gone=gone))
    if not gone:
        found = replace(found, status=Status.OPEN, because="")
    return _changed(found, Kind.ANSWERED, change, at, partner, detail="" if gone else because.strip())


def merged(into: Barrier, other: Barrier, change: str, at: datetime, by: PartnerId | None) -> tuple[Barrier, Barrier]:
    """Both barriers once the second is part of the first: every raiser, consent and history is kept."""
    if into.id == other.id or into.into is not None or other.into is not None:
        raise Refused(Refusal.NOT_MERGED)
    there = {each.partner for each in into.raisers}
    # Somebody who raised both stands in the first once; what they wrote of the second stays in the second.
    coming = tuple(each for each in other.raisers if each.partner not in there)
    affected = tuple(dict.fromkeys((*into.organisations, *other.organisations)))
    both = replace(into, raisers=(*into.raisers, *coming), organisations=affected)
    kept = _changed(both, Kind.MERGED, change, at, by, lead=True, detail=other.id)
    gone = _changed(replace(other, into=into.id), Kind.MERGED, f"{change}:other", at, by, lead=True, detail=into.id)
    return kept, gone


def parted(into: Barrier, other: Barrier, change: str, at: datetime, by: PartnerId | None) -> tuple[Barrier, Barrier]:
    """Both barriers once the merge is undone; what raisers allowed meanwhile goes with them."""
    if other.into != into.id:
        raise Refused(Refusal.NOT_MERGED)
    own = {each.partner for each in other.raisers}
    back = {each.partner: each for each in into.raisers if each.origin == other.id}
    stayed = tuple(each for each in into.raisers if each.origin != other.id)
    present = {each.partner for each in into.raisers}
    # Whoever withdrew meanwhile is gone from both; whoever raised both kept their first wording here all along.
    twice = {each.partner for each in stayed} & own
    returned = tuple(
        back.get(each.partner, each) for each in other.raisers if each.partner in present or each.partner in twice
    )
    left = _changed(replace(into, raisers=stayed), Kind.PARTED, change, at, by, lead=True, detail=other.id)
    free = replace(other, raisers=returned, into=None)
    return left, _changed(free, Kind.PARTED, f"{change}:other", at, by, lead=True, detail=into.id)


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


def _checked(raiser: Raiser) -> Raiser:
    if not raiser.wording.strip():
        raise Refused(Refusal.EMPTY)
    if len(raiser.wording) > LONGEST_WORDING:
        raise Refused(Refusal.TOO_LONG, length=f"{len(raiser.wording):,}", limit=f"{LONGEST_WORDING:,}")
    return raiser if raiser.consent in _NAMED else replace(raiser, name="")


def _check_factors(*factors: str) -> None:
    for factor in factors:
        if factor not in FACTORS:
            raise Refused(Refusal.UNKNOWN_FACTOR, factor=factor)
