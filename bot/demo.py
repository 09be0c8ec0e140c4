"""The demo partnership: fictional organisations and people, so that a fresh copy can be tried at once."""

from collections.abc import Mapping

from bot.coaching.recognising import Recognised
from bot.domain.membership import Standing
from bot.domain.messages import Incoming
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import Audience, Organisation, OrganisationId, Partner, PartnerId, PartnershipId

NAME = "Brackwater Together"

_COUNCIL, _NHS, _CHARITY, _HOUSING = (
    OrganisationId(key) for key in ("brackwater-council", "saltmarsh-nhs", "open-door", "harbour-homes")
)

ORGANISATIONS = (
    Organisation(id=_COUNCIL, name="Brackwater Council"),
    Organisation(id=_NHS, name="Saltmarsh NHS Trust"),
    Organisation(id=_CHARITY, name="Open Door Brackwater"),
    Organisation(id=_HOUSING, name="Harbour Homes"),
)

PARTNERS = (
    Partner(id=PartnerId("amina"), name="Amina Yusuf", organisation=_COUNCIL, lead=True),
    Partner(id=PartnerId("gareth"), name="Gareth Pugh", organisation=_COUNCIL),
    Partner(id=PartnerId("priya"), name="Priya Nair", organisation=_NHS),
    Partner(id=PartnerId("tom"), name="Tom Okafor", organisation=_NHS),
    Partner(id=PartnerId("lena"), name="Lena Fisher", organisation=_CHARITY),
    Partner(id=PartnerId("sean"), name="Sean Doyle", organisation=_HOUSING),
)

_BY_ID: Mapping[PartnerId, Partner] = {partner.id: partner for partner in PARTNERS}


PLAN = PartnershipPlan(
    id=PartnershipId("brackwater-together"), name=NAME, zone="Europe/London", organisations=ORGANISATIONS, leads=()
)


async def recognise(incoming: Incoming) -> Recognised | None:
    """The demo partner who is asking, alone with the coach."""
    partner = _BY_ID.get(PartnerId(incoming.sender.user))
    if partner is None:
        return None
    return Recognised(
        standing=Standing(partnership=PLAN.id, organisation=partner.organisation, lead=partner.lead),
        plan=PLAN,
        audience=Audience(organisations=frozenset({partner.organisation})),
        person=incoming.sender,
        partner=partner.id,
        alone=True,
    )
