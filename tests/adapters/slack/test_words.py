"""All copy of the adapter comes from the words file, and every word there is used."""

from pathlib import Path

import adapters.slack
from prompts import words


def test_every_word_is_used_and_fits() -> None:
    text = "".join(path.read_text() for path in Path(adapters.slack.__file__).parent.glob("*.py"))
    for name, copy in words().entries.items():
        if name.startswith("slack."):
            assert f'"{name}"' in text, name
            assert not name.startswith("slack.form.") or len(copy) <= 24, name
