"""In a channel that is shared with other workspaces an answer is for everybody in it, and the unknown get the least."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.clients import SingleClient
from adapters.slack.events import translate
from adapters.slack.presence import SlackPresence
from bot.domain.membership import audience, standing
from bot.domain.people import Audience, Organisation, OrganisationId
from tests.adapters.slack.conftest import user
from tests.adapters.slack.signing import NOW, mention
from tests.bot.plans import COUNCIL, HOUSING, PLAN
from tests.slack_double import BOT, SlackDouble

AWAY = Organisation(id=OrganisationId("trust"), name="The Trust", slack_teams=("T0AWAY",))
SHARED = {**mention(user_team="T0HOME"), "is_ext_shared_channel": True}


async def _audience(slack: SlackDouble, client: AsyncWebClient, **people: dict[str, object]) -> Audience:
    """For whom an answer to Ana in the shared channel would be, with these people there."""
    slack.users |= {BOT: user(BOT, is_bot=True), "U0ANA": user("U0ANA"), **people}
    slack.members["C0ROOM"] = ["U0ANA", BOT, *people]
    asked = translate(SHARED, NOW)
    assert asked is not None
    present = await SlackPresence(clients=SingleClient(client=client), clock=lambda: NOW).present(asked.place)
    plans = [PLAN.__class__(**{**PLAN.__dict__, "organisations": (COUNCIL, HOUSING, AWAY)})]
    standings = [standing(each, None, plans) for each in present.people]
    return audience(standings, PLAN.id, complete=present.complete)


async def test_everybody_of_known_organisations_is_the_audience(slack: SlackDouble, client: AsyncWebClient) -> None:
    found = await _audience(slack, client, U1=user("U1", team="T0AWAY"), U2=user("U2", team="T0HOUSING"))
    assert found == Audience(organisations=frozenset({COUNCIL.id, HOUSING.id, AWAY.id}))
    assert found.may_see(("partnership",))
    assert not found.may_see(("council", "trust"))


@pytest.mark.parametrize(
    "stranger",
    [
        user("U1", team="T0UNKNOWN"),
        # The address is another workspace's word: it says nothing.
        user("U1", team="T0UNKNOWN", profile={"email": "boss@council.example"}),
        user("U1", team="T0AWAY", is_stranger=True),
        user("U1", team="T0AWAY", is_restricted=True),
    ],
)
async def test_one_person_of_an_unknown_organisation_leaves_public_documents_only(
    slack: SlackDouble, client: AsyncWebClient, stranger: dict[str, object]
) -> None:
    found = await _audience(slack, client, U1=stranger, U2=user("U2", team="T0AWAY"))
    assert not found.complete
    assert found.may_see(("public",))
    assert not found.may_see(("partnership",))
