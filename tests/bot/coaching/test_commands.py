"""Commands: what is surely one is one, and everything else stays a question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.coaching.commands import (
    ALL,
    AWAY,
    CHECK_IN,
    DIGEST,
    DOCUMENTS,
    ERASE,
    EXPORT,
    HELP,
    HOME,
    INSIST,
    JOURNAL,
    LANGUAGE,
    MINE,
    NUMBER,
    PAUSE,
    PREVIEW,
    PRIVACY,
    RAISE,
    RESUME,
    RHYTHM,
    SET_UP,
    SETTINGS,
    STOP,
    Command,
    command_in,
)
from prompts import words
from tests.texts import ANY

WORDS = words()
WHAT = "nobody may share a list"


@pytest.mark.parametrize(
    "text",
    [
        f"log a barrier: {WHAT}",
        f"Log a barrier {WHAT}",
        f"LOG  A BARRIER - {WHAT}",
        f"barrier {WHAT}",
        f"Barrier: {WHAT}",
        f"barrier\n{WHAT}",
        f"raise a barrier, {WHAT}",
        f"  I'd like to log a barrier:   {WHAT} ",
        f"log this as a barrier — {WHAT}",
        f"new barrier: {WHAT}",
    ],
)
def test_a_barrier_comes_with_its_text(text: str) -> None:
    assert command_in(text, WORDS) == Command(name=RAISE, rest=WHAT)


@pytest.mark.parametrize("text", ["barrier", "Barrier!", "log a barrier", "Log a barrier.", "can I log a barrier?"])
def test_a_barrier_may_come_without_any(text: str) -> None:
    assert command_in(text, WORDS) == Command(name=RAISE)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (f"I meant a barrier: {WHAT}", WHAT),
        ("i meant a barrier", ""),
        (f"I meant this as a barrier, {WHAT}", WHAT),
        ("I meant a barrier: why does nobody share?", "why does nobody share?"),
    ],
)
def test_somebody_insists(text: str, rest: str) -> None:
    assert command_in(text, WORDS) == Command(name=INSIST, rest=rest)


def test_a_barrier_set_off_by_a_mark_may_ask() -> None:
    assert command_in("barrier: why does nobody share?", WORDS) == Command(name=RAISE, rest="why does nobody share?")


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("my barriers", Command(name=MINE)),
        ("What became of my barriers?", Command(name=MINE)),
        ("Barriers", Command(name=ALL)),
        ("list barriers.", Command(name=ALL)),
        ("B-014", Command(name=NUMBER, rest="14")),
        ("b-7?", Command(name=NUMBER, rest="7")),
        ("barrier B-014", Command(name=NUMBER, rest="14")),
        ("show me barrier B-1200", Command(name=NUMBER, rest="1200")),
        ("open B‑014", Command(name=NUMBER, rest="14")),
        ("barrier 14", Command(name=NUMBER, rest="14")),
        ("digest", Command(name=DIGEST)),
        ("Digest quarter housing", Command(name=DIGEST, rest="quarter housing")),
        ("show me the digest this week", Command(name=DIGEST, rest="this week")),
    ],
)
def test_other_commands(text: str, command: Command) -> None:
    assert command_in(text, WORDS) == command


@pytest.mark.parametrize(
    "text",
    [
        "What barriers do partnerships meet?",
        "Barriers to sharing data?",
        "barriers we meet again and again",
        "barrier to sharing data between councils",
        "Barrier analysis in partnerships",
        "barrier-free access for residents",
        "barrier methods for joint working?",
        "How do I raise a barrier with my lead?",
        "raise a barrier with whom?",
        "log a barrier how?",
        "logging barriers helps nobody",
        "we hit a barrier: nobody may share a list",
        "Is B-014 a good number for a form?",
        "vitamin B-12 and wellbeing",
        "digest of what the report on trust says about power and money",
        "What does the digest say?",
        "digestion",
        "my barriers are lower than yours",
        "barrier’s end",
        "",
        "?",
        "b",
        "14",
    ],
)
def test_everything_else_is_a_question(text: str) -> None:
    assert command_in(text, WORDS) is None


@given(
    text=st.text(ANY, max_size=200), call=st.sampled_from(["", "barrier ", "log a barrier:", "digest ", "b-", "show "])
)
def test_any_text_is_read(text: str, call: str) -> None:
    found = command_in(call + text, WORDS)
    assert found is None or found.rest in call + text or found.name == NUMBER


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("journal", Command(name=JOURNAL)),
        ("My journal.", Command(name=JOURNAL)),
        ("check-in", Command(name=CHECK_IN)),
        ("Check in", Command(name=CHECK_IN)),
        ("settings", Command(name=SETTINGS)),
        ("My settings!", Command(name=SETTINGS)),
        ("Privacy", Command(name=PRIVACY)),
        ("What do you keep about me?", Command(name=PRIVACY)),
        ("Stop", Command(name=STOP)),
        ("STOP!", Command(name=STOP)),
        ("stop asking me.", Command(name=STOP)),
        ("start again", Command(name=RESUME)),
        ("Resume", Command(name=RESUME)),
        ("I’m back", Command(name=RESUME)),
        ("pause", Command(name=PAUSE)),
        ("pause until 31.03.2027", Command(name=PAUSE, rest="until 31.03.2027")),
        ("away", Command(name=AWAY)),
        ("I'm away from 1.2.2027 to 12.2.2027", Command(name=AWAY, rest="from 1.2.2027 to 12.2.2027")),
        ("Away until 2027-02-12.", Command(name=AWAY, rest="until 2027-02-12.")),
        ("export", Command(name=EXPORT)),
        ("Export everything of mine", Command(name=EXPORT)),
        ("erase everything of mine", Command(name=ERASE)),
        ("forget me", Command(name=ERASE)),
        ("language", Command(name=LANGUAGE)),
        ("Language: Welsh", Command(name=LANGUAGE, rest="welsh")),
        ("my language cymraeg", Command(name=LANGUAGE, rest="cymraeg")),
        ("rhythm", Command(name=RHYTHM)),
        ("preview next week", Command(name=PREVIEW)),
    ],
)
def test_commands_of_ones_own(text: str, command: Command) -> None:
    assert command_in(text, WORDS) == command


@pytest.mark.parametrize(
    "text",
    [
        "How do we stop blaming each other?",
        "stop blaming each other",
        "stop the blame, how",
        "Privacy?",
        "Stop?",
        "privacy of residents",
        "privacy rules for sharing data",
        "journal of public administration",
        "settings where partners meet",
        "language barriers",
        "language welsh speakers use",
        "away days for partners",
        "away from home for work",
        "are 3 of us away until 4 pm?",
        "We are away from 1 to 3 targets that everyone of all these partners in the county shares",
        "pause and think",
        "pause before deciding in 2027",
        "export rules",
        "erase mistrust",
        "rhythm of meetings",
        "preview of the new strategy",
        "check in with each other",
        "check-in meetings help",
        "resume our work",
    ],
)
def test_words_like_those_of_a_command_stay_a_question(text: str) -> None:
    assert command_in(text, WORDS) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("help", HELP),
        ("What can you do?", HELP),
        ("Hello!", HELP),
        ("home", HOME),
        ("set up", SET_UP),
        ("sefydlu", SET_UP),
        ("documents", DOCUMENTS),
        ("Documents?", None),
        ("documents about trust", None),
    ],
)
def test_what_is_found_again_is_called_by_name_alone(text: str, name: str | None) -> None:
    assert command_in(text, WORDS) == (None if name is None else Command(name=name))
