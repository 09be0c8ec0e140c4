"""The example phrases that the triage learns from: our own, in `prompts/triage/`."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from prompts import LOCALES, current_locale

INTENTS = ("barrier", "question", "reflection", "smalltalk", "sensitive", "command")
#: Phrases of one topic that stand together are alike: they are held out together.
_GROUP = 4


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """What somebody might type. `source` is its file; `group` is shared by those that were written in one go."""

    text: str
    intent: str
    factor: str | None
    source: str
    group: str


def factor_names(locale: str | None = None) -> Mapping[str, str]:
    """What partners call each factor, by its id, from `prompts/factors.yaml`: in the language that is spoken."""
    return _named_in(locale or current_locale())


@cache
def _named_in(locale: str) -> Mapping[str, str]:
    text = resources.files("prompts").joinpath("factors.yaml").read_text(encoding="utf-8")
    key = "name" if locale == LOCALES[0] else locale
    return {factor: entry[key] for factor, entry in yaml.safe_load(text).items()}


def example_phrases() -> tuple[Phrase, ...]:
    """Every phrase, in the order of files and lines. A topic that is a factor labels its phrases."""
    found: list[Phrase] = []
    files = resources.files("prompts").joinpath("triage").iterdir()
    for file in sorted((file for file in files if file.name.endswith(".yaml")), key=lambda file: file.name):
        for intent, topics in yaml.safe_load(file.read_text(encoding="utf-8")).items():
            for topic, lines in topics.items():
                factor = topic if topic in factor_names() else None
                found += [
                    Phrase(
                        text=text,
                        intent=intent,
                        factor=factor,
                        source=file.name,
                        group=f"{file.name}/{intent}/{topic}/{at // _GROUP}",
                    )
                    for at, text in enumerate(lines)
                ]
    return tuple(found)


def digest(phrases: Sequence[Phrase]) -> str:
    """Changes whenever the phrases do."""
    rows = [[phrase.text, phrase.intent, phrase.factor, phrase.source] for phrase in phrases]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]
