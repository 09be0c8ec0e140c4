"""The end of an installation as Slack tells of it."""

from datetime import UTC, datetime

import pytest

from adapters.slack.ended import Ended, ended_of
from adapters.slack.payloads import Malformed
from tests.adapters.slack.signing import dm, press, wrapped

AT = 1_772_452_800
GONE = Ended(team="T0HOME", at=datetime.fromtimestamp(AT, UTC))


@pytest.mark.parametrize(
    ("event", "ended"),
    [
        ({"type": "app_uninstalled"}, GONE),
        ({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["U0BOT"]}}, GONE),
        # Somebody's own token, of which the coach has none.
        ({"type": "tokens_revoked", "tokens": {"oauth": ["U0ANA"], "bot": []}}, None),
        ({"type": "app_mention"}, None),
    ],
)
def test_both_events_tell_of_it(event: dict[str, object], ended: Ended | None) -> None:
    assert ended_of(wrapped(event, event_time=AT)) == ended


def test_nothing_else_does() -> None:
    for payload in (dm(), press(), {"type": "event_callback"}, {"type": "event_callback", "event": "app_uninstalled"}):
        assert ended_of(payload) is None


@pytest.mark.parametrize(
    "payload",
    [
        wrapped({"type": "app_uninstalled"}),
        wrapped({"type": "app_uninstalled"}, event_time="soon"),
        wrapped({"type": "app_uninstalled"}, event_time=10**20),
        wrapped({"type": "app_uninstalled"}, event_time=AT, team_id="../x"),
        wrapped({"type": "tokens_revoked"}, event_time=AT),
        wrapped({"type": "tokens_revoked", "tokens": None}, event_time=AT),
    ],
)
def test_what_is_malformed_is_refused(payload: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        ended_of(payload)
