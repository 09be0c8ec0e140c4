"""A start that cannot be is one sentence: which setting, which folder, and what to do.

Here is one of each kind; `tests/bot` has the rest without a process.
"""

import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.crash.conftest import Install
from tests.crash.installation import COACH, PATIENCE_SECONDS, Installation


def _refused(coach: Installation, **settings: str) -> str:
    """What `coach serve` says when it does not start."""
    done = subprocess.run(
        [COACH, "serve"], env=coach.environment(settings), capture_output=True, timeout=PATIENCE_SECONDS, check=False
    )
    said = done.stderr.decode()
    assert done.returncode == 2, said
    assert "Traceback" not in said
    return said


def test_a_second_server_on_the_same_folder_is_refused(install: Install) -> None:
    coach = install()
    coach.start()
    assert coach.process is not None
    said = _refused(Installation(coach.data))
    assert f"Another coach (process {coach.process.pid}) is already using the folder {coach.data}." in said
    assert "COACH_DATA_DIR" in said
    coach.deliver("question-0001")
    coach.assert_done_once("question-0001")
    coach.kill()
    coach.start()  # a death leaves no lock behind
    coach.stop()


def test_a_wrong_setting_stops_the_start_with_its_name(install: Install, tmp_path: Path) -> None:
    coach = install()
    long = tmp_path / ("d" * 100)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        wrong = [
            ("COACH_PORT", "eighty"),
            ("COACH_PORT", port),
            ("COACH_DEMO_PORT", port),
            ("COACH_DATA_DIR", "/proc/nowhere"),
            ("COACH_DATABASE_URL", "postgresql://coach@127.0.0.1:1/coach"),
        ]
        # Each has a folder of its own, so that none meets another at the lock; the page's port comes after the index.
        folders = [
            coach if name == "COACH_DEMO_PORT" else Installation(tmp_path / f"wrong{number}")
            for number, (name, _) in enumerate(wrong)
        ]
        with ThreadPoolExecutor(2) as pool:
            refusals = [
                pool.submit(_refused, folder, **{name: value})
                for folder, (name, value) in zip(folders, wrong, strict=True)
            ]
            said = [refusal.result() for refusal in refusals]
    for (name, value), sentences in zip(wrong, said, strict=True):
        assert any(line.startswith("coach: ") and name in line for line in sentences.splitlines()), (name, value, said)
    coach.data.rename(long)
    assert "COACH_DATA_DIR" in _refused(coach, COACH_DATA_DIR=str(long))


def test_a_damaged_database_stops_the_start_in_words(install: Install) -> None:
    coach = install()
    (coach.data / "coach.sqlite").write_bytes(b"\xff" * 8192)
    assert "COACH_DATA_DIR" in _refused(coach)
