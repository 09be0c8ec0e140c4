"""Who somebody is to a partnership: from what a platform says of them, never from what they type."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.domain.partnership import PartnershipPlan
from bot.domain.people import Audience, Identity, Organisation, OrganisationId, PartnerId, PartnershipId


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What an identity is at this moment: a member of one organisation in one partnership, lead or not."""

    partnership: PartnershipId
    organisation: OrganisationId
    lead: bool = False


@dataclass(frozen=True, kw_only=True)
class Held:
    """What the store holds of an identity. `by_code` standing outlives changes of the file; a partner who was
    removed is not `active`. An identity that is not `bound` is known by its verified e-mail only."""

    partner: PartnerId
    standing: Standing
    by_code: bool
    active: bool
    bound: bool = True


def standing(identity: Identity, held: Held | None, plans: Sequence[PartnershipPlan]) -> Standing | None:
    """What an identity is now, or None for a stranger.

    Somebody removed is a stranger whatever the file says; one whom no account is known of yet may still be in another
    partnership, where nobody removed them. A code counts while its organisation is in the
    partnership; whoever came by one leads where the file names their address too. Everyone else is what the
    partnership's file makes of them today.
    """
    if held is not None and not held.active:
        others = [each for each in plans if each.id != held.standing.partnership]
        return None if held.bound else by_file(identity, others)
    if held is not None and held.by_code:
        return _by_code(identity, held.standing, plans)
    return by_file(identity, plans)


def by_file(identity: Identity, plans: Iterable[PartnershipPlan]) -> Standing | None:
    """What the partnership files make of an identity.

    A verified e-mail domain outranks the team or tenant, which says nothing of a guest. An identity that fits
    several partnerships is nobody's until it has a code.
    """
    found = [each for plan in plans if (each := _in_plan(identity, plan)) is not None]
    return found[0] if len(found) == 1 else None


def _in_plan(identity: Identity, plan: PartnershipPlan) -> Standing | None:
    name, _, domain = identity.email.lower().rpartition("@")
    by_domain = [item for item in plan.organisations if name and domain in item.email_domains]
    by_tenant = [] if identity.guest else [item for item in plan.organisations if _has_tenant(item, identity)]
    organisations = by_domain or by_tenant
    if len(organisations) != 1:
        return None
    lead = bool(name) and _named_lead(identity, plan)
    return Standing(partnership=plan.id, organisation=organisations[0].id, lead=lead)


def _has_tenant(organisation: Organisation, identity: Identity) -> bool:
    tenants = {"slack": organisation.slack_teams, "teams": organisation.teams_tenants}
    return identity.tenant in tenants.get(identity.platform, ())


def _by_code(identity: Identity, held: Standing, plans: Iterable[PartnershipPlan]) -> Standing | None:
    plan = next((each for each in plans if each.id == held.partnership), None)
    if plan is None or held.organisation not in {item.id for item in plan.organisations}:
        return None
    return replace(held, lead=held.lead or _named_lead(identity, plan))


def _named_lead(identity: Identity, plan: PartnershipPlan) -> bool:
    return bool(identity.email) and identity.email.lower() in {lead.email.lower() for lead in plan.leads}


def audience(present: Sequence[Standing | None], partnership: PartnershipId, *, complete: bool) -> Audience:
    """The audience of a conversation; a stranger in it, or somebody of another partnership, makes it incomplete."""
    known = [each for each in present if each is not None and each.partnership == partnership]
    return Audience(
        organisations=frozenset(each.organisation for each in known),
        complete=complete and len(known) == len(present),
    )
