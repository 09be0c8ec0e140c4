"""`coach digest` and `coach barriers` as the shell runs them: a process, its output and its status."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.commands.test_partnering import PLAN

COACH = Path(sys.executable).with_name("coach")


def coach(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COACH_")}
    return subprocess.run(
        [COACH, *arguments], cwd=folder, env=environment, capture_output=True, check=False, stdin=subprocess.DEVNULL
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("digest")
    (folder / "partnership.yaml").write_text(PLAN, encoding="utf-8")
    assert coach(folder, "partnership", "apply", "partnership.yaml").returncode == 0
    return folder


def test_a_digest_of_nothing_is_a_digest(folder: Path) -> None:
    done = coach(folder, "digest", "--format", "json")
    assert (done.returncode, done.stderr) == (0, b"")
    told = json.loads(done.stdout)
    assert told["partnership"] == "harbour"
    assert all(
        section["rows"] == [] for section in told["sections"] if section["id"] not in ("patterns", "participation")
    )
    table = coach(folder, "digest", "--format", "csv").stdout.decode("utf-8-sig")
    assert next(csv.reader(io.StringIO(table)))[:2] == ["Section", "Id"]
    page = coach(folder, "digest", "--format", "html").stdout.decode()
    assert page.startswith("<!doctype html>")
    assert "<svg" in page


def test_what_cannot_be_done_is_one_sentence(folder: Path) -> None:
    done = coach(folder, "barriers", "show", "B-001")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith("coach: There is no barrier")
    assert done.stderr.count(b"\n") == 1
    assert json.loads(coach(folder, "barriers", "list", "--json").stdout) == []
