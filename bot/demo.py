"""The demo partnership: fictional organisations and people, so that a fresh copy can be tried at once."""

from bot.delivery.ports import Present
from bot.domain.messages import Place
from bot.domain.partnership import Disclosure, Lead, PartnershipPlan
from bot.domain.people import Identity, Organisation, OrganisationId, Partner, PartnerId, PartnershipId

NAME = "Brackwater Together"
PLATFORM, TENANT = "web", "demo"

_COUNCIL, _NHS, _CHARITY, _HOUSING, _ELM_ROW, _NORTHFIELD = (
    OrganisationId(key)
    for key in ("brackwater-council", "saltmarsh-nhs", "open-door", "harbour-homes", "elm-row", "northfield-council")
)


def _domain(organisation: OrganisationId) -> str:
    return f"{organisation}.example"


def _member(key: OrganisationId, name: str) -> Organisation:
    return Organisation(id=key, name=name, email_domains=(_domain(key),))


ORGANISATIONS = (
    _member(_COUNCIL, "Brackwater Council"),
    _member(_NHS, "Saltmarsh NHS Trust"),
    _member(_CHARITY, "Open Door Brackwater"),
    _member(_HOUSING, "Harbour Homes"),
)
#: Those who are no members: somebody of one visits the council's rooms, somebody of the other writes from their own.
OUTSIDE = (
    Organisation(id=_ELM_ROW, name="Elm Row Consulting"),
    Organisation(id=_NORTHFIELD, name="Northfield Council"),
)

PARTNERS = (
    Partner(id=PartnerId("amina"), name="Amina Yusuf", organisation=_COUNCIL, lead=True),
    Partner(id=PartnerId("gareth"), name="Gareth Pugh", organisation=_COUNCIL),
    Partner(id=PartnerId("priya"), name="Priya Nair", organisation=_NHS, lead=True),
    Partner(id=PartnerId("tom"), name="Tom Okafor", organisation=_NHS),
    Partner(id=PartnerId("lena"), name="Lena Fisher", organisation=_CHARITY),
    Partner(id=PartnerId("sean"), name="Sean Doyle", organisation=_HOUSING),
    Partner(id=PartnerId("rhys"), name="Rhys Bevan", organisation=_ELM_ROW),
    Partner(id=PartnerId("kit"), name="Kit Morgan", organisation=_NORTHFIELD),
)


def identity(partner: Partner) -> Identity:
    """Who the page says somebody is, as a platform does that has checked their e-mail."""
    return Identity(
        platform=PLATFORM,
        tenant=TENANT,
        user=partner.id,
        email=f"{partner.id}@{_domain(partner.organisation)}",
        name=partner.name,
        guest=partner.organisation == _ELM_ROW,
    )


PLAN = PartnershipPlan(
    id=PartnershipId("brackwater-together"),
    name=NAME,
    zone="Europe/London",
    organisations=ORGANISATIONS,
    leads=tuple(
        Lead(name=each.name, organisation=each.organisation, email=identity(each).email)
        for each in PARTNERS
        if each.lead
    ),
    disclosure=Disclosure(k=3, m=2),
)


class DemoPresence:
    """Everybody is alone with the coach on the page."""

    async def present(self, place: Place) -> Present:
        """The one whose conversation it is; nobody where there is no such person."""
        return Present(people=tuple(identity(each) for each in PARTNERS if str(each.id) == place))
