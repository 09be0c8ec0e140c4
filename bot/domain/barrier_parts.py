"""Raisers' parts in a barrier: what they must be like, and how they stand together once barriers are merged."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from bot.domain.barriers import LONGEST_WORDING, Change, Consent, Kind, Raiser, Refusal, Refused
from bot.domain.people import PartnerId

#: With these somebody sees the raiser's name.
_NAMED = frozenset({Consent.NAMED, Consent.OWN_LEADS})


def checked(raiser: Raiser) -> Raiser:
    """A raiser's part as it may be kept: something is said in it, and nothing is kept that nobody may see."""
    wording = readable(raiser.wording)
    if not wording.strip():
        raise Refused(Refusal.EMPTY)
    check_length(wording)
    return replace(
        raiser,
        wording=wording,
        shared=raiser.shared and raiser.consent is not Consent.PRIVATE,
        name=readable(raiser.name) if raiser.consent in _NAMED else "",
    )


def readable(text: str) -> str:
    """A text without what no database keeps: the character zero, and halves of characters."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()


def check_length(text: str) -> None:
    """Refuse what is longer than a chat message."""
    if len(text) > LONGEST_WORDING:
        raise Refused(Refusal.TOO_LONG, length=f"{len(text):,}", limit=f"{LONGEST_WORDING:,}")


def arranged(parts: Iterable[Raiser]) -> tuple[tuple[Raiser, ...], tuple[Raiser, ...]]:
    """Each partner's first part, by the time that they came; and what is set aside, the further parts of some."""
    first: dict[PartnerId, Raiser] = {}
    aside = []
    for part in parts:
        if part.partner in first:
            aside.append(part)
        else:
            first[part.partner] = part
    return tuple(sorted(first.values(), key=lambda part: part.at)), tuple(aside)


def no_wider(part: Raiser, consent: Consent, *, shared: bool) -> Raiser:
    """A part that is shown to nobody whom either its own consent or this one excludes."""
    return checked(replace(part, consent=_both(part.consent, consent), shared=part.shared and shared))


def _both(one: Consent, other: Consent) -> Consent:
    """What both allow: named allows everything, and of the others each forbids what another allows."""
    if one is other or other is Consent.NAMED:
        return one
    return other if one is Consent.NAMED else Consent.PRIVATE


def without(history: Iterable[Change], gone: Collection[PartnerId]) -> tuple[Change, ...]:
    """A history that forgets who these raisers were and what they said; what they did as leads stays."""
    return tuple(_nameless(each) if each.by in gone and not each.lead else each for each in history)


def _nameless(change: Change) -> Change:
    return replace(change, by=None, detail="" if change.kind is Kind.ANSWERED else change.detail)
