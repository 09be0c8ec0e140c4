"""A barrier as rows and back: one of its own, one for each raiser's part and one for each change."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from bot.domain.barriers import Barrier, BarrierId, Change, Consent, Kind, Raiser, Status
from bot.domain.people import OrganisationId, PartnerId, PartnershipId

Row = dict[str, Any]
#: Whose part in a barrier it is, and which barrier it was raised as.
Part = tuple[str, str]

# Looked up, because calling an enumeration takes several times as long and a digest reads thousands.
_STATUSES = {each.value: each for each in Status}
_KINDS = {each.value: each for each in Kind}
_CONSENTS = {each.value: each for each in Consent}
_ORDINAL = attrgetter("ordinal")


def barrier_row(barrier: Barrier) -> Row:
    """Everything but the raisers and the history."""
    return {
        "id": barrier.id,
        "partnership": barrier.partnership,
        "number": barrier.number,
        "factor": barrier.factor,
        "also": barrier.also,
        "organisations": barrier.organisations,
        "status": barrier.status.value,
        "because": barrier.because,
        "shared": barrier.shared,
        "owner": barrier.owner,
        "due": barrier.due,
        "version": barrier.version,
        "merged_into": barrier.into,
        "absorbed": barrier.absorbed,
        "raised_at": barrier.raised_at,
    }


def raiser_rows(barrier: Barrier) -> Mapping[Part, Row]:
    """A row for each part in it, those set aside after the others."""
    parts = [(each, False) for each in barrier.raisers] + [(each, True) for each in barrier.aside]
    return {
        (each.partner, each.origin): {
            "barrier": barrier.id,
            "partner": each.partner,
            "origin": each.origin,
            "ordinal": ordinal,
            "aside": aside,
            "organisation": each.organisation,
            "wording": each.wording,
            "at": each.at,
            "consent": each.consent.value,
            "shared": each.shared,
            "name": each.name,
            "gone": each.gone,
        }
        for ordinal, (each, aside) in enumerate(parts)
    }


def change_rows(barrier: Barrier) -> Mapping[str, Row]:
    """The history's rows by their ids, oldest first."""
    return {
        each.id: {
            "id": each.id,
            "barrier": barrier.id,
            "ordinal": ordinal,
            "at": each.at,
            "kind": each.kind.value,
            "status": each.status.value,
            "by": each.by,
            "lead": each.lead,
            "detail": each.detail,
        }
        for ordinal, each in enumerate(barrier.history)
    }


def barriers(rows: Iterable[Any], parts: Iterable[Any], changes: Iterable[Any]) -> tuple[Barrier, ...]:
    """Barriers in the order of their rows, with the parts and changes that are theirs in any order."""
    raisers, histories = _by_barrier(parts), _by_barrier(changes)
    return tuple(_barrier(row, raisers.get(row.id, ()), histories.get(row.id, ())) for row in rows)


def _by_barrier(rows: Iterable[Any]) -> Mapping[str, Sequence[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.barrier].append(row)
    for own in found.values():
        own.sort(key=_ORDINAL)
    return found


def _barrier(row: Any, parts: Sequence[Any], changes: Sequence[Any]) -> Barrier:
    return Barrier(
        id=row.id,
        partnership=PartnershipId(row.partnership),
        factor=row.factor,
        raisers=tuple([_raiser(part) for part in parts if not part.aside]),
        history=tuple([_change(change) for change in changes]),
        also=row.also,
        organisations=row.organisations,
        number=row.number,
        status=_STATUSES[row.status],
        because=row.because,
        shared=row.shared,
        owner=row.owner,
        due=row.due,
        version=row.version,
        into=row.merged_into,
        aside=tuple([_raiser(part) for part in parts if part.aside]),
        absorbed=row.absorbed,
    )


def _raiser(row: Any) -> Raiser:
    return Raiser(
        partner=PartnerId(row.partner),
        organisation=OrganisationId(row.organisation),
        wording=row.wording,
        at=row.at,
        origin=BarrierId(row.origin),
        consent=_CONSENTS[row.consent],
        shared=row.shared,
        name=row.name,
        gone=row.gone,
    )


def _change(row: Any) -> Change:
    return Change(
        id=row.id,
        at=row.at,
        kind=_KINDS[row.kind],
        status=_STATUSES[row.status],
        by=row.by,
        lead=row.lead,
        detail=row.detail,
    )
