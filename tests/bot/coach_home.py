"""An installation of the coach for tests of its commands: temporary folders, a fake embedder and exact search."""

import gc
import io
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot import bootstrap, cli, logs
from bot.commands import shelving
from bot.settings import Settings, load_settings
from knowledge import indexing
from knowledge.nearest import ExactNearest
from tests.fake_embedder import FakeEmbedder
from tests.knowledge.shelves import ReadHere


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str


@dataclass(frozen=True, kw_only=True)
class Home:
    """The folder that commands run in, with `library` and `data` in it."""

    folder: Path
    patch: pytest.MonkeyPatch

    @property
    def library(self) -> Path:
        return self.folder / "library"

    @property
    def settings(self) -> Settings:
        environ = {"COACH_DATA_DIR": "data", "COACH_LIBRARY_DIR": "library"}
        return load_settings(environ, folder=self.folder)

    def write(self, name: str, text: str | bytes) -> Path:
        """A file in the folder that commands run in."""
        path = self.folder / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def run(self, *arguments: str, typed: bytes = b"") -> Outcome:
        """Run `coach` as the shell would."""
        out, err = _Stream(io.BytesIO(), "utf-8"), _Stream(io.BytesIO(), "utf-8")
        with self.patch.context() as patch:
            patch.setattr(sys, "argv", ["coach", *arguments])
            patch.setattr(sys, "stdin", _Stream(io.BytesIO(typed), "utf-8"))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            with pytest.raises(SystemExit) as end:
                cli.main()
        return Outcome(status=_status(end.value), out=out.text(), err=err.text())


class _Stream(io.TextIOWrapper):
    def text(self) -> str:
        self.seek(0)
        return self.read()


def _status(end: SystemExit) -> int:
    return end.code if isinstance(end.code, int) else int(end.code is not None)


def coach_home(folder: Path, patch: pytest.MonkeyPatch, documents: Sequence[tuple[str, str]]) -> Home:
    """A home with these documents in its library."""
    (folder / "library").mkdir()
    for name, text in documents:
        (folder / "library" / name).write_text(text)
    for variable in [name for name in os.environ if name.startswith("COACH_")]:
        patch.delenv(variable)
    patch.setenv("COACH_DATA_DIR", "data")
    patch.setenv("COACH_LIBRARY_DIR", "library")
    patch.chdir(folder)
    reader = ReadHere()
    patch.setattr(indexing, "load_all", reader)
    patch.setattr(shelving, "load_all", reader)
    patch.setattr(bootstrap, "_embedder", _fake_embedder)
    patch.setattr(bootstrap, "_nearest", _exact_nearest)
    # These are for the whole of a process: the tests' own logs would go, and their objects would stay.
    patch.setattr(logs, "set_up", str)
    patch.setattr(gc, "freeze", _nothing)
    patch.setattr(gc, "disable", _nothing)
    return Home(folder=folder, patch=patch)


def _nothing() -> None:
    pass


def _fake_embedder(_settings: Settings) -> Any:
    return FakeEmbedder()


async def _exact_nearest(_settings: Settings, _database: object) -> Any:
    return ExactNearest()
