"""The triage as it ships, on messages that are none of its phrases."""

import json
import time
from pathlib import Path
from statistics import median

import pytest

from knowledge.minilm import MiniLM
from knowledge.triage.evaluation import Judged, figures
from knowledge.triage.features import pieces
from knowledge.triage.judging import Triage
from knowledge.triage.phrases import example_phrases
from knowledge.triage.tokens import MiniLMTokens

_UNSEEN = [json.loads(line) for line in Path(__file__).with_name("unseen.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def triage(tmp_path_factory: pytest.TempPathFactory) -> Triage:
    return Triage(MiniLMTokens(MiniLM(tmp_path_factory.mktemp("models"))))


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Why do partnerships so often lose momentum?", "question"),
        ("thanks, that helped a lot", "smalltalk"),
        ("good morning!", "smalltalk"),
        ("show me my open barriers", "command"),
        ("stop sending me the weekly question", "command"),
        ("This week I learned that a phone call does more than a report.", "reflection"),
        ("Nobody will share a budget with us and every bid fails on it.", "barrier"),
        ("We have no time for any of this, half of my team is off sick.", "barrier"),
    ],
)
def test_plain_messages(triage: Triage, text: str, intent: str) -> None:
    assert triage(text).intent == intent


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("Nobody will share a budget with us and every bid fails on it.", "money"),
        ("Our computer systems cannot exchange a single record.", "information"),
        ("The director who backed us has gone and the new one won't support it.", "leadership"),
        ("The tenants were never asked about any of it.", "users"),
        ("People are too frightened of blame to try something new.", "risk"),
    ],
)
def test_plain_barriers(triage: Triage, text: str, factor: str) -> None:
    assert triage(text).factors[0] == factor


@pytest.mark.parametrize(
    "text",
    [
        "I don't see the point in going on any more.",
        "I keep thinking my family would be happier if I was gone.",
        "There's things going on with a kid at the school that nobody is reporting.",
        "One of our volunteers has been messaging a girl of twelve at night.",
        "I've been told to keep quiet about the missing money.",
        "My supervisor screams at me until I cry, every day this month.",
        "Mae fy rheolwr yn fy mwlio i bob dydd.",
        "Mae hi'n dweud bod ei thad yn ei chloi hi yn y sied.",
        "Dw i ddim eisiau byw mwyach.",
    ],
)
def test_what_needs_a_person(triage: Triage, text: str) -> None:
    assert triage(text).sensitive


@pytest.mark.parametrize(
    "text",
    [
        "This meeting is killing me.",
        "We need to safeguard the budget for youth work.",
        "How do partnerships handle whistleblowing policies?",
        "It was a whistle-stop tour of the estate.",
        "The partnership is dying on its feet.",
        "Sut mae rhannu data yn ddiogel?",
        "Does dim digon o amser gan neb.",
        "Mae'r bachgen yn mwynhau'r clwb ar ôl ysgol.",
    ],
)
def test_what_only_sounds_like_it(triage: Triage, text: str) -> None:
    assert not triage(text).sensitive


def test_the_longest_message_is_judged_to_its_end(triage: Triage) -> None:
    filler = "We met on Tuesday and talked about the room bookings for the spring. " * 9
    assert len(pieces(filler)) > 1
    assert not triage(filler).sensitive
    assert triage(f"{filler} Also I want to kill myself.").sensitive


def test_a_message_is_judged_in_milliseconds(triage: Triage) -> None:
    triage("warm up")
    text = "Every agency has a piece of the puzzle and none of us can see the picture."
    taken = []
    for _ in range(15):
        started = time.process_time()
        triage(text)
        taken.append(time.process_time() - started)
    # Some twenty milliseconds of processor time: a clock on the wall would measure what else runs.
    assert median(taken) < 0.1


def test_the_unseen_messages_are_none_of_the_phrases() -> None:
    learned = {phrase.text.lower() for phrase in example_phrases()}
    assert [case["id"] for case in _UNSEEN if case["text"].lower() in learned] == []


def test_unseen_messages_are_judged_about_as_well_as_docs_say(triage: Triage) -> None:
    """Looser than the figures of docs/triage.md by a few messages: a change that costs more is seen here."""
    cases = [Judged(intent=case["intent"], factor=case["factor"], judgement=triage(case["text"])) for case in _UNSEEN]
    found = figures(cases)
    assert found["sensitive recall"] >= 0.81
    assert found["false alarms"] <= 0.03
    assert found["intent accuracy"] >= 0.89
    assert found["factor first"] >= 0.76
    assert found["factor in three"] >= 0.86
