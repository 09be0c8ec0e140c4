"""What leads agree in chat beside the rhythm: how many people stand behind a figure, who may see a document, contacts.

`bot.domain.chat_settings` lays them over the partnership's file with the rest.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.partnership import FACTORS, K_FLOOR, M_FLOOR, Contact, Disclosure, Earlier, PartnershipPlan

#: How many people in how many organisations; and what was agreed before, where that was stricter, whether the file or
#: a lead said so: no file speaks of that.
DISCLOSURE, BEFORE = "disclosure", "before.disclosure"
#: Who may see a document, by its path in the library.
AUDIENCES = "document_audiences"
#: Whom to turn to, by the factor or `EVERY_MATTER` after it.
CONTACT = "contact."
EVERY_MATTER = "all"
#: A contact with no name: nobody, whatever the file says.
NO_CONTACT = {"name": "", "how": ""}


def overlaid_agreements(plan: PartnershipPlan, settings: Mapping[str, Any]) -> PartnershipPlan:
    """The plan with these; what is no value of one is passed over, and the file's word holds."""
    audiences = _audiences(settings.get(AUDIENCES))
    return replace(
        plan,
        disclosure=_disclosure(plan.disclosure, settings.get(DISCLOSURE), settings.get(BEFORE)),
        document_audiences={**plan.document_audiences, **audiences} if audiences else plan.document_audiences,
        contacts=_contacts(plan.contacts, settings),
    )


def agreed(rules: Disclosure, k: int, m: int, at: datetime) -> Disclosure:
    """Rules that hold from now on. Where they are less strict, what was said before stays under those of its time."""
    kept = tuple(each for each in rules.earlier if each.k > k or each.m > m)
    if k < rules.k or m < rules.m:
        kept = (*kept, Earlier(k=rules.k, m=rules.m, until=at))
    return Disclosure(k=k, m=m, earlier=kept)


def disclosure_as_json(rules: Disclosure) -> dict[str, Any]:
    """What is kept under `DISCLOSURE` and `BEFORE`."""
    earlier = [{"k": each.k, "m": each.m, "until": each.until.isoformat()} for each in rules.earlier]
    return {DISCLOSURE: {"k": rules.k, "m": rules.m}, BEFORE: earlier}


def _disclosure(filed: Disclosure, said: object, before: object) -> Disclosure:
    k, m = (said["k"], said["m"]) if isinstance(said, Mapping) and _counts(said) else (filed.k, filed.m)
    found = [_earlier(each) for each in before] if isinstance(before, list) else []
    earlier = tuple(each for each in found if each is not None and (each.k > k or each.m > m))
    return Disclosure(k=k, m=m, earlier=earlier)


def _earlier(said: object) -> Earlier | None:
    if not isinstance(said, Mapping) or not _counts(said):
        return None
    try:
        until = datetime.fromisoformat(str(said.get("until", "")))
    except ValueError:
        return None
    return Earlier(k=said["k"], m=said["m"], until=until) if until.tzinfo is not None else None


def _counts(said: Mapping[str, Any]) -> bool:
    k, m = said.get("k"), said.get("m")
    return type(k) is int and type(m) is int and k >= K_FLOOR and m >= M_FLOOR


def _audiences(said: object) -> dict[str, tuple[str, ...]]:
    """The audiences that are some; an empty one would be nobody's doing."""
    if not isinstance(said, Mapping):
        return {}
    given = {str(file): value for file, value in said.items() if isinstance(value, list) and value}
    return {file: tuple(value) for file, value in given.items() if all(isinstance(each, str) for each in value)}


def _contacts(filed: tuple[Contact, ...], settings: Mapping[str, Any]) -> tuple[Contact, ...]:
    contacts = filed
    for matter in (EVERY_MATTER, *FACTORS):
        said, factor = settings.get(f"{CONTACT}{matter}"), None if matter == EVERY_MATTER else matter
        if isinstance(said, Mapping) and isinstance(said.get("name"), str) and isinstance(said.get("how"), str):
            others = tuple(each for each in contacts if each.for_factor != factor or each.for_organisation is not None)
            own = (Contact(name=said["name"], how=said["how"], for_factor=factor),) if said["name"] else ()
            contacts = (*others, *own)
    return contacts
