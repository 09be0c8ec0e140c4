"""`python -m tests.bench_support [--write]`: which sentences the check of support drops and which it lets through.

True sentences are those of `tests/knowledge/support_pairs.yaml` and the reading notes that come with the product, each
on the run of its passage that is nearest to it; of the documents in COACH_LIBRARY_DIR too, where that is set.
`--write` keeps the table in docs/isolation.md.
"""

import hashlib
import os
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from time import process_time
from typing import Any

import yaml
from rich.console import Console

from knowledge.answers import Draft
from knowledge.documents import Passage
from knowledge.lexical import LexicalIndex
from knowledge.loaders.text import load
from knowledge.minilm import MiniLM
from knowledge.passages import cut
from knowledge.reading_notes import SHIPPED, read_note_files, with_notes
from knowledge.sentences import sentences
from knowledge.support import borne_out
from tests.bench_pages import ROOT, table, taken, write

_PAGE = ROOT / "docs" / "isolation.md"
_TITLE = "What the check of support drops"
_COMMAND = "COACH_LIBRARY_DIR=… python -m tests.bench_support --write"
_PAIRS = ROOT / "tests" / "knowledge" / "support_pairs.yaml"
_STARTER = ROOT / "knowledge" / "starter"
_MOST_NOTES, _MOST_DRAWN = 200, 300
_LONGEST = 60

#: A sentence and the words that it cites.
Pair = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Bench:
    """The embedder, and the words of a library."""

    model: MiniLM
    lexical: LexicalIndex

    def kept(self, pairs: Sequence[Pair]) -> float:
        """The share of the sentences that are let through, in per cent."""
        drafts = [Draft(text=text, hit=0, quotation=quotation) for text, quotation in pairs]
        return 100 * len(borne_out(drafts, self.lexical, self.model)) / len(drafts)

    def milliseconds(self, pairs: Sequence[Pair]) -> float:
        """What one sentence takes of an answer of four, in processor time; the best of several."""
        drafts = [Draft(text=text, hit=0, quotation=quotation) for text, quotation in pairs]
        times = []
        for at in range(0, len(drafts) - 4, 4):
            begun = process_time()
            borne_out(drafts[at : at + 4], self.lexical, self.model)
            times.append((process_time() - begun) / 4)
        return 1000 * min(times)

    def nearest(self, text: str, passage: Passage) -> str:
        """The run of a passage's sentences that an honest model would cite: of the three that share most words with
        what it says, the one nearest in meaning."""
        runs = _runs(passage.text)
        said, *stems = self.lexical.stems([text, *runs])
        weights = self.lexical.weigh(said)
        shared = [sum(weights[word] for word in said & each) for each in stems]
        likely = [runs[at] for at in sorted(range(len(runs)), key=lambda at: -shared[at])[:3]]
        vectors = self.model.embed([text, *likely])
        return likely[int((vectors[1:] @ vectors[0]).argmax())]


def _runs(text: str) -> list[str]:
    """For each sentence the longest run from it on that a quotation may hold."""
    parts, found = sentences(text), []
    for first in range(len(parts)):
        last = first + 1
        while last < len(parts) and len(" ".join(parts[first : last + 1]).split()) <= _LONGEST:
            last += 1
        found.append(" ".join(parts[first:last]))
    return found


@cache
def passages(folder: Path) -> tuple[Passage, ...]:
    """The ranked passages of the texts in a folder, with their notes."""
    notes, found = read_note_files([SHIPPED]), list[Passage]()
    for path in sorted(each for each in folder.iterdir() if each.suffix in {".md", ".txt"}):
        data = path.read_bytes()
        loaded = load(data)
        sha256 = hashlib.sha256(data).hexdigest()
        own = with_notes(cut(loaded, file=path.name), notes, name=path.name, sha256=sha256, text=loaded.text)
        found += [each for each in own if each.ranked]
    return tuple(found)


def _noted(bench: Bench, read: Sequence[Passage], draw: random.Random) -> list[Pair]:
    told = [(text, each) for each in read for note in each.notes for text in sentences(note.gist)]
    several = [(text, each) for text, each in told if len(text.split()) >= 6]
    return [(text, bench.nearest(text, each)) for text, each in draw.sample(several, min(_MOST_NOTES, len(several)))]


def _true(bench: Bench, known: Mapping[str, Any], draw: random.Random) -> Iterator[tuple[str, list[Pair]]]:
    yield "a model's own words", [(each["sentence"], each["quotation"]) for each in known["true"]]
    yield "notes on the starter library", _noted(bench, passages(_STARTER), draw)
    if os.environ.get("COACH_LIBRARY_DIR"):
        yield (
            "notes on the library that was named",
            _noted(bench, passages(Path(os.environ["COACH_LIBRARY_DIR"])), draw),
        )


def _false(known: Mapping[str, Any], draw: random.Random) -> Iterator[tuple[str, list[Pair]]]:
    true, roles = known["true"], known["roles"]
    crossed = [
        (one["sentence"], other["quotation"]) for one in true for other in true if one["document"] != other["document"]
    ]
    yield "a model's own words, on words of another document", draw.sample(crossed, _MOST_DRAWN)
    cited = [(role, each["quotation"], each["sentence"]) for role in roles for each in draw.sample(true, 6)]
    yield "a role played", [(role, words) for role, words, _ in cited]
    yield "a role played, after “Trust grows: ”", [(f"Trust grows: {role}", words) for role, words, _ in cited]
    yield "a role played, after a sentence that is borne out", [(f"{own} {role}", words) for role, words, own in cited]
    yield (
        "a role played, in the same sentence as five words of the quotation",
        [(f"{' '.join(words.split()[:5])}, and {role[0].lower()}{role[1:]}", words) for role, words, _ in cited],
    )
    yield (
        "untrue, on the library's subject",
        [(each, own["quotation"]) for each in known["untrue"] for own in draw.sample(true, 20)],
    )


def measured() -> str:
    """The table, and what it costs."""
    known, draw = yaml.safe_load(_PAIRS.read_text(encoding="utf-8")), random.Random(1)
    named = os.environ.get("COACH_LIBRARY_DIR")
    read = [*passages(_STARTER), *(passages(Path(named)) if named else ())]
    model = MiniLM(Path(os.environ.get("COACH_DATA_DIR", "data")) / "models")
    bench = Bench(model=model, lexical=LexicalIndex([(each.text,) for each in read]))
    true, false = list(_true(bench, known, draw)), list(_false(known, draw))
    rows = [(f"true: {name}", str(len(pairs)), f"{100 - bench.kept(pairs):.1f} %", "") for name, pairs in true]
    rows += [(f"false: {name}", str(len(pairs)), "", f"{bench.kept(pairs):.1f} %") for name, pairs in false]
    cost = f"One sentence takes {bench.milliseconds(true[0][1]):.1f} ms of processor time.\n"
    return f"{table(('sentences', 'number', 'true and dropped', 'false and kept'), rows)}\n{cost}"


def main() -> None:
    """Print the table, and keep it where that is asked for."""
    body = f"{taken(_COMMAND, datetime.now(UTC))}\n{measured()}"
    Console(width=140).print(body, markup=False, highlight=False)
    if "--write" in sys.argv[1:]:
        write(_PAGE, _TITLE, body)


if __name__ == "__main__":
    main()
