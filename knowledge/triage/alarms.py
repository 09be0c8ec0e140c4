"""The safety net of words: what is sensitive whatever the classifier thinks of it."""

import re
from functools import cache
from importlib import resources

import yaml


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    text = resources.files("prompts").joinpath("alarms.yaml").read_text(encoding="utf-8")
    groups = yaml.safe_load(text).values()
    return tuple(re.compile(rf"(?<!\w)(?:{pattern})(?!\w)") for group in groups for pattern in group)


def is_alarming(text: str) -> bool:
    """Whether the text holds one of the expressions of `prompts/alarms.yaml`."""
    folded = " ".join(text.lower().replace("’", "'").split())
    return any(pattern.search(folded) for pattern in _patterns())
