"""What makes a good question for reflection, as far as that can be counted; meaning is compared elsewhere."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.coaching.questions.bank import Problem
from bot.domain.partnership import FACTORS
from bot.domain.questions import Depth, IdeaSource, ReflectionQuestion, Suits, Wording
from bot.domain.reading_age import grade

LONGEST_QUESTION = 30
LONGEST_FOLLOW_UP = 25
#: Welsh takes more words than English for the same.
TRANSLATED = 1.4
#: The Flesch-Kincaid grade up to which a question is easy to read; 7 is an age of twelve or thirteen.
HARDEST = 9.0
PER_FACTOR = 8
#: How a question begins that yes or no would answer.
_CLOSED = re.compile(
    r"is|are|am|was|were|do|does|did|can|could|should|would|shall|has|have|had|will|may|might|must|.+n't"
)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

#: Whether a source is a work that is known of.
Known = Callable[[IdeaSource], bool]


@dataclass(frozen=True, kw_only=True)
class Text:
    """A question or follow-up with what it is called in a complaint and the words that it may have."""

    called: str
    text: str
    words: int


def problems(bank: Sequence[ReflectionQuestion], known: Known) -> list[Problem]:
    """All that is wrong with the questions that are not retired, and with the bank as a whole."""
    active = [each for each in bank if not each.retired]
    found = [Problem(id=each.id, sentence=sentence) for each in active for sentence in _faults(each, known)]
    return [*_twice(bank), *found, *_thin(active)]


def _twice(bank: Sequence[ReflectionQuestion]) -> Iterator[Problem]:
    for named, count in Counter(each.id for each in bank).items():
        if count > 1:
            yield Problem(id=named, sentence=f"The id is there {count} times: give each question its own.")


def _faults(question: ReflectionQuestion, known: Known) -> Iterator[str]:
    if not _SLUG.fullmatch(question.id):
        yield "The id has other signs than small letters, digits and single hyphens: write it like trust-12."
    if not known(question.source):
        source = question.source
        yield (
            f"Its source, {source.author} {source.year}, is neither in the library's catalogue nor in "
            "question_sources.yaml: correct it or add the work."
        )
    yield from _wording(question.text, "question", LONGEST_QUESTION)
    yield from _wording(question.follow_up.ask, "follow-up", LONGEST_FOLLOW_UP)
    if not question.follow_up.when.startswith("If "):
        yield "The follow-up's “when” does not begin with If: say in which case it is asked."
    for locale, wording in question.wordings.items():
        yield from _translation(locale, wording)


def _wording(text: str, called: str, longest: int) -> Iterator[str]:
    yield from _shape(Text(called=called, text=text, words=longest))
    first = text.split(maxsplit=1)[0].lower().replace("’", "'") if text.split() else ""
    if _CLOSED.fullmatch(first):
        yield f"The {called} can be answered by yes or no: begin with what, who, where, when, which or how."
    hard = grade(text)
    if hard > HARDEST:
        yield f"The {called} reads at grade {hard:.1f}, above {HARDEST:.0f}: use shorter words."


def _translation(locale: str, wording: Wording) -> Iterator[str]:
    yield from _shape(
        Text(called=f"question in {locale}", text=wording.text, words=round(LONGEST_QUESTION * TRANSLATED))
    )
    longest = round(LONGEST_FOLLOW_UP * TRANSLATED)
    yield from _shape(Text(called=f"follow-up in {locale}", text=wording.follow_up.ask, words=longest))


def _shape(wanted: Text) -> Iterator[str]:
    count = len(wanted.text.split())
    if count > wanted.words:
        yield f"The {wanted.called} has {count} words: {wanted.words} are the most."
    if wanted.text.count("?") != 1 or not wanted.text.rstrip().endswith("?"):
        yield f"The {wanted.called} is not one question: it needs one question mark, at its end."


def _thin(active: Sequence[ReflectionQuestion]) -> Iterator[Problem]:
    for factor in FACTORS:
        mine = [each for each in active if each.factor == factor]
        if len(mine) < PER_FACTOR:
            yield Problem(id="", sentence=f"The factor {factor} has too few questions: {len(mine)} of {PER_FACTOR}.")
        missing = [*(set(Depth) - {each.depth for each in mine}), *(set(Suits) - {each.suits for each in mine})]
        if missing:
            names = ", ".join(sorted(missing))
            yield Problem(id="", sentence=f"The factor {factor} has no question of these kinds: {names}.")
