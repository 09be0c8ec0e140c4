"""What the triage sees of a message: its sense as two readers have it, its letters, how it begins and how it ends."""

import re
import zlib
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from knowledge.embedding import Vectors
from knowledge.triage.tokens import TokenEmbedder

#: Characters and words beyond these do not count. Few messages are longer; `pieces` reads those that are.
MOST_CHARACTERS = 1500
MOST_WORDS = 100
#: Changes whenever the features would, so that weights that were trained on others are not used.
VERSION = "triage-5"
_BUCKETS = 4096
#: What the other blocks weigh beside the sense of the whole. Chosen on our own phrases, held out.
_SHAPE, _LETTERS, _WORDS, _DEPTH = 0.7, 0.7, 0.5, 1.2
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


def features(embedder: TokenEmbedder, texts: Sequence[str], centre: Vectors) -> Vectors:
    """One row a text, float32 [len(texts), (5 + k) * d + 8193].

    Sense, shape (four blocks of d), letters, words, a one, and what the second reader makes of it at each of its k
    depths, from `centre` [k, d], the middle of what it makes of our phrases: its vectors all point much the same way.
    """
    cut = [_readable(text)[:MOST_CHARACTERS] for text in texts]
    found = embedder.embed_tokens(cut)
    near = [_row(text, whole, tokens) for text, (whole, tokens) in zip(cut, found, strict=True)]
    deep = embedder.embed_depths(cut) - centre
    deep *= _DEPTH / np.maximum(np.linalg.norm(deep, axis=2, keepdims=True), 1e-6)
    return np.hstack([np.stack(near), deep.reshape(len(texts), -1)]).astype(np.float32)


def centre(embedder: TokenEmbedder, texts: Sequence[str]) -> Vectors:
    """The middle of what the second reader makes of these texts, [k, d]."""
    return np.asarray(embedder.embed_depths([_readable(text)[:MOST_CHARACTERS] for text in texts]).mean(axis=0))


def without_shape(rows: Vectors, dimensions: int) -> Vectors:
    """The rows with nothing in the blocks that tell how something is said: what it is about is elsewhere."""
    about = rows.copy()
    about[:, dimensions : 5 * dimensions] = 0
    return about


def sense(rows: Vectors, dimensions: int) -> Vectors:
    """The sense of the whole as the second reader has it in the end: unit vectors [n, d]."""
    return rows[:, -dimensions:] / np.float32(_DEPTH)


def pieces(text: str) -> list[str]:
    """The message, and where it is long its stretches of a few sentences: what matters may stand at its end."""
    whole = _readable(text)
    if len(whole.split()) <= MOST_WORDS and len(whole) <= MOST_CHARACTERS:
        return [whole]
    stretches: list[str] = []
    for part in (part for sentence in _SENTENCE_END.split(whole) for part in _short(sentence)):
        if stretches and len(stretches[-1].split()) + len(part.split()) <= MOST_WORDS // 2:
            stretches[-1] += f" {part}"
        else:
            stretches.append(part)
    return [whole, *stretches]


def _short(sentence: str) -> list[str]:
    words, half = sentence.split(), MOST_WORDS // 2
    return [" ".join(words[start : start + half]) for start in range(0, len(words), half)]


def _readable(text: str) -> str:
    return " ".join(text.encode(errors="replace").decode().replace("’", "'").split())


def _row(text: str, whole: Vectors, tokens: Vectors) -> Vectors:
    shape = (tokens.max(axis=0), tokens.min(axis=0), tokens[min(1, len(tokens) - 1)], tokens[-1])
    lowered = text.lower()
    blocks = [
        whole,
        *(_unit(block) * _SHAPE for block in shape),
        _hashed(_letters(f" {lowered} ")) * _LETTERS,
        _hashed(_words(lowered)) * _WORDS,
        np.ones(1),
    ]
    return np.concatenate(blocks).astype(np.float32)


def _letters(text: str) -> set[str]:
    return {text[start : start + size] for size in (3, 4) for start in range(len(text) - size + 1)}


def _words(text: str) -> set[str]:
    words = ["^", *re.findall(r"[\w']+|[?!:]", text), "$"]
    return {*words, *(" ".join(pair) for pair in pairwise(words))}


def _hashed(grams: Iterable[str]) -> Vectors:
    """A bag of grams in `_BUCKETS` numbers; crc32 is the same on every machine, unlike `hash`."""
    numbers = np.array([zlib.crc32(gram.encode()) for gram in grams], np.int64)
    signs = np.where(numbers & 0x10000, 1.0, -1.0)
    return _unit(np.bincount(numbers % _BUCKETS, signs, _BUCKETS).astype(np.float32))


def _unit(vector: Vectors) -> Vectors:
    unit: Vectors = vector / max(float(np.linalg.norm(vector)), 1e-6)
    return unit
