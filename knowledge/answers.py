"""What a question comes back with: sentences, each borne out by quotations, or a reason why not."""

from dataclasses import dataclass
from enum import StrEnum

from knowledge.documents import Passage, Source


class Reason(StrEnum):
    """Why the answer is what it is; a closed list."""

    ANSWERED = "answered"
    #: The leads' own words stand in the library's place.
    CURATED = "curated"
    NOTHING_FOUND = "nothing-found"
    EMPTY_LIBRARY = "empty-library"
    EMPTY_QUESTION = "empty-question"
    TOO_LONG = "too-long"


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A passage that was retrieved. `score` is the fused one, `similarity` the cosine of its nearest words."""

    passage: Passage
    source: Source
    score: float
    similarity: float


@dataclass(frozen=True, kw_only=True)
class Quote:
    """A verbatim slice of the stored text, white space folded, with the lines or pages where it stands.

    `before` and `after` are the rest of the passage around it, readable.
    """

    text: str
    start: int
    end: int
    before: str = ""
    after: str = ""


@dataclass(frozen=True, kw_only=True)
class Citation:
    """A quotation with its source, numbered from 1 within its answer."""

    n: int
    passage: Passage
    source: Source
    quote: Quote


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """A sentence of the answer and the numbers of the citations that bear it out; never none."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The answer to one question. `nearest` are the passages that were retrieved, best first, and `missing` the names
    of the question that none of the best of them holds."""

    reason: Reason
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Hit, ...] = ()
    by_model: bool = False
    missing: tuple[str, ...] = ()

    @property
    def answered(self) -> bool:
        """Whether the library, or the leads in its place, answer the question."""
        return self.reason in {Reason.ANSWERED, Reason.CURATED}


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A sentence that somebody, a model or our own selection, proposes, with the words it claims to rest on.

    `hit` is the 0-based place of its passage among the hits that were offered.
    """

    text: str
    hit: int
    quotation: str
