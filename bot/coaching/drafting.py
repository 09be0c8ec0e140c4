"""Drafts: what somebody is about to log, as a form brought it and as it is kept until they have decided."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from bot.coaching.recognising import Recognised
from bot.domain.barriers import LONGEST_WORDING, BarrierId, Consent, Raiser, Refusal, Refused
from bot.domain.partnership import FACTORS
from bot.domain.people import OrganisationId, PartnerId

#: The fields of the form.
STATEMENT, FACTOR, OTHERS, ORGANISATIONS, CONSENT, SHARE = (
    "statement",
    "factor",
    "others",
    "organisations",
    "consent",
    "share",
)
YES = "yes"
#: The fields that hold choices: nobody wrote what comes back in them.
CHOICES = frozenset({FACTOR, OTHERS, ORGANISATIONS, CONSENT, SHARE})


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Everything that would be stored."""

    statement: str
    factor: str = ""
    others: tuple[str, ...] = ()
    organisations: tuple[OrganisationId, ...] = ()
    consent: Consent = Consent.COUNTED
    shared: bool = False

    def raiser(self, recognised: Recognised, partner: PartnerId, origin: BarrierId, at: datetime) -> Raiser:
        """The part in a barrier that its author would have; `origin` is the barrier."""
        return Raiser(
            partner=partner,
            organisation=recognised.standing.organisation,
            wording=self.statement,
            at=at,
            origin=origin,
            consent=self.consent,
            shared=self.shared,
            name=recognised.person.name,
        )


def filled_in(values: Mapping[str, str], recognised: Recognised) -> Draft:
    """What a form holds, whether or not it can be stored; what is no choice at all is left out."""
    known = {each.id for each in recognised.plan.organisations}
    factor, consent = values.get(FACTOR, ""), values.get(CONSENT, "")
    chosen = Consent(consent) if consent in list(Consent) else Consent.COUNTED
    shared = YES in several(values.get(SHARE, ""))
    return Draft(
        statement=values.get(STATEMENT, "").replace("\r\n", "\n").strip(),
        factor=factor if factor in FACTORS else "",
        others=tuple(each for each in several(values.get(OTHERS, "")) if each in FACTORS and each != factor),
        organisations=tuple(OrganisationId(each) for each in several(values.get(ORGANISATIONS, "")) if each in known),
        consent=chosen,
        shared=shared and chosen is not Consent.PRIVATE,
    )


def check(draft: Draft) -> None:
    """Raise `Refused` where a draft cannot be stored."""
    if not draft.statement:
        raise Refused(Refusal.EMPTY)
    if len(draft.statement) > LONGEST_WORDING:
        raise Refused(Refusal.TOO_LONG, length=f"{len(draft.statement):,}", limit=f"{LONGEST_WORDING:,}")
    if not draft.factor:
        raise Refused(Refusal.UNKNOWN_FACTOR)


def several(value: str) -> tuple[str, ...]:
    """The values of several choices, as they come back."""
    return tuple(each for each in value.split(",") if each)


def to_payload(draft: Draft) -> Mapping[str, object]:
    """A draft as plain JSON values."""
    return asdict(draft)


def from_payload(data: Mapping[str, object]) -> Draft:
    """The draft that `to_payload` wrote."""
    return Draft(
        statement=str(data["statement"]),
        factor=str(data["factor"]),
        others=_texts(data["others"]),
        organisations=tuple(map(OrganisationId, _texts(data["organisations"]))),
        consent=Consent(str(data["consent"])),
        shared=bool(data["shared"]),
    )


def _texts(data: object) -> tuple[str, ...]:
    return tuple(map(str, data)) if isinstance(data, list | tuple) else ()
