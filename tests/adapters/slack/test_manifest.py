"""The manifest that an administrator pastes, against Slack's own schema."""

import json
import os
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest

from adapters.slack.manifest import manifest
from prompts import words

BESIDE = Path(__file__).parents[4] / "shared/clients/manifests/slack-manifest.schema.2.0.0.json"
SCHEMA = Path(os.environ.get("COACH_SLACK_SCHEMA") or BESIDE)


@pytest.mark.skipif(not SCHEMA.is_file(), reason="Slack's manifest schema is not here: set COACH_SLACK_SCHEMA to it")
@pytest.mark.parametrize("url", [None, "https://coach.example.org", "https://coach.example.org/"])
def test_slack_takes_the_manifest(url: str | None) -> None:
    jsonschema.validate(manifest(url, words()), json.loads(SCHEMA.read_text()))


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
