"""Who says it: a sentence of the library is said in its author's name, with the year it was written."""

import re
from collections.abc import Iterator, Mapping

from bot.domain.cards import Paragraph
from knowledge.answers import Answer, Citation
from prompts import Words

_EDITORS = re.compile(r"\s*\((?:eds?\.?|editors?)\)|^(?:edited |written )?by:?\s+", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:;|,?\s+and\s|,?\s+with\s|\s&\s)\s*")
_HONOURS = re.compile(r",?\s+(?:[CMOK]BE|PhD|MP|QC|KC|Jr\.?|Sr\.?)$")
#: What comes before a family name and belongs to it.
_PARTICLE = re.compile(r"(?i)al|ap|bin|d[aeiu]|del|den|der|l[ae]|te[nr]|v[ao]n")
#: A name with one of these words is that of a body, and is given in full.
_BODY = re.compile(
    r"(?i)\b(?:academy|agency|alliance|associates|association|authority|board|centre|center|charity|coach|college"
    r"|commission|committee|company|consortium|council|department|directorate|england|forum|foundation|fund|government"
    r"|group|hub|initiative|institute|lab|ltd|limited|llp|ministry|network|nhs|of|for|office|organisation|organization"
    r"|partners|partnership|party|police|programme|project|school|scotland|service|services|society|team|the|trust"
    r"|uk|union|unit|university|wales)\b"
)
_SEVERAL = 2
_SHORT_TITLE = 60


def attributed(answer: Answer, words: Words) -> Iterator[Paragraph]:
    """The sentences of an answer, the first of each author's in a row led in by who says it and when.

    A model's sentences stand as they are: it names whom it follows itself.
    """
    by_number = {citation.n: citation for citation in answer.citations}
    last = ""
    for sentence in answer.sentences:
        said_by = "" if answer.by_model else _first_source(sentence.citations, by_number, words)
        leading = said_by and said_by != last
        text = words("ask.attributed", source=said_by, text=sentence.text) if leading else sentence.text
        yield Paragraph(text=text, citations=sentence.citations)
        last = said_by


def _first_source(numbers: tuple[int, ...], citations: Mapping[int, Citation], words: Words) -> str:
    found = next((citations[number] for number in numbers if number in citations), None)
    return "" if found is None else source_name(found, words)


def source_name(citation: Citation, words: Words) -> str:
    """Whose words a citation quotes: family names and year, or the short title of a work without an author."""
    source = citation.source
    author = source.author_at(citation.passage.start)
    # A body that publishes itself is no person, whatever its name looks like.
    own = bool(author) and author.casefold() in source.publisher.casefold()
    name = author.strip() if own else _surnames(author, words)
    name = name or short_title(source.title)
    return name if source.year is None else words("ask.dated", name=name, year=source.year)


def short_title(title: str) -> str:
    """A title without its subtitle, cut at a word where it is still long."""
    main = re.split(r":\s|\s[–—-]\s|\s\(", title, maxsplit=1)[0].strip()
    if len(main) <= _SHORT_TITLE:
        return main
    return main[:_SHORT_TITLE].rsplit(maxsplit=1)[0] + "…"


def _surnames(author: str, words: Words) -> str:
    plain = _EDITORS.sub("", author).strip()
    if _BODY.search(plain):
        return plain
    names = [_surname(each) for each in _people(plain)]
    if len(names) > _SEVERAL:
        return words("ask.authors.several", first=names[0])
    return words("ask.authors.two", first=names[0], second=names[1]) if len(names) == _SEVERAL else "".join(names)


def _people(author: str) -> list[str]:
    """The names in a byline; “Tam, Henry” is one name turned round."""
    parts = [each for each in _BETWEEN.split(_HONOURS.sub("", author)) if each.strip()]
    if len(parts) == 1 and re.fullmatch(r"[\w’'-]+, [\w’'-]+\.?(?: [\w’'-]+\.?)?", author):
        return [author.partition(",")[0]]
    return [name.strip() for each in parts for name in each.split(",") if name.strip()]


def _surname(name: str) -> str:
    words = _HONOURS.sub("", name).split()
    first = len(words) - 1
    while first > 1 and _PARTICLE.fullmatch(words[first - 1]):
        first -= 1
    return " ".join(words[first:])
