"""Whether a digest tells the same in chats, on the page and in every file."""

import csv
import html
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pypdf import PdfReader

from prompts import words

WORDS = words()
#: The file formats of `coach digest`.
FORMS = ("json", "md", "html", "csv", "pdf")
_PEOPLE = re.compile(rf"{re.escape(WORDS('digest.people.other', n='#'))}".replace(r"\#", r"(\d+)"))


def check_the_same(files: Mapping[str, bytes], chats: Mapping[str, Sequence[str]], *pages: str) -> None:
    """Every number and line that is in one is in the others: files by format, what each lead was told, and pages.

    Of the files JSON and the table must be there.
    """
    told = json.loads(files["json"])
    rows = [row for section in told["sections"] for row in section["rows"]]
    parts = [told["opening"], *(row[part] for row in rows for part in ("label", "text"))]
    assert any("B-001" in part for part in parts)
    written = {
        **{person: "\n".join(said) for person, said in chats.items()},
        **{f"page {number}": _read(page) for number, page in enumerate(pages, 1)},
        **{form: _AS_TEXT[form](content) for form, content in files.items() if form in _AS_TEXT},
    }
    for name, text in written.items():
        missing = [part for part in parts if _spaced(part) not in _spaced(text)]
        assert missing == [], f"{name} does not say it:\n{text.strip()[-3_000:]}"
    table = csv.DictReader(io.StringIO(files["csv"].decode("utf-8-sig")))
    in_table = Counter((row["Section"], row["Id"], row["People"], row["Status"]) for row in table if row["Id"])
    assert in_table == Counter(_cells(told))


def _cells(told: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    """A section, a number, how many people and the status, for each line about a barrier."""
    found = [
        (section["title"], row["label"].partition(":")[0], *_told_of(row["text"]))
        for section in told["sections"]
        for row in section["rows"]
        if row["barrier"]
    ]
    assert found
    return found


def _told_of(text: str) -> tuple[str, str]:
    people = _PEOPLE.search(text)
    assert people is not None, text
    (status,) = [
        each for name, each in WORDS.entries.items() if name.startswith("handling.status.") and f"{each}; " in text
    ]
    return people[1], status


def _read(page: str) -> str:
    """What a page says, without its markup."""
    return html.unescape(re.sub(r"<[^>]*>", "", re.sub(r"(?s)<(style|script)\b.*?</\1>", "", page)))


def _spaced(text: str) -> str:
    """A text without its white space, which printing moves about."""
    return "".join(text.split())


def _printed(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


_AS_TEXT: Mapping[str, Callable[[bytes], str]] = {
    "md": lambda content: content.decode().replace("\\", ""),
    "html": lambda content: _read(content.decode()),
    "pdf": _printed,
}
