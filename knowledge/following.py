"""Following: a question that leans on the one asked before it is searched together with it, and by itself as well."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge.answers import Answer, Hit

#: A question of more words stands by itself, whatever it points at.
_MOST_WORDS = 14
#: One of so few words is the rest of a sentence that somebody else began.
_FEW_WORDS = 3
#: How much of the question before is searched with this one: its end, where a long message asks.
_MOST_BEFORE = 400
#: What a passage of the document that answered the question before is worth more.
NEAR = 0.03
_WORD = re.compile(r"[\w’'-]+")

#: How a question begins that goes on from an answer.
_GOES_ON = re.compile(
    r"(?:and|but|or|so|then|also|plus|ok(?:ay)?|right|thanks?(?: you)?|great)\b"
    r"|(?:what|how) (?:about|if|else)\b|(?:why|when|where|how|who|which|what) (?:not|so|then|exactly|else)\b"
    r"|(?:any|some|one) (?:more|others?|examples?)\b|(?:for|an?|another|more) (?:examples?|instance)\b"
    r"|(?:can|could|do) you (?:give|have|show|think of)\b.*\bexamples?$"
    r"|(?:such as|like what|in what way|tell me more|say more|go on|more (?:on|about|of) (?:this|that|it))\b"
)
#: Words that stand for what was named before, wherever in a question they come.
_PERSONS = frozenset(_WORD.findall("they them their theirs he him his she her hers"))
_THINGS = frozenset(_WORD.findall("it its this that these those there one ones such former latter same"))
#: Words that say nothing of what a question is about: a word that points is only understood by others before it.
_EMPTY = frozenset(
    _WORD.findall(
        "a about after all am an and any are as at be because been before but by can could did do does done for "
        "from get go had has have how i if in into is just like many may me might more much my not of on or our "
        "out over please really shall should so still tell than the then to under up us was we were what when "
        "where which who whom whose why will with without would you your mean means say said think know ok "
        "actually also"
    )
)
#: `it` and `there` that point at nothing: "is it hard to", "there are", "how long does it take".
_STANDS_IN = re.compile(
    r"\b(?:is|was|be|does|did|would|will|can|could|should|may|might) it\b.*\b(?:to|that|when|if)\b"
    r"|\b(?:mak(?:e|es|ing)|made|f(?:i|ou)nds?) it \w+.*\b(?:to|that|when|if)\b"
    r"|\bit(?:'s| is| was| takes?| took| seems?| helps?| matters?)\b.*\b(?:to|that|when|if|whether|how)\b"
    r"|\bthere(?:'s| is| are| was| were| be| been)\b|\b(?:is|are|was|were|be|been) there\b"
)
#: What is the asker's own is near at hand, not said before.
_AT_HAND = re.compile(
    r"\bthis (?:partnership|group|team|board|project|programme|meeting|organisation|area|borough|city|county|place"
    r"|library|document|guide|book|week|month|year|morning|afternoon|time)\b"
    r"|\b(?:one|that|those|such) (?:of|who|which|as|we|i|you)\b"
)
_ALWAYS = frozenset(_WORD.findall("it its it's this these same former latter"))
_POINTS_AFTER = frozenset(
    _WORD.findall(
        "is was are were did does do about of for with from like after before than on in to by at and or why how "
        "that's into around against without which"
    )
)


@dataclass(frozen=True, kw_only=True)
class Before:
    """What the same person asked before in the same conversation, and the document that the answer drew on most."""

    question: str
    file: str = ""


def queries(question: str, before: Before | None) -> tuple[str, ...]:
    """What to search a question by: itself, and with the question before it where it leans on that.

    The question itself always comes first and always takes part, so that a wrong guess costs little.
    """
    if before is None or not leans(question) or _folded(question) == _folded(before.question):
        return (question,)
    return question, f"{_end(before.question)}\n{question}"


def kept(question: str, before: Before | None, answer: Answer) -> Before:
    """What to go on from after an answer: this question, or the one before it where this one leans on that."""
    asked = question if len(queries(question, before)) == 1 or before is None else before.question
    files = [citation.source.file for citation in answer.citations] or [hit.source.file for hit in answer.nearest]
    return Before(question=_end(asked), file=files[0] if files else "")


def fused(rankings: Sequence[Sequence[Hit]], *, near: str, count: int) -> tuple[Hit, ...]:
    """One ranking out of those of the same person's `queries`, best first; each passage once.

    A passage is worth half what it is worth where it is worth most, and half what it is worth on the whole; where it
    is missing, as much as the last one. So a question that was taken to lean and does not keeps its best passages, and
    one that does gets those of both together. Those of the document `near` are worth a little more.
    """
    if len(rankings) == 1:
        return tuple(rankings[0][:count])
    tables = [{_place(hit): hit for hit in ranking} for ranking in rankings if ranking]
    everyone = {place: hit for table in reversed(tables) for place, hit in table.items()}
    found = [_merged(hit, tables, NEAR if hit.source.file == near else 0.0) for hit in everyone.values()]
    return tuple(sorted(found, key=lambda hit: -hit.score)[:count])


def _merged(hit: Hit, tables: Sequence[Mapping[tuple[str, int], Hit]], more: float) -> Hit:
    own = [table.get(_place(hit)) for table in tables]
    lowest = [min(each.score for each in table.values()) for table in tables]
    scores = [low if each is None else each.score for each, low in zip(own, lowest, strict=True)]
    worth = (max(scores) + sum(scores) / len(scores)) / 2
    return replace(hit, score=worth + more, similarity=max(each.similarity for each in own if each is not None))


def _place(hit: Hit) -> tuple[str, int]:
    return hit.passage.file, hit.passage.ordinal


def leans(question: str) -> bool:
    """Whether a question can only be understood by what was said before it: judged by its words alone."""
    folded = _folded(question)
    words = _WORD.findall(folded)
    if not words or len(words) > _MOST_WORDS:
        return False
    return len(words) <= _FEW_WORDS or _GOES_ON.match(folded) is not None or _of_what(words) or _points(folded)


def _of_what(words: Sequence[str]) -> bool:
    """Whether a question names one thing as known and not of what it is: "what were the results"."""
    return "the" in words and sum(word not in _EMPTY for word in words) <= 1


def _points(folded: str) -> bool:
    """Whether a word points at something that the question does not name before it."""
    plain = _STANDS_IN.sub(" ", _AT_HAND.sub(" partnership ", folded))
    left = _WORD.findall(plain)
    for place, word in enumerate(left):
        stem = word.partition("'")[0]
        if stem not in _PERSONS and not (stem in _THINGS and _stands_for(left, place)):
            continue
        named = sum(each not in _EMPTY for each in left[:place])
        if named <= 1 or (word == "there" and place == len(left) - 1):
            return True
    return False


def _stands_for(words: list[str], place: int) -> bool:
    """Whether a word that may only join two others ("I know that", "one day") stands for something here."""
    if words[place] in _ALWAYS:
        return True
    return place in (0, len(words) - 1) or words[place - 1] in _POINTS_AFTER


def _folded(question: str) -> str:
    return " ".join(question.replace("’", "'").casefold().split()).strip(" .,;:!?…-–—")


def _end(question: str) -> str:
    """The end of a question, of characters that every database holds."""
    plain = " ".join(question.encode("utf-8", "replace").decode().replace("\0", " ").split())
    return plain if len(plain) <= _MOST_BEFORE else plain[-_MOST_BEFORE:].partition(" ")[2]
