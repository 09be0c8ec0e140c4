"""Plain values as the frozen values of the domain, led by their type hints; every misfit is reported."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from difflib import get_close_matches
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from bot.domain.partnership import SET_IN_CHAT, PartnershipPlan
from bot.domain.problems import At, Problem, quoted
from bot.partnership_yaml import Odd

_TRUTHS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def build(value: object) -> tuple[PartnershipPlan, tuple[Problem, ...]]:
    """A plan, and what does not fit in it; something empty stands where a value is missing or misfits."""
    misfits: list[Problem] = []
    plan: PartnershipPlan = _record(PartnershipPlan, value, (), misfits)
    return plan, tuple(misfits)


def _fit(hint: Any, value: object, at: At, misfits: list[Problem]) -> Any:
    hint = getattr(hint, "__supertype__", hint)
    if isinstance(hint, UnionType):
        return _fit(get_args(hint)[0], value, at, misfits)
    if is_dataclass(hint):
        return _record(hint, value, at, misfits)
    if get_origin(hint) is tuple:
        return _items(get_args(hint)[0], value, at, misfits)
    if get_origin(hint) is Mapping:
        return _entries(get_args(hint)[1], value, at, misfits)
    scalar = {bool: _truth, int: _number, date: _date}.get(hint, _text)
    return scalar(value, at, misfits)


def _record(cls: Any, value: object, at: At, misfits: list[Problem]) -> Any:
    """An instance of a dataclass; an empty value is an absent one."""
    known = {field.name: field for field in fields(cls) if field.metadata != SET_IN_CHAT}
    if not isinstance(value, Mapping):
        misfits.append(_misfit(at, f"hold the keys {', '.join(known)}", value, "write them below it as key: value"))
        return _record(cls, {}, at, [])
    misfits += [_unknown((*at, key), key, known) for key in value if key not in known]
    hints = get_type_hints(cls)
    given = {
        name: _fit(hints[name], value[name], (*at, name), misfits) for name in known if value.get(name) is not None
    }
    missing = [name for name, field in known.items() if name not in given and _required(field)]
    misfits += [Problem(at=(*at, name), text=f"{name} is missing; add it") for name in missing]
    return cls(**given, **{name: _fit(hints[name], None, at, []) for name in missing})


def _required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _unknown(at: At, key: str, known: Mapping[str, object]) -> Problem:
    near = get_close_matches(key.lower().replace("-", "_"), known, n=1)
    advice = f"did you mean {near[0]}?" if near else f"remove it, the keys here are {', '.join(known)}"
    return Problem(at=at, text=f"there is no key {quoted(key)}; {advice}")


def _items(hint: Any, value: object, at: At, misfits: list[Problem]) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        misfits.append(_misfit(at, "be a list", value, "write it as [one, two], or each on its own line after a dash"))
        return ()
    return tuple(_fit(hint, item, (*at, index), misfits) for index, item in enumerate(value))


def _entries(hint: Any, value: object, at: At, misfits: list[Problem]) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        misfits.append(_misfit(at, "hold key: value lines", value, "write each on its own line below it"))
        return {}
    return {key: _fit(hint, item, (*at, key), misfits) for key, item in value.items()}


def _number(value: object, at: At, misfits: list[Problem]) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    misfits.append(_misfit(at, "be a whole number", value, "write it in digits alone, such as 10"))
    return 0


def _truth(value: object, at: At, misfits: list[Problem]) -> bool:
    """YAML takes true for something of its own, and so it takes what people write for it."""
    if isinstance(value, bool):
        return value
    written = value.written if isinstance(value, Odd) else value
    if isinstance(written, str) and written.lower() in _TRUTHS:
        return _TRUTHS[written.lower()]
    misfits.append(_misfit(at, "be true or false", value, "write true or false"))
    return True


def _date(value: object, at: At, misfits: list[Problem]) -> date:
    """YAML takes 2026-12-24 for something of its own, JSON for text."""
    written = value.written if isinstance(value, Odd) else value
    if isinstance(written, str) and _DATE.fullmatch(written):
        with suppress(ValueError):
            return date.fromisoformat(written)
    misfits.append(_misfit(at, "be a date", value, "write it as year-month-day, such as 2026-12-24"))
    return date.min


def _text(value: object, at: At, misfits: list[Problem]) -> str:
    if isinstance(value, str):
        return value
    misfits.append(_misfit(at, "be text", value, 'write it between quotes, such as "text"'))
    return ""


def _misfit(at: At, wanted: str, value: object, advice: str) -> Problem:
    return Problem(at=at, text=f"{_name(at)} must {wanted}, not {_seen(value)}; {advice}")


def _name(at: At) -> str:
    if not at:
        return "the file"
    return f"entry {at[-1] + 1} of {at[-2]}" if isinstance(at[-1], int) else at[-1]


def _seen(value: object) -> str:
    match value:
        case None:
            return "empty"
        case Mapping():
            return "key: value lines"
        case list() | tuple():
            return "a list"
        case Odd(written=written):
            return quoted(written)
        case _:
            return quoted(str(value))
