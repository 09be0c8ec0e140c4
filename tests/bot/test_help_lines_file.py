"""The file of help-lines: the product's own, one's own, and what is refused."""

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
