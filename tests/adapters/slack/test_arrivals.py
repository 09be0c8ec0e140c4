"""Opening the coach, and adding it to a channel."""

from datetime import timedelta
from typing import Any

import pytest

from adapters.slack.events import Malformed, translate
from adapters.slack.places import Spot, parse_place
from bot.domain.messages import Incoming
from tests.adapters.slack.signing import NOW, wrapped


def opened(tab: str = "home", at: str = "1772452900.000100", **more: object) -> dict[str, object]:
    """docs.slack.dev/reference/events/app_home_opened."""
    return wrapped({"type": "app_home_opened", "user": "U0ANA", "channel": "D0ANA", "tab": tab, "event_ts": at, **more})


def joined(user: str = "U0BOT", **more: object) -> dict[str, object]:
    """docs.slack.dev/reference/events/member_joined_channel."""
    event = {"type": "member_joined_channel", "user": user, "channel": "C0ROOM", "channel_type": "C", "team": "T0HOME"}
    return wrapped({**event, "inviter": "U0ANA", "event_ts": "1772452900.000100", **more})


def incoming(payload: dict[str, Any], later: timedelta = timedelta()) -> Incoming:
    found = translate(payload, NOW + later)
    assert found is not None
    return found


def test_the_home_tab_is_made_anew_whenever_it_is_opened() -> None:
    found = incoming(opened())
    assert (found.action, parse_place(found.place)) == ("home", Spot(team="T0HOME", channel="U0ANA", home=True))
    assert (found.direct, found.channel, found.sender.key) == ("T0HOME/U0ANA/", "", "slack:T0HOME:U0ANA")
    assert incoming(opened(at="1772452999.000100")).key != found.key


def test_the_messages_are_opened_once_a_day_and_person() -> None:
    first = incoming(opened("messages"))
    assert (first.action, first.place, first.direct) == ("opened", "T0HOME/U0ANA/", "T0HOME/U0ANA/")
    again = incoming(opened("messages", at="1772452999.000100"), timedelta(hours=11))
    assert again.key == first.key
    assert incoming(opened("messages"), timedelta(days=1)).key != first.key
    assert incoming(opened("messages", user="U0BEN")).key != first.key


def test_the_coach_is_added_to_a_channel_once() -> None:
    found = incoming(joined())
    assert (found.action, found.place, found.channel) == ("added-to-channel", "T0HOME/C0ROOM/", "T0HOME/C0ROOM/")
    assert found.sender.key == "slack:T0HOME:U0ANA"
    assert incoming(joined(event_ts="1772452999.000100", inviter=None)).key == found.key


@pytest.mark.parametrize(
    "payload",
    [joined("U0BEN"), {**joined(), "authorizations": []}, opened("about"), opened("")],
)
def test_any_other_arrival_is_dropped(payload: dict[str, Any]) -> None:
    assert translate(payload, NOW) is None


@pytest.mark.parametrize("payload", [opened(user=7), opened(at="soon"), joined(channel="<!here>")])
def test_what_is_malformed_is_refused(payload: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        translate(payload, NOW)
