"""Every word that people or models read."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from string import Template

import yaml


@dataclass(frozen=True)
class Words:
    """The copy of one language, by dotted name: `words("ask.nothing_found", title=...)`."""

    entries: Mapping[str, str]

    def __call__(self, name: str, /, **values: object) -> str:
        """The text with its `$placeholders` filled; an unknown name or a missing value is a KeyError."""
        return Template(self.entries[name]).substitute({key: str(value) for key, value in values.items()})


def _flatten(tree: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in tree.items():
        if isinstance(value, Mapping):
            flat |= _flatten(value, f"{prefix}{key}.")
        elif isinstance(value, list):
            flat |= _flatten({str(index): item for index, item in enumerate(value)}, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = str(value).strip()
    return flat


@cache
def words(locale: str = "en") -> Words:
    """The words of a language, from `prompts/words/<locale>.yaml`."""
    text = resources.files(__name__).joinpath("words", f"{locale}.yaml").read_text(encoding="utf-8")
    return Words(_flatten(yaml.safe_load(text)))


@cache
def prompt(name: str) -> Mapping[str, str]:
    """A prompt for a model, from `prompts/<name>.yaml`: its messages by role."""
    text = resources.files(__name__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    return _flatten(yaml.safe_load(text))
