"""Judge remedies blind: `python -m tests.bench_remedies BARRIERS.jsonl OUT` writes a sheet and, apart from it, a key.

Each line of BARRIERS.jsonl is `{"text": ..., "factor": ...}`. Against each barrier stand what the coach offers and two
random passages of the same library, cut to the same length, in one shuffled order: whoever judges cannot tell which is
which. `python -m tests.bench_remedies --score OUT JUDGED` counts; JUDGED holds one line an item: its number, a space,
and 1 where it fits or 0. Documents come from COACH_LIBRARY_DIR, and what is made of them is kept in COACH_DATA_DIR.
"""

import asyncio
import json
import os
import random
import sys
import time
from collections import defaultdict
from pathlib import Path

from bot.bootstrap import open_coach
from bot.settings import load_settings
from knowledge.remedies import Remedies
from knowledge.snapshot import Entry, Snapshot

_DECOYS = 2
_SEED = 20261122
_FEWEST_WORDS, _MOST_WORDS = 10, 48


async def _sheet(barriers: list[dict[str, str]]) -> list[dict[str, object]]:
    """Every item, with its barrier and what it is."""
    given = {name: os.environ[name] for name in ("COACH_LIBRARY_DIR", "COACH_DATA_DIR") if name in os.environ}
    chance = random.Random(_SEED)
    items: list[dict[str, object]] = []
    async with open_coach(load_settings(given, folder=Path.cwd())) as coach:
        snapshot = await coach.library.refresh()
        remedies = Remedies(library=coach.library, embed=coach.embedder.embed)
        await remedies("So that all is loaded before the clock runs.", (), lambda _source: True)
        took = []
        for number, barrier in enumerate(barriers):
            begun = time.perf_counter()
            offers = await remedies(barrier["text"], (barrier["factor"],), lambda _source: True)
            took.append(time.perf_counter() - begun)
            texts = [("offer", sentence.text) for sentence in offers.sentences]
            texts += [("decoy", _random_sentence(snapshot, chance)) for _ in range(_DECOYS)]
            chance.shuffle(texts)
            items += [{"barrier": number, "is": kind, "text": text} for kind, text in texts]
        print(f"{1000 * sorted(took)[len(took) // 2]:.0f} ms a search, {1000 * max(took):.0f} at most")  # noqa: T201
    return items


def _random_sentence(snapshot: Snapshot, chance: random.Random) -> str:
    def fit(entry: Entry) -> list[str]:
        return [each for each in entry.sentences if _FEWEST_WORDS <= len(each.split()) <= _MOST_WORDS]

    return chance.choice(fit(chance.choice([entry for entry in snapshot.entries if fit(entry)])))


def _score(out: Path, judged: Path) -> None:
    items = json.loads(out.with_suffix(".key.json").read_text(encoding="utf-8"))
    fits = {int(n): mark == "1" for n, mark in (line.split() for line in judged.read_text().splitlines() if line)}
    by_barrier: dict[int, list[bool]] = defaultdict(list)
    for number, item in enumerate(items):
        if item["is"] == "offer":
            by_barrier[item["barrier"]].append(fits[number])
    decoys = [fits[number] for number, item in enumerate(items) if item["is"] == "decoy"]
    offers = [each for marks in by_barrier.values() for each in marks]
    barriers = len({item["barrier"] for item in items})
    helped = sum(any(marks) for marks in by_barrier.values())
    print(  # noqa: T201
        f"{helped} of {barriers} barriers have a fitting remedy, {barriers - len(by_barrier)} were told that nothing "
        f"fits; {sum(offers)} of {len(offers)} offers fit, and {sum(decoys)} of {len(decoys)} decoys"
    )


def main() -> None:
    """Write the sheet and the key, or count."""
    if sys.argv[1] == "--score":
        _score(Path(sys.argv[2]), Path(sys.argv[3]))
        return
    barriers = [json.loads(line) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
    items, out = asyncio.run(_sheet(barriers)), Path(sys.argv[2])
    lines, last = [], -1
    for number, item in enumerate(items):
        if item["barrier"] != last:
            last = int(str(item["barrier"]))
            lines.append(f"\n== {barriers[last]['text']}")
        lines.append(f"{number}: {' '.join(str(item['text']).split())}")
    out.write_text("\n".join(lines), encoding="utf-8")
    out.with_suffix(".key.json").write_text(json.dumps(items), encoding="utf-8")


if __name__ == "__main__":
    main()
