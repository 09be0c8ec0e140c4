"""One process to a data directory: embedded Chroma and the local socket have one owner."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from bot.domain.errors import AlreadyRunning, SettingError


@contextmanager
def sole_owner(data_dir: Path) -> Iterator[None]:
    """Hold the data directory for as long as the block runs.

    Raises `AlreadyRunning`, or `SettingError` when the folder cannot be made or written.
    """
    lock, note = FileLock(data_dir / "coach.lock"), data_dir / "coach.pid"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
        note.write_text(f"{os.getpid()}\n")
    except Timeout:
        raise AlreadyRunning(
            f"Another coach (process {_holder(note)}) is already using the folder {data_dir}. "
            "Stop it first, or set COACH_DATA_DIR to another folder."
        ) from None
    except OSError as error:
        lock.release()
        raise SettingError(
            f"The folder {data_dir} cannot be used ({error.strerror or error}). "
            "Set COACH_DATA_DIR to a folder that I can write to."
        ) from error
    try:
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def _holder(note: Path) -> str:
    try:
        return note.read_text().strip() or "unknown"
    except OSError:
        return "unknown"
