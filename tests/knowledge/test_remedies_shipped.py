"""The remedies that come with the coach: whole, in step with their vectors, and silent on what is no barrier."""

import json
from pathlib import Path

import numpy as np
import pytest

from bot.domain.partnership import FACTORS
from knowledge.loaders.text import load as read
from knowledge.minilm import MiniLM
from knowledge.passages import cut
from knowledge.remedies_candidates import FITS_FROM, compared
from knowledge.remedies_known import FILE, elsewhere, known, phrases_of, read_remedies, sentence_digest, situations
from knowledge.sentences import sentences

STARTER = Path(__file__).parents[2] / "knowledge" / "starter"
#: How people put what stands in the way, and how they talk of other things: written for this test.
BARRIERS = (
    "We had a falling-out with the hospice last year and nobody has mentioned it since.",
    "I can't open the other team's records, so we ask people everything twice.",
    "Actions are agreed at every meeting and no one ever does them.",
    "The grant runs out in spring and the service will go with it.",
    "Our director left and the new one has no interest in the partnership.",
    "Nobody will try anything new for fear of being blamed.",
    "The people who use the service had no part in planning it.",
    "Nurses and social workers don't understand each other's language.",
    "The council has always decided before it asks the charities.",
    "The boundaries of the health board and the council don't match.",
)
OTHER = (
    "hello there",
    "thanks, see you on Monday",
    "My train was late again",
    "The coffee machine is broken",
    "asdf qwer zxcv uiop",
    "What shall we have for lunch?",
    "The match was a draw",
    "12 34 56",
    "My cat had kittens",
    "It rained all through the holidays",
)
#: What an office asks for that no partnership mends.
OFFICE = (
    "payroll got my tax code wrong again",
    "my payslip is missing the overtime",
    "where do I park on Thursday?",
    "the car park is full by half past eight",
    "the printer on the second floor is broken",
    "the printer is out of toner",
    "my laptop won't start this morning",
    "I forgot my password",
    "the VPN keeps dropping out",
    "can someone book me a desk for tomorrow",
    "the lift is out of order",
    "the kitchen sink is blocked again",
    "who took my mug?",
    "how do I claim my train fare?",
    "the fire alarm test is at ten",
    "my chair squeaks",
    "the canteen has run out of soup",
    "I need a new security badge",
    "what time does the post go out",
    "the vending machine ate my money",
)


def test_every_remedy_names_factors_and_situations_of_its_own() -> None:
    remedies = read_remedies()
    assert len({(each.first, each.last) for each in remedies}) == len(remedies) > 300
    assert {each.worth for each in remedies} == {1, 2, 3}
    assert all(each.factors and set(each.factors) <= set(FACTORS) for each in remedies)
    assert all(len(json.loads(line)["against"]) >= 12 for line in FILE.read_text(encoding="utf-8").splitlines())


def test_every_shared_situation_is_named_by_several_remedies() -> None:
    for name, phrases in situations().items():
        assert len([each for each in read_remedies() if set(phrases) <= set(each.against)]) > 1, name


def test_every_shared_situation_has_a_remedy_that_shows_how() -> None:
    for name, phrases in situations().items():
        assert max(each.worth for each in read_remedies() if set(phrases) <= set(each.against)) > 1, name


def test_the_vectors_are_those_of_the_words() -> None:
    here = known()
    assert len(here.said) == len(here.remedies)
    assert set(here.pairs[:, 0]) == set(range(len(here.situations)))
    assert set(here.pairs[:, 1]) == set(range(len(here.remedies)))
    assert len(here.elsewhere) == len(elsewhere()) > 400, "run `make remedies`"
    for phrases in (here.situations, here.elsewhere):
        assert np.allclose(np.linalg.norm(phrases.senses, axis=1), 1, atol=1e-5)
        assert len(phrases.words) == len(phrases)
        assert phrases.words.min() > 0
        assert phrases.words.sum() == len(phrases.tokens)
    assert here.helping.shape == (here.said.shape[1] + 1,)


def test_the_starter_library_holds_many_of_them() -> None:
    """A sentence that is reworded there is no remedy any more: `knowledge/remedies.jsonl` must follow."""
    digests = {
        sentence_digest(sentence)
        for path in STARTER.glob("*.md")
        for passage in cut(read(path.read_bytes()), file=path.name)
        for sentence in sentences(passage.text)
    }
    here = [each for each in read_remedies() if each.first in digests]
    assert len(here) > 120
    assert all(each.last in digests for each in here)


@pytest.mark.process
def test_barriers_fit_something_and_other_talk_nothing(tmp_path: Path) -> None:
    encode, here = MiniLM(tmp_path).encode, known()

    def fits(text: str) -> bool:
        return compared(encode([[text]]), here).surely >= FITS_FROM

    assert [text for text in BARRIERS if not fits(text)] == []
    assert [text for text in OTHER + OFFICE if fits(text)] == []


@pytest.mark.process
def test_the_same_is_made_of_a_situation_as_is_kept(tmp_path: Path) -> None:
    """When this fails: `make remedies`."""
    here = known()
    situation = here.remedies[0].against[0]
    likeness = here.situations.likeness(MiniLM(tmp_path).encode([[situation]])[0])
    place = phrases_of(here.remedies)[0].index(situation)
    assert likeness.argmax() == place
    assert likeness[place] == pytest.approx(1, abs=0.02)
