"""The questions of each partnership: the coach's own, and the partnership's file laid over them where it has one.

The file lies in a folder of such files and is named after the partnership's id: `harbour.yaml`. It is read again when
it changed. One that cannot be read, or an entry that is not complete, changes nothing: `coach questions check FILE`
says what is wrong with it.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import structlog

from bot.coaching.questions.bank import QuestionFileError, entries_of, own_text, read
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnershipId
from bot.domain.questions import ReflectionQuestion

_log = structlog.get_logger()
_Known = tuple[float, Mapping[str, ReflectionQuestion]]


@dataclass(frozen=True, kw_only=True)
class PartnershipBank:
    """Every question that a partnership has or had, by id: one that was asked can be shown when it is retired."""

    folder: Path
    _known: dict[PartnershipId, _Known] = field(default_factory=dict)

    async def __call__(self, plan: PartnershipPlan) -> Mapping[str, ReflectionQuestion]:
        """The bank in its order, retired questions among them."""
        path = self.folder / f"{plan.id}.yaml"
        try:
            changed = path.stat().st_mtime
        except OSError:
            return await asyncio.to_thread(_own)
        known = self._known.get(plan.id)
        if known is None or known[0] != changed:
            known = self._known[plan.id] = changed, await asyncio.to_thread(_laid_over, path)
        return known[1]


@cache
def _own() -> Mapping[str, ReflectionQuestion]:
    return {each.id: each for each in read(entries_of(own_text(), "questions.yaml"))[0]}


def _laid_over(path: Path) -> Mapping[str, ReflectionQuestion]:
    """The coach's own with the file, where it can be read."""
    try:
        below = entries_of(own_text(), "questions.yaml")
        questions, problems = read(entries_of(path.read_text(encoding="utf-8-sig"), path.name, below))
    except (QuestionFileError, OSError, UnicodeDecodeError) as error:
        _log.error("questions not read", file=path.name, error=type(error).__name__)
        return _own()
    if problems:
        _log.warning("questions left out", file=path.name, count=len(problems))
    return {each.id: each for each in questions}
