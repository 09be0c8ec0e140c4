"""When a question counts as one that the leads answered, measured with the real embedder on wordings of our own."""

import pytest

from bot.coaching.answers.curating import SAME_FROM, alike
from knowledge.minilm import MiniLM
from tests.bot.coaching.wordings import DIFFERENT, DIFFERENT_UNSEEN, SAME, SAME_UNSEEN


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> MiniLM:
    return MiniLM(tmp_path_factory.mktemp("models"))


def _found(model: MiniLM, wordings: tuple[str, ...], asked: str) -> bool:
    vector = model.embed([asked])[0]
    near = zip(wordings, model.embed(list(wordings)) @ vector, strict=True)
    return any(float(nearness) >= SAME_FROM and alike(text, asked) for text, nearness in near)


def test_other_wordings_are_found_and_other_questions_are_not(model: MiniLM) -> None:
    wordings = {question: (question, *also) for question, also, _ in SAME}
    found = [_found(model, wordings[question], asked) for question, _, typed in SAME for asked in typed]
    mistaken = [other for question, other in DIFFERENT if _found(model, wordings.get(question, (question,)), other)]
    assert mistaken == []
    assert (sum(found), len(found)) == (22, 24)


def test_what_was_never_looked_at_before_is_told_less_well(model: MiniLM) -> None:
    """Half of other wordings are found, so a lead had better add some; a mistake shows which question was answered."""
    wordings = {question: (question, *also) for question, also, _ in SAME_UNSEEN}
    found = [_found(model, wordings[question], asked) for question, _, typed in SAME_UNSEEN for asked in typed]
    mistaken = [other for question, other in DIFFERENT_UNSEEN if _found(model, wordings[question], other)]
    assert mistaken == ["Which organisations fund the partnership?"]
    assert (sum(found), len(found)) == (6, 12)


def test_a_question_is_not_taken_for_another_that_was_answered(model: MiniLM) -> None:
    for question, _, typed in SAME:
        others = tuple(text for other, also, _ in SAME if other != question for text in (other, *also))
        assert [asked for asked in typed if _found(model, others, asked)] == []
