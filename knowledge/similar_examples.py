"""The obstacles that likeness is learned from: our own, in `prompts/similar/told/`, each in several wordings."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """One thing that stands in the way, as different organisations would tell it.

    `alike` are texts that share words with it and are about something else; `source` is its file.
    """

    source: str
    told: tuple[str, ...]
    alike: tuple[str, ...] = ()


@cache
def obstacles() -> tuple[Obstacle, ...]:
    """Every obstacle, in the order of files and lines."""
    files = list(resources.files("prompts").joinpath("similar", "told").iterdir())
    return tuple(
        Obstacle(source=file.name, told=tuple(entry["told"]), alike=tuple(entry.get("alike", ())))
        for file in sorted((each for each in files if each.name.endswith(".yaml")), key=lambda each: each.name)
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))
    )


def digest(known: Sequence[Obstacle]) -> str:
    """Changes whenever what is learned from them might."""
    rows = [[each.told, each.alike] for each in known]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]
