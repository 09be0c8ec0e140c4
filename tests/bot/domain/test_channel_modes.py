"""Whether something in a thread goes on from the coach's answer: by examples, and against what a transcript says."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.channel_modes import GOES_ON_FOR, Overheard, Thread, ends, goes_on
from bot.domain.messages import Place
from tests.fakes import NOON

HERE = Overheard(platform="slack", channel=Place("T0/C1/"), place=Place("T0/C1/1.1"), person="ana", at=NOON, root=False)
ANAS = Thread(person="ana", at=NOON)


@pytest.mark.parametrize(
    ("heard", "thread", "goes"),
    [
        (HERE, ANAS, True),
        (HERE, None, False),
        (replace(HERE, person="ben"), ANAS, False),
        (replace(HERE, names_others=True), ANAS, False),
        (replace(HERE, root=True), ANAS, False),
        (HERE, replace(ANAS, person=""), False),
        (HERE, replace(ANAS, only_named=True), False),
        (replace(HERE, at=NOON + GOES_ON_FOR), ANAS, True),
        (replace(HERE, at=NOON + GOES_ON_FOR + timedelta(seconds=1)), ANAS, False),
        (replace(HERE, began=True), None, True),
        (replace(HERE, began=True, names_others=True), None, False),
        (replace(HERE, began=True), replace(ANAS, person=""), False),
    ],
)
def test_what_goes_on_from_an_answer(heard: Overheard, thread: Thread | None, goes: bool) -> None:
    assert goes_on(heard, thread) is goes


@dataclass(frozen=True)
class Line:
    """A line of a transcript: who wrote it, how many hours after the one before, and to whom."""

    who: str
    kind: str
    hours: int


#: “coach” calls the coach, “other” calls somebody else, “plain” nobody; “quiet” and “follow” are asked of the coach.
LINES = st.builds(
    Line,
    who=st.sampled_from(["ana", "ben", "cho"]),
    kind=st.sampled_from(["coach", "plain", "plain", "plain", "other", "quiet", "follow"]),
    hours=st.sampled_from([0, 0, 1, 1, 23, 25]),
)


@given(transcript=st.lists(LINES, max_size=14))
@example(transcript=[Line("ana", "coach", 0), Line("ana", "plain", 1), Line("ana", "plain", 1)])
@example(transcript=[Line("ana", "coach", 0), Line("ben", "plain", 1), Line("ana", "plain", 1)])
@example(transcript=[Line("ana", "coach", 0), Line("ana", "other", 1), Line("ana", "plain", 1)])
@example(
    transcript=[Line("ana", "coach", 0), Line("ben", "coach", 1), Line("ana", "plain", 1), Line("ben", "plain", 1)]
)
@example(transcript=[Line("ana", "coach", 0), Line("ana", "quiet", 1), Line("ana", "plain", 1)])
def test_a_thread_is_followed_as_its_transcript_says(transcript: Sequence[Line]) -> None:
    assert _heard(transcript) == [_oracle(transcript[:end]) for end in range(1, len(transcript) + 1)]


def _heard(transcript: Sequence[Line]) -> list[bool]:
    """What the rule says of each line, as messages come one after the other and the coach answers at once."""
    thread: Thread | None = None
    heard, at = [], NOON
    for line in transcript:
        at += timedelta(hours=line.hours)
        said = replace(HERE, person=line.who, at=at, names_others=line.kind == "other")
        called = line.kind in ("coach", "quiet", "follow")
        heard.append(called or goes_on(said, thread))
        if not heard[-1]:
            thread = replace(thread, person="") if thread is not None and ends(said, thread) else thread
            continue
        wish = thread is not None and thread.only_named
        if called and line.kind != "coach":
            wish = line.kind == "quiet"
        thread = Thread(person=line.who, at=at, only_named=wish)
    return heard


def _oracle(transcript: Sequence[Line]) -> bool:
    """Whether the coach hears the last line, by reading back through all of them.

    Slowly, and without a thread's state: it goes back while one person alone spoke, called nobody else and never
    paused for more than a day, until it meets what they said to the coach.
    """
    last = transcript[-1]
    if last.kind != "plain":
        return last.kind != "other"
    wishes = [line.kind for line in transcript if line.kind in ("quiet", "follow")]
    if wishes and wishes[-1] == "quiet":
        return False
    for before, line in reversed(list(pairwise(transcript))):
        if before.who != last.who or before.kind == "other" or timedelta(hours=line.hours) > GOES_ON_FOR:
            return False
        if before.kind != "plain":
            return True
    return False
