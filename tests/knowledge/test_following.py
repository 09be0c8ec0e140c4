"""A question that goes on from the one before is searched with it; any other is left alone."""

import pytest

from knowledge.answers import Answer, Citation, Hit, Quote, Reason
from knowledge.documents import Passage, Source
from knowledge.following import Before, fused, kept, leans, queries

BEFORE = Before(question="How did Oldbridge bring its nurses together?", file="b.md")

LEANING = """
and how did they pay for it?
Who paid for it?
how did they do that?
what about housing?
Why?
why not?
and in Oldbridge?
But does it last?
What went wrong there?
How long did it take?
Did it work?
what happened to them afterwards?
can you give an example?
Any more examples?
How do we fix this?
Is that still true?
what did she mean by that?
How many of them were there?
such as?
Tell me more about that
why is it so hard?
What were the results of it
how would we do the same here?
ok but who pays?
Which one is best?
What are its limits?
Who led it?
What were the results?
And the costs?
""".strip().splitlines()

STANDING = """
How do partners build trust?
What gets in the way of joint working?
How long does it take to build trust between organisations?
Is it normal that partners argue about money?
Is there any evidence that pooled budgets save money?
Why is it so hard to get people to share data?
How do councils keep staff when they are tired?
What can we do when partners do not trust them?
How can this partnership agree on its purpose?
What should we do if a partner says one thing and does another?
How do I tell a colleague that I disagree?
what types of partnership are there
How do leaders show that they are listening?
How can we make it safe for people to speak up?
Our managers say they support us but never come to meetings, what can be done?
the loud ones always win in our group
Nobody in our team feels it is their job
Is there a way to measure trust?
How do you keep residents involved once they lose interest?
""".strip().splitlines()


@pytest.mark.parametrize("question", LEANING)
def test_a_question_that_leans_is_searched_with_the_one_before_and_by_itself(question: str) -> None:
    assert leans(question)
    assert queries(question, BEFORE) == (question, f"{BEFORE.question}\n{question}")


@pytest.mark.parametrize("question", STANDING)
def test_a_question_that_stands_by_itself_is_searched_by_itself(question: str) -> None:
    assert not leans(question)
    assert queries(question, BEFORE) == (question,)


@pytest.mark.parametrize("question", ["", "?", "…", "Why? " * 20, "and " * 3000])
def test_nothing_and_long_messages_lean_on_nothing(question: str) -> None:
    assert not leans(question)


def test_without_a_question_before_there_is_nothing_to_lean_on() -> None:
    assert queries("Why?", None) == ("Why?",)


def test_a_message_that_is_taken_up_again_does_not_lean_on_itself() -> None:
    assert queries("Why not?", Before(question="why  not")) == ("Why not?",)


def test_of_a_long_question_before_the_end_is_searched() -> None:
    before = Before(question="We have met every week. " * 60 + "Why does nobody decide?")
    _, both = queries("And who should?", before)
    assert len(both) < 450
    assert both.endswith("Why does nobody decide?\nAnd who should?")
    assert both.startswith(("We ", "have ", "met ", "every ", "week. "))


def _hit(file: str, ordinal: int, score: float) -> Hit:
    passage = Passage(file=file, ordinal=ordinal, section=(), text=f"{file} {ordinal}", start=1, end=1)
    return Hit(passage=passage, source=Source(file=file, title=file), score=score, similarity=score / 2)


def _answer(*files: str, nearest: tuple[str, ...] = ("n.md",)) -> Answer:
    hits = tuple(_hit(file, 0, 1.0) for file in files)
    quote = Quote(text="words", start=1, end=1)
    cited = (Citation(n=n, passage=hit.passage, source=hit.source, quote=quote) for n, hit in enumerate(hits, 1))
    reason = Reason.ANSWERED if files else Reason.NOTHING_FOUND
    return Answer(reason=reason, citations=tuple(cited), nearest=tuple(_hit(file, 0, 1.0) for file in nearest))


def test_what_is_kept_is_the_question_and_the_document_that_answered_it() -> None:
    assert kept("How is trust built?", BEFORE, _answer("a.md", "c.md")) == Before(
        question="How is trust built?", file="a.md"
    )
    assert kept("How is trust built?", None, _answer()) == Before(question="How is trust built?", file="n.md")
    assert kept("How is trust built?", None, _answer(nearest=())).file == ""


def test_what_no_database_holds_is_not_kept() -> None:
    assert kept("How is \ud800 trust\0 built?", None, _answer("a.md")).question == "How is ? trust built?"


def test_a_question_that_leans_is_not_leant_on_itself() -> None:
    assert kept("And who paid?", BEFORE, _answer("a.md")) == Before(question=BEFORE.question, file="a.md")
    assert kept("And who paid?", None, _answer("a.md")).question == "And who paid?"


def test_one_ranking_is_left_as_it_is() -> None:
    ranking = (_hit("a.md", 0, 0.9), _hit("b.md", 0, 0.8))
    assert fused([ranking], near="b.md", count=5) == ranking


def test_a_passage_that_either_question_finds_is_in_the_race() -> None:
    own = (_hit("a.md", 0, 0.9), _hit("a.md", 1, 0.5), _hit("a.md", 2, 0.4))
    both = (_hit("b.md", 0, 0.9), _hit("a.md", 1, 0.8), _hit("b.md", 1, 0.4))
    found = fused([own, both], near="", count=10)
    assert {hit.passage.text for hit in found} == {"a.md 0", "a.md 1", "a.md 2", "b.md 0", "b.md 1"}
    assert len(fused([own, both], near="", count=2)) == 2
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    assert next(hit for hit in found if hit.passage.text == "a.md 1").similarity == 0.4


def test_of_equals_the_one_from_the_document_before_comes_first() -> None:
    own = (_hit("a.md", 0, 0.9), _hit("b.md", 0, 0.9))
    assert [hit.source.file for hit in fused([own, own], near="b.md", count=2)] == ["b.md", "a.md"]
    assert [hit.source.file for hit in fused([own, own], near="", count=2)] == ["a.md", "b.md"]


def test_nothing_found_is_nothing() -> None:
    assert fused([(), ()], near="a.md", count=3) == ()
