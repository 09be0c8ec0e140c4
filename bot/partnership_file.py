"""The partnership file: what a partnership agreed, as its leads write it down and as the store keeps it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from typing import Any

from bot.domain.errors import PartnershipError
from bot.domain.partnership import SET_IN_CHAT, PartnershipPlan
from bot.domain.partnership_rules import link_problems, part_problems
from bot.domain.problems import Problem
from bot.partnership_changes import Change, diff
from bot.partnership_shape import build
from bot.partnership_yaml import parse

__all__ = ["Change", "diff", "from_json", "read", "to_json"]

#: Bytes; some five hundred organisations.
_LARGEST = 200_000
_ID_LEVEL = 2


def read(path: Path) -> PartnershipPlan:
    """The plan in a YAML file.

    Raises `PartnershipError` with everything that is wrong, one `FILE line N: what was wrong; what to do` a line.
    """
    sheet = parse(path.name, _text(path))
    plan, misfits = build(sheet.value)
    problems = (*misfits, *_broken_rules(plan, misfits))
    found = {*sheet.complaints, *((sheet.line(problem.at), problem.text) for problem in problems)}
    if found:
        raise PartnershipError("\n".join(f"{path.name} line {line}: {text}" for line, text in sorted(found)))
    return plan


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        problem = f"the file cannot be read ({error.strerror})"
        raise PartnershipError(f"{path.name}: {problem}; check its name and who may read it") from error
    if len(content) > _LARGEST:
        problem = f"the file is larger than {_LARGEST // 1000} kB"
        raise PartnershipError(f"{path.name}: {problem}; it is not a partnership file, or must be shortened")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PartnershipError(f"{path.name} line {line}: this is not text in UTF-8; save it as UTF-8") from None


def _broken_rules(plan: PartnershipPlan, misfits: Sequence[Problem]) -> list[Problem]:
    """The rules that a plan breaks by what is written in it, not by what stands in for misfits."""
    ids_unknown = any(
        misfit.at[:1] in ((), ("organisations",)) and misfit.at[_ID_LEVEL:] in ((), ("id",)) for misfit in misfits
    )
    problems = part_problems(plan) + (() if ids_unknown else link_problems(plan))
    wrong = {misfit.at for misfit in misfits}
    return [
        problem for problem in problems if not any(problem.at[:level] in wrong for level in range(len(problem.at) + 1))
    ]


def to_json(plan: PartnershipPlan) -> dict[str, Any]:
    """A plan as plain JSON values, for a row; the same for equal plans. What is set in chat is kept elsewhere."""
    audiences = dict(sorted(plan.document_audiences.items()))
    in_chat = {field.name for field in fields(plan) if field.metadata == SET_IN_CHAT}
    values = {name: value for name, value in asdict(plan).items() if name not in in_chat}
    values["disclosure"].pop("earlier")
    data: dict[str, Any] = _plain({**values, "document_audiences": audiences})
    return data


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def from_json(data: Mapping[str, Any]) -> PartnershipPlan:
    """The plan that `to_json` wrote, also where fields with defaults were added since; raises `PartnershipError`."""
    plan, misfits = build(data)
    if misfits:
        problems = "; ".join(f"{'.'.join(map(str, misfit.at))}: {misfit.text}" for misfit in misfits)
        raise PartnershipError(f"The stored partnership cannot be read, apply its file again ({problems}).")
    return plan
