"""`python -m tests.bench_scaling [--write] [SIZE ...]`: how search grows with the library.

Synthetic, seeded passages, one unit each: texts of words that are as unequally common as words are, and vectors that
lie about as unevenly as an embedder's. Each size runs in a process of its own, so that its memory is its own, and
Chroma in a child of that. Then the memory of a server on COACH_LIBRARY_DIR, where that is set. `--write` keeps the
table in docs/evaluation.md. Exits 1 when a limit is broken.
"""

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import numpy as np
from rich.console import Console

from bot.desks.library import View
from bot.local_socket import RemoteDesk
from knowledge.chroma_nearest import ChromaProcess
from knowledge.embedding import Vectors
from knowledge.nearest import ExactNearest
from knowledge.search import Search
from tests.bench import QUESTIONS
from tests.bench_pages import EVALUATION, table, taken, write
from tests.crash.installation import Installation, Unreached
from tests.synthetic import library, texts, vectors

SIZES = (1_000, 10_000, 100_000)
_SEED = 11
_ASKED, _QUESTION_WORDS = 100, 7
_WANTED = 10
_MOST_MS, _LEAST_RECALL, _MOST_MEGABYTES = 300.0, 0.99, 650.0
_TITLE = "Scaling"
_COMMAND = "COACH_LIBRARY_DIR=… python -m tests.bench_scaling --write"

_EXPLAINED = (
    "Passages of 60 words and their vectors are synthetic and seeded, one unit a passage; 100 questions each. Recall "
    "is against exact search: the ten nearest vectors among those that the index proposes, and the ten best of "
    "the whole search, words and all. Times are of `Search.hits`, without the embedding of the question (about 3 ms)."
)
_SETTLED_SECONDS = 20

#: What is measured of one size.
Figures = Mapping[str, float]


async def measured(size: int, folder: Path) -> Figures:
    """Everything about one size, in this process."""
    rng = np.random.default_rng(_SEED)
    started = time.perf_counter()
    snapshot = library(size, rng)
    built = time.perf_counter() - started
    nearest, exact = ChromaProcess(folder / "index"), ExactNearest()
    await exact.serve(snapshot.units)
    started = time.perf_counter()
    await nearest.serve(snapshot.units)
    indexed = time.perf_counter() - started
    asked = list(zip(texts(_ASKED, _QUESTION_WORDS, rng), vectors(_ASKED, rng), strict=True))
    served, times = await _answers(Search(snapshot, nearest), asked)
    right, _ = await _answers(Search(snapshot, exact), asked)
    proposed = [set((await nearest.query(vector, 400, None)).tolist()) for _, vector in asked]
    best = [set((await exact.query(vector, _WANTED, None)).tolist()) for _, vector in asked]
    figures = {
        "words indexed, s": built,
        "index built, s": indexed,
        "recall@10 of the index": _shared(best, proposed),
        "recall@10 of the search": _shared(right, served),
        "p50 ms": median(times),
        "p95 ms": quantiles(times, n=20)[-1],
        "MB": _megabytes(os.getpid()),
        "Chroma, MB": sum(map(_megabytes, _children(os.getpid()))),
    }
    await nearest.close()
    return figures


async def _answers(search: Search, asked: Sequence[tuple[str, Vectors]]) -> tuple[list[set[int]], list[float]]:
    """What is found for each question, and the milliseconds that it took."""
    found, times = [], []
    for question, vector in asked:
        started = time.perf_counter()
        hits = await search.hits(question, vector, lambda _source: True, _WANTED)
        times.append(1000 * (time.perf_counter() - started))
        found.append({hit.passage.ordinal for hit in hits})
    if search.degraded:
        raise SystemExit(f"The index did not answer {search.degraded} of {len(asked)} questions.")
    return found, times


def _shared(wanted: Sequence[set[int]], found: Sequence[set[int]]) -> float:
    """How much of what is wanted is found, from 0 to 1."""
    shares = [len(want & have) / len(want) for want, have in zip(wanted, found, strict=True) if want]
    return sum(shares) / len(shares)


def _megabytes(process: int) -> float:
    """What a process holds in memory now."""
    status = Path(f"/proc/{process}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


def _children(process: int) -> list[int]:
    """The processes that a process started, and those that they started."""
    listed = [Path(each) for each in Path(f"/proc/{process}/task").glob("*/children")]
    own = [int(pid) for path in listed for pid in path.read_text().split()]
    return own + [pid for child in own for pid in _children(child)]


def serving(documents: Path, folder: Path) -> Figures:
    """What a server on these documents and its index hold in memory, once it has indexed them and answered."""
    installation = Installation(data=folder / "data", settings={"COACH_LIBRARY_DIR": str(documents)})
    installation.launch()
    try:
        # The first start reads and embeds everything.
        while not _answers_at_its_page(installation):
            time.sleep(1)
        asyncio.run(_ask(installation.data))
        time.sleep(_SETTLED_SECONDS)
        assert installation.process is not None
        index = [each for each in _children(installation.process.pid) if _is_chroma(each)]
        return {"MB": _megabytes(installation.process.pid), "Chroma, MB": sum(map(_megabytes, index))}
    finally:
        installation.abandon()


async def _ask(data: Path) -> None:
    async with RemoteDesk(data) as desk:
        await desk.refresh()
        for question in QUESTIONS:
            await desk.ask(question, View())


def _answers_at_its_page(installation: Installation) -> bool:
    if not installation.running:
        raise SystemExit(f"The server ended by itself: {installation.log.read_text()[-500:]}")
    with suppress(Unreached):
        return installation.call("/healthz")[0] == 200
    return False


def _is_chroma(process: int) -> bool:
    return b"knowledge.chroma" in Path(f"/proc/{process}/cmdline").read_bytes()


def _apart(*arguments: str) -> Figures:
    """Measure in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench_scaling", "--here", *arguments], stdout=subprocess.PIPE, check=True
    )
    figures: Figures = json.loads(done.stdout)
    return figures


def _here(argument: str) -> Figures:
    with TemporaryDirectory() as folder:
        if argument.isdigit():
            return asyncio.run(measured(int(argument), Path(folder)))
        return serving(Path(argument), Path(folder))


def broken(size: int, figures: Figures) -> list[str]:
    """The limits that a size breaks."""
    limits = {
        "p95 ms": figures["p95 ms"] >= _MOST_MS,
        "recall@10 of the index": figures["recall@10 of the index"] < _LEAST_RECALL,
        "recall@10 of the search": figures["recall@10 of the search"] < _LEAST_RECALL,
    }
    return [f"{size:,} passages: {name}" for name, passed in limits.items() if passed]


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and say by the exit status whether every limit holds."""
    if "--here" in arguments:
        sys.stdout.write(json.dumps(_here(arguments[-1])))
        return 0
    console, documents = Console(soft_wrap=True, markup=False, highlight=False), os.environ.get("COACH_LIBRARY_DIR")
    sizes = [int(each) for each in arguments if each.isdigit()] or SIZES
    by_size = {size: _apart(str(size)) for size in sizes}
    shown = table(
        ("passages", *by_size[sizes[0]]),
        [(f"{size:,}", *(_cell(*figure) for figure in figures.items())) for size, figures in by_size.items()],
    )
    problems = [problem for size, figures in by_size.items() for problem in broken(size, figures)]
    if documents:
        memory = _apart(str(Path(documents).resolve()))
        held = sum(memory.values())
        shown += f"\nA server on the documents, with their notes, holds {_shown(memory)}.\n"
        problems += ["memory of a server"] if held >= _MOST_MEGABYTES else []
    console.print("\n".join([shown, *(f"Broken: {problem}" for problem in problems)]))
    if "--write" in arguments:
        write(EVALUATION, _TITLE, f"{taken(_COMMAND, datetime.now(UTC))}\n{_EXPLAINED}\n\n{shown}")
    return 1 if problems else 0


def _shown(memory: Figures) -> str:
    own, index = memory["MB"], memory["Chroma, MB"]
    return f"{own:.0f} MB itself and {index:.0f} MB in Chroma's process, {own + index:.0f} MB together (limit 650 MB)"


def _cell(name: str, value: float) -> str:
    return f"{value:.3f}" if name.startswith("recall") else f"{value:.1f}" if name.endswith("s") else f"{value:.0f}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
