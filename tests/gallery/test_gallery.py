"""Every card of the gallery is taken by both platforms, says every word that partners read, and says it as it did.

Slow: every use-case is listened to in both languages, unless `make gallery` has done that already.
`COACH_SNAPSHOTS=write` writes the snapshots anew; their difference is to be read.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from adapters.slack.home import render_home
from adapters.slack.render import render as in_slack
from adapters.teams.render import render as in_teams
from bot.domain.cards import Card
from prompts import LOCALES, entries, speaking, words
from tests.gallery.cards import Said, beside, chosen, recorded
from tests.gallery.page import opened
from tests.gallery.unspoken import ELSEWHERE, NOT_YET
from tests.slack_rules import check_home, check_message, check_view
from tests.teams_rules import bad_card, wrong

pytestmark = pytest.mark.gallery

WORDS = words()
SNAPSHOTS = Path(__file__).parent / "snapshots"
SCHEMA = jsonschema.Draft7Validator(
    json.loads(files("adaptive_cards").joinpath("schemas", "schema-1.5.json").read_text(encoding="utf-8"))
)
LONGEST_BUTTON = 20
#: It says all of what is done, under a reply.
_LONG_BUTTONS = ("check_in.agenda",)


@pytest.fixture(scope="module")
def said() -> Mapping[str, tuple[Said, ...]]:
    """The cards of the gallery by language, in the same order."""
    english = chosen(recorded("en"))
    others = {locale: recorded(locale) for locale in LOCALES[1:]}
    twins = {locale: [beside(each, spoken) for each in english] for locale, spoken in others.items()}
    return {"en": english, **{locale: tuple(each for each in found if each) for locale, found in twins.items()}}


@pytest.mark.parametrize("locale", LOCALES)
def test_slack_takes_every_card_and_what_its_buttons_open(said: Mapping[str, tuple[Said, ...]], locale: str) -> None:
    for each in _spoken(said, locale):
        for message in in_slack(each.card, WORDS):
            assert message.text.strip()
            check_message({"text": message.text, "blocks": list(message.blocks)})
            assert len(Block.parse_all(list(message.blocks))) == len(message.blocks)
            for view in opened(message):
                check_view(view)
                View(**view).validate_json()
        home = render_home(each.card, WORDS)
        check_home(home)
        View(**home).validate_json()


@pytest.mark.parametrize("locale", LOCALES)
def test_teams_schema_takes_every_card(said: Mapping[str, tuple[Said, ...]], locale: str) -> None:
    for each in _spoken(said, locale):
        for activity in in_teams(each.card, WORDS):
            (attachment,) = activity["attachments"]
            card = {name: value for name, value in attachment["content"].items() if name != "msteams"}
            assert [error.message for error in SCHEMA.iter_errors(card)] == [], each.made_in
            assert (wrong(activity), bad_card(activity)) == ("", "")


def test_every_word_that_partners_read_is_in_a_card(said: Mapping[str, tuple[Said, ...]]) -> None:
    shown = {name for each in said["en"] for name in each.words}
    wanted = {name for name in entries("en") if not name.startswith(tuple(ELSEWHERE)) and ".calls" not in name}
    assert sorted(wanted - shown - NOT_YET.keys()) == []
    assert sorted(NOT_YET.keys() & shown) == [], "these are shown now: take them off the list"


@pytest.mark.parametrize("locale", LOCALES)
def test_labels_of_buttons_are_short(said: Mapping[str, tuple[Said, ...]], locale: str) -> None:
    own = {name for name, text in entries(locale).items() if "$" not in text and name not in _LONG_BUTTONS}
    texts = {entries(locale)[name] for name in own}
    long = {button.label for each in said[locale] for button in each.card.buttons if button.action != "ask"}
    assert sorted(label for label in long & texts if len(label) > LONGEST_BUTTON) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_every_message_says_what_it_said_before(said: Mapping[str, tuple[Said, ...]], locale: str) -> None:
    told = _whole if locale == LOCALES[0] else _shortened
    now = "\n".join(told(each) for each in _spoken(said, locale))
    file = SNAPSHOTS / f"{locale}.txt"
    if os.environ.get("COACH_SNAPSHOTS") == "write":
        SNAPSHOTS.mkdir(exist_ok=True)
        file.write_text(now, encoding="utf-8")
    assert now.splitlines() == file.read_text(encoding="utf-8").splitlines()


def _spoken(said: Mapping[str, tuple[Said, ...]], locale: str) -> Iterator[Said]:
    with speaking(locale):
        yield from said[locale]


def _whole(each: Said) -> str:
    drawn = _structure(each.card)
    return f"== {each.made_in}\n{_plain(each.card)}\nslack: {drawn[0]}\nteams: {drawn[1]}\n"


def _shortened(each: Said) -> str:
    drawn = hashlib.sha256(repr(_structure(each.card)).encode()).hexdigest()[:12]
    return f"== {each.made_in}\n{_plain(each.card)}\ndrawn: {drawn}\n"


def _plain(card: Card) -> str:
    labels = [f"({button.label})" for button in card.buttons]
    own = "\n".join([card.plain, *([" ".join(labels)] if labels else [])])
    return "\n--\n".join([own, *(_plain(each) for each in card.more)])


def _structure(card: Card) -> tuple[str, str]:
    """The kinds of what each platform draws: texts are in the plain text, and values are nobody's to read."""
    slack = " | ".join(" ".join(map(_kind, message.blocks)) for message in in_slack(card, WORDS))
    bodies = [activity["attachments"][0]["content"]["body"] for activity in in_teams(card, WORDS)]
    return slack, " | ".join(" ".join(_kinds(body)) for body in bodies)


def _kind(block: Mapping[str, Any]) -> str:
    within = [str(each.get("type")) for each in block.get("elements", [])]
    return f"{block['type']}({len(within)})" if block["type"] == "actions" else str(block["type"])


def _kinds(body: list[Mapping[str, Any]]) -> list[str]:
    return [str(each["type"]) for each in body]
