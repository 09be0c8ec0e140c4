"""The coach's sign, two rings that meet, as the two PNG files that a Teams package needs.

Shapes are distances: how far a point is from the edge, in parts of the picture's side, and below zero inside.
"""

import math
import struct
import zlib
from collections.abc import Callable
from functools import cache

ACCENT = "#0B5C5E"
_GROUND = (0x0B, 0x5C, 0x5E)
_WHITE = (255, 255, 255)
_CORNER = 0.25
_CENTRES = (0.3875, 0.6125)
_RADIUS = 0.19375
_STROKE = 0.08125
#: The outline has no ground around it, and its rings are larger.
_LARGER = 0.7

#: Red, green, blue and opacity of the point in this column and row.
_Point = Callable[[int, int], tuple[int, int, int, int]]


@cache
def color_icon() -> bytes:
    """192 by 192: white rings on the accent colour, with round corners."""
    side = 192

    def point(column: int, row: int) -> tuple[int, int, int, int]:
        x, y = (column + 0.5) / side, (row + 0.5) / side
        white = _covered(_to_rings(x, y), side)
        red, green, blue = (round(low + (255 - low) * white) for low in _GROUND)
        return red, green, blue, round(255 * _covered(_to_ground(x, y), side))

    return _png(side, point)


@cache
def outline_icon() -> bytes:
    """32 by 32: white rings on nothing."""
    side = 32

    def point(column: int, row: int) -> tuple[int, int, int, int]:
        x, y = (0.5 + ((at + 0.5) / side - 0.5) * _LARGER for at in (column, row))
        return (*_WHITE, round(255 * _covered(_to_rings(x, y), side / _LARGER)))

    return _png(side, point)


def _covered(distance: float, side: float) -> float:
    """How much of a point a shape covers, from 0 to 1."""
    return min(max(0.5 - distance * side, 0.0), 1.0)


def _to_rings(x: float, y: float) -> float:
    return min(abs(math.hypot(x - centre, y - 0.5) - _RADIUS) for centre in _CENTRES) - _STROKE / 2


def _to_ground(x: float, y: float) -> float:
    across, down = (max(abs(at - 0.5) - (0.5 - _CORNER), 0.0) for at in (x, y))
    return math.hypot(across, down) - _CORNER


def _png(side: int, point: _Point) -> bytes:
    """A square picture with eight bits a channel."""
    rows = b"".join(
        b"\0" + bytes(value for column in range(side) for value in point(column, row)) for row in range(side)
    )
    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(rows, 9)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
