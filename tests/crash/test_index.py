"""The index is only a cache: random bytes in its files stop no answer, and it is made again."""

import random
from pathlib import Path

import pytest

from prompts import words
from tests.crash.conftest import Install
from tests.crash.installation import FULL, QUESTION, Installation, until

SEEDS = range(10 if FULL else 1)
MARK = b"random bytes, not an index"


def _files(coach: Installation) -> list[Path]:
    return [path for path in (coach.data / "index").rglob("*") if path.is_file()]


def _indexed(coach: Installation) -> bool:
    """Whether Chroma has written its files, and they are its own."""
    files = _files(coach)
    return {"chroma.sqlite3", "data_level0.bin"} <= {path.name for path in files} and not any(map(_damaged, files))


def _damaged(path: Path) -> bool:
    try:
        return MARK in path.read_bytes()
    except FileNotFoundError:
        return False


def _damage(coach: Installation, seed: int) -> None:
    """Write over every file from within, so that a process that has it open meets the bytes too."""
    noise = random.Random(seed)  # the same bytes on every run
    for path in _files(coach):
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.write(noise.randbytes(size))
            file.write(MARK)


_CLOSING = words()("ask.closing", question="")


def _texts(coach: Installation, event: str) -> list[str]:
    """What an answer says, but for the open question at its end: each message gets one of its own."""
    coach.deliver(event, QUESTION)
    said = [each["text"] for each in coach.await_answer(event)["paragraphs"]]
    return [text for text in said if not text.startswith(_CLOSING)]


@pytest.mark.parametrize("seed", SEEDS)
def test_random_bytes_in_the_index_stop_no_answer(install: Install, seed: int) -> None:
    coach = install()
    coach.start()
    until(lambda: _indexed(coach), "the index to be made")
    expected = _texts(coach, "question-0001")
    _damage(coach, seed)
    for number in range(2, 8):  # while it runs
        assert _texts(coach, f"question-{number:04}") == expected
    coach.stop()
    _damage(coach, seed + 1)
    coach.start()  # and before a start
    for number in range(12, 18):
        assert _texts(coach, f"question-{number:04}") == expected
    until(lambda: _indexed(coach), "the index to be made again")
    assert _texts(coach, "question-0020") == expected
    coach.stop()
