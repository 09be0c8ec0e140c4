"""Cuts a text into the pieces that an encoder was trained on: the likeliest cut of every word.

Source: unigram language model (Kudo, 2018), with the pieces of XLM-R. The tokenizers library does the same and takes
several times the memory for a quarter of a million pieces.
"""

import numpy as np

from knowledge.triage.packed import Pieces

#: Begins every word, so that a piece at a word's beginning is told from one inside it.
_WORD = "\u2581"
#: Longer pieces are a handful, and none of them is a word.
_MOST_CHARACTERS = 20
_UNLIKELY = -10.0


class Unigrams:
    """Looks pieces up by Python's own hash of their bytes, and compares the bytes themselves."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces
        numbers = range(len(pieces.scores))
        hashes = np.fromiter((hash(pieces.piece(number)) for number in numbers), np.int64, len(pieces.scores))
        self._order = np.argsort(hashes, kind="stable").astype(np.int32)
        self._hashes = hashes[self._order]
        self._unknown_score = float(pieces.scores.min()) + _UNLIKELY

    def ids(self, text: str, most: int) -> list[int]:
        """The ids of the text's pieces between the marks of beginning and end; `most` ids, the text's beginning."""
        folded = "".join(self._pieces.folded.get(character, character) for character in text)
        found = [self._pieces.begin]
        for word in folded.split():
            found += self._cut(_WORD + word)
            if len(found) >= most:
                break
        return [*found[: most - 1], self._pieces.end]

    def _cut(self, word: str) -> list[int]:
        encoded = [character.encode(errors="replace") for character in word]
        spans = [
            (start, end)
            for start in range(len(word))
            for end in range(start + 1, min(len(word), start + _MOST_CHARACTERS) + 1)
        ]
        known = self._known([b"".join(encoded[start:end]) for start, end in spans])
        best = [0.0] + [-np.inf] * len(word)
        back = [(0, 0)] * (len(word) + 1)
        for (start, end), piece in zip(spans, known, strict=True):
            if piece is None and end > start + 1:
                continue
            of_piece = self._unknown_score if piece is None else float(self._pieces.scores[piece])
            if best[start] + of_piece > best[end]:
                best[end] = best[start] + of_piece
                back[end] = (start, self._pieces.unknown if piece is None else piece)
        cut: list[int] = []
        end = len(word)
        while end:
            end, piece = back[end]
            cut.append(piece)
        return cut[::-1]

    def _known(self, candidates: list[bytes]) -> list[int | None]:
        """For each candidate the piece that it is."""
        hashes = np.array([hash(candidate) for candidate in candidates], np.int64)
        places = np.minimum(np.searchsorted(self._hashes, hashes), len(self._hashes) - 1)
        pieces = self._order[places].tolist()
        alike = (self._hashes[places] == hashes).tolist()
        return [
            piece if same and self._pieces.piece(piece) == candidate and piece != self._pieces.unknown else None
            for piece, same, candidate in zip(pieces, alike, candidates, strict=True)
        ]
