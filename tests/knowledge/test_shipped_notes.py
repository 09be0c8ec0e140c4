"""The notes that come with the coach: well formed, in order, and about the documents as they are."""

import hashlib
import os
from itertools import pairwise
from pathlib import Path

import pytest

from knowledge.loaders.markdown import load as load_markdown
from knowledge.loaders.text import load as load_text
from knowledge.passages import cut
from knowledge.reading_notes import SHIPPED, NoteFile, read_note_file, stamped, with_notes

STARTER = SHIPPED.parent / "starter"
FOLDER = os.environ.get("COACH_LIBRARY_DIR", "")
PATHS = sorted(SHIPPED.glob("*.jsonl"))
GUIDES = sorted(STARTER.glob("*.md"))
_OTHERS = "only the guides of the starter library are shipped; set COACH_LIBRARY_DIR"


def names(path: Path) -> str:
    return path.name


def document_of(file: NoteFile) -> Path:
    """Where the document of a file of notes lies; skips the test where it is not at hand."""
    places = [folder / file.document for folder in (STARTER, *([Path(FOLDER)] if FOLDER else []))]
    found = [place for place in places if place.is_file()]
    if not found:
        pytest.skip(_OTHERS)
    return found[0]


def test_every_guide_of_the_starter_library_has_its_notes() -> None:
    noted = {read_note_file(path).document for path in PATHS}
    assert {guide.name for guide in GUIDES} <= noted
    assert len(noted) == len(PATHS) == len(GUIDES) + 5


@pytest.mark.parametrize("path", PATHS, ids=names)
def test_spans_rise_and_do_not_overlap(path: Path) -> None:
    placed = read_note_file(path).placed
    assert placed
    assert all(one.end < other.start for one, other in pairwise(placed))


@pytest.mark.parametrize("path", PATHS, ids=names)
def test_questions_are_many_short_and_different(path: Path) -> None:
    for each in read_note_file(path).placed:
        questions = [" ".join(question.lower().split()) for question in each.note.questions]
        assert 8 <= len(questions) == len(set(questions))
        assert max(len(question.split()) for question in questions) <= 30
        assert len(each.note.gist.split()) <= 75


@pytest.mark.parametrize("path", PATHS, ids=names)
def test_notes_are_stamped_with_their_documents_bytes_and_words(path: Path) -> None:
    file = read_note_file(path)
    data = document_of(file).read_bytes()
    assert file.sha256 == hashlib.sha256(data).hexdigest()
    assert stamped(file, load_text(data).text) == file


@pytest.mark.parametrize("path", PATHS, ids=names)
def test_nearly_every_passage_has_its_notes(path: Path) -> None:
    file = read_note_file(path)
    document = document_of(file)
    loaded = (load_markdown if document.suffix == ".md" else load_text)(document.read_bytes())
    ranked = [each for each in cut(loaded, file=document.name) if each.ranked]
    found = with_notes(ranked, [file], name=document.name, sha256=file.sha256, text=loaded.text)
    assert sum(bool(each.notes) for each in found) >= 0.97 * len(ranked)
