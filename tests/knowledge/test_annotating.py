"""Annotating: every passage without notes is asked about once or twice, and what is done is kept as it is done."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.annotating import (
    BATCH,
    Estimate,
    Report,
    Wanted,
    annotate,
    as_noted,
    estimate,
    keep,
    lacking,
    note_path,
    wanted,
)
from knowledge.catalogue import Overrides
from knowledge.documents import Note, Passage, Role, Source, Unit
from knowledge.looking import Found
from knowledge.note_replies import messages
from knowledge.reading_notes import NoteFile, NotesError, Placed, read_note_file, words_hash, write_note_file
from knowledge.shelf import Shelf, Volume
from knowledge.writing import Message, WriterError

GIST = "It tells how neighbours came to decide on something together."
QUESTIONS = tuple(f"how do {word} neighbours ever agree on it?" for word in ("quiet", "loud", "new", "old", "busy"))
NOTE = Note(gist=GIST, questions=QUESTIONS)
REPLY = json.dumps({"gist": GIST, "questions": QUESTIONS})


def text(number: int) -> str:
    return f"Passage {number} tells at length how the people of one street made up their minds about a lamp."


def volume(count: int, file: str = "a.txt", version: str = "1") -> Volume:
    passages = [
        Passage(file=file, ordinal=n, section=("On lamps", f"Part {n}"), text=text(n), start=1 + n, end=1 + n)
        for n in range(count)
    ]
    joined = "\n".join(passage.text for passage in passages)
    source = Source(file=file, title="Lamps")
    return Volume(source=source, version=version, unit=Unit.LINE, text=joined, passages=tuple(passages))


def on_disk(*volumes: Volume, sha256: str = "") -> dict[str, Found]:
    return {
        each.source.file: Found(
            name=each.source.file,
            path=Path(each.source.file),
            version="1",
            signature=(),
            overrides=Overrides(folder=Path()),
            sha256=sha256 or f"sha of {each.source.file}",
        )
        for each in volumes
    }


def shelf(*volumes: Volume) -> Shelf:
    return Shelf(generation=1, cutter="test", volumes=volumes)


def tasks_for(count: int, *files: NoteFile) -> tuple[Wanted, ...]:
    volumes = volume(count)
    return wanted(as_noted(shelf(volumes), on_disk(volumes), files), on_disk(volumes))


@dataclass
class Scripted:
    """Replies as `says` does to a passage's number and how often it was asked about; an exception is raised."""

    says: Callable[[int, int], str | Exception] = lambda _number, _time: REPLY
    asked: list[int] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)

    async def ask(self, asked: Sequence[Message]) -> str:
        self.prompts.append(asked[-1].text)
        number = int(asked[-1].text.partition("Text:\nPassage ")[2].split()[0])
        self.asked.append(number)
        said = self.says(number, self.asked.count(number))
        if isinstance(said, Exception):
            raise said
        return said


def ignore(_done: int, _total: int) -> None:
    pass


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def run(tasks: Sequence[Wanted], model: Scripted, folder: Path) -> Report:
    return await annotate(tasks, model, folder, marker=lambda: "m4rk3r", watch=ignore)


async def test_every_passage_gets_its_note_with_its_place_and_the_hash_of_its_words(tmp_path: Path) -> None:
    tasks = tasks_for(BATCH + 1)
    seen: list[tuple[int, int]] = []
    report = await annotate(
        tasks, Scripted(), tmp_path / "notes", marker=lambda: "m4rk3r", watch=lambda *at: seen.append(at)
    )
    assert report == Report(written=BATCH + 1)
    assert seen == [(BATCH, BATCH + 1), (BATCH + 1, BATCH + 1)]
    file = read_note_file(tmp_path / "notes" / "a.txt.jsonl")
    assert (file.document, file.sha256) == ("a.txt", "sha of a.txt")
    assert file.placed == tuple(
        Placed(start=1 + n, end=1 + n, note=NOTE, section=f"On lamps > Part {n}", hash=words_hash(text(n)))
        for n in range(BATCH + 1)
    )
    assert tasks_for(BATCH + 1, file) == ()


@given(done=st.sets(st.integers(0, 6)), broken=st.sets(st.integers(0, 6)))
def test_a_run_asks_only_for_what_is_missing_and_leaves_what_fails_twice(
    tmp_path_factory: pytest.TempPathFactory, done: set[int], broken: set[int]
) -> None:
    folder = tmp_path_factory.mktemp("notes")
    keep(folder, [(task, NOTE) for task in tasks_for(7) if task.passage.ordinal in done])
    before = [read_note_file(path) for path in folder.glob("*.jsonl")]
    model = Scripted(lambda number, time: "no" if number in broken else REPLY)
    report = asyncio.run(run(tasks_for(7, *before), model, folder))
    tried = set(range(7)) - done
    assert sorted(model.asked) == sorted([*tried, *(tried & broken)])
    assert {left.passage.ordinal for left in report.left} == tried & broken
    after = [read_note_file(path) for path in folder.glob("*.jsonl")]
    assert {task.passage.ordinal for task in tasks_for(7, *after)} == tried & broken
    assert report.written == len(tried - broken)


async def test_a_refused_reply_is_asked_for_again_with_the_reason(tmp_path: Path) -> None:
    model = Scripted(lambda _number, time: REPLY if time == 2 else REPLY.replace("It tells", "https://evil.example"))
    assert await run(tasks_for(1), model, tmp_path) == Report(written=1)
    assert "could not be used: The note holds an address" in model.prompts[1]
    assert "evil.example" not in model.prompts[1]


async def test_a_failed_call_is_made_again_without_one(tmp_path: Path) -> None:
    model = Scripted(lambda _number, time: REPLY if time == 2 else WriterError("The model is asleep."))
    assert await run(tasks_for(1), model, tmp_path) == Report(written=1)
    assert model.prompts[0] == model.prompts[1]


async def test_a_model_that_cannot_be_asked_is_given_up_after_one_batch(tmp_path: Path) -> None:
    model = Scripted(lambda _number, _time: WriterError("The model is asleep."))
    report = await run(tasks_for(3 * BATCH), model, tmp_path)
    assert (report.written, report.untried) == (0, 2 * BATCH)
    assert [left.reason for left in report.left] == ["The model is asleep."] * BATCH
    assert names(tmp_path) == []


async def test_a_model_that_can_be_asked_about_some_of_a_batch_is_not_given_up(tmp_path: Path) -> None:
    model = Scripted(lambda number, _time: REPLY if number % BATCH else WriterError("The model is asleep."))
    report = await run(tasks_for(3 * BATCH), model, tmp_path)
    assert (report.written, len(report.left), report.untried) == (3 * (BATCH - 1), 3, 0)


async def test_replies_that_are_no_use_do_not_stop_the_rest(tmp_path: Path) -> None:
    model = Scripted(lambda number, _time: "no" if number < BATCH else REPLY)
    report = await run(tasks_for(2 * BATCH), model, tmp_path)
    assert (report.written, len(report.left), report.untried) == (BATCH, BATCH, 0)


async def test_a_run_that_is_interrupted_keeps_every_batch_but_the_last(tmp_path: Path) -> None:
    begun = asyncio.Event()

    class Stuck(Scripted):
        async def ask(self, asked: Sequence[Message]) -> str:
            reply = await super().ask(asked)
            if len(self.asked) > 2 * BATCH:
                begun.set()
                await asyncio.Event().wait()
            return reply

    running = asyncio.create_task(run(tasks_for(4 * BATCH), Stuck(), tmp_path))
    await begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    file = read_note_file(tmp_path / "a.txt.jsonl")
    assert len(file.placed) == 2 * BATCH
    assert len(tasks_for(4 * BATCH, file)) == 2 * BATCH


def test_what_stands_in_a_file_stays(tmp_path: Path) -> None:
    tasks = tasks_for(12)
    mine = Placed(start=2, end=2, note=Note(gist="By hand.", questions=("why?",)), hash=tasks[1].key[1])
    write_note_file(
        tmp_path / "a.txt.jsonl", NoteFile(document="a.txt", sha256=tasks[0].sha256, placed=(mine,), about="Mine.")
    )
    keep(tmp_path, [(task, NOTE) for task in reversed(tasks)])
    file = read_note_file(tmp_path / "a.txt.jsonl")
    assert (file.about, [each.start for each in file.placed]) == ("Mine.", list(range(1, 13)))
    assert file.placed[1] == mine


def test_a_document_that_changed_gets_a_file_beside_the_old_one(tmp_path: Path) -> None:
    old, new = tasks_for(1)[0], replace(tasks_for(2)[1], sha256="0123456789abcdef")
    keep(tmp_path, [(old, NOTE)])
    keep(tmp_path, [(new, NOTE)])
    assert names(tmp_path) == ["a.txt.01234567.jsonl", "a.txt.jsonl"]
    files = [read_note_file(path) for path in tmp_path.iterdir()]
    changed = volume(2)
    found = as_noted(shelf(changed), on_disk(changed, sha256="0123456789abcdef"), files)
    assert [passage.notes for passage in found[0].passages] == [(NOTE,), (NOTE,)]


def test_a_broken_file_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.txt.jsonl").write_text("half a no")
    with pytest.raises(NotesError, match=r"a\.txt\.jsonl, line 1"):
        keep(tmp_path, [(tasks_for(1)[0], NOTE)])
    assert (tmp_path / "a.txt.jsonl").read_text() == "half a no"


@pytest.mark.parametrize("name", ["sub/deeper/a.txt", "../a.txt", "ä" * 250 + ".txt", "a" * 250 + ".txt"])
def test_every_name_of_a_document_has_a_file_in_the_folder(tmp_path: Path, name: str) -> None:
    task = wanted([volume(1, file=name)], on_disk(volume(1, file=name)))[0]
    keep(tmp_path, [(task, NOTE)])
    keep(tmp_path, [(replace(task, sha256="another"), NOTE)])
    assert len(list(tmp_path.glob("*.jsonl"))) == 2
    assert note_path(tmp_path, task).parent == tmp_path
    assert {read_note_file(path).document for path in tmp_path.iterdir()} == {name}


def test_only_ranked_passages_of_some_length_want_notes() -> None:
    ranked, front, twin, short, noted, enough = volume(6).passages
    enough = replace(enough, text="Twelve words are enough for a question or two of their own.")
    passages = (
        ranked,
        enough,
        replace(front, role=Role.FRONT),
        replace(twin, twin_of=0),
        replace(short, text="Eleven words are one too few for questions of their own."),
        replace(noted, notes=(NOTE,)),
    )
    assert lacking(replace(volume(1), passages=passages)) == (ranked, enough)


def test_the_same_words_are_asked_about_once_in_copies_of_a_file() -> None:
    volumes = volume(2), volume(2, file="copy.txt")
    assert len(wanted(volumes, on_disk(*volumes, sha256="same"))) == 2
    assert len(wanted(volumes, on_disk(*volumes))) == 4


def test_a_document_that_changed_since_it_was_indexed_is_left_out() -> None:
    volumes = volume(1), volume(1, file="b.txt", version="0"), volume(1, file="gone.txt")
    found = as_noted(shelf(*volumes), on_disk(*volumes[:2]), [])
    assert [each.source.file for each in found] == ["a.txt"]


def test_the_estimate_counts_everything_that_is_sent() -> None:
    tasks = tasks_for(3)
    sent = sum(len(message.text) for task in tasks for message in messages(task, marker="m" * 32))
    expected = estimate(tasks)
    assert (expected.passages, expected.tokens_out) == (3, 1380)
    assert sent / 4 <= expected.tokens_in < sent / 4 + 1
    assert estimate(()) == Estimate(passages=0, tokens_in=0, tokens_out=0)


def test_the_cost_is_by_the_million() -> None:
    assert Estimate(passages=1, tokens_in=2_000_000, tokens_out=500_000).cost(0.25, 2) == 1.5
