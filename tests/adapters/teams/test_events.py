"""What activities mean: a table of them, in the three kinds of conversation."""

from typing import Any

import pytest

from adapters.teams.elements import ACTION
from adapters.teams.events import translate
from adapters.teams.inert import inert
from adapters.teams.references import SHARED, conversation_of, place_of, reference_of
from bot.domain.messages import EventKey, Incoming, Place
from bot.domain.people import Identity
from tests.adapters.teams.fakes import NOW
from tests.teams_double import ANNA, BOT, TENANT, TeamsDouble

DOUBLE = TeamsDouble(url="https://smba.trafficmanager.net", key=None)  # type: ignore[arg-type]
COACH = {"id": BOT, "name": "Coach"}
MARKS = "<at>x</at> {{DATE}} ${user} < a {b} $1"
MENTION = {"type": "mention", "text": "<at>Coach</at>", "mentioned": COACH}
GROUP = {"conversation": {"id": "19:g@thread.v2", "conversationType": "groupChat", "tenantId": TENANT}}
THREAD = "19:c@thread.tacv2;messageid=1699"
CHANNEL = {
    "conversation": {"id": THREAD, "conversationType": "channel", "tenantId": TENANT},
    "channelData": {
        "tenant": {"id": TENANT},
        "team": {"id": "19:t@thread.tacv2"},
        "channel": {"id": "19:c@thread.tacv2"},
    },
}


def incoming(text: str = "hello", **changes: Any) -> Incoming:
    found = translate(DOUBLE.message(text, **changes), NOW)
    assert isinstance(found, Incoming)
    return found


def executed(verb: str, data: Any, **changes: Any) -> dict[str, Any]:
    value = {"action": {"type": "Action.Execute", "verb": verb, "data": data}, "trigger": "manual"}
    return DOUBLE.message("", type="invoke", name="adaptiveCard/action", value=value, **changes)


def test_a_message_in_a_personal_chat() -> None:
    assert incoming() == Incoming(
        key=EventKey("teams:a:anna:1700000000001"),
        place=Place("a:anna"),
        sender=Identity(platform="teams", tenant=TENANT, user=ANNA["aadObjectId"].lower(), name="Anna"),
        text="hello",
        received_at=NOW,
        direct=Place("a:anna"),
    )


@pytest.mark.parametrize(
    ("said", "zone"),
    [("Africa/Cairo", "Africa/Cairo"), ("Egypt Standard Time", ""), ("../etc/passwd", ""), ("localtime", ""), (7, "")],
)
def test_where_somebody_is_counts_where_it_is_a_zone_of_the_database(said: object, zone: str) -> None:
    assert incoming(localTimezone=said).sender.zone == zone


@pytest.mark.parametrize("changes", [GROUP, CHANNEL, {"conversation": {"id": "19:meeting_x@thread.v2"}}])
def test_somebody_is_not_written_to_alone_where_teams_does_not_say_that_they_are(changes: dict[str, Any]) -> None:
    assert incoming(**changes).direct == ""


@pytest.mark.parametrize(
    ("typed", "changes", "heard"),
    [
        ("<at>Coach</at> hello", GROUP, "hello"),
        ("<at>Coach</at>&nbsp;hello\r\nthere", CHANNEL, "hello\nthere"),
        ('ask <at>Coach</at> and <at id="1">Joe</at>', GROUP, "ask   and Joe"),
        ("<at>Coach</at>", CHANNEL, ""),
        ("a < b & c", {}, "a < b & c"),
        ("nul\0 and \ud800", {}, "nul\ufffd and \ufffd"),
    ],
)
def test_the_coachs_own_name_is_not_part_of_what_was_said(typed: str, changes: dict[str, Any], heard: str) -> None:
    assert incoming(typed, entities=[MENTION, {"type": "clientInfo"}, "odd"], **changes).text == heard


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({}, "a:anna"),
        (GROUP, "19:g@thread.v2"),
        (GROUP | {"replyToId": "5"}, "19:g@thread.v2"),
        (CHANNEL, THREAD),
        (
            {"conversation": {"id": "19:c@thread.tacv2", "conversationType": "channel"}},
            "19:c@thread.tacv2;messageid=1700000000001",
        ),
        (
            {"conversation": {"id": "19:c@thread.tacv2", "conversationType": "channel"}, "replyToId": "7"},
            "19:c@thread.tacv2;messageid=7",
        ),
    ],
)
def test_an_answer_goes_where_the_question_stood(changes: dict[str, Any], place: str) -> None:
    activity = DOUBLE.message("", **changes)
    assert place_of(activity) == place
    reference = reference_of(activity)
    assert reference
    assert conversation_of(place) == reference.conversation
    assert reference.at(place_of(activity)).conversation == place


@pytest.mark.parametrize(
    ("changes", "guest"),
    [
        ({}, False),
        ({"from": ANNA | {"tenantId": TENANT.upper()}}, False),
        ({"from": ANNA | {"tenantId": "11111111-0000-4000-8000-000000000000"}}, True),
        ({"from": ANNA | {"userRole": "guest"}}, True),
        ({"from": {"id": "29:anna", "name": "Anna"}}, True),
        ({"channelData": {}, "conversation": {"id": "a:anna", "tenantId": TENANT}}, False),
        ({"channelData": {}, "conversation": {"id": "a:anna"}}, True),
        ({"channelData": {"tenant": {"id": TENANT}, "channel": {"type": "shared"}}}, True),
    ],
)
def test_who_may_be_a_guest(changes: dict[str, Any], guest: bool) -> None:
    assert incoming(**changes).sender.guest is guest


@pytest.mark.parametrize(
    ("activity", "action", "values"),
    [
        (executed("ask", {ACTION: "ask", "value": "Why?"}), "ask", {"value": "Why?"}),
        (
            executed("log", {ACTION: "log", "what": "forms", "n": 2, "ok": True, "x": None, "y": []}),
            "log",
            {"what": "forms", "n": "2", "ok": "true"},
        ),
        (
            executed("log", {ACTION: "log", "with": "council,trust", "none": ""}),
            "log",
            {"with": "council,trust", "none": ""},
        ),
        (executed("log", {"what": inert(MARKS)}), "log", {"what": MARKS}),
        (executed("ask", "odd"), "ask", {}),
        (DOUBLE.message("", value={ACTION: "ask", "value": "Why?"}), "ask", {"value": "Why?"}),
        (DOUBLE.message("words", value={"value": "no action"}), "", {}),
    ],
)
def test_buttons_and_forms(activity: dict[str, Any], action: str, values: dict[str, str]) -> None:
    found = translate(activity, NOW)
    assert isinstance(found, Incoming)
    assert (found.action, dict(found.values)) == (action, values)
    assert found.text == ("" if action else "words")


def test_a_repeat_has_the_same_key_even_without_an_id() -> None:
    nameless = DOUBLE.message("hello", id=None)
    first, again, other = (translate(each, NOW) for each in (nameless, dict(nameless), nameless | {"text": "else"}))
    assert isinstance(first, Incoming)
    assert isinstance(other, Incoming)
    assert first == again
    assert first.key != other.key


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "messageReaction", "reactionsAdded": [{"type": "like"}]},
        {"type": "messageUpdate"},
        {"type": "messageDelete"},
        {"type": "typing"},
        {"type": "invoke", "name": "message/submitAction", "value": {}},
        {"type": "invoke", "name": "adaptiveCard/action", "value": None},
        {"from": COACH},
        {"from": {"id": "28:another-bot"}},
        {"from": ANNA | {"role": "bot"}},
        {"from": None},
        {"conversation": None},
        {"recipient": "odd"},
        {"serviceUrl": 3},
    ],
)
def test_everything_else_means_nothing(changes: dict[str, Any]) -> None:
    assert translate(DOUBLE.message("", **changes), NOW) is None


def test_the_kind_of_a_shared_channel_is_kept() -> None:
    reference = reference_of(DOUBLE.message("", channelData={"channel": {"type": "shared"}}))
    assert reference
    assert (reference.kind, reference.tenant) == (SHARED, TENANT)


@pytest.mark.parametrize(("changes", "channel"), [({}, ""), (GROUP, "19:g@thread.v2"), (CHANNEL, "19:c@thread.tacv2")])
def test_the_channel_is_named_without_its_thread(changes: dict[str, Any], channel: str) -> None:
    assert incoming(**changes).channel == channel
