"""The manifest that an administrator pastes, against Slack's own schema."""

import json
import os
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest

from adapters.slack.events import translate
from adapters.slack.manifest import manifest
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


def test_it_asks_for_no_more_than_it_uses() -> None:
    scopes = manifest(None, words())["oauth_config"]["scopes"]["bot"]
    assert "users:read.email" in scopes
    assert not {"channels:history", "groups:history", "chat:write.public", "files:read"} & set(scopes)


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
