"""Pages of figures: a section is replaced in its place, and the others stay as they are."""

from pathlib import Path

import pytest

from tests.bench_pages import table, write

PAGE = "# Figures\n\nTo begin with.\n\n## One\n\nfirst\n\n### Within\n\ndeeper\n\n## Two\n\nsecond\n"


@pytest.mark.parametrize(
    ("title", "left"),
    [
        ("One", "# Figures\n\nTo begin with.\n\n## One\n\nnew \\1\n\n## Two\n\nsecond\n"),
        ("Two", PAGE.replace("second", "new \\1")),
        ("Three", f"{PAGE}\n## Three\n\nnew \\1\n"),
        ("T.o", f"{PAGE}\n## T.o\n\nnew \\1\n"),
    ],
)
def test_a_section_takes_the_place_of_the_one_with_its_title(tmp_path: Path, title: str, left: str) -> None:
    page = tmp_path / "figures.md"
    page.write_text(PAGE)
    for _ in range(2):
        write(page, title, "\nnew \\1\n\n")
        assert page.read_text() == left


def test_a_page_begins_with_its_first_section(tmp_path: Path) -> None:
    write(tmp_path / "figures.md", "One", "first")
    assert (tmp_path / "figures.md").read_text() == "# Figures\n\n## One\n\nfirst\n"


def test_figures_stand_to_the_right() -> None:
    assert table(("a", "b"), [("x", "1")]) == "| a | b |\n| --- | ---: |\n| x | 1 |\n"
