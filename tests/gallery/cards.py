"""The cards of the gallery: what the use-cases say in their own tests, as few as show every word once."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.domain.cards import Card, from_json

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build" / "gallery"
#: The tests whose use-cases are listened to: between them they say everything that is said in a chat.
SOURCES = (
    "tests/bot/coaching",
    "tests/bot/desks/test_partners.py",
    "tests/isolation/test_winding_up.py",
    "tests/gallery/unsaid.py",
    "tests/gallery/unsaid_of_leads.py",
    "tests/gallery/unsaid_of_partners.py",
)
#: What only measures takes long, and says nothing that others do not say.
_SPARED = (
    "answers/test_curating_measured.py",
    "check_ins/test_reflecting_text_measured.py",
    "check_ins/test_reminding.py",
)
#: Where a limit is measured, texts are as long as they can be: nothing to look at.
_NO_CARDS = ("test_in_welsh", "test_owning", "check_ins/test_cards")
_LONGEST = 2_500


@dataclass(frozen=True, kw_only=True)
class Said:
    """A card that a use-case said: which one, in which of its tests, the names of the words in it, how long it is."""

    made_in: str
    test: str
    words: frozenset[str]
    length: int
    card: Card

    @property
    def section(self) -> str:
        """Where it stands in the gallery."""
        return self.made_in.partition(".")[0]


def recorded(locale: str, *, anew: bool = False) -> tuple[Said, ...]:
    """Everything that was said in a language; from the last time it was listened to unless it is to be `anew`."""
    file = FOLDER / f"{locale}.jsonl"
    if anew or not file.exists():
        _listen(locale, file)
    known = json.loads(file.with_suffix(".jsonl.said").read_text(encoding="utf-8"))
    return tuple(_said(line, known) for line in file.read_text(encoding="utf-8").splitlines())


def chosen(said: Iterable[Said]) -> tuple[Said, ...]:
    """As few cards as have every word between them, and one of each use-case; the fullest first choice."""
    left = [each for each in said if len(each.card.plain) <= _LONGEST and each.words]
    left.sort(key=lambda each: (each.length > _LONGEST, -len(each.words), _measures(each), each.test))
    found: list[Said] = []
    seen: set[str] = set()
    for each in left:
        if not each.words | {each.made_in} <= seen:
            found.append(each)
            seen |= each.words | {each.made_in}
    return tuple(sorted(_needed(found), key=lambda each: (each.section, each.made_in, each.test, each.card.plain)))


def beside(each: Said, others: Sequence[Said]) -> Said | None:
    """The card of another language that is most like this one."""
    alike = [other for other in others if other.made_in == each.made_in]
    return max(alike, key=lambda other: (_alike(each, other), other.test == each.test), default=None)


def _alike(one: Said, other: Said) -> float:
    return len(one.words & other.words) / (len(one.words | other.words) or 1)


def _measures(each: Said) -> bool:
    return any(name in each.test for name in _NO_CARDS)


def _needed(found: Sequence[Said]) -> list[Said]:
    """Without those that the later ones made superfluous."""
    kept = list(found)
    for each in reversed(found):
        rest = [other for other in kept if other is not each]
        if each.words | {each.made_in} <= {name for other in rest for name in (*other.words, other.made_in)}:
            kept = rest
    return kept


def _said(line: str, known: Mapping[str, Sequence[str]]) -> Said:
    read = json.loads(line)
    card = from_json(read["card"])
    names = set(read["words"])
    shown = read["shown"]
    # A text that stands within another: a name in a sentence, a sentence in a paragraph.
    names |= {name for text, each in known.items() if len(text) >= 10 and text in shown for name in each}
    return Said(made_in=read["from"], test=read["test"], words=frozenset(names), length=len(shown), card=card)


def _listen(locale: str, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    environ = {
        **os.environ,
        "COACH_GALLERY_LOCALE": locale,
        "COACH_GALLERY_FILE": str(file),
        "PYTHONHASHSEED": "0",
    }
    command = [sys.executable, "-m", "pytest", "-n0", "-p", "no:cacheprovider", "-p", "tests.gallery.recording"]
    # In Welsh some of them fail, for they expect English: that is no matter here.
    with (file.parent / f"{locale}.log").open("w", encoding="utf-8") as log:
        spared = [f"--ignore=tests/bot/coaching/{name}" for name in _SPARED]
        subprocess.run([*command, *spared, *SOURCES], cwd=ROOT, env=environ, stdout=log, stderr=log, check=False)
