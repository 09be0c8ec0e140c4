"""A link of our own is drawn as one on every platform, and nothing else ever is."""

import json

from adapters.slack.render import render as in_slack
from adapters.teams.render import render as in_teams
from bot.domain.cards import Card, Link, Paragraph, from_json, to_json
from prompts import words
from tests.slack_rules import check_blocks

WORDS = words()
URL = "https://coach.example/digest/eyJhIjoxfQ.c2lnbmVk"
CARD = Card(paragraphs=(Paragraph(text="https://evil.example"),), links=(Link(label="Open as a page", url=URL),))


def of_type(kind: str, value: object) -> list[dict[str, object]]:
    """Everything of a type within JSON."""
    if isinstance(value, dict):
        own = [value] if value.get("type") == kind else []
        return own + [found for each in value.values() for found in of_type(kind, each)]
    return [found for each in value for found in of_type(kind, each)] if isinstance(value, list) else []


def test_slack_draws_it_without_telling_us_of_each_press() -> None:
    (message,) = in_slack(CARD, WORDS)
    check_blocks(list(message.blocks), "message")
    assert of_type("link", list(message.blocks)) == [{"type": "link", "url": URL, "text": "Open as a page"}]
    assert "Open as a page" in message.text
    assert not of_type("button", list(message.blocks))


def test_teams_draws_it_as_a_way_out() -> None:
    (activity,) = in_teams(CARD, WORDS)
    assert of_type("Action.OpenUrl", activity) == [{"type": "Action.OpenUrl", "title": "Open as a page", "url": URL}]


def test_a_link_survives_the_outbox_and_old_rows_have_none() -> None:
    stored = json.loads(json.dumps(to_json(CARD)))
    assert from_json(stored) == CARD
    del stored["links"]
    assert from_json(stored).links == ()
