"""Which sentences can be said by themselves, and which say something."""

import pytest

from knowledge.saying import is_statement, leans


@pytest.mark.parametrize(
    "text",
    [
        "This chapter looks at how boards decide.",
        "In the next section we turn to money.",
        "The sources appeared over twelve years, and where they differ the guide names both sides.",
        "The five sources see value in measures.",
        "Some obstacles have no answer, and the guide says that too.",
        "Who decides?",
        "- a list item",
    ],
)
def test_what_announces_or_is_no_sentence_says_nothing(text: str) -> None:
    assert not is_statement(text)


@pytest.mark.parametrize(
    "text", ["Boards that share the chair meet more often.", "The sources disagree about whether joining must be free."]
)
def test_a_sentence_of_its_own_says_something(text: str) -> None:
    assert is_statement(text)
    assert not leans(text)


def test_what_leans_on_the_sentence_before_cannot_be_said_alone() -> None:
    assert leans("They agreed a budget in a month.")
    assert leans("In her view the budget came too late.")
