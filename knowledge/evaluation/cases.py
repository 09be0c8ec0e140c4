"""Cases: questions whose evidence is known.

A case is `{"id", "question", "kind", "evidence": [{"document", "quote"}]}`, one a line of a JSON lines file; one
without evidence is not answerable.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Words that answer a case's question, and the document in which they stand."""

    document: str
    quote: str


@dataclass(frozen=True, kw_only=True)
class Case:
    """One question; `kind` is a name of the author's own, "paraphrase" being one that is told apart."""

    question: str
    id: str = ""
    kind: str = ""
    evidence: tuple[Proof, ...] = ()

    @property
    def documents(self) -> frozenset[str]:
        """The documents that the evidence comes from; none where the question is not answerable."""
        return frozenset(proof.document for proof in self.evidence)


def case_of(data: object) -> Case:
    """The case that a line holds; raises `ValueError` when it holds something else."""
    match data:
        case {"question": str(question), **rest}:
            return Case(
                question=question,
                id=str(rest.get("id", "")),
                kind=str(rest.get("kind", "")),
                evidence=tuple(map(_proof, _list(rest.get("evidence")))),
            )
    raise ValueError("not a case")


def _list(data: object) -> list[Any]:
    if data is None or isinstance(data, list):
        return data or []
    raise ValueError("not a list")


def _proof(data: Any) -> Proof:
    match data:
        case {"document": str(document), "quote": str(quote)}:
            return Proof(document=document, quote=quote)
    raise ValueError("not a piece of evidence")


#: The text of each document by its file name, read anew: nothing that is judged by it had a hand in it.
Texts = Mapping[str, str]
