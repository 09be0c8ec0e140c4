"""The manifest that an administrator pastes, against Slack's own schema."""

import json
import os
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest

from adapters.slack import scopes as scopes_module
from adapters.slack.events import translate
from adapters.slack.manifest import manifest
from adapters.slack.scopes import EVENTS, SCOPES
from bot.coaching.commands import command_in
from prompts import LOCALES, speaking, words
from tests.adapters.slack.signing import NOW, global_shortcut, message_shortcut

SCHEMA = os.environ.get("COACH_SLACK_SCHEMA", "")


@pytest.mark.skipif(not SCHEMA, reason="COACH_SLACK_SCHEMA names no schema file; see .ci/schemas")
@pytest.mark.parametrize("url", [None, "https://coach.example.org", "https://coach.example.org/"])
def test_the_official_schema_takes_the_manifest_and_no_other(url: str | None) -> None:
    schema, made = json.loads(Path(SCHEMA).read_text(encoding="utf-8")), manifest(url, words())
    jsonschema.validate(made, schema)
    for wrong in ({"display_information": {"name": "x" * 36}}, {"settings": {"socket_mode_enabled": "maybe"}}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(made | wrong, schema)


def test_without_an_address_the_app_uses_socket_mode() -> None:
    made = manifest(None, words())
    assert made["settings"]["socket_mode_enabled"]
    assert "http" not in json.dumps(made)


def test_with_an_address_every_request_goes_there() -> None:
    made = manifest("https://coach.example.org/", words())
    assert not made["settings"]["socket_mode_enabled"]
    assert json.dumps(made).count('"https://coach.example.org/slack/events"') == 3


#: The scope without which Slack tells nothing of an event: docs.slack.dev/reference/events/<event>, “Required scopes”.
NEEDED = {
    "app_mention": "app_mentions:read",
    "member_joined_channel": "channels:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "reaction_added": "reactions:read",
}


def test_it_asks_for_no_more_than_it_uses() -> None:
    made = manifest(None, words())
    scopes, events = made["oauth_config"]["scopes"]["bot"], made["settings"]["event_subscriptions"]["bot_events"]
    assert "users:read.email" in scopes
    assert not {"chat:write.public", "files:read", "team:read", "reactions:write"} & set(scopes)
    assert {each.removeprefix("message.") for each in events} >= {"channels", "groups", "mpim", "app_uninstalled"}
    assert {NEEDED[event] for event in events if event in NEEDED} <= set(scopes)
    assert set(NEEDED) <= set(events)
    assert {"app_uninstalled", "tokens_revoked", "app_home_opened"} == set(events) - set(NEEDED)


def test_every_scope_and_every_event_has_its_reason_beside_it() -> None:
    lines = Path(scopes_module.__file__).read_text(encoding="utf-8").splitlines()
    for name in (*SCOPES, *EVENTS):
        (line,) = (each for each in lines if f'"{name}"' in each)
        assert len(line.partition("#")[2].split()) >= 2 or name in ("chat:write", "commands", "app_mention"), line


def test_with_an_address_slack_sends_people_back_to_it_after_an_installation() -> None:
    assert "redirect_urls" not in manifest(None, words())["oauth_config"]
    made = manifest("https://coach.example.org/", words())
    assert made["oauth_config"]["redirect_urls"] == ["https://coach.example.org/slack/oauth/callback"]
    assert made["settings"]["token_rotation_enabled"] is False
    assert made["features"]["app_home"]["home_tab_enabled"] is True


@pytest.mark.parametrize("locale", LOCALES)
def test_what_its_hint_names_is_understood_and_short_enough(locale: str) -> None:
    """The limits are those of the same schema, and 300 characters for what an agent says of itself."""
    with speaking(locale):
        features = manifest(None, words())["features"]
    (command,) = features["slash_commands"]
    assert len(command["usage_hint"]) <= 1000
    assert len(command["description"]) <= 2000
    assert len(features["agent_view"]["agent_description"]) <= 300
    asked, *named, helped = (each.partition(" [")[0] for each in command["usage_hint"].split(" | "))
    assert asked.startswith("[")
    found = {text: command_in(text, words()) for text in named}
    assert [text for text in named if found[text] is None] == []
    assert {"check_in", "journal", "settings", "away", "privacy"} <= {each.name for each in found.values() if each}
    assert helped in {call for text in words().in_every_language("help.calls") for call in text.split(", ")}


def test_its_shortcuts_are_those_that_are_understood() -> None:
    """The limits are those of slackapi/manifest-schema, schemas/manifest.schema.2.0.0.json."""
    message, anew = manifest(None, words())["features"]["shortcuts"]
    assert (message["type"], anew["type"]) == ("message", "global")
    for made, sent in ((message, message_shortcut()), (anew, global_shortcut())):
        assert 0 < len(made["name"]) <= 24
        assert 0 < len(made["description"]) <= 150
        assert translate({**sent, "callback_id": made["callback_id"]}, NOW)
