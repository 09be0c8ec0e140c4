"""Which of Slack's settings belong together: a mistake is a sentence with every name in it."""

from pathlib import Path

import pytest

from bot.settings import load_settings
from bot.slack_settings import installs, problems, wanted

TOKEN = {"SLACK_BOT_TOKEN": "xoxb-1"}
OAUTH = {
    "SLACK_CLIENT_ID": "12345.67890",
    "SLACK_CLIENT_SECRET": "client-secret",
    "SLACK_SIGNING_SECRET": "signing",
    "COACH_PUBLIC_URL": "https://coach.example.org",
}


def found(folder: Path, given: dict[str, str]) -> tuple[bool, bool, str]:
    settings = load_settings(given, folder=folder)
    return wanted(settings), installs(settings), "\n".join(problems(settings))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, (False, False)),
        ({"SLACK_SIGNING_SECRET": "signing"}, (False, False)),
        ({**TOKEN, "SLACK_APP_TOKEN": "xapp-1"}, (True, False)),
        (OAUTH, (True, True)),
        ({**OAUTH, **TOKEN}, (True, True)),
        # Slack itself sends nobody to an address without https; a stand-in on this machine does.
        ({**OAUTH, "COACH_PUBLIC_URL": "http://127.0.0.1:1", "SLACK_API_URL": "http://127.0.0.1:2/api"}, (True, True)),
    ],
)
def test_what_belongs_together_is_taken(tmp_path: Path, given: dict[str, str], expected: tuple[bool, bool]) -> None:
    assert found(tmp_path, given) == (*expected, "")


@pytest.mark.parametrize("missing", sorted(OAUTH))
def test_what_is_missing_is_named(tmp_path: Path, missing: str) -> None:
    _, _, said = found(tmp_path, {name: value for name, value in OAUTH.items() if name != missing})
    assert f"but {missing} is missing: set all four." in said
    assert "client-secret" not in said


def test_tokens_taken_for_each_other_are_told_apart_and_not_repeated(tmp_path: Path) -> None:
    _, _, said = found(tmp_path, {"SLACK_BOT_TOKEN": "xapp-secret", "SLACK_APP_TOKEN": "xoxb-secret"})
    assert said.splitlines() == [
        "SLACK_BOT_TOKEN begins with xapp-, which is Slack's other token: this one begins with xoxb-.",
        "SLACK_APP_TOKEN begins with xoxb-, which is Slack's other token: this one begins with xapp-.",
    ]


def test_several_missing_ones_are_named_in_one_sentence(tmp_path: Path) -> None:
    _, _, said = found(tmp_path, {"SLACK_CLIENT_ID": "12345.67890"})
    assert said.startswith("SLACK_CLIENT_ID is set,")
    assert "SLACK_CLIENT_SECRET, SLACK_SIGNING_SECRET and COACH_PUBLIC_URL are missing" in said


def test_an_address_without_https_and_a_token_that_nothing_comes_in_for_are_refused(tmp_path: Path) -> None:
    assert "https://" in found(tmp_path, {**OAUTH, "COACH_PUBLIC_URL": "http://coach.example.org"})[2]
    assert found(tmp_path, TOKEN)[2].startswith("SLACK_BOT_TOKEN is set, but neither")
