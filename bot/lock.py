"""One process to a data directory: embedded Chroma and the local socket have one owner."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from bot.domain.errors import AlreadyRunning


@contextmanager
def sole_owner(data_dir: Path) -> Iterator[None]:
    """Hold the data directory for as long as the block runs; raises `AlreadyRunning`."""
    data_dir.mkdir(parents=True, exist_ok=True)
    lock, note = FileLock(data_dir / "coach.lock"), data_dir / "coach.pid"
    try:
        lock.acquire(timeout=0)
    except Timeout:
        holder = note.read_text().strip() if note.exists() else "unknown"
        raise AlreadyRunning(
            f"Another coach (process {holder}) is already using the folder {data_dir}. "
            "Stop it first, or set COACH_DATA_DIR to another folder."
        ) from None
    try:
        note.write_text(f"{os.getpid()}\n")
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()
