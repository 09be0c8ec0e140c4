"""`coach partnership new`: the smallest first step, after which a lead does everything else in chat."""

import re
import unicodedata

from bot.bootstrap import main_store, now
from bot.commands.screen import screen
from bot.domain.errors import PartnershipError
from bot.domain.partnership import Lead, PartnershipPlan
from bot.domain.partnership_rules import problems
from bot.domain.people import Organisation, OrganisationId, PartnershipId
from bot.settings import Settings
from bot.store.partnerships import Partnerships

_LONGEST_ID = 40


async def new(settings: Settings, name: str, lead: str, zone: str) -> None:
    """Begin a partnership of one organisation, the lead's own, which is known by the domain of their address.

    Raises `PartnershipError` where that cannot be, or where there is one of that name already.
    """
    plan = begun(name, lead, zone)
    async with main_store(settings) as database:
        partnerships = Partnerships(database)
        known = await partnerships.applied()
        if any(plan.id == each.id or plan.name == each.name for each in known):
            raise PartnershipError(f"There is a partnership “{name}” already: `coach partnership show` shows it.")
        claimed = {domain for each in known for member in each.organisations for domain in member.email_domains}
        if claimed & set(plan.organisations[0].email_domains):
            raise PartnershipError(
                "Addresses like the lead's belong to another partnership here, so nobody could tell which one somebody "
                "is in. Use `coach partnership apply FILE` and one-time codes."
            )
        await partnerships.save(plan, now())
    console = screen()
    console.print(f"{plan.name} ({plan.id}): begun.", markup=False)
    console.print("Next: `coach serve`. Then the lead writes “set up” to the coach in Slack or Teams.")


def begun(name: str, lead: str, zone: str) -> PartnershipPlan:
    """The plan that a name, a lead's address and a time zone make; raises `PartnershipError`."""
    person, at, domain = lead.strip().lower().partition("@")
    if not at:
        raise PartnershipError("--lead is not an e-mail address: write it as name@organisation.example.")
    organisation = OrganisationId(_id_of(domain.partition(".")[0]) or "first")
    plan = PartnershipPlan(
        id=PartnershipId(_id_of(name) or "partnership"),
        name=" ".join(name.split()),
        zone=zone,
        organisations=(Organisation(id=organisation, name=domain, email_domains=(domain,)),),
        leads=(Lead(name=_name_of(person), organisation=organisation, email=f"{person}@{domain}"),),
    )
    found = [problem.text for problem in problems(plan)]
    if found:
        raise PartnershipError("\n".join(f"The partnership cannot begin like that: {text}." for text in found))
    return plan


def _id_of(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_ID].strip("-")


def _name_of(person: str) -> str:
    """What to call somebody of whom only the address is known."""
    return " ".join(part.capitalize() for part in re.split(r"[._+-]+", person) if part) or person
