"""The file of help-lines: the product's own for the United Kingdom, or the one that a setting names."""

from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from bot.domain.errors import SettingError
from bot.domain.help_lines import HelpLine
from prompts import LOCALES

_FIELDS = {"name", "how", "when"}
#: Languages that a line may be given in besides, each with the same fields.
_TRANSLATED = LOCALES[1:]


def help_lines(path: Path | None) -> tuple[HelpLine, ...]:
    """The help-lines, in the order in which they are shown; raises `SettingError` where the file cannot be used."""
    if path is None:
        return _parsed(resources.files("prompts").joinpath("help_lines.yaml").read_text(encoding="utf-8"))
    try:
        return _parsed(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError):
        raise SettingError(
            f"COACH_HELP_LINES is {path}, which is not a list of help-lines, each with a name, how and when in words: "
            "write it like prompts/help_lines.yaml, or remove the setting to use that."
        ) from None


def _parsed(text: str) -> tuple[HelpLine, ...]:
    items = yaml.safe_load(text)
    if not isinstance(items, list) or not items or not all(map(_is_translated_line, items)):
        raise ValueError("help-lines")
    return tuple(map(_line, items))


def _line(item: Mapping[str, Any]) -> HelpLine:
    wordings = {locale: HelpLine(**item[locale]) for locale in _TRANSLATED if locale in item}
    return HelpLine(**{name: item[name] for name in _FIELDS}, wordings=wordings)


def _is_translated_line(item: object) -> bool:
    if not isinstance(item, dict):
        return False
    parts = [{name: value for name, value in item.items() if name not in _TRANSLATED}]
    return all(map(_is_line, [*parts, *(item[locale] for locale in _TRANSLATED if locale in item)]))


def _is_line(item: object) -> bool:
    return (
        isinstance(item, dict)
        and set(item) == _FIELDS
        and all(isinstance(value, str) and value.strip() and value.isprintable() for value in item.values())
    )
