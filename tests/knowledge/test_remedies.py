"""Remedies: only what a library says word for word, from documents that may be used, and nothing where nothing fits."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.documents import Source
from knowledge.embedding import Embedder
from knowledge.remedies import NOTHING, Offers, Remedies
from knowledge.remedies_candidates import says_what_helps
from knowledge.remedies_known import Known, Remedy, phrases_of, sentence_digest
from knowledge.remedies_likeness import phrases
from tests.fake_embedder import AS_IT_IS, DIMENSIONS, FakeEmbedder
from tests.knowledge.in_memory import InMemory
from tests.texts import ANY

MENDED = "Two partners who had fallen out asked a third to sit with them every month."
SHARED = "The hospital and the council moved their teams into one building by the station."
VISITED = "Staff of both services visited each other's teams for a day before they planned anything."
BLAMED = "Leaders told everybody what had gone wrong in their own work before they asked others."
QUARREL, APART = "two partners quarrel in every meeting", "the teams never meet"
ELSEWHERE = ("my bicycle was stolen", "the cake was eaten by the dog", "what a lovely day")


class Served(InMemory):
    """A library in memory whose embedder says its name."""

    def __init__(self, texts: Mapping[str, Sequence[str]], name: str = "fake:1") -> None:
        super().__init__(texts)
        self._named = FakeEmbedder(name=name)

    @property
    def embedder(self) -> Embedder:
        """What turns texts into vectors here."""
        return self._named


def remedy(
    sentence: str, *against: str, factors: tuple[str, ...] = ("trust",), last: str = "", worth: int = 2
) -> Remedy:
    first = sentence_digest(sentence)
    return Remedy(
        first=first,
        last=sentence_digest(last) if last else first,
        factors=factors,
        against=against,
        worth=worth,
    )


def known_of(*told: tuple[Remedy, str], by: FakeEmbedder | None = None) -> Known:
    """Known remedies with their words, as the fake embedder has them."""
    remedies = tuple(each for each, _ in told)
    against, pairs = phrases_of(remedies)
    embedder = by or FakeEmbedder()
    return Known(
        embedder="fake:1",
        remedies=remedies,
        situations=phrases(embedder.encode([[each] for each in against]), AS_IT_IS),
        elsewhere=phrases(embedder.encode([[each] for each in ELSEWHERE]), AS_IT_IS),
        pairs=np.array(pairs, np.int64).reshape(-1, 2),
        said=embedder.embed([words for _, words in told]),
        helping=np.append(np.zeros(DIMENSIONS, np.float32), np.float32(1)),
    )


def finder(texts: Mapping[str, Sequence[str]], *told: tuple[Remedy, str], name: str = "fake:1") -> Remedies:
    return Remedies(library=Served(texts, name), encode=FakeEmbedder().encode, load=lambda: known_of(*told))


def everything(_source: Source) -> bool:
    return True


def said(offers: Offers) -> list[str]:
    return [sentence.text for sentence in offers.sentences]


TEXTS = {"trust.md": [f"It took a while. {MENDED}", "Nothing else in this place is of any help to anybody."]}
MEDIATION = (remedy(MENDED, QUARREL), MENDED)


async def test_what_helped_is_offered_with_its_citation() -> None:
    offers = await finder(TEXTS, MEDIATION)(QUARREL, ("trust",), everything)
    assert said(offers) == [MENDED]
    (citation,) = offers.citations
    assert (citation.n, citation.source.file, citation.quote.text) == (1, "trust.md", MENDED)
    assert offers.sentences[0].citations == (1,)


@pytest.mark.parametrize("barrier", ["", "?!… 123", "my bicycle has a flat tyre", "x" * 5000])
async def test_nothing_is_offered_where_nothing_fits(barrier: str) -> None:
    assert await finder(TEXTS, MEDIATION)(barrier, ("money",), everything) == NOTHING


async def test_a_document_that_may_not_be_used_offers_nothing() -> None:
    remedies = finder(TEXTS | {"open.md": [SHARED]}, MEDIATION, (remedy(SHARED, APART), SHARED))
    assert await remedies(QUARREL, ("trust",), lambda source: source.file == "open.md") == NOTHING
    assert said(await remedies(APART, ("trust",), lambda source: source.file == "open.md")) == [SHARED]


async def test_a_remedy_is_gone_with_its_sentence() -> None:
    changed = {"trust.md": [MENDED.replace("month", "week")]}
    assert await finder(changed, MEDIATION)(QUARREL, ("trust",), everything) == NOTHING


async def test_of_two_the_one_on_the_same_factor_comes_first() -> None:
    texts = {"a.md": [VISITED], "b.md": [SHARED]}
    told = (remedy(VISITED, APART, factors=("culture",)), VISITED), (remedy(SHARED, APART, factors=("rules",)), SHARED)
    for factor, first in (("culture", VISITED), ("rules", SHARED)):
        assert said(await finder(texts, *told)(APART, (factor,), everything))[0] == first


async def test_of_two_that_fit_alike_the_worthier_comes_first() -> None:
    texts = {"a.md": [VISITED], "b.md": [SHARED]}
    for worths, first in (((3, 1), VISITED), ((1, 3), SHARED)):
        told = (remedy(VISITED, APART, worth=worths[0]), VISITED), (remedy(SHARED, APART, worth=worths[1]), SHARED)
        assert said(await finder(texts, *told)(APART, ("trust",), everything)) == [
            first,
            *({VISITED, SHARED} - {first}),
        ]


async def test_worth_makes_nothing_fit() -> None:
    told = remedy(MENDED, QUARREL, worth=3), MENDED
    assert await finder(TEXTS, told)("my bicycle has a flat tyre", ("trust",), everything) == NOTHING


async def test_what_is_near_in_several_situations_comes_before_what_is_near_in_one() -> None:
    texts = {"a.md": [VISITED], "b.md": [SHARED]}
    alike = tuple(f"{APART} {word}" for word in ("here", "there", "now", "again"))
    told = (remedy(VISITED, APART), VISITED), (remedy(SHARED, APART, *alike), SHARED)
    assert said(await finder(texts, *told)(APART, ("trust",), everything))[0] == SHARED


async def test_three_at_most_one_of_a_passage_and_two_of_a_document() -> None:
    sentences = [MENDED, SHARED, VISITED, BLAMED]
    told = [(remedy(each, APART), each) for each in sentences]
    one = await finder({"a.md": sentences}, *told)(APART, ("trust",), everything)
    together = await finder({"a.md": [" ".join(sentences)]}, *told)(APART, ("trust",), everything)
    apart = await finder({f"{n}.md": [each] for n, each in enumerate(sentences)}, *told)(APART, ("trust",), everything)
    fewer = await finder({f"{n}.md": [each] for n, each in enumerate(sentences)}, *told)(APART, (), everything, 2)
    assert [len(offers.sentences) for offers in (one, together, apart, fewer)] == [2, 1, 3, 2]
    assert [citation.n for citation in apart.citations] == [1, 2, 3]


async def test_what_is_more_like_what_people_write_elsewhere_is_offered_nothing() -> None:
    """A line that shares words with a situation, and more with talk of another matter."""
    line = f"{ELSEWHERE[1]} in every meeting"
    assert await finder(TEXTS, MEDIATION)(line, ("trust",), everything) == NOTHING
    assert said(await finder(TEXTS, MEDIATION)(QUARREL, ("trust",), everything)) == [MENDED]


async def test_what_is_far_behind_the_best_known_is_not_offered_though_the_best_is_not_here() -> None:
    near = remedy(MENDED, QUARREL, f"{QUARREL} here", f"{QUARREL} now", f"{QUARREL} again"), MENDED
    far = remedy(SHARED, "two partners of another board", APART), SHARED
    assert said(await finder({"b.md": [SHARED]}, far)(QUARREL, (), everything)) == [SHARED]
    assert await finder({"b.md": [SHARED]}, near, far)(QUARREL, (), everything) == NOTHING


async def test_where_no_remedy_is_known_nothing_is_offered() -> None:
    assert await finder(TEXTS)(QUARREL, ("trust",), everything) == NOTHING


async def test_words_are_compared_where_the_embedder_shows_them() -> None:
    embedder = FakeEmbedder(tokens_name="fake words")
    with_words = replace(
        finder(TEXTS, MEDIATION), encode=embedder.encode, load=lambda: known_of(MEDIATION, by=embedder)
    )
    assert said(await with_words(QUARREL, ("trust",), everything)) == [MENDED]
    assert await with_words(ELSEWHERE[0], ("trust",), everything) == NOTHING


async def test_two_sentences_stand_together() -> None:
    both = remedy(MENDED, QUARREL, last=BLAMED)
    offers = await finder({"a.md": [f"{MENDED} {BLAMED} {SHARED}"]}, (both, MENDED))(QUARREL, ("trust",), everything)
    assert said(offers) == [f"{MENDED} {BLAMED}"]


async def test_a_sentence_of_a_long_story_is_enough() -> None:
    story = f"My bicycle has a flat tyre since Tuesday last week. Cake was eaten by all of us. {QUARREL.capitalize()}."
    assert said(await finder(TEXTS, MEDIATION)(story, ("trust",), everything)) == [MENDED]


#: In documents that nobody has read for remedies.
HELPED = "When two partners quarrel in every meeting, it helped that somebody from outside sat with both."
STUCK = "When two partners quarrel in every meeting, the work fails and people stay away from it."


async def test_a_document_that_nobody_read_offers_what_says_that_it_helped() -> None:
    texts = {"new.md": [f"{STUCK} {HELPED}"]}
    known = remedy(MENDED, QUARREL), HELPED
    assert said(await finder(texts, known)(QUARREL, ("trust",), everything)) == [HELPED]
    assert await finder(texts, known)(APART, ("trust",), everything) == NOTHING
    assert await finder(texts, known, name="another")(QUARREL, ("trust",), everything) == NOTHING
    assert await finder({"new.md": [STUCK]}, known)(QUARREL, ("trust",), everything) == NOTHING


@pytest.mark.parametrize(
    ("text", "helps"),
    [
        ("The partners agreed early on what each of them would put into the work.", True),
        ("Leaders should spend an hour a week with the people who do the work.", True),
        ("This helped everybody who had been there for more than a year.", False),
        ("Many partners struggled, although it was agreed who would do what.", False),
        ("The council lies by the sea and has four hundred members of staff.", False),
        ("Who should have agreed what each of them would put into the work?", False),
        ("Trust helps.", False),
        ("- agreed roles and shared budgets for each of the partners in it.", False),
    ],
)
def test_what_helps_is_told_by_its_words(text: str, helps: bool) -> None:
    assert says_what_helps(text) is helps


@given(barrier=st.text(ANY, max_size=200))
async def test_everything_that_is_offered_stands_in_the_text(barrier: str) -> None:
    remedies = finder(TEXTS, MEDIATION)
    for text in (barrier, f"{barrier} {QUARREL}", f"\ud800{barrier}"):
        offers = await remedies(text, ("trust",), everything)
        for sentence in offers.sentences:
            assert any(sentence.text in passage for passage in TEXTS["trust.md"])
        assert len(offers.sentences) == len(offers.citations)


def test_the_vectors_of_a_fake_are_units() -> None:
    assert np.allclose(np.linalg.norm(known_of(MEDIATION).situations.senses, axis=1), 1)
