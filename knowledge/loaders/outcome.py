"""What may come of reading a file that is not a `Loaded`, and the limits it is read under."""

from dataclasses import dataclass


class Unreadable(Exception):  # said of a file, in the words of the catalogue
    """A file could not be read. Whoever keeps the library is told `reason`: what is wrong and what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one file may cost: bytes on disk and unpacked, seconds, bytes of memory, characters of text."""

    file_bytes: int = 50 * 2**20
    unpacked_bytes: int = 200 * 2**20
    wall_seconds: float = 60.0
    cpu_seconds: int = 45
    memory_bytes: int = 2**30
    characters: int = 10_000_000
