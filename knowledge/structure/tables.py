"""Table rows as a person reads them: cells parted by bars, without empty columns or ruling."""

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.documents import Kind
from knowledge.structure.lines import unmarked
from knowledge.structure.pieces import Piece

_RULING = re.compile(r"[\s|:+-]*$")


def readable_tables(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces, with every table's rows readable and its ruling gone."""
    return [replace(piece, raw=_rows(piece.raw)) if piece.kind is Kind.TABLE else piece for piece in pieces]


def _rows(raw: str) -> str:
    rows = (_cells(row) for row in raw.split("\n") if not _RULING.match(row))
    return "\n".join(" | ".join(row) for row in rows if row)


def _cells(row: str) -> list[str]:
    cells = re.split(r"\t|(?<!\\)\|", row.removeprefix("- "))
    return [cell for cell in (unmarked(cell) for cell in cells) if cell]
