"""What `coach doctor` finds."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a part is."""

    OK = "ok"
    MISSING = "not set up"
    WRONG = "needs attention"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One part of the installation: how it is, in a sentence, and what to do."""

    part: str
    state: State
    says: str
    do: str = ""
