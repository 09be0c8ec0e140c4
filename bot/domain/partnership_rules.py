"""The rules that a partnership plan keeps, as pure functions: a plan in, what is wrong with it out."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain
from zoneinfo import available_timezones

from bot.domain.partnership import FACTORS, K_FLOOR, M_FLOOR, Closure, Contact, Lead, PartnershipPlan
from bot.domain.people import PUBLIC, WHOLE_PARTNERSHIP, Organisation
from bot.domain.problems import At, Problem, instead, one_of, plain, quoted, repeated, slug, within
from bot.domain.rhythm_rules import good_closures, good_quiet_hours, good_rhythm, known_language, known_region

_LONGEST_NAME = 120
_LONGEST_TEXT = 400
_LONGEST_KEEPING = 3650
# Bounded parts, so that no text takes long to refuse.
_DOMAIN = r"(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.){1,9}[a-z][a-z0-9-]{0,61}[a-z0-9]"
_EMAIL = re.compile(rf"[a-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_DOMAIN}", re.IGNORECASE)
#: How each platform writes the identity of an organisation, and how to say so.
IDENTITIES = {
    "slack_teams": (re.compile(r"[TE][A-Z0-9]+"), "a Slack workspace id, such as T0123ABCD"),
    "teams_tenants": (
        re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE),
        "a Teams tenant id, such as 72f988bf-86f1-41af-91ab-2d7cd011db47",
    ),
    "email_domains": (re.compile(_DOMAIN), "an e-mail domain in small letters, such as council.example"),
}
#: Anybody can have an address there, so it identifies no organisation.
ANYBODYS_DOMAINS = frozenset(
    f"{name}.{end}"
    for name in ("aol", "gmail", "gmx", "googlemail", "hotmail", "icloud", "live", "me", "msn", "outlook", "yahoo")
    for end in ("co.uk", "com", "net")
) | {
    "btinternet.com",
    "fastmail.com",
    "hey.com",
    "mail.com",
    "proton.me",
    "protonmail.com",
    "sky.com",
    "talktalk.net",
    "tutanota.com",
    "virginmedia.com",
    "ymail.com",
    "zoho.com",
}


def problems(plan: PartnershipPlan) -> tuple[Problem, ...]:
    """Everything that is wrong with a plan; none when it can be applied."""
    return (*part_problems(plan), *link_problems(plan))


def part_problems(plan: PartnershipPlan) -> tuple[Problem, ...]:
    """What is wrong with single parts of a plan, whatever the others say."""
    rules = (enough_members, plain_names, good_ids, known_zone, safe_counts, good_keeping, good_addresses)
    calendar = (good_rhythm, good_quiet_hours, good_closures, known_region, known_language)
    return tuple(chain.from_iterable(rule(plan) for rule in (*rules, *calendar, good_files, contacts_once)))


def link_problems(plan: PartnershipPlan) -> tuple[Problem, ...]:
    """What is wrong between parts of a plan: references to nobody, identities claimed twice."""
    rules = (claimed_once, known_members, known_audiences, reachable_counts)
    return tuple(chain.from_iterable(rule(plan) for rule in rules))


def enough_members(plan: PartnershipPlan) -> Iterator[Problem]:
    """A partnership has an organisation and a lead."""
    if not plan.organisations:
        yield Problem(at=("organisations",), text="there is no organisation; add at least one")
    if not plan.leads:
        yield Problem(at=("leads",), text="there is no lead; add at least one, or nobody can pull a digest")


def plain_names(plan: PartnershipPlan) -> Iterator[Problem]:
    """Names and contact lines are one line of readable text."""
    yield from plain(("name",), plan.name, _LONGEST_NAME)
    named: dict[str, tuple[Organisation | Lead | Contact | Closure, ...]] = {
        "organisations": plan.organisations,
        "leads": plan.leads,
        "contacts": plan.contacts,
        "closures": plan.closures,
    }
    for field, items in named.items():
        for index, name in enumerate(item.name for item in items):
            yield from plain((field, index, "name"), name, _LONGEST_NAME)
    for index, contact in enumerate(plan.contacts):
        yield from plain(("contacts", index, "how"), contact.how, _LONGEST_TEXT)


def good_ids(plan: PartnershipPlan) -> Iterator[Problem]:
    """Ids are short, plain and unique, and no organisation is called what an audience is called."""
    yield from slug(("id",), plan.id)
    for index, organisation in enumerate(plan.organisations):
        at = ("organisations", index, "id")
        yield from slug(at, organisation.id)
        if organisation.id in (PUBLIC, WHOLE_PARTNERSHIP):
            yield Problem(at=at, text=f"{quoted(organisation.id)} is the name of an audience; choose another id")
    yield from repeated(
        ((("organisations", index, "id"), organisation.id) for index, organisation in enumerate(plan.organisations)),
        "is the id of two organisations; give each its own",
    )


def known_zone(plan: PartnershipPlan) -> Iterator[Problem]:
    """The zone is one of the IANA database's."""
    if plan.zone not in _zones():
        advice = f"{instead(plan.zone, _zones())} Zones are named such as Europe/London"
        yield Problem(at=("zone",), text=f"there is no time zone {quoted(plan.zone)}; {advice}")


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones()) - {"Factory", "localtime"}


def safe_counts(plan: PartnershipPlan) -> Iterator[Problem]:
    """No figure may stand for so few that it singles somebody out."""
    for field, number, floor in (("k", plan.disclosure.k, K_FLOOR), ("m", plan.disclosure.m, M_FLOOR)):
        if number < floor:
            yield Problem(at=("disclosure", field), text=f"{field} is {number}; raise it to {floor} or more")


def good_keeping(plan: PartnershipPlan) -> Iterator[Problem]:
    """Everything is kept for some days and nothing is kept for ever."""
    for field in ("replies", "barriers", "questions"):
        yield from within(("retention", field), getattr(plan.retention, field), 1, _LONGEST_KEEPING)


def good_addresses(plan: PartnershipPlan) -> Iterator[Problem]:
    """Identities have their platform's shape and belong to an organisation; leads have their own e-mail addresses."""
    for at, value in _claims(plan):
        pattern, wanted = IDENTITIES[str(at[2])]
        if not pattern.fullmatch(value):
            yield Problem(at=at, text=f"{quoted(value)} is not {wanted}; correct it")
        elif value in ANYBODYS_DOMAINS:
            yield Problem(at=at, text=f"anybody can have an address at {value}; remove it")
    yield from _lead_addresses(plan)


def is_address(text: str) -> bool:
    """Whether a text is an e-mail address."""
    return _EMAIL.fullmatch(text) is not None


def _lead_addresses(plan: PartnershipPlan) -> Iterator[Problem]:
    """Problems that leave the address itself out, since messages may be logged."""
    seen: set[str] = set()
    for index, email in enumerate(lead.email.lower() for lead in plan.leads):
        if not _EMAIL.fullmatch(email):
            text = "email is not an e-mail address; write it as name@organisation.example"
            yield Problem(at=("leads", index, "email"), text=text)
        elif email in seen:
            yield Problem(at=("leads", index, "email"), text="email is that of an earlier lead; keep one of them")
        seen.add(email)


def _claims(plan: PartnershipPlan) -> Iterator[tuple[At, str]]:
    for index, organisation in enumerate(plan.organisations):
        for field in IDENTITIES:
            for position, value in enumerate(getattr(organisation, field)):
                yield ("organisations", index, field, position), value


def good_files(plan: PartnershipPlan) -> Iterator[Problem]:
    """Documents are named by their path in the library."""
    for file in plan.document_audiences:
        parts = file.split("/")
        if not file.isprintable() or "\\" in file or any(part in ("", ".", "..") for part in parts):
            text = f"{quoted(file)} is not the path of a file in the library; write it as in folder/report.pdf"
            yield Problem(at=("document_audiences", file), text=text)


def contacts_once(plan: PartnershipPlan) -> Iterator[Problem]:
    """A contact has one line for a matter."""
    seen: set[tuple[str | None, ...]] = set()
    for index, contact in enumerate(plan.contacts):
        matter = (contact.name, contact.for_factor, contact.for_organisation)
        if matter in seen:
            text = f"{quoted(contact.name)} is there twice for the same matter; keep one"
            yield Problem(at=("contacts", index, "name"), text=text)
        seen.add(matter)


def claimed_once(plan: PartnershipPlan) -> Iterator[Problem]:
    """An identity belongs to one organisation, or messages could be taken for another's."""
    for field in IDENTITIES:
        claims = ((at, value.lower()) for at, value in _claims(plan) if at[2] == field)
        yield from repeated(claims, "is claimed already; an identity belongs to one organisation, once")


def known_members(plan: PartnershipPlan) -> Iterator[Problem]:
    """Leads and contacts belong to organisations and factors that exist; no lead's address is another member's."""
    ids = {organisation.id for organisation in plan.organisations}
    owners = {domain: member.id for member in plan.organisations for domain in member.email_domains}
    for index, lead in enumerate(plan.leads):
        yield from one_of(("leads", index, "organisation"), lead.organisation, ids, "organisation")
        domain = lead.email.lower().rpartition("@")[2]
        if lead.organisation in ids and owners.get(domain, lead.organisation) != lead.organisation:
            text = (
                f"addresses at {domain} are those of {quoted(owners[domain])}; correct the address or the organisation"
            )
            yield Problem(at=("leads", index, "email"), text=text)
    for index, contact in enumerate(plan.contacts):
        if contact.for_organisation is not None:
            yield from one_of(("contacts", index, "for_organisation"), contact.for_organisation, ids, "organisation")
        if contact.for_factor is not None:
            yield from one_of(("contacts", index, "for_factor"), contact.for_factor, FACTORS, "factor")


def known_audiences(plan: PartnershipPlan) -> Iterator[Problem]:
    """An audience is `public`, `partnership`, or organisations of the partnership."""
    everyone = (PUBLIC, WHOLE_PARTNERSHIP)
    ids = [organisation.id for organisation in plan.organisations]
    for file, audience in plan.document_audiences.items():
        if not audience:
            yield Problem(at=("document_audiences", file), text=f"nobody may see {quoted(file)}; name its audience")
        if len(audience) > 1 and set(audience) & set(everyone):
            text = f"{quoted(file)} is for {' and '.join(audience)}; public or partnership stands alone"
            yield Problem(at=("document_audiences", file), text=text)
        for position, name in enumerate(audience):
            yield from one_of(("document_audiences", file, position), name, (*everyone, *ids), "organisation")


def reachable_counts(plan: PartnershipPlan) -> Iterator[Problem]:
    """A pattern that needs more organisations than there are would never be shown."""
    number = len(plan.organisations)
    if plan.disclosure.m > max(number, M_FLOOR):
        text = (
            f"m is {plan.disclosure.m} but there are {number} organisations; no pattern would ever be shown, lower it"
        )
        yield Problem(at=("disclosure", "m"), text=text)
