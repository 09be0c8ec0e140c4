"""Support: whether a sentence of a model's says what the words say that it cites, so far as that can be told cheaply.

`knowledge.claims` holds a sentence to the names and figures of its passage, and a sentence may have none. Here its
meaning is compared with that of its own quotation. It tells what has nothing to do with the quotation; an untruth about
the same matter it cannot tell (`docs/isolation.md` has the figures).
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from knowledge.answers import Draft
from knowledge.embedding import Embedder
from knowledge.lexical import LexicalIndex
from knowledge.sentences import sentences

#: The bounds below are for cosines of this model's: others put texts that have nothing in common elsewhere.
_MEASURED_WITH = "all-MiniLM-L6-v2:"
#: What the words that a sentence shares with its quotation are worth beside the cosine of the two.
_SHARED = 0.5
#: A draft is borne out from here on; no sentence beside others may be below the second, and no part of one below the
#: third: nothing is put beside what is true.
_WHOLE, _BESIDE, _PART = 0.33, 0.22, 0.10
_BETWEEN_PARTS = re.compile(r"[:;]\s+|\s[–—-]\s")
#: Shorter parts say too little to be compared by themselves.
_SHORTEST_PART = 4


def borne_out(drafts: Sequence[Draft], lexical: LexicalIndex, embedder: Embedder) -> tuple[Draft, ...]:
    """The drafts whose sentences their own quotations bear out; all of them where the embedder is not the default.

    Whether a quotation is one is not looked at here. Some ten milliseconds a sentence.
    """
    if not drafts or not embedder.name.startswith(_MEASURED_WITH):
        return tuple(drafts)
    said = [(number, text, least) for number, draft in enumerate(drafts) for text, least in _texts(draft.text)]
    scores = support([(text, drafts[number].quotation) for number, text, _ in said], lexical, embedder)
    dropped = {number for (number, _, least), score in zip(said, scores, strict=True) if score < least}
    return tuple(draft for number, draft in enumerate(drafts) if number not in dropped)


def support(pairs: Sequence[tuple[str, str]], lexical: LexicalIndex, embedder: Embedder) -> list[float]:
    """For each sentence and quotation how alike they are: their cosine, and the weight of the words they share."""
    texts = list(dict.fromkeys(text.encode("utf-8", "replace").decode() for pair in pairs for text in pair))
    vectors = dict(zip(texts, embedder.embed(texts), strict=True))
    stems = dict(zip(texts, lexical.stems(texts), strict=True))
    found = []
    for pair in pairs:
        said, cited = (text.encode("utf-8", "replace").decode() for text in pair)
        weights = lexical.weigh(stems[said])
        shared = sum(weight for word, weight in weights.items() if word in stems[cited])
        found.append(float(np.dot(vectors[said], vectors[cited])) + _SHARED * shared)
    return found


def _texts(said: str) -> Iterator[tuple[str, float]]:
    """A draft's whole text, and then its sentences and their parts where it has several, each with what it must reach.

    A few words and a colon bear out nothing: what comes after them is a sentence of its own.
    """
    yield said, _WHOLE
    alone = [_BETWEEN_PARTS.split(each) for each in sentences(said)]
    for parts in alone if len(alone) > 1 else [parts for parts in alone if len(parts) > 1]:
        least = _BESIDE if len(parts) == 1 else _PART
        for before, part in pairwise(["", *parts]):
            if not _is_short(part):
                yield part, _WHOLE if before and _is_short(before) else least


def _is_short(part: str) -> bool:
    return len(part.split()) < _SHORTEST_PART
