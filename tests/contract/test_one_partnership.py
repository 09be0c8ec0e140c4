"""One partnership over both platforms: a council in Teams and a charity in Slack, with one coach between them."""

import pytest

from bot.store.first_contact import FirstContact
from prompts import words
from tests.adapters.teams.fakes import words_in
from tests.contract.conftest import CHANNEL, PERSONAL
from tests.contract.hearing import everything_said, in_slack, in_teams
from tests.contract.house import PLAN, House
from tests.contract.scenarios import Message, Scenario
from tests.contract.stages import SlackStage, TeamsStage
from tests.slack_double import SlackDouble
from tests.teams_double import ANNA, BOT, TENANT, Json, TeamsDouble

pytestmark = pytest.mark.process

WORDS = words()
TRUST = "How do we build trust between organisations?"
#: Best answered from the document that only the council may see.
POWER = "What gets in the way of sharing power?"
SECRET = "sharing power in a council"


@pytest.fixture
def charity(chats: House, slack: SlackDouble) -> SlackStage:
    return SlackStage(house=chats, slack=slack, channel="D0ANA")


@pytest.fixture
def council(chats: House, teams: TeamsDouble) -> TeamsStage:
    return TeamsStage(house=chats, teams=teams, conversation=PERSONAL)


async def asked(stage: SlackStage | TeamsStage, text: str, by: str = "partner") -> Json:
    """What the platform was given to show for a question."""
    message = Message(id=f"{len(text)}", text=text, gets="", by=by)
    await stage.begin(Scenario(name="", messages=(message,)))
    await stage.deliver(message)
    if isinstance(stage, SlackStage):
        return stage.slack.messages["C0SHARED" if by == "stranger" else stage.channel][-1]
    return posted(stage.teams)[-1]


def posted(teams: TeamsDouble) -> list[Json]:
    return [each.body for each in teams.requests if each.body.get("type") == "message"]


async def test_the_same_question_has_the_same_answer_in_slack_and_in_teams(
    charity: SlackStage, council: TeamsStage
) -> None:
    in_charity, in_council = in_slack(await asked(charity, TRUST)), in_teams(await asked(council, TRUST))
    assert in_charity.cited
    assert in_charity == in_council


async def test_what_only_the_council_may_see_is_used_in_front_of_the_council_alone(
    charity: SlackStage, council: TeamsStage
) -> None:
    assert SECRET in everything_said(await asked(council, POWER))
    assert SECRET not in everything_said(await asked(charity, POWER))


async def test_it_is_not_used_where_the_charity_is_present(chats: House, teams: TeamsDouble) -> None:
    room = TeamsStage(house=chats, teams=teams, conversation=CHANNEL)
    assert SECRET in everything_said(await asked(room, POWER))
    teams.members.append(somebody("29:ana", "ana@charity.example"))
    await came(chats, teams, "29:ana")
    assert SECRET not in everything_said(await asked(room, f"{POWER} "))


async def test_an_unknown_person_gets_no_data(charity: SlackStage, council: TeamsStage) -> None:
    for stage in (charity, council):
        answer = everything_said(await asked(stage, TRUST, by="stranger"))
        assert WORDS("join.stranger") in answer
        assert "promises" not in answer


async def test_with_an_unknown_person_present_a_partner_gets_public_documents_only(
    chats: House, teams: TeamsDouble
) -> None:
    teams.members.append(somebody("29:nobody", "nobody@elsewhere.example", tenantId="elsewhere"))
    room = TeamsStage(house=chats, teams=teams, conversation=CHANNEL)
    assert "promises" not in everything_said(await asked(room, TRUST))


@pytest.fixture
def newcomers(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the house that is opened next people are new, as they are anywhere else."""
    monkeypatch.setattr("tests.contract.house.NobodyNew", FirstContact)


@pytest.mark.usefixtures("newcomers")
async def test_whoever_installs_the_coach_hears_once_what_it_can_do(chats: House, teams: TeamsDouble) -> None:
    for changes in (
        {"type": "installationUpdate", "action": "add"},
        {"type": "conversationUpdate", "membersAdded": [{"id": BOT}]},
        {"type": "installationUpdate", "action": "add"},
    ):
        await sent(chats, teams.message("", **changes, id=str(changes)))
    (told,) = posted(teams)
    shown = words_in(told["attachments"][0]["content"])
    assert shown[0] == WORDS("onboarding.title", partnership=PLAN.name)


async def sent(house: House, activity: Json) -> None:
    async with house.client.post("/api/messages", json=activity) as response:
        assert response.status == 202
    await house.settle()


async def came(house: House, teams: TeamsDouble, who: str) -> None:
    """Teams says that somebody is in the channel now."""
    changes = {"type": "conversationUpdate", "membersAdded": [{"id": who}], "conversation": CHANNEL}
    await sent(house, teams.message("", **changes, id=f"came-{who}"))


def somebody(user: str, address: str, **more: object) -> dict[str, object]:
    """One of the roster."""
    return {**ANNA, "id": user, "aadObjectId": user, "userPrincipalName": address, "tenantId": TENANT, **more}
