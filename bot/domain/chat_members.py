"""Organisations and leads that were changed in chat: how that is kept, and how it lies over the partnership's file."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from bot.domain.partnership import Lead, PartnershipPlan
from bot.domain.people import PUBLIC, WHOLE_PARTNERSHIP, Organisation, OrganisationId

#: What the keys begin with. The rest is a hash of the organisation's id, or of the lead's address: a column of keys
#: is no place for addresses. Who leads no more is told by the key alone.
MEMBER, LEADS, LEADS_NO_MORE = "organisation.", "lead.", "unlead."
#: What any of them may begin with.
PREFIXES = (MEMBER, LEADS, LEADS_NO_MORE)
_HASHED = 26
_MARKS = ("slack_teams", "teams_tenants", "email_domains")


def member_key(organisation: OrganisationId) -> str:
    """Under which an organisation's coming or leaving is kept."""
    return MEMBER + _hashed(organisation)


def lead_key(email: str) -> str:
    """Under which it is kept that this address leads."""
    return LEADS + _hashed(email.lower())


def no_lead_key(email: str) -> str:
    """Under which it is kept that this address leads no more."""
    return LEADS_NO_MORE + _hashed(email.lower())


def joined_value(organisation: Organisation, change: str) -> dict[str, Any]:
    """An organisation that came, as a setting; `change` is the id of the message that brought it."""
    return {**asdict(organisation), **{name: list(getattr(organisation, name)) for name in _MARKS}, "change": change}


def left_value(organisation: Organisation, change: str) -> dict[str, Any]:
    """An organisation that left, as a setting: its name is still said in what was frozen."""
    return {"id": organisation.id, "name": organisation.name, "left": True, "change": change}


def lead_value(lead: Lead, change: str) -> dict[str, Any]:
    """A lead, as a setting."""
    return {**asdict(lead), "change": change}


def overlaid_members(plan: PartnershipPlan, settings: Mapping[str, Any]) -> PartnershipPlan:
    """The plan with who came and without who left.

    An organisation that left is in no audience any more, leads nothing and is nobody's contact; a document that was
    for it alone is nobody's. What a later file says belongs to another organisation does: an identity is claimed once.
    """
    if not any(key.startswith(PREFIXES) for key in settings):
        return plan
    organisations = tuple(_organisations(plan, settings))
    ids = {each.id for each in organisations}
    leads = (each for each in _leads(plan, settings) if each.organisation in ids)
    return replace(
        plan,
        organisations=organisations,
        leads=tuple(leads),
        document_audiences={file: _audience(names, ids) for file, names in plan.document_audiences.items()},
        contacts=tuple(each for each in plan.contacts if each.for_organisation in {None, *ids}),
    )


def _organisations(plan: PartnershipPlan, settings: Mapping[str, Any]) -> Iterator[Organisation]:
    changed = {key: value for key, value in sorted(settings.items()) if key.startswith(MEMBER)}
    stay = [each for each in plan.organisations if member_key(each.id) not in changed]
    claimed = {(kind, mark.lower()) for each in stay for kind in _MARKS for mark in getattr(each, kind)}
    later = {key: _unclaimed(value, claimed) for key, value in changed.items() if not value.get("left")}
    for each in plan.organisations:
        key = member_key(each.id)
        if key not in changed:
            yield each
        elif key in later:
            yield later.pop(key)
    yield from later.values()


def _unclaimed(value: Mapping[str, Any], claimed: set[tuple[str, str]]) -> Organisation:
    marks = {kind: tuple(each for each in value[kind] if (kind, each.lower()) not in claimed) for kind in _MARKS}
    claimed.update((kind, each.lower()) for kind in _MARKS for each in marks[kind])
    return Organisation(id=OrganisationId(value["id"]), name=value["name"], **marks)


def _leads(plan: PartnershipPlan, settings: Mapping[str, Any]) -> Iterator[Lead]:
    named = [each for each in plan.leads if no_lead_key(each.email) not in settings]
    yield from named
    known = {each.email.lower() for each in named}
    for key, value in sorted(settings.items()):
        if key.startswith(LEADS) and value["email"].lower() not in known:
            organisation = OrganisationId(value["organisation"])
            yield Lead(name=value["name"], organisation=organisation, email=value["email"])


def _audience(names: Sequence[str], ids: set[OrganisationId]) -> tuple[str, ...]:
    return tuple(each for each in names if each in {PUBLIC, WHOLE_PARTNERSHIP, *ids})


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:_HASHED]
