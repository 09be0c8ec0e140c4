"""Who is in a conversation, and when that cannot be said."""

from datetime import timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.clients import SingleClient
from adapters.slack.places import Spot
from adapters.slack.presence import MOST_PEOPLE, SlackPresence
from bot.delivery.ports import Present
from bot.domain.messages import Place
from bot.domain.people import Identity
from tests.adapters.slack.conftest import user
from tests.adapters.slack.signing import NOW
from tests.slack_double import BOT, SlackDouble, broken, refuses, too_many

ROOM = Spot(team="T0HOME", channel="C0ROOM", thread="1.2").place
ANA = Identity(platform="slack", tenant="T0HOME", user="U0ANA", email="u0ana@council.example", name="")


class Clock:
    now = NOW

    def __call__(self) -> object:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def presence(client: AsyncWebClient, slack: SlackDouble, clock: Clock) -> SlackPresence:
    slack.users[BOT] = user(BOT, is_bot=True)
    return SlackPresence(clients=SingleClient(client=client), clock=clock)  # type: ignore[arg-type]


@pytest.mark.parametrize(("said", "zone"), [("Africa/Cairo", "Africa/Cairo"), ("Nowhere/Land", ""), (None, "")])
async def test_where_somebody_is_counts_where_it_is_a_zone_of_the_database(
    presence: SlackPresence, slack: SlackDouble, said: str | None, zone: str
) -> None:
    slack.users["U0ANA"] = user("U0ANA", tz=said)
    present = await presence.present(ROOM)
    assert [each.zone for each in present.people if each.user == "U0ANA"] == [zone]


async def test_everyone_as_their_own_workspace_knows_them(presence: SlackPresence, slack: SlackDouble) -> None:
    slack.users |= {
        "U1": user("U1", is_restricted=True),
        "U2": user("U2", is_ultra_restricted=True, is_email_confirmed=False),
        "U3": user("U3", team="T0AWAY", is_stranger=True),
        "U4": user("U4", team="T0AWAY"),
        "U5": user("U5", deleted=True),
        "U6": user("U6", is_bot=True),
        "USLACKBOT": user("USLACKBOT"),
    }
    slack.members["C0ROOM"] += ["U1", "U2", "U3", "U4", "U5", "U6", "USLACKBOT"]
    present = await presence.present(ROOM)
    assert present.complete
    assert [(each.user, each.tenant, each.email, each.guest) for each in present.people] == [
        ("U0ANA", "T0HOME", "u0ana@council.example", False),
        ("U1", "T0HOME", "u1@council.example", True),
        ("U2", "T0HOME", "", True),
        ("U3", "T0AWAY", "", True),
        ("U4", "T0AWAY", "", False),
    ]
    assert slack.refused == []


async def test_a_place_that_is_a_person_holds_that_person(presence: SlackPresence, slack: SlackDouble) -> None:
    present = await presence.present(Spot(team="T0HOME", channel="U0ANA").place)
    assert [each.user for each in present.people] == ["U0ANA"]
    assert not slack.called("conversations.members")


async def test_people_are_asked_about_once_a_minute(presence: SlackPresence, slack: SlackDouble, clock: Clock) -> None:
    for seconds, asked in ((0, 2), (59, 2), (61, 4)):
        clock.now = NOW + timedelta(seconds=seconds)
        await presence.present(ROOM)
        assert len(slack.called("users.info")) == asked
    assert len(slack.called("conversations.members")) == 3
    assert len(slack.called("auth.test")) == 1


async def test_pages_are_read_to_the_end_and_a_crowd_is_not_complete(
    presence: SlackPresence, slack: SlackDouble
) -> None:
    slack.page = 1
    slack.users["U1"] = user("U1")
    slack.members["C0ROOM"].append("U1")
    assert len((await presence.present(ROOM)).people) == 2
    slack.page = 200
    slack.members["C0ROOM"] += [f"U{number}" for number in range(MOST_PEOPLE)]
    asked = len(slack.called("users.info"))
    assert await presence.present(ROOM) == Present(complete=False)
    assert len(slack.called("users.info")) == asked


@pytest.mark.parametrize("method", ["conversations.members", "users.info", "auth.test"])
async def test_whatever_fails_it_is_not_complete(presence: SlackPresence, slack: SlackDouble, method: str) -> None:
    for fault in (too_many(1), refuses("missing_scope"), broken(502)):
        slack.fail(method, fault, fault)
        assert not (await presence.present(ROOM)).complete
        slack.faults.clear()
    assert (await presence.present(ROOM)).complete


async def test_somebody_unknown_and_a_place_elsewhere_are_not_complete(
    presence: SlackPresence, slack: SlackDouble
) -> None:
    slack.members["C0ROOM"].append("U9")
    for place in (ROOM, Place("lena"), Spot(team="T0HOME", channel="C0NONE").place):
        assert await presence.present(place) == Present(complete=False)
    slack.users["U9"] = {"id": "U9"}
    assert await presence.present(ROOM) == Present(complete=False)
