"""The file of help-lines: the product's own, one's own, and what is refused."""

import re
from pathlib import Path

import pytest

from bot.domain.errors import SettingError
from bot.help_lines_file import help_lines
from bot.settings import load_settings


def test_the_united_kingdoms_come_with_the_product() -> None:
    found = {line.name: line.how for line in help_lines(None)}
    assert next(iter(found.values())) == "999"
    assert {"116 123", "0808 800 5000", "020 3117 2520"} <= set(found.values())


def test_another_file_stands_in_their_place(tmp_path: Path) -> None:
    (tmp_path / "lines.yaml").write_text('- {name: Pieta, how: "0818 111 126", when: Day and night.}\n')
    settings = load_settings({"COACH_HELP_LINES": "lines.yaml"}, folder=tmp_path)
    assert [line.name for line in help_lines(settings.help_lines)] == ["Pieta"]


def test_a_line_may_be_given_in_welsh_too(tmp_path: Path) -> None:
    translated = '{name: A, how: "1", when: Always., cy: {name: B, how: "2", when: O hyd.}}'
    (tmp_path / "lines.yaml").write_text(f'- {translated}\n- {{name: C, how: "3", when: Never.}}\n')
    first, second = help_lines(tmp_path / "lines.yaml")
    assert [each.worded("cy").name for each in (first, second)] == ["B", "C"]
    assert first.worded("en").name == "A"


def test_the_products_own_lines_have_the_same_numbers_in_welsh() -> None:
    for line in help_lines(None):
        numbers, theirs = (re.findall(r"[0-9 ]{3,}", each.how + each.when) for each in (line, line.worded("cy")))
        assert line.when != line.worded("cy").when
        assert sorted(map(str.split, numbers)) == sorted(map(str.split, theirs))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "name: A",
        "- A: 1\n  - B",
        "- {name: A, how: 116123, when: Always.}",
        '- {name: A, how: "1"}',
        '- {name: A, how: "1", when: " "}',
        '- {name: A, how: "1", when: B, more: C}',
        '- {name: A, how: "1", when: B, cy: C}',
        '- {name: A, how: "1", when: B, cy: {name: C}}',
        '- {name: A, how: "1", when: B, fr: {name: A, how: "1", when: B}}',
        b"\xff\xfe\xfa",
    ],
)
def test_what_is_no_list_of_help_lines_is_refused_with_the_settings_name(tmp_path: Path, text: str | bytes) -> None:
    path = tmp_path / "lines.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(SettingError, match="COACH_HELP_LINES"):
        help_lines(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="COACH_HELP_LINES"):
        help_lines(tmp_path / "none.yaml")
