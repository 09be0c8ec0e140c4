"""Plain text: any encoding a person's office produces."""

import re

from knowledge.documents import Loaded, Unit
from knowledge.loaders.outcome import Unreadable
from knowledge.structure import arrange

_ODD = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MOST_ODD = 0.02
_BYTE_ORDER = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def load(data: bytes) -> Loaded:
    """Load plain text. `text` is the decoded content unchanged, but for a byte order mark and line ends."""
    return arranged(decoded(data))


def decoded(data: bytes) -> str:
    """The text of a file: UTF-8, UTF-16 with a byte order mark, else Windows-1252. Raises `Unreadable`."""
    encoding = next((name for mark, name in _BYTE_ORDER if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    odd = len(_ODD.findall(text)) + text.count("\ufffd")
    if odd > len(text) * _MOST_ODD:
        raise Unreadable(
            "This is not a text file, whatever its name says. Save it as text, Word or PDF and add it again."
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    if not text.strip():
        raise Unreadable("The file is empty. Add a file that has text in it.")
    return text


def arranged(text: str, *, seen: str | None = None) -> Loaded:
    """A text as lines, with its structure. `seen` has the same lines without what no reader sees, if there is such."""
    result = arrange((text if seen is None else seen).split("\n"))
    if not result.blocks:
        raise Unreadable("The file has no words in it. Add a file that has text in it.")
    return Loaded(
        text=text,
        unit=Unit.LINE,
        blocks=result.blocks,
        guessed_title=result.guess.title,
        guessed_author=result.guess.author,
        guessed_year=result.guess.year,
        chapters=result.guess.chapters,
    )
