"""What becomes of conversations: installed, removed, renamed, and who comes and goes."""

from dataclasses import replace
from typing import Any

import pytest

from adapters.teams.events import translate
from adapters.teams.housekeeping import Housekeeping, Installed, MembersChanged, Renamed, Uninstalled, opened
from adapters.teams.references import Reference
from bot.domain.people import Identity
from tests.adapters.teams.fakes import NOW
from tests.teams_double import ANNA, BOT, TENANT, TeamsDouble

DOUBLE = TeamsDouble(url="https://smba.trafficmanager.net", key=None)  # type: ignore[arg-type]
COACH = {"id": BOT, "name": "Coach"}
ME = Identity(platform="teams", tenant=TENANT, user=ANNA["aadObjectId"].lower(), name="Anna")
REFERENCE = Reference(
    conversation="a:anna", kind="personal", service_url="https://smba.trafficmanager.net/emea/", tenant=TENANT, bot=BOT
)
INSTALLED = Installed(reference=REFERENCE, person=ME)
TEAM, CHANNEL = "19:t@thread.tacv2", "19:c@thread.tacv2"
IN_TEAM: dict[str, Any] = {"conversation": {"id": CHANNEL, "conversationType": "channel", "tenantId": TENANT}}


def meant(**changes: Any) -> Housekeeping | None:
    found = translate(DOUBLE.message("", **changes), NOW)
    assert found is None or isinstance(found, Installed | Uninstalled | MembersChanged | Renamed)
    return found


def in_team(event: str = "", *, channel: str = "", **changes: Any) -> Housekeeping | None:
    data = {"tenant": {"id": TENANT}, "team": {"id": TEAM}, "eventType": event, "channel": {"id": channel}}
    return meant(**({"type": "conversationUpdate"} | IN_TEAM | {"channelData": data} | changes))


@pytest.mark.parametrize(
    ("changes", "meaning"),
    [
        ({"type": "installationUpdate", "action": "add"}, INSTALLED),
        ({"type": "installationUpdate", "action": "add-upgrade"}, INSTALLED),
        ({"type": "installationUpdate", "action": "remove"}, Uninstalled(conversation="a:anna")),
        ({"type": "installationUpdate", "action": "remove-upgrade"}, None),
        ({"type": "conversationUpdate", "membersAdded": [COACH]}, INSTALLED),
        ({"type": "conversationUpdate", "membersAdded": [{"id": "29:joe"}]}, MembersChanged(conversation="a:anna")),
        ({"type": "conversationUpdate", "membersRemoved": [{"id": "29:joe"}]}, MembersChanged(conversation="a:anna")),
        ({"type": "conversationUpdate", "membersRemoved": [COACH]}, Uninstalled(conversation="a:anna")),
        ({"type": "conversationUpdate", "channelData": {"eventType": "somethingNew"}}, None),
        ({"type": "conversationUpdate", "membersAdded": "odd"}, None),
    ],
)
def test_what_becomes_of_a_chat(changes: dict[str, Any], meaning: object) -> None:
    assert meant(**changes) == meaning


@pytest.mark.parametrize(
    ("event", "meaning"),
    [
        ("teamRenamed", Renamed(conversation=CHANNEL)),
        ("channelRenamed", Renamed(conversation=CHANNEL)),
        ("channelCreated", Renamed(conversation=CHANNEL)),
        ("channelRestored", Renamed(conversation=CHANNEL)),
        ("teamRestored", Renamed(conversation=CHANNEL)),
        ("teamUnarchived", Renamed(conversation=CHANNEL)),
        ("channelDeleted", Uninstalled(conversation="19:gone@thread.tacv2")),
        ("teamDeleted", Uninstalled(conversation=CHANNEL, team=TEAM)),
        ("teamHardDeleted", Uninstalled(conversation=CHANNEL, team=TEAM)),
        ("teamArchived", Uninstalled(conversation=CHANNEL, team=TEAM)),
    ],
)
def test_what_becomes_of_a_team_and_its_channels(event: str, meaning: object) -> None:
    assert in_team(event, channel="19:gone@thread.tacv2") == meaning


def test_a_deleted_channel_that_nobody_names_is_none() -> None:
    assert in_team("channelDeleted") is None


def test_a_team_is_left_with_all_its_channels() -> None:
    for left in (in_team(membersRemoved=[COACH]), in_team(type="installationUpdate", action="remove")):
        assert left == Uninstalled(conversation=CHANNEL, team=TEAM)


def test_a_team_is_written_to_in_its_general_channel() -> None:
    event = in_team(membersAdded=[COACH])
    assert isinstance(event, Installed)
    assert (event.place, event.alone, event.reference.kind) == (TEAM, False, "channel")


def test_whoever_installs_the_coach_opens_their_chat_once() -> None:
    told = []
    for kind in (
        {"type": "installationUpdate", "action": "add"},
        {"type": "conversationUpdate", "membersAdded": [COACH]},
    ):
        event = meant(**kind, id=str(kind))
        assert isinstance(event, Installed)
        told.append(opened(event, NOW))
    first, again = told
    assert first
    assert again
    assert first.key == again.key == "teams:a:anna:installed"
    assert (first.action, first.values, first.text) == ("opened", {"why": "installed"}, "")
    assert (first.place, first.direct, first.sender) == ("a:anna", "a:anna", ME)


def test_nobody_in_particular_and_no_team_opens_a_chat() -> None:
    assert opened(replace(INSTALLED, person=None), NOW) is None
    event = in_team(membersAdded=[COACH])
    assert isinstance(event, Installed)
    assert opened(event, NOW) is None
