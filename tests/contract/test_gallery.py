"""Every card of the gallery in every adapter's drawing, against the platforms' own schemas and rules."""

import json
from importlib.resources import files
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from adapters.slack.context import OPEN_CONTEXT, render_context
from adapters.slack.forms import OPEN_FORM, decoded
from adapters.slack.places import Spot
from adapters.slack.render import SlackMessage, pressed, render_form
from adapters.slack.render import render as in_slack
from adapters.teams.render import render as in_teams
from prompts import words
from tests.contract.gallery import GALLERY
from tests.slack_rules import check_message, check_view
from tests.teams_double import wrong

pytestmark = pytest.mark.process

WORDS = words()
#: The package ships the schemas that Microsoft publishes at adaptivecards.io.
SCHEMA = jsonschema.Draft7Validator(
    json.loads(files("adaptive_cards").joinpath("schemas", "schema-1.5.json").read_text(encoding="utf-8"))
)
SPOT = Spot(team="T0HOME", channel="D0ANA", thread="1.2")
LARGEST_IN_TEAMS = 25 * 1024


@pytest.mark.parametrize("name", GALLERY)
def test_slack_takes_every_card_and_what_its_buttons_open(name: str) -> None:
    for message in in_slack(GALLERY[name], WORDS):
        assert message.text.strip()
        check_message({"text": message.text, "blocks": list(message.blocks)})
        for value, view in _opened(message):
            assert value
            check_view(view)


@pytest.mark.parametrize("name", GALLERY)
def test_the_official_schema_takes_every_card(name: str) -> None:
    for activity in in_teams(GALLERY[name], WORDS):
        (attachment,) = activity["attachments"]
        # `msteams` is an extension that Teams documents and the schema does not know.
        card = {name: value for name, value in attachment["content"].items() if name != "msteams"}
        assert card["version"] == "1.5"
        assert [error.message for error in SCHEMA.iter_errors(card)] == []
        assert activity["summary"].strip()
        assert wrong(activity) == ""
        if name != "long form":  # a form stays whole: it is sent as one
            assert len(json.dumps(activity, ensure_ascii=False).encode()) <= LARGEST_IN_TEAMS


def test_the_schema_would_refuse_what_it_does_not_know() -> None:
    (activity,) = in_teams(GALLERY["whole"], WORDS)
    card = {**activity["attachments"][0]["content"]}
    del card["msteams"]
    card["body"] = [*card["body"], {"type": "Invented"}]
    assert list(SCHEMA.iter_errors(card))


def _opened(message: SlackMessage) -> list[tuple[str, Any]]:
    """What the buttons of a message carry, and the modals that they open."""
    buttons = [each for block in message.blocks for each in block.get("elements", []) if each.get("type") == "button"]
    opened = []
    for each in buttons:
        name = pressed(each["action_id"])
        if name == OPEN_CONTEXT:
            opened.append((each["value"], render_context(each["value"], WORDS)))
        if name == OPEN_FORM:
            opened.append((each["value"], render_form(decoded(each["value"]), SPOT, WORDS)))
    return opened
