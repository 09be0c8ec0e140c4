"""`coach library annotate`: a model writes reading notes for the passages that have none."""

import asyncio
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from bot.bootstrap import added_folder, library_folders, main_store, new_id
from bot.commands.opening import ProgressBar, open_desk
from bot.commands.screen import screen
from bot.desks.library import OwnDesk
from bot.domain.errors import CoachError, SettingError
from bot.settings import Settings
from bot.store.library import StoredLibrary
from knowledge.annotating import Annotator, Estimate, Left, Report, Wanted, annotate, as_noted, estimate, wanted
from knowledge.documents import Unit
from knowledge.looking import Found, look, read_notes
from knowledge.reading_notes import FOLDER, NotesError
from knowledge.shelf import SetAside, Shelf, Volume
from knowledge.writing import WriterError

_NO_MODEL = (
    "There is no model to write notes with. Set COACH_MODEL, for example openai:gpt-5-mini, and COACH_MODEL_KEY, or "
    "name one with --model. Notes can be written by hand too: see knowledge/notes/README.md."
)
_USED = " They are used from the next question on."


@dataclass(frozen=True, kw_only=True)
class Prices:
    """What a million tokens cost, in whatever currency; None where nobody said."""

    tokens_in: float | None = None
    tokens_out: float | None = None

    def cost(self, expected: Estimate) -> float | None:
        """What the run costs, None where no price is known."""
        if self.tokens_in is None and self.tokens_out is None:
            return None
        return expected.cost(self.tokens_in or 0.0, self.tokens_out or 0.0)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a run would do; `broken` files of notes are not used until somebody mends them."""

    tasks: tuple[Wanted, ...]
    expected: Estimate
    cost: float | None
    broken: tuple[SetAside, ...]


def run(settings: Settings, file: str, *, prices: Prices, go_on: Callable[[], bool], as_json: bool) -> bool:
    """Say what it takes, and when `go_on` says so, write notes for `file` or, where it is empty, for every document.

    True when no passage had to be left. Not a coroutine: a question to a person must be open to Ctrl-C.
    """
    model = open_model(settings)
    plan = asyncio.run(_planned(settings, file, prices))
    _announce(screen(error=as_json), plan, settings.model)
    report = Report(written=0, untried=len(plan.tasks))
    if plan.tasks and go_on():
        report = asyncio.run(_written(plan.tasks, model, added_folder(settings) / FOLDER))
    if as_json:
        sys.stdout.write(json.dumps(_json(plan, report, settings.model), ensure_ascii=False, indent=2) + "\n")
    else:
        _tell(screen(), plan, report)
    return not report.left


def open_model(settings: Settings) -> Annotator:
    """The configured model; raises `CoachError` where there is none, or it cannot be set up as named."""
    if settings.model == "none":
        raise CoachError(_NO_MODEL)
    from knowledge.annotating_langchain import SECONDS, LangChainAnnotator

    key = settings.model_key.get_secret_value() if settings.model_key else None
    try:
        return LangChainAnnotator(settings.model, key=key, url=settings.model_url, seconds=SECONDS, marker=new_id)
    except WriterError as error:
        raise SettingError(f"COACH_MODEL: {error}") from None


async def _planned(settings: Settings, file: str, prices: Prices) -> Plan:
    # Indexing takes no model, and the one that is named may be for this command alone.
    async with open_desk(settings.model_copy(update={"model": "none"})) as desk:
        # A desk of our own was brought in step as it was opened; a server's may not have looked yet.
        if not isinstance(desk, OwnDesk):
            await desk.refresh()
    async with main_store(settings) as database:
        store = StoredLibrary(database)
        shelf, removed = await store.current(), await store.removed()
    return await asyncio.to_thread(_plan, library_folders(settings), shelf, removed, file, prices)


def _plan(folders: Sequence[Path], shelf: Shelf | None, removed: frozenset[str], file: str, prices: Prices) -> Plan:
    found: dict[str, Found] = look(folders, removed)
    files, broken = read_notes(folders)
    volumes = _chosen(as_noted(shelf, found, files) if shelf else (), file)
    tasks = wanted(volumes, found)
    expected = estimate(tasks)
    return Plan(tasks=tasks, expected=expected, cost=prices.cost(expected), broken=tuple(broken))


def _chosen(volumes: Sequence[Volume], file: str) -> Sequence[Volume]:
    """The document of this name, or all of them; raises `CoachError` where there is none."""
    if not file:
        return volumes
    chosen = [volume for volume in volumes if volume.source.file == file]
    if not chosen:
        names = ", ".join(volume.source.file for volume in volumes) or "none"
        raise CoachError(f"There is no document {file} in the library. Its documents are: {names}.")
    return chosen


async def _written(tasks: Sequence[Wanted], model: Annotator, folder: Path) -> Report:
    bar = ProgressBar()
    try:
        return await annotate(
            tasks, model, folder, marker=new_id, watch=lambda done, total: bar("Writing notes", done, total)
        )
    except asyncio.CancelledError:
        bar.stop()
        screen(error=True).print("Stopped. What was written is kept: run me again to go on.")
        raise
    except NotesError as error:
        raise CoachError(f"{error} Mend or remove it: I add to it only.") from error
    except OSError as error:
        raise CoachError(f"{folder} cannot be written ({error.strerror}). Make room or correct it.") from error
    finally:
        bar.stop()


def _announce(console: Console, plan: Plan, model: str) -> None:
    for item in plan.broken:
        console.print(f"Not used: {item.reason}")
    if not plan.tasks:
        console.print("Every passage has its notes: there is nothing to write.")
        return
    expected, names = plan.expected, dict.fromkeys(task.source.file for task in plan.tasks)
    cost = "" if plan.cost is None else f", which costs about {plan.cost:.2f} at your prices"
    console.print(
        f"{_passages(expected.passages)} without notes in {', '.join(names)}. Writing them takes about "
        f"{expected.tokens_in:,} tokens in and {expected.tokens_out:,} out{cost}. Their text goes to {model}."
    )


def _tell(console: Console, plan: Plan, report: Report) -> None:
    if plan.tasks:
        console.print(f"Notes written: {report.written}.{_USED if report.written else ''}")
    for left in report.left:
        console.print(f"Without notes: {left.passage.file}, {_where(left)}. {left.reason}")
    if report.untried:
        console.print(f"Not tried: {_passages(report.untried)}. Run me again to go on.")


def _passages(count: int) -> str:
    return f"{count} passage" if count == 1 else f"{count} passages"


def _where(left: Left) -> str:
    unit = "page" if left.passage.unit is Unit.PAGE else "line"
    start, end = left.passage.start, left.passage.end
    return f"{unit} {start}" if start == end else f"{unit}s {start} to {end}"


def _json(plan: Plan, report: Report, model: str) -> dict[str, Any]:
    return {
        "model": model,
        "passages": plan.expected.passages,
        "tokens_in": plan.expected.tokens_in,
        "tokens_out": plan.expected.tokens_out,
        "cost": plan.cost,
        "written": report.written,
        "left": [
            {"file": left.passage.file, "start": left.passage.start, "end": left.passage.end, "reason": left.reason}
            for left in report.left
        ],
        "untried": report.untried,
        "set_aside": [{"file": item.file, "reason": item.reason} for item in plan.broken],
    }
