"""`coach similar`: for each barrier of a log the others that may be the same, told by somebody else."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from bot.commands.lines import items, print_line
from bot.commands.screen import screen
from bot.domain.errors import CoachError
from bot.settings import Settings
from knowledge.embedding import Embedder, WeightsError
from knowledge.minilm import MiniLM
from knowledge.similar import FLOOR, Similar, similar_in
from knowledge.similar_weights import load

_EXPECTED = 'Each line must be like {"id": "B-1", "text": "We never hear what became of it."}.'
_SHOWN_WORDS = 12


async def similar_batch(settings: Settings, path: Path, *, as_json: bool) -> bool:
    """Rank the other barriers of a file for each, in order; a bad line gets a line that says why.

    True when no line was bad.
    """
    read = list(items(path, "text", _EXPECTED))
    good = [item for _, item in read if "error" not in item]
    found = iter(_ranked(_embedder(settings), [item["text"] for item in good]))
    lines = [
        {"line": number, **item}
        if "error" in item
        else {"id": item["id"], "similar": [_line(good, each) for each in next(found)]}
        for number, item in read
    ]
    if as_json:
        for line in lines:
            print_line(line)
    else:
        _show(lines, good)
    return len(good) == len(read)


def _embedder(settings: Settings) -> Embedder:
    """MiniLM whichever embedder searches, because the map was learned for it."""
    return MiniLM(settings.data_dir / "models")


def _ranked(embedder: Embedder, texts: Sequence[str]) -> list[tuple[Similar, ...]]:
    """The others by their places, as ids may be missing or stand there twice."""
    try:
        vectors = embedder.embed(texts)
    except WeightsError as error:
        raise CoachError(str(error)) from error
    return similar_in([str(at) for at in range(len(texts))], vectors, load())


def _line(good: Sequence[Mapping[str, Any]], found: Similar) -> dict[str, Any]:
    return {"id": good[int(found.id)]["id"], "score": round(found.score, 4)}


def _show(lines: Sequence[Mapping[str, Any]], good: Sequence[Mapping[str, Any]]) -> None:
    """A table of those that would be offered, then what was wrong with other lines."""
    shown = Table("Barrier", "In its words", f"Looks like (score from {FLOOR})")
    told = iter(good)
    for line in lines:
        if "error" not in line:
            offers = [each for each in line["similar"] if each["score"] >= FLOOR]
            names = ", ".join(f"{each['id']} ({each['score']:.2f})" for each in offers)
            shown.add_row(str(line["id"]), _beginning(next(told)["text"]), names or "none")
    screen().print(shown, soft_wrap=False)
    for line in lines:
        if "error" in line:
            screen().print(f"{line['id']}: {line['error']}")


def _beginning(text: str) -> str:
    words = text.split()
    return " ".join(words[:_SHOWN_WORDS]) + (" …" if len(words) > _SHOWN_WORDS else "")
