"""Judging: whether what came back for a case is right.

A retrieved passage is right when it holds one of the quotations of the evidence, or at least half of one in a single
run, after folding. A quotation of the answer is verbatim when its words stand in the document's own text, on the very
lines or pages that it names, with nothing but white space between them changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from knowledge.evaluation.cases import Case, Texts
from knowledge.folding import fold

_PAGE_BREAK = "\f"


@dataclass(frozen=True, kw_only=True)
class Scored:
    """One case, judged. `rank` is that of the first right passage, 0 when none was retrieved."""

    kind: str = ""
    documents: frozenset[str] = frozenset()
    answered: bool
    rank: int
    cited: bool
    quotations: int = 0
    verbatim: int = 0
    elapsed_ms: float

    @property
    def answerable(self) -> bool:
        """Whether the documents hold evidence."""
        return bool(self.documents)


def holds(text: str, quote: str) -> bool:
    """Whether a text holds a quotation, or at least half of its words in one run."""
    words, wanted = _folded(text), _folded(quote).split()
    half = max(1, (len(wanted) + 1) // 2)
    runs = (" ".join(wanted[start : start + half]) for start in range(len(wanted) - half + 1))
    return bool(wanted) and any(run in words for run in runs)


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    """`fold`, remembered: the same passages are found again and again."""
    return fold(text).text


def judge(case: Case, answer: Mapping[str, Any], texts: Texts) -> Scored:
    """Judge the answer, as `coach ask --json` gives it, to a case."""
    ranks = (rank for rank, item in enumerate(answer["retrieved"], 1) if _right(item, item["text"], case))
    citations: Sequence[Mapping[str, Any]] = answer["citations"]
    return Scored(
        kind=case.kind,
        documents=case.documents,
        answered=bool(answer["answered"]),
        rank=next(ranks, 0),
        cited=any(_right(item, item["quote"], case) for item in citations),
        quotations=len(citations),
        verbatim=sum(is_verbatim(item, texts) for item in citations),
        elapsed_ms=float(answer["elapsed_ms"]),
    )


def _right(item: Mapping[str, Any], text: str, case: Case) -> bool:
    return any(item["document"] == proof.document and holds(text, proof.quote) for proof in case.evidence)


def is_verbatim(citation: Mapping[str, Any], texts: Texts) -> bool:
    """Whether a quotation stands word for word where its citation says; by plain comparison, not as it was found."""
    unit, ends = ("line", "\n") if "start_line" in citation else ("page", _PAGE_BREAK)
    parts = texts.get(citation["document"], "").split(ends)
    place = ends.join(parts[citation[f"start_{unit}"] - 1 : citation[f"end_{unit}"]])
    quote = " ".join(citation["quote"].split())
    return bool(quote) and quote in " ".join(place.split())
