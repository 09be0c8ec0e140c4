"""Reading notes: a file is what its rules say, and a note is where the words are that it was written for."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.documents import Note, Passage, Role, Unit
from knowledge.looking import read_notes
from knowledge.reading_notes import (
    NoteFile,
    NotesError,
    Placed,
    read_note_file,
    stamped,
    with_notes,
    words_hash,
    write_note_file,
)
from tests.texts import ANY

TEXTS = ("Trust grows slowly.", "Budgets are pooled late.", "Boards rarely share power.", "Staff change too often.")
NEW = ("A new thing.", "Trust grows slowly, mostly.")
HEADER = {"document": "guide.md", "sha256": "aa"}
ROW: Mapping[str, Any] = {"start": 1, "end": 2, "gist": "About trust.", "questions": ["why bother?"]}


def note(text: str) -> Note:
    """The note that belongs to a text."""
    return Note(gist=f"About: {text}", questions=(f"what of {text}",))


def document(texts: Sequence[str], mark: str = "") -> tuple[str, tuple[Passage, ...]]:
    """A document with a heading, and its paragraphs as passages of their own: the first stands in line 3.

    With a `mark` around each paragraph, its lines are other words than its passage.
    """
    passages = [
        Passage(file="guide.md", ordinal=n, section=(), text=text, start=3 + 2 * n, end=3 + 2 * n)
        for n, text in enumerate(texts)
    ]
    return "\n\n".join(["Heading", *(f"{mark}{text}{mark}" for text in texts)]), tuple(passages)


def file_for(texts: Sequence[str], mark: str = "") -> NoteFile:
    """Notes for every paragraph of a document, with the hashes of its lines."""
    text, passages = document(texts, mark)
    placed = tuple(Placed(start=each.start, end=each.end, note=note(each.text)) for each in passages)
    return stamped(NoteFile(document="guide.md", sha256="one", placed=placed), text)


def noted(texts: Sequence[str], *files: NoteFile, sha256: str = "one", mark: str = "") -> list[Passage]:
    text, passages = document(texts, mark)
    return list(with_notes(passages, files, name="guide.md", sha256=sha256, text=text))


def notes_of(passages: Sequence[Passage]) -> list[tuple[Note, ...]]:
    return [each.notes for each in passages]


def written(folder: Path, *rows: object, name: str = "guide.jsonl") -> Path:
    path = folder / name
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_notes_attach_by_their_lines_where_the_file_is_the_one_they_count() -> None:
    file = replace(file_for(TEXTS, "*"), document="another-name.md")
    hashless = replace(file, placed=tuple(replace(each, hash="") for each in file.placed))
    for each in (file, hashless):
        assert notes_of(noted(TEXTS, each, mark="*")) == [(note(text),) for text in TEXTS]


def test_a_note_over_several_passages_belongs_to_each_and_several_to_one() -> None:
    wide = Placed(start=3, end=5, note=note("both"))
    narrow = Placed(start=5, end=5, note=note("second"))
    passages = noted(TEXTS, NoteFile(document="guide.md", sha256="one", placed=(wide, narrow)))
    assert [set(notes) for notes in notes_of(passages)] == [
        {note("both")},
        {note("both"), note("second")},
        set(),
        set(),
    ]


def test_notes_of_another_document_are_not_used() -> None:
    assert not any(notes_of(noted(TEXTS, replace(file_for(TEXTS), document="other.md"), sha256="two")))


def test_lines_alone_are_not_believed_once_the_document_changed() -> None:
    file = file_for(TEXTS)
    hashless = replace(file, placed=tuple(replace(each, hash="") for each in file.placed))
    assert not any(notes_of(noted(TEXTS, hashless, sha256="two")))


@given(
    kept=st.permutations(TEXTS),
    dropped=st.integers(0, 3),
    others=st.lists(st.tuples(st.integers(0, 4), st.sampled_from(NEW)), max_size=3),
    mark=st.sampled_from(["", "*"]),
)
def test_words_that_only_moved_keep_their_notes_and_changed_ones_lose_theirs(
    kept: list[str], dropped: int, others: list[tuple[int, str]], mark: str
) -> None:
    texts = kept[dropped:]
    for place, text in others:
        texts.insert(place, text)
    passages = noted(texts, file_for(TEXTS, mark), sha256="two", mark=mark)
    assert notes_of(passages) == [(note(text),) if text in TEXTS else () for text in texts]


@given(own=st.sets(st.sampled_from(TEXTS)), sha256=st.sampled_from(["one", "two"]))
def test_a_partnerships_own_notes_take_the_place_of_ours_passage_by_passage(own: set[str], sha256: str) -> None:
    ours, theirs = file_for(TEXTS), file_for(TEXTS)
    placed = tuple(
        replace(each, note=note(f"ours of {text}"))
        for each, text in zip(theirs.placed, TEXTS, strict=True)
        if text in own
    )
    passages = noted(TEXTS, ours, replace(theirs, placed=placed), sha256=sha256)
    assert notes_of(passages) == [(note(f"ours of {text}" if text in own else text),) for text in TEXTS]


@pytest.mark.parametrize("mark", ["", "*"])
def test_words_that_stand_twice_are_found_in_both_places(mark: str) -> None:
    passages = noted(("New here.", TEXTS[0], TEXTS[0]), file_for(TEXTS, mark), sha256="two", mark=mark)
    assert notes_of(passages) == [(), (note(TEXTS[0]),), (note(TEXTS[0]),)]


def test_a_passage_with_the_same_line_twice_has_its_note_once() -> None:
    text, passages = document((TEXTS[0], TEXTS[0]))
    whole = [replace(passages[0], text=f"{TEXTS[0]} {TEXTS[0]}", end=passages[1].end)]
    found = with_notes(whole, [file_for(TEXTS)], name="guide.md", sha256="two", text=text)
    assert notes_of(found) == [(note(TEXTS[0]),)]


def test_a_note_on_blank_lines_belongs_to_nothing() -> None:
    blank = Placed(start=2, end=2, note=note("nothing"), hash=words_hash(""))
    text, passages = "Heading\n\nOne half.\n\nOther half.", (
        Passage(file="guide.md", ordinal=0, section=(), text="One half. Other half.", start=3, end=5),
    )  # fmt: skip
    file = NoteFile(document="guide.md", sha256="", placed=(blank,))
    assert not any(notes_of(with_notes(passages, [file], name="guide.md", sha256="two", text=text)))


def test_white_space_changes_nothing() -> None:
    text, passages = document(TEXTS)
    indented = text.replace("\n\n", "\n \n").replace("Trust grows", "  Trust  grows")
    found = with_notes(passages, [file_for(TEXTS)], name="guide.md", sha256="two", text=indented)
    assert notes_of(found) == [(note(text),) for text in TEXTS]


@pytest.mark.parametrize("sha256", ["one", "two"])
def test_passages_on_one_line_are_told_apart_by_their_words(sha256: str) -> None:
    halves = [
        Passage(file="guide.md", ordinal=n, section=(), text=text, start=1, end=1) for n, text in enumerate(TEXTS[:2])
    ]
    placed = tuple(Placed(start=1, end=1, note=note(each.text), hash=words_hash(each.text)) for each in halves)
    file = NoteFile(document="guide.md", sha256="one", placed=placed)
    found = with_notes(halves, [file], name="guide.md", sha256=sha256, text=" ".join(TEXTS[:2]))
    assert notes_of(found) == [(note(each.text),) for each in halves]


@pytest.mark.parametrize("sha256", ["one", "two"])
def test_in_a_document_with_pages_the_words_of_the_passage_decide(sha256: str) -> None:
    pages = [
        Passage(file="a.pdf", ordinal=n, section=(), text=text, start=7, end=7, unit=Unit.PAGE)
        for n, text in enumerate(TEXTS)
    ]
    placed = (Placed(start=2, end=2, note=note(TEXTS[1]), hash=words_hash(TEXTS[1])),)
    file = NoteFile(document="a.pdf", sha256="one", placed=placed)
    found = with_notes(pages, [file], name="a.pdf", sha256=sha256, text="\f".join(TEXTS))
    assert notes_of(found) == [(), (note(TEXTS[1]),), (), ()]


def test_what_is_never_ranked_has_no_notes() -> None:
    text, passages = document(TEXTS)
    quiet = [
        replace(passages[0], role=Role.SUMMARY),
        replace(passages[1], twin_of=3),
        *passages[2:],
    ]
    found = with_notes(quiet, [file_for(TEXTS)], name="guide.md", sha256="one", text=text)
    assert notes_of(found) == [(), (), (note(TEXTS[2]),), (note(TEXTS[3]),)]


LINES = st.text(ANY, min_size=1, max_size=40).filter(str.strip)
PLACED = st.builds(
    Placed,
    start=st.integers(1, 50),
    end=st.integers(50, 99),
    note=st.builds(Note, gist=LINES, questions=st.lists(LINES, min_size=1, max_size=4).map(tuple)),
    section=st.text(ANY, max_size=40),
    hash=st.text("0123456789abcdef", max_size=16),
)


@given(placed=st.lists(PLACED, max_size=3).map(tuple), about=st.text(ANY, max_size=40))
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, placed: tuple[Placed, ...], about: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "new" / "guide.md.jsonl"
    file = NoteFile(document="guide.md", sha256="aa", placed=placed, about=about)
    write_note_file(path, file)
    assert read_note_file(path) == file
    assert [each.name for each in path.parent.iterdir()] == ["guide.md.jsonl"]


def test_what_another_program_saved_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, HEADER, "", ROW)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    file = read_note_file(path)
    assert (file.document, file.sha256, [each.note.gist for each in file.placed]) == (
        "guide.md",
        "aa",
        ["About trust."],
    )


def changed(**fields: object) -> dict[str, object]:
    return {**ROW, **fields}


@pytest.mark.parametrize(
    ("row", "word"),
    [
        *((row, "JSON object") for row in ("{", "[]", '"text"', "null", '{"start": ' + "9" * 5000 + "}")),
        *((changed(start=bad), "`start`") for bad in (0, 3, -1, 1.0, "1", None, True)),
        *((changed(gist=bad), "`gist`") for bad in ("", " ", None, 7, "x" * 601, "\ud800")),
        *((changed(questions=bad), "`questions`") for bad in ([], None, "why?", ["why?"] * 25)),
        *((changed(questions=["why?", bad]), "`questions`") for bad in ("", 7, None, "x" * 601, "\udfff")),
        *((changed(hash=bad), "`hash`") for bad in (7, None, ["aa"])),
        (changed(section=7), "`section`"),
    ],
)
def test_a_line_that_is_no_note_is_named(tmp_path: Path, row: object, word: str) -> None:
    with pytest.raises(NotesError, match=word) as error:
        read_note_file(written(tmp_path, HEADER, ROW, row))
    assert str(error.value).startswith("guide.jsonl, line 3: ")


@pytest.mark.parametrize("first", [ROW, {"document": ""}, {"document": 7}, {"document": "a.md", "sha256": None}, ""])
def test_a_file_begins_with_its_header(tmp_path: Path, first: object) -> None:
    with pytest.raises(NotesError, match="line 1: "):
        read_note_file(written(tmp_path, first))


def test_a_file_that_is_no_text_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "guide.jsonl"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(NotesError, match="Save them as UTF-8"):
        read_note_file(path)


def test_a_broken_file_is_set_aside_and_the_others_are_used(tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    written(folder, HEADER, changed(gist=""), name="broken.jsonl")
    written(folder, HEADER, ROW, name="good.jsonl")
    files, refused = read_notes([tmp_path])
    assert files[-1] == NoteFile(
        document="guide.md",
        sha256="aa",
        placed=(Placed(start=1, end=2, note=Note(gist="About trust.", questions=("why bother?",))),),
    )
    assert [(each.file, each.reason.split(":")[0]) for each in refused] == [
        ("notes/broken.jsonl", "broken.jsonl, line 2")
    ]


def test_files_beside_the_documents_come_after_ours(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    shipped, _ = read_notes([])
    written(tmp_path / "notes", HEADER, ROW, name="000.jsonl")
    assert [each.document for each in read_notes([tmp_path])[0]] == [*(each.document for each in shipped), "guide.md"]
