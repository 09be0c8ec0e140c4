"""Asking on: a question that leans is answered with what was asked before, from what may be used now."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from knowledge.answerable import JUDGEMENT
from knowledge.answering import Answerer
from knowledge.documents import Source
from knowledge.following import Before
from knowledge.writing import WriterError
from tests.knowledge.in_memory import InMemory

TEXTS = {
    "bridge.md": [
        "Oldbridge brought its nurses together in shared homes with the council and the hospital.",
        "Oldbridge shared homes were funded by the council and by a small levy from each hospital ward.",
    ],
    "money.md": ["Partners pay for a joint post out of whatever budget is nearest, and argue later."],
    "trust.md": ["Trust grows slowly between organisations that finish small things together."],
}
BEFORE = Before(question="How did Oldbridge bring its nurses together in shared homes?", file="bridge.md")
LEANS = "And how did they pay for it?"


@dataclass
class FakeRewriter:
    """Gives back what it was told to, or fails; `asked` is what it was given."""

    says: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def rewrite(self, question: str, before: str) -> str:
        self.asked.append((question, before))
        if not self.says:
            raise WriterError("no")
        return self.says


async def best(question: str, before: Before | None, *, but: str = "", rewriter: FakeRewriter | None = None) -> str:
    """The document of the best passage."""
    found = await Answerer(InMemory(TEXTS), rewriter=rewriter).search(
        question, lambda source: source.file != but, before
    )
    return found.hits[0].source.file


async def test_a_question_that_leans_is_understood_with_the_one_before() -> None:
    assert await best(LEANS, None) == "money.md"
    assert await best(LEANS, BEFORE) == "bridge.md"


async def test_one_that_does_not_lean_is_searched_as_it_is() -> None:
    question = "How does trust grow between organisations?"
    alone, after = [await Answerer(InMemory(TEXTS)).search(question, _all, before) for before in (None, BEFORE)]
    assert alone.hits == after.hits
    assert alone.question == after.question == question


async def test_what_may_not_be_used_now_is_not_found_by_what_was_asked_before() -> None:
    found = await Answerer(InMemory(TEXTS)).search(LEANS, lambda source: source.file != "bridge.md", BEFORE)
    assert "bridge.md" not in {hit.source.file for hit in found.hits}
    assert found.hits


async def test_a_model_may_say_what_is_meant_and_the_question_stays_in_the_race() -> None:
    rewriter = FakeRewriter(says="How does trust grow slowly between organisations?")
    found = await Answerer(InMemory(TEXTS), rewriter=rewriter).search(LEANS, _all, BEFORE)
    assert rewriter.asked == [(LEANS, BEFORE.question)]
    assert found.question == f"{BEFORE.question}\n{LEANS}"
    assert {hit.source.file for hit in found.hits[:3]} >= {"bridge.md", "trust.md"}
    await best("How does trust grow between organisations?", BEFORE, rewriter=rewriter)
    assert len(rewriter.asked) == 1


async def test_a_model_that_fails_is_done_without() -> None:
    assert await best(LEANS, BEFORE, rewriter=FakeRewriter()) == "bridge.md"


async def test_the_writer_is_asked_with_what_was_asked_before() -> None:
    asked: list[str] = []

    class Writer:
        async def write(self, question: str, hits: Sequence[object]) -> tuple[()]:
            asked.append(question)
            return ()

    always = Answerer(InMemory(TEXTS), Writer(), replace(JUDGEMENT, silent_from=2.0))
    await always.compose(await always.search(LEANS, _all, BEFORE))
    assert asked == [f"{BEFORE.question}\n{LEANS}"]


def _all(_source: Source) -> bool:
    return True
