"""`python -m tests.bench_said`: whether the sentence that is said is the one that answers the question.

Of 400 passages of the five documents readers were told up to three questions of the reading notes, and named the
sentences that could be said in answer and all that hold a part of it (`tests/knowledge/said.jsonl`, as digests of their
words). Each question is asked of its own passage, in a library whose notes have none of these questions. Printed is how
often what is said first is a sentence that was named, or two of which one was, and how often its quotation holds one.

The documents come from COACH_LIBRARY_DIR, and what is made of them is kept in COACH_DATA_DIR.
"""

import asyncio
import json
import os
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bot.commands.opening import open_desk
from bot.desks.library import OwnDesk
from bot.settings import load_settings
from knowledge.answers import Hit
from knowledge.documents import Note
from knowledge.embedding import Encoded
from knowledge.remedies_known import sentence_digest
from knowledge.selecting import extract
from knowledge.sentences import sentences
from knowledge.shelf import Digest
from knowledge.snapshot import Snapshot, key_of, note_key
from tests.tune import with_notes

_CASES = Path(__file__).with_name("knowledge") / "said.jsonl"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question, and by their digests the sentences that answer it and those that hold a part of the answer."""

    question: str
    says: frozenset[str]
    holds: frozenset[str]


def cases() -> dict[str, Asked]:
    """The questions that readers judged, by their words."""
    rows = map(json.loads, _CASES.read_text(encoding="utf-8").splitlines())
    found = (
        Asked(question=row["question"], says=frozenset(row["says"]), holds=frozenset(row["holds"])) for row in rows
    )
    return {each.question: each for each in found}


def without(snapshot: Snapshot, questions: Mapping[str, Asked]) -> Snapshot:
    """The same library, its notes without these questions."""
    left: dict[Note, Note] = {}
    vectors: dict[Digest, Encoded] = {}
    for at, entry in enumerate(snapshot.entries):
        own, words = snapshot.units.vectors[at : at + 1], snapshot.words[at]
        vectors[key_of(entry)] = Encoded(vectors=np.concatenate([own, snapshot.sentence_vectors(at)]), tokens=words.own)
        ends = np.cumsum([len(note.lines) for note in entry.notes])
        for note, end, tokens in zip(entry.notes, ends, words.notes, strict=True):
            kept = [place for place, line in enumerate(note.lines) if line not in questions]
            left[note] = replace(note, questions=tuple(line for line in note.questions if line not in questions))
            rows = snapshot.note_vectors(at)[end - len(note.lines) : end]
            vectors[note_key(left[note])] = Encoded(vectors=rows[kept], tokens=tokens)
    return with_notes(snapshot, left, vectors)


def counted(full: Snapshot, questions: Mapping[str, Asked]) -> dict[str, list[bool]]:
    """What came of each question: whether what is said was named, and whether what is quoted holds what was."""
    snapshot, came = without(full, questions), defaultdict[str, list[bool]](list)
    for at, entry in enumerate(full.entries):
        for line, vector in zip(entry.lines[1:], full.note_vectors(at), strict=True):
            asked = questions.get(line)
            if asked is None or not asked.holds & {sentence_digest(each) for each in entry.sentences}:
                continue
            hit = Hit(passage=snapshot.entries[at].passage, source=entry.source, score=1.0, similarity=1.0)
            drafts = extract(line, vector, (hit,), snapshot)[:1]
            said = {sentence_digest(each) for draft in drafts for each in sentences(draft.text)}
            quoted = {sentence_digest(each) for draft in drafts for each in sentences(draft.quotation)}
            if asked.says:
                came["the sentence said is one that answers"].append(bool(said & asked.says))
            came["what is quoted with it holds a part of the answer"].append(bool(quoted & asked.holds))
    return came


async def _measured() -> dict[str, list[bool]]:
    async with open_desk(load_settings(os.environ, folder=Path.cwd())) as desk:
        if not isinstance(desk, OwnDesk) or desk.library.snapshot is None:
            raise SystemExit("A coach is running on this data directory: stop it, or name another in COACH_DATA_DIR.")
        return counted(desk.library.snapshot, cases())


def main() -> None:
    """Print the shares."""
    counts = asyncio.run(_measured())
    if not counts:
        raise SystemExit("The library has none of the passages that were judged: set COACH_LIBRARY_DIR.")
    for what, came in counts.items():
        print(f"{what}: {np.mean(came):.3f} of {len(came)}")  # noqa: T201


if __name__ == "__main__":
    main()
