"""`coach evaluate`: how well questions with known evidence are answered, and how well by simpler means."""

import asyncio
import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.answer_json import answer_json
from bot.bootstrap import library_folders
from bot.commands.evaluation_tables import tables
from bot.commands.opening import open_desk
from bot.commands.screen import screen
from bot.desks.library import Desk, OwnDesk, View
from bot.domain.errors import CoachError
from bot.settings import Settings
from knowledge.answering import Evidence
from knowledge.answers import Answer, Reason
from knowledge.documents import Source
from knowledge.evaluation.cases import Case, Texts, case_of
from knowledge.evaluation.configurations import Configuration, Material, Retriever, chosen
from knowledge.evaluation.judging import Scored, judge
from knowledge.evaluation.reporting import report
from knowledge.loaders import Limits, Loaded, load_all
from knowledge.looking import look


async def evaluate(
    settings: Settings, path: Path, *, as_json: bool, compare: Sequence[str] = (), by: str | None = None
) -> None:
    """Answer every case of a file of JSON lines and print the figures, with those of other configurations beside."""
    cases = cases_in(path)
    texts = await asyncio.to_thread(_texts, library_folders(settings))
    others = _configurations(compare, sorted(texts))
    async with open_desk(settings) as desk:
        if isinstance(desk, OwnDesk):
            # Until the index is made, exact search answers.
            await desk.library.indexed()
        served = [judge(case, await desk.ask(case.question, View()), texts) for case in cases]
        measured = [(each, await _measured(each, desk, cases, texts)) for each in others]
    _print(report(served, measured, by), as_json=as_json)


def _print(figures: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(figures) + "\n")
        return
    for table in tables(figures):
        screen().print(table, soft_wrap=False)


def _configurations(names: Sequence[str], documents: Sequence[str]) -> list[Configuration]:
    try:
        return chosen(names, documents)
    except KeyError as error:
        known = ", ".join(each.name for each in chosen(["all"], documents))
        raise CoachError(f"“{error.args[0]}” is no configuration. There are: all, full, {known}.") from None


async def _measured(configuration: Configuration, desk: Desk, cases: Sequence[Case], texts: Texts) -> list[Scored]:
    """How a configuration does on the cases that tell something of it."""
    if not isinstance(desk, OwnDesk):
        raise CoachError("A coach is running on this data directory: stop it, and then compare configurations.")
    snapshot = desk.library.snapshot
    if snapshot is None:
        raise CoachError("The library is empty: there is nothing to compare.")
    own = {file: text for file, text in texts.items() if file in snapshot.sources}
    material = Material(snapshot=snapshot, texts=own, embedder=desk.library.embedder)
    told = [case for case in cases if configuration.measured_by(case.documents)]
    async with configuration.opened(material) as search:
        return [judge(case, await _asked(desk, search, case.question), texts) for case in told]


async def _asked(desk: OwnDesk, search: Retriever, question: str) -> dict[str, Any]:
    """What the coach would answer if it searched in this way."""
    started = time.perf_counter()
    encoded = (await asyncio.to_thread(desk.library.embedder.encode, [[question]]))[0]
    vector = encoded.vectors[0]
    hits = await search.hits(question, vector, _everything, tokens=encoded.tokens)
    if search.snapshot is None:
        answer = Answer(reason=Reason.NOTHING_FOUND, nearest=hits)
    else:
        answer = await desk.answerer.compose(
            Evidence(question=question, hits=hits, vector=vector, snapshot=search.snapshot)
        )
    return answer_json(answer, question, desk.words, elapsed_ms=(time.perf_counter() - started) * 1000)


def _everything(_source: Source) -> bool:
    return True


def _texts(folders: Sequence[Path]) -> Texts:
    """The text of every document that can be read, by its name."""
    names = {found.path: found.name for found in look(folders, ()).values()}
    loaded = load_all(names, limits=Limits())
    return {names[path]: each.text for path, each in loaded if isinstance(each, Loaded)}


def cases_in(path: Path) -> list[Case]:
    """The cases of a file of JSON lines; raises `CoachError` at the first line that is none."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CoachError(
            f"{path} cannot be read as text ({type(error).__name__}). Name a file of JSON lines in UTF-8."
        ) from error
    return [_case(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _case(path: Path, number: int, line: str) -> Case:
    try:
        return case_of(json.loads(line))
    except (ValueError, RecursionError):
        raise CoachError(
            f"{path}, line {number} is not a case. Each line must be like "
            '{"id": "1", "question": "…", "kind": "direct", "evidence": [{"document": "a.md", "quote": "…"}]}.'
        ) from None
