"""Known remedies: which sentences of the documents say what helped, and against what.

Somebody read the documents for it. A sentence is known by the digest of its words, so that nothing of a document is
kept here, and it is known wherever the document stands. The situations that a remedy is good against are in our own
words: those of a single remedy in `remedies.jsonl`, those that many share in `prompts/remedies.yaml`.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from knowledge.embedding import Vectors
from knowledge.late_interaction import NO_TOKENS, Tokens
from knowledge.remedies_likeness import Map, Phrases

FILE = Path(__file__).with_name("remedies.jsonl")
VECTORS = Path(__file__).with_name("remedies.npz")
_DIGITS = 16


@dataclass(frozen=True, kw_only=True)
class Remedy:
    """A run of sentences that says what helped, by the digests of its first and its last.

    `against` are the situations in which it helps, as somebody stuck in one would put it. `worth` is what its reader
    thought of it: 3 where it stands alone and somebody in a local partnership could do it or ask for it, 2 where it is
    an example that shows how, 1 where it is a general maxim.
    """

    first: str
    last: str
    factors: tuple[str, ...]
    against: tuple[str, ...]
    worth: int = 2


@dataclass(frozen=True, kw_only=True, eq=False)
class Known:
    """The known remedies with what is needed to tell which fit.

    `situations` are the different situations, and `pairs` [m, 2] tell which belongs to which remedy; `elsewhere` is
    what people write who are in none. `said` [remedies, d] are the remedies' own words. `helping` [d + 1] weighs a
    sentence's vector, with a one after it, by whether it says what helps. All fit the embedder that is named only.
    """

    embedder: str
    remedies: tuple[Remedy, ...]
    situations: Phrases
    elsewhere: Phrases
    pairs: NDArray[np.int64]
    said: Vectors
    helping: Vectors

    @cached_property
    def by_factor(self) -> dict[str, NDArray[np.bool_]]:
        """For each factor which of the remedies are about it."""
        factors = {factor for remedy in self.remedies for factor in remedy.factors}
        return {each: np.array([each in remedy.factors for remedy in self.remedies], bool) for each in factors}

    @cached_property
    def grid(self) -> NDArray[np.int64]:
        """The places of each remedy's situations [remedies, most], filled up with the place after the last."""
        rows: list[list[int]] = [[] for _ in self.remedies]
        for phrase, remedy in self.pairs.tolist():
            rows[remedy].append(phrase)
        places = np.full((len(rows), max(map(len, rows), default=0)), len(self.situations), np.int64)
        for place, row in enumerate(rows):
            places[place, : len(row)] = row
        return places

    @cached_property
    def by_first(self) -> dict[str, tuple[int, ...]]:
        """The places of the remedies that begin with a sentence, by its digest."""
        found: dict[str, tuple[int, ...]] = {}
        for place, remedy in enumerate(self.remedies):
            found[remedy.first] = (*found.get(remedy.first, ()), place)
        return found


def sentence_digest(sentence: str) -> str:
    """What a sentence is known by: it stays the same through other spacing and capitals."""
    return hashlib.sha256(" ".join(sentence.split()).casefold().encode("utf-8", "replace")).hexdigest()[:_DIGITS]


def read_remedies(path: Path = FILE) -> tuple[Remedy, ...]:
    """The remedies of a file, in its order."""
    return tuple(_remedies(path.read_text(encoding="utf-8").splitlines()))


def _remedies(lines: Sequence[str]) -> Iterator[Remedy]:
    shared = situations()
    for line in lines:
        each = json.loads(line)
        more = (phrase for name in each.get("situations", ()) for phrase in shared[name])
        yield Remedy(
            first=each["first"],
            last=each.get("last", each["first"]),
            factors=tuple(each["factors"]),
            against=tuple(dict.fromkeys((*each["against"], *more))),
            worth=each["worth"],
        )


@cache
def told_of_remedies() -> dict[str, Any]:
    """What `prompts/remedies.yaml` holds."""
    told: dict[str, Any] = yaml.safe_load(resources.files("prompts").joinpath("remedies.yaml").read_text("utf-8"))
    return told


def situations() -> dict[str, tuple[str, ...]]:
    """The situations that several remedies share, by name, as people put them."""
    return {name: tuple(phrases) for name, phrases in told_of_remedies()["situations"].items()}


def elsewhere() -> tuple[str, ...]:
    """What people write who are in no situation in which a remedy helps: matters of the office, and small talk."""
    talk = yaml.safe_load(resources.files("prompts").joinpath("triage", "smalltalk.yaml").read_text("utf-8"))
    small = (line for topics in talk.values() for lines in topics.values() for line in lines)
    return tuple(dict.fromkeys((*told_of_remedies()["elsewhere"], *small)))


@cache
def known() -> Known:
    """The remedies that come with the coach, with the vectors that `python -m tests.fit_remedies` made of them."""
    remedies = read_remedies()
    phrases, pairs = phrases_of(remedies)
    with np.load(VECTORS, allow_pickle=False) as kept:
        through = Map(centre=kept["centre"].astype(np.float32), turn=kept["turn"].astype(np.float32))
        made = _Made(
            rows={str(key): row for row, key in enumerate(kept["phrases"])},
            senses=_units(kept["senses"]),
            tokens=kept["tokens"],
            words=kept["words"].astype(np.int64),
            through=through,
        )
        return Known(
            embedder=str(kept["embedder"]),
            remedies=remedies,
            situations=made.of(phrases),
            # The triage's small talk may be added to without these being made anew.
            elsewhere=made.of([each for each in elsewhere() if sentence_digest(each) in made.rows]),
            pairs=np.array(pairs, np.int64),
            said=_units(kept["said"]),
            helping=kept["helping"].astype(np.float32),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Made:
    """What was made of every phrase, in the order of the file; `rows` are their places by the digest of their words."""

    rows: dict[str, int]
    senses: Vectors
    tokens: Tokens
    words: NDArray[np.int64]
    through: Map

    def of(self, phrases: Sequence[str]) -> Phrases:
        """What was made of these."""
        places = [self.rows[sentence_digest(phrase)] for phrase in phrases]
        ends = np.cumsum(self.words)
        tokens = [NO_TOKENS, *(self.tokens[ends[at] - self.words[at] : ends[at]] for at in places)]
        return Phrases(
            map=self.through, senses=self.senses[places], tokens=np.concatenate(tokens), words=self.words[places]
        )


def phrases_of(remedies: Sequence[Remedy]) -> tuple[list[str], list[tuple[int, int]]]:
    """The different situations of all the remedies, and for each pair its place and the remedy's."""
    places = {phrase: place for place, phrase in enumerate(sorted({each for one in remedies for each in one.against}))}
    pairs = [(places[phrase], number) for number, remedy in enumerate(remedies) for phrase in remedy.against]
    return list(places), pairs


def _units(rows: NDArray[np.int8]) -> Vectors:
    numbers = rows.astype(np.float32)
    units: Vectors = numbers / np.linalg.norm(numbers, axis=1, keepdims=True)
    return units
