"""Claims: a sentence names, counts and quotes what its passage does, and nothing else."""

import pytest

from knowledge.answers import Hit
from knowledge.claims import Ground, in_lower_case
from knowledge.documents import Chapter, Passage, Source

TEXT = (
    "In Oldbridge the County Council and Jane Doe of the NHS asked whether ‘shared homes’ work. John Smith, a nurse, "
    "wrote that “nobody owns the middle”, and O’Brien’s team agreed. The U.K. pilots ran on Mondays. Trust takes time."
)
SOURCE = Source(
    file="a.md", title="Working together", author="A. Writer", publisher="The Oak Press", year=2007,
    chapters=(Chapter(start=1, title="Two", author="Mira Vane"),),
)  # fmt: skip
PASSAGE = Passage(file="a.md", ordinal=0, section=("PART ONE", "Common purpose"), text=TEXT, start=1, end=9)
DOCUMENT = "jam, jams: leaders share; investing in homes (funding) helps, and policies are hard to change for everybody"


def bears(text: str) -> bool:
    """Whether the passage above bears a sentence out, in a document with ordinary words."""
    hit = Hit(passage=PASSAGE, source=SOURCE, score=1, similarity=1)
    return Ground.of(hit).bears(text, lambda word: in_lower_case(word, DOCUMENT))


@pytest.mark.parametrize(
    "text",
    [
        "Jane Doe asked, and John Smith wrote.",
        "Jane asked; so did Smith.",
        "Jane Doe of Oldbridge asked the Council of the NHS.",
        "In Oldbridge, the County Council asked.",
        "Oldbridge's council asked the N.H.S. about it.",
        "The NHS's people in the UK asked O'Brien.",
        "O’Brien agreed.",
        "Vane, in Working Together (2007), says so; so does Writer.",
        "The Oak Press and Mira Vane put Common Purpose into PART ONE, or Part One.",
        "Leaders share. Investing? Funding helps: Policies change, and I'm sure I do too.",
        "Don't wait - Everybody helps.",
        "Trust takes time, says “nobody owns the middle”.",
        "They asked about 'shared homes', “shared homes,” and \"Shared homes\".",
        "They ran on Mondays: Mondays!",
        "It's a partner's, partners' and nobody's.",
    ],
)
def test_what_the_passage_or_its_source_says_may_be_said(text: str) -> None:
    assert bears(text)


@pytest.mark.parametrize(
    "text",
    [
        "Jane Smith asked.",  # two people made into one
        "They asked Jane Smith.",
        "John Doe asked.",
        "Brightwater Alliance agreed.",
        "The Brightwater alliance agreed.",
        "Brightwater agreed.",
        "Ask brightWater about it.",
        "So said Brightwater's team.",
        "It works (Brightwater, say).",
        "It works, e.g. Brightwater did it.",
        "It works: Brightwater did it.",
        "The NHS Council agreed.",  # a name made from the passage's words
        "The Trust agreed that Nurse comes first.",
        "The BWA agreed.",
        "The B.W.A. agreed.",
        "BWA agreed.",
        "It was agreed in March.",
        "It was agreed at Ｂｒｉｇｈｔ Hall.",
        "It was agreed with Брайт.",
        "It was agreed with Вrightwater.",  # a Cyrillic capital
        "It was agreed with 明子.",
        "McBright agreed.",
        "Bright-Water agreed.",
        "As the Brightwater Review of Homes shows, trust takes time.",
    ],
)
def test_a_name_that_is_not_there_is_not_borne_out(text: str) -> None:
    assert not bears(text)


@pytest.mark.parametrize(
    "text",
    [
        "They say “trust is a river”.",
        'They say "trust is a river".',
        "They say ‘trust is a river’ to you.",
        "They say 'trust is a river'.",
        "They say «trust is a river».",
        "They say „trust is a river“.",
        "They say 「trust is a river」.",
        "They say ＂trust is a river＂.",
        "They say ''trust is a river''.",
        "They say “trust is a river",
        "They say “nobody … the middle”.",
        "They say “nobody owns the middle, ever”.",
        "They say “body owns the middle”.",
        "The ‘quick wins’ matter.",
    ],
)
def test_words_between_quotation_marks_are_the_passages_own(text: str) -> None:
    assert not bears(text)


def test_figures_of_the_year_count_and_others_do_not() -> None:
    assert bears("In 2007 they asked.")
    assert not bears("In 2008 they asked.")


def test_a_sentence_of_the_passage_itself_is_always_borne_out() -> None:
    hit = Hit(passage=PASSAGE, source=SOURCE, score=1, similarity=1)
    for sentence in TEXT.split(". "):
        assert Ground.of(hit).bears(sentence, lambda word: False)


@pytest.mark.parametrize("word", ["Share", "Shares", "Leader", "Investment", "Invests", "Policy", "Change", "Changes"])
def test_a_word_with_another_ending_is_known(word: str) -> None:
    assert in_lower_case(word, DOCUMENT) == (word != "Investment")


@pytest.mark.parametrize("word", ["Leeds", "James", "Brightwater", "Hel", "Home-Start", "Ox", "Investors"])
def test_a_word_that_the_document_does_not_use_is_a_name(word: str) -> None:
    assert not in_lower_case(word, DOCUMENT)
