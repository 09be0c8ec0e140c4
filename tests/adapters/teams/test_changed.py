"""Messages that were changed or deleted: which message it was, and that a repeat has no effect."""

from typing import Any

import pytest

from adapters.teams.changed import changed
from adapters.teams.events import key_of, translate
from bot.domain.messages import Incoming
from tests.adapters.teams.fakes import NOW
from tests.teams_double import BOT, TENANT, TeamsDouble

DOUBLE = TeamsDouble(url="https://smba.trafficmanager.net", key=None)  # type: ignore[arg-type]
THREAD = {"id": "19:c@thread.tacv2;messageid=1699", "conversationType": "channel", "tenantId": TENANT}


def found(activity: dict[str, Any]) -> Incoming:
    event = changed(activity, NOW)
    assert event is not None
    return event


@pytest.mark.parametrize("conversation", [None, THREAD])
def test_a_change_and_a_deletion_name_the_message_that_they_are_about(conversation: dict[str, str] | None) -> None:
    where = {"conversation": conversation} if conversation else {}
    original = translate(DOUBLE.message("How?", **where), NOW)
    assert isinstance(original, Incoming)
    edited, deleted = (found(each) for each in (DOUBLE.edited("Why?", **where), DOUBLE.deleted(**where)))
    assert edited.values == deleted.values == {"of": original.key}
    assert (edited.action, edited.text) == ("revised", "Why?")
    assert (deleted.action, deleted.text) == ("withdrawn", "")
    for event in (edited, deleted):
        assert (event.place, event.direct, event.channel) == (original.place, original.direct, original.channel)
        assert event.sender == original.sender


def test_changes_have_keys_of_their_own_in_the_order_of_time() -> None:
    first = found(DOUBLE.edited("Why?", timestamp="2026-03-02T09:30:00.1Z"))
    again = found(DOUBLE.edited("Why?", timestamp="2026-03-02T09:30:00.1Z"))
    later = found(DOUBLE.edited("Who?", timestamp="2026-03-02T09:31:00.1Z"))
    assert first.key == again.key
    assert first.key < later.key < found(DOUBLE.deleted()).key
    assert key_of(DOUBLE.message()) not in {first.key, later.key, found(DOUBLE.deleted()).key}


def test_a_change_without_a_time_is_told_by_what_it_says() -> None:
    first, again, other = (found(DOUBLE.edited(text, timestamp=None)) for text in ("a", "a", "b"))
    assert first.key == again.key != other.key


def test_the_coachs_own_name_is_no_part_of_the_new_text() -> None:
    mention = {"type": "mention", "text": "<at>Coach</at>", "mentioned": {"id": BOT}}
    assert found(DOUBLE.edited("<at>Coach</at> why?", entities=[mention])).text == "why?"


@pytest.mark.parametrize(
    "activity",
    [
        DOUBLE.edited("shown again", channelData={"eventType": "undeleteMessage"}),
        DOUBLE.edited("odd", channelData={"eventType": 7}) | {"type": "message"},
        DOUBLE.deleted(channelData={"eventType": "editMessage"}),
        DOUBLE.edited("nameless", id=""),
        DOUBLE.edited("our own", **{"from": {"id": BOT}}),
        DOUBLE.message(),
    ],
)
def test_all_else_is_no_change(activity: dict[str, Any]) -> None:
    assert changed(activity, NOW) is None
