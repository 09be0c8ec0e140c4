"""Judge remedies blind: `python -m tests.bench_remedies BARRIERS.jsonl OUT` writes a sheet and, apart from it, a key.

Each line of BARRIERS.jsonl is `{"text": ..., "factor": ...}`. Against each barrier stand what the coach offers and two
random passages of the same library, cut to the same length, in one shuffled order: whoever judges cannot tell which is
which. `python -m tests.bench_remedies --score OUT JUDGED` counts; JUDGED holds one line an item: its number, a space,
and 1 where it fits or 0.

`python -m tests.bench_remedies --judged` counts what is offered against 140 barriers of our own, for which blind
readers, two each, judged remedies (`tests/knowledge/remedies_judged.jsonl`): 16 or so for each of a hundred, so that no
readers are needed to see whether a change helps, as long as few of its offers are not among them; and for the forty
held out what two versions offered, which tells of these two only.

Documents come from COACH_LIBRARY_DIR, and what is made of them is kept in COACH_DATA_DIR.
"""

import asyncio
import json
import os
import random
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from bot.bootstrap import open_coach
from bot.settings import load_settings
from knowledge.remedies import Remedies
from knowledge.remedies_candidates import placed
from knowledge.remedies_known import known
from knowledge.snapshot import Entry, Snapshot

_DECOYS = 2
_SEED = 20261122
_JUDGED = Path(__file__).with_name("knowledge") / "remedies_judged.jsonl"
_FEWEST_WORDS, _MOST_WORDS = 10, 48


async def _sheet(barriers: list[dict[str, str]]) -> list[dict[str, object]]:
    """Every item, with its barrier and what it is."""
    given = {name: os.environ[name] for name in ("COACH_LIBRARY_DIR", "COACH_DATA_DIR") if name in os.environ}
    chance = random.Random(_SEED)
    items: list[dict[str, object]] = []
    async with open_coach(load_settings(given, folder=Path.cwd())) as coach:
        snapshot = await coach.library.refresh()
        remedies = Remedies(library=coach.library, encode=coach.embedder.encode)
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


async def _offered(barriers: list[dict[str, Any]]) -> list[list[str]]:
    """For each barrier the known remedies that are offered, as the judged ones are named; empty for one not known."""
    given = {name: os.environ[name] for name in ("COACH_LIBRARY_DIR", "COACH_DATA_DIR") if name in os.environ}
    async with open_coach(load_settings(given, folder=Path.cwd())) as coach:
        snapshot, here = await coach.library.refresh(), known()
        remedies = Remedies(library=coach.library, encode=coach.embedder.encode)
        named = {
            " ".join(place.text.split()): f"{here.remedies[place.remedy].first}-{here.remedies[place.remedy].last}"
            for place in placed(snapshot, here)
        }
        offers = [await remedies(each["text"], (each["factor"],), lambda _source: True) for each in barriers]
    return [[named.get(" ".join(said.text.split()), "") for said in each.sentences] for each in offers]


def _count_judged() -> None:
    barriers = [json.loads(line) for line in _JUDGED.read_text(encoding="utf-8").splitlines()]
    offered = asyncio.run(_offered(barriers))
    for title, chosen_on in (("chosen on", True), ("held out", False)):
        pairs = [(b, o) for b, o in zip(barriers, offered, strict=True) if b["chosen_on"] is chosen_on]
        judged = [set(b["fits"]) | set(b["one_reader"]) | set(b["not"]) for b, _ in pairs]
        known_to_fit = [[name in b["fits"] for name in o] for b, o in pairs]
        first, some = sum(each[:1] == [True] for each in known_to_fit), sum(map(any, known_to_fit))
        nothing, count = sum(not o for _, o in pairs), sum(len(o) for _, o in pairs)
        unjudged = sum(len(set(o) - j) for (_, o), j in zip(pairs, judged, strict=True))
        print(  # noqa: T201
            f"{title}: of {len(pairs)} barriers the first remedy fits {first}, any {some}; {nothing} were told that "
            f"nothing fits; of {count} offers nobody has judged {unjudged}"
        )


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
    if sys.argv[1] == "--judged":
        _count_judged()
        return
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
