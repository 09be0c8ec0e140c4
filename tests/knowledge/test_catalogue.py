"""The catalogue: what is found, what is known, and mistakes told by their line."""

from pathlib import Path

import pytest

from knowledge.catalogue import CatalogueError, Overrides, describe, discover, read_overrides
from knowledge.documents import Chapter, Loaded, Unit

LOADED = Loaded(
    text="words",
    unit=Unit.LINE,
    blocks=(),
    guessed_title="River towns",
    guessed_author="Ada Thorn",
    guessed_year=2011,
    chapters=(Chapter(start=9, title="Tolls", author="Omar Field"),),
)


def written(folder: Path, text: str) -> Overrides:
    (folder / "library.yaml").write_text(text, encoding="utf-8")
    return read_overrides(folder)


def test_discover_finds_what_can_be_read_in_order(tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("secret")
    folder = tmp_path / "library"
    for name in ("b.txt", "a.PDF", "sub/c.md", ".hidden.txt", ".git/d.txt", "library.yaml", "e.exe"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("words")
    (folder / "link.txt").symlink_to(outside)
    (folder / "inner.txt").symlink_to(folder / "b.txt")
    found = discover([folder, folder])
    assert [path.relative_to(folder).as_posix() for path in found] == ["a.PDF", "b.txt", "inner.txt", "sub/c.md"]


def test_without_a_catalogue_the_document_speaks_for_itself(tmp_path: Path) -> None:
    source = describe(tmp_path / "sub" / "river.txt", LOADED, read_overrides(tmp_path))
    assert (source.file, source.title, source.author, source.year) == (
        "sub/river.txt",
        "River towns",
        "Ada Thorn",
        2011,
    )
    assert source.audience == ("partnership",)
    assert source.author_at(12) == "Omar Field"


def test_without_a_guess_the_file_name_serves(tmp_path: Path) -> None:
    bare = Loaded(text="words", unit=Unit.LINE, blocks=())
    assert describe(tmp_path / "river_towns-2.txt", bare, read_overrides(tmp_path)).title == "River towns 2"


def test_the_catalogue_outranks_the_document_key_by_key(tmp_path: Path) -> None:
    overrides = written(
        tmp_path,
        """
documents:
  - file: river.txt
    author: The parishes
    audience: [arrow, ludden]
    chapters:
      - {start: 40, title: Locks, author: Lin Marsh}
      - start: 3
        title: Mills
""",
    )
    source = describe(tmp_path / "river.txt", LOADED, overrides)
    assert (source.title, source.author, source.year) == ("River towns", "The parishes", 2011)
    assert source.audience == ("arrow", "ludden")
    assert [chapter.start for chapter in source.chapters] == [3, 40]


@pytest.mark.parametrize(("word", "audience"), [("public", ("public",)), ("[arrow]", ("arrow",))])
def test_audience_may_be_a_word_or_a_list(tmp_path: Path, word: str, audience: tuple[str, ...]) -> None:
    overrides = written(tmp_path, f"documents:\n  - file: river.txt\n    audience: {word}\n")
    assert describe(tmp_path / "river.txt", LOADED, overrides).audience == audience


def test_an_empty_catalogue_says_nothing(tmp_path: Path) -> None:
    assert written(tmp_path, "# nothing yet\n").documents == {}
    assert written(tmp_path, "documents:\n").documents == {}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("documents:\n  - file: [a", 2, "not valid YAML"),
        ("documnets: []", 1, "no key documnets"),
        ("documents:\n  file: a.txt", 2, "must be a list"),
        ("documents:\n  - title: A", 2, "has no file"),
        ("documents:\n  - file: a.txt\n    editor: B", 3, "no key editor"),
        ("documents:\n  - file: a.txt\n    year: soon", 3, "whole number"),
        ("documents:\n  - file: a.txt\n    year: 20011", 3, "no year"),
        ("documents:\n  - file: a.txt\n    title: 1984", 3, "quotes"),
        ("documents:\n  - file: a.txt\n    audience: []", 3, "empty"),
        ("documents:\n  - file: a.txt\n    audience: [public, arrow]", 3, "stand alone"),
        ("documents:\n  - file: a.txt\n  - file: a.txt", 3, "listed twice"),
        ("documents:\n  - file: a.txt\n    file: b.txt", 3, "given twice"),
        ("documents:\n  - file: a.txt\n    chapters:\n      - title: A", 4, "no start"),
        ("documents:\n  - file: a.txt\n    chapters:\n      - start: 0", 4, "whole number"),
        ("just words", 1, "must have keys"),
        ("documents: !!python/object:os.system x", 1, "must be a list"),
    ],
)
def test_a_mistake_is_told_by_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    with pytest.raises(CatalogueError, match=words) as caught:
        written(tmp_path, text)
    assert caught.value.line == line
    assert "library.yaml" in str(caught.value)


def test_a_document_in_a_folder_apart_is_for_nobody_until_it_is_said(tmp_path: Path) -> None:
    loaded = Loaded(text="", unit=Unit.LINE, blocks=())
    for file, audience in (
        ("@harbour/council/a.md", ("@harbour",)),
        ("@a.md", ("partnership",)),
        ("b/@c/a.md", ("partnership",)),
    ):
        assert describe(tmp_path / file, loaded, Overrides(folder=tmp_path)).audience == audience
