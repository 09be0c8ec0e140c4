"""A packed encoder small enough to check by hand: 32 numbers a vector, two heads, two layers, a few pieces."""

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WIDTH, LAYERS, HEADS, INNER, PLACES = 32, 2, 2, 64, 16
PIECES = {"<s>": 0.0, "<pad>": 0.0, "</s>": 0.0, "<unk>": 0.0, "▁": -3.0, "▁we": -2.0, "▁meet": -4.0}
PIECES |= {"ing": -3.0, "▁meeting": -9.0, "s": -2.0, "we": -5.0, "ŵ": -4.0}


def write(path: Path) -> dict[str, NDArray[np.float32]]:
    """Write the file and give back its tensors, unpacked."""
    random = np.random.default_rng(7)
    tensors: dict[str, NDArray[np.float32]] = {}
    packed: dict[str, bytes] = {}
    for name, shape in _shapes().items():
        if name.endswith((".w", "word")) and "ln" not in name:
            packed[name], tensors[name] = _packed(random.integers(0, 16, shape), random.random(shape[0]) / 20)
        else:
            tensors[name] = (random.normal(size=shape) / 5 + name.endswith("ln.w")).astype(np.float32)
            packed[name] = tensors[name].tobytes()
    path.write_bytes(_head() + _body(tensors, packed, len(_head())))
    return tensors


def _shapes() -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {"emb.word": (len(PIECES), WIDTH), "emb.pos": (PLACES, WIDTH)}
    found |= {"emb.type": (1, WIDTH), "emb.ln.w": (WIDTH,), "emb.ln.b": (WIDTH,)}
    for layer in range(LAYERS):
        for part in ("q", "k", "v", "ao"):
            found |= {f"l{layer}.{part}.w": (WIDTH, WIDTH), f"l{layer}.{part}.b": (WIDTH,)}
        found |= {f"l{layer}.fi.w": (INNER, WIDTH), f"l{layer}.fi.b": (INNER,)}
        found |= {f"l{layer}.fo.w": (WIDTH, INNER), f"l{layer}.fo.b": (WIDTH,)}
        found |= {f"l{layer}.{norm}.{kind}": (WIDTH,) for norm in ("aln", "oln") for kind in "wb"}
    return found


def _packed(weights: NDArray[np.int64], scales: NDArray[np.float64]) -> tuple[bytes, NDArray[np.float32]]:
    """Rows of one scale each; in a block, byte j holds weight j and weight j + 16."""
    halves = scales.astype(np.float16)
    blocks = weights.reshape(len(weights), -1, 32).astype(np.uint8)
    content = b"".join(
        halves[row].tobytes() + (block[:16] | block[16:] << 4).tobytes()
        for row, in_row in enumerate(blocks)
        for block in in_row
    )
    return content, ((weights - 8) * halves[:, None].astype(np.float32)).astype(np.float32)


def _head() -> bytes:
    texts = [piece.encode() for piece in PIECES]
    starts = np.cumsum([0, *map(len, texts)]).astype("<u4")
    folded = struct.pack("<IBI", ord("W"), 1, ord("w")) + struct.pack("<IB2I", ord("…"), 2, ord("s"), ord("s"))
    return b"".join([
        b"E5S1",
        struct.pack("<i7ifi", 1, WIDTH, LAYERS, HEADS, INNER, len(PIECES), PLACES, 1, 1e-12, 32),
        struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(b"".join(texts))),
        starts.tobytes(),
        np.array(list(PIECES.values()), "<f4").tobytes(),
        b"".join(texts),
        struct.pack("<iI", 2, len(folded)),
        folded,
    ])  # fmt: skip


def _body(tensors: dict[str, NDArray[np.float32]], packed: dict[str, bytes], start: int) -> bytes:
    entries = {name: struct.calcsize(f"<H{len(name)}sBIQQ") for name in packed}
    at, directory = start + 4 + sum(entries.values()), [struct.pack("<i", len(packed))]
    for name, content in packed.items():
        is_packed = len(content) != tensors[name].nbytes
        numbers = (len(name), name.encode(), is_packed, tensors[name].size, at, len(content))
        directory.append(struct.pack(f"<H{len(name)}sBIQQ", *numbers))
        at += len(content)
    return b"".join([*directory, *packed.values()])
