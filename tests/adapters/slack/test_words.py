"""All copy of the adapter comes from the words file, and every word there is used."""

from pathlib import Path

import adapters.slack
from adapters.web import install_drawing
from prompts import words


def test_every_word_is_used_and_fits() -> None:
    text = "".join(path.read_text() for path in Path(adapters.slack.__file__).parent.glob("*.py"))
    text += Path(install_drawing.__file__).read_text()
    for name, copy in words().entries.items():
        if name.startswith("slack."):
            # On the installing pages the last part of a name may be chosen by what happened.
            last = name.rpartition(".")[2] if name.startswith("slack.install.") else name
            assert any(f'"{each}"' in text for each in (name, last)), name
            assert not name.startswith("slack.form.") or len(copy) <= 24, name
