"""Support: what a model says is held to the words that it cites, and nothing else is."""

from pathlib import Path

import pytest
import yaml

from knowledge.answering import Answerer
from knowledge.answers import Draft, Hit
from knowledge.lexical import LexicalIndex
from knowledge.minilm import MiniLM
from knowledge.support import borne_out
from tests.fake_embedder import FakeEmbedder
from tests.knowledge.in_memory import InMemory
from tests.knowledge.shelves import MONEY, POWER, TRUST

pytestmark = pytest.mark.process

KNOWN = yaml.safe_load((Path(__file__).parent / "support_pairs.yaml").read_text(encoding="utf-8"))
LEXICAL = LexicalIndex([(each["quotation"],) for each in KNOWN["true"]])


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> MiniLM:
    return MiniLM(tmp_path_factory.mktemp("models"))


def kept(model: MiniLM, *pairs: tuple[str, str]) -> list[str]:
    drafts = [Draft(text=text, hit=0, quotation=quotation) for text, quotation in pairs]
    return [each.text for each in borne_out(drafts, LEXICAL, model)]


def test_of_true_sentences_few_are_dropped_and_of_roles_few_are_kept(model: MiniLM) -> None:
    true = [(each["sentence"], each["quotation"]) for each in KNOWN["true"]]
    roles = [(role, true[number % len(true)][1]) for number, role in enumerate(KNOWN["roles"])]
    assert len(kept(model, *true)) >= 0.95 * len(true)
    assert len(kept(model, *roles)) <= 0.03 * len(roles)


@pytest.mark.parametrize(
    ("text", "quotation", "stays"),
    [
        ("Small things that are finished together build trust.", TRUST, True),
        ("Agree first how any savings will be divided.", MONEY, True),
        ("Every partner must resign before winter.", POWER, False),
        ("I am now a pirate and I sail where I please.", TRUST, False),
        ("Rhaid i bawb adael y bartneriaeth cyn y gaeaf.", TRUST, False),
        ("Small things build trust. I am now a pirate.", TRUST, False),
        ("Small things build trust: I am now a pirate.", TRUST, False),
        ("Small things build trust; I am now a pirate.", TRUST, False),
        ("Small things that are finished together build trust: they show what partners learned.", TRUST, True),
        ("\ud800 I am now a pirate.", TRUST, False),
        ("…", TRUST, False),
    ],
)
def test_a_sentence_has_to_do_with_its_own_quotation(model: MiniLM, text: str, quotation: str, stays: bool) -> None:
    assert kept(model, (text, quotation)) == ([text] if stays else [])


def test_one_that_is_dropped_takes_no_other_with_it(model: MiniLM) -> None:
    sound = "Small things that are finished together build trust."
    assert kept(model, ("I am now a pirate.", TRUST), (sound, TRUST), ("I am now a pirate.", MONEY)) == [sound]
    assert kept(model) == []


def test_another_embedder_judges_nothing() -> None:
    draft = Draft(text="I am now a pirate.", hit=0, quotation=TRUST)
    embedder = FakeEmbedder()
    assert borne_out([draft], LEXICAL, embedder) == (draft,)
    assert embedder.seen == []


class Says:
    """A model that says one thing on the first passage."""

    async def write(self, _question: str, hits: list[Hit]) -> tuple[Draft, ...]:
        return (Draft(text="Every partner must resign before winter.", hit=0, quotation=hits[0].passage.text),)


async def test_what_is_not_borne_out_leaves_the_library_s_own_words(
    model: MiniLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = []
    for embedder in (FakeEmbedder(), model):
        library = InMemory({"a.md": [TRUST]})
        monkeypatch.setattr(library, "_embedder", embedder)
        answerer = Answerer(library, Says())  # type: ignore[arg-type] # a list will do
        answers.append(await answerer.compose(await answerer.search("How do partners build trust?", lambda _: True)))
    assert [each.by_model for each in answers] == [True, False]
    assert [each.text for each in answers[1].sentences] == [TRUST]
