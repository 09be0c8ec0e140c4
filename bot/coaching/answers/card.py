"""How an answer becomes a card."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from bot.coaching.answers.attribution import attributed
from bot.coaching.commands import CHECK_IN, INSIST, SET_UP
from bot.domain.cards import Button, Card, Fact, Paragraph, Quotation
from bot.domain.partnership import Contact
from knowledge.answering import MAX_QUESTION_CHARACTERS
from knowledge.answers import Answer, Citation, Hit, Reason
from knowledge.documents import Unit
from knowledge.folding import readable
from prompts import Words

#: How a refusal offers the nearest sections, nearest first.
_OFFERED = ("closest", "also_near")


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What goes with an answer to one asker: an open question to take home under an answer; under a refusal whom to
    turn to, and what to know before tapping; what can be tapped under either."""

    closing: str = ""
    contacts: tuple[Contact, ...] = ()
    note: str = ""
    buttons: tuple[Button, ...] = ()


_NOTHING = Beside()


def answer_card(answer: Answer, question: str, words: Words, beside: Beside = _NOTHING) -> Card:
    """The card that answers a question, or says why not and what to do next."""
    if answer.answered:
        return Card(
            paragraphs=tuple(_paragraphs(answer, beside, words)),
            quotations=tuple(_quotation(citation, words) for citation in answer.citations),
            buttons=beside.buttons,
            note=words("ask.note_model" if answer.by_model else "ask.note"),
            by_model=answer.by_model,
        )
    if answer.reason is Reason.EMPTY_LIBRARY:
        return replace(_says(words("ask.empty_library")), buttons=beside.buttons)
    if answer.reason is Reason.EMPTY_QUESTION:
        return _says(words("ask.empty"))
    if answer.reason is Reason.TOO_LONG:
        return _says(words("ask.too_long", length=f"{len(question):,}", limit=f"{MAX_QUESTION_CHARACTERS:,}"))
    return _refusal(answer, words, beside)


def help_card(words: Words) -> Card:
    """What the coach can do, with three things to try."""
    tries = [words(f"help.suggestions.{number}") for number in range(3)]
    return Card(
        title=words("help.title"),
        paragraphs=(Paragraph(text=words("help.text")),),
        buttons=tuple(Button(label=each, action="ask", value=each) for each in tries),
        note=words("help.note"),
    )


def typed_card(words: Words, commands: Collection[str], *, lead: bool) -> Card:
    """What can be typed where these commands are answered; to leads, what they may besides."""
    card = help_card(words)
    texts = [words("help.barriers")] if INSIST in commands else []
    texts += [words("help.check_ins")] if CHECK_IN in commands else []
    texts += [words("help.leads")] if lead and SET_UP in commands else []
    return replace(card, paragraphs=(*card.paragraphs, *(Paragraph(text=text) for text in texts)))


def apology_card(words: Words) -> Card:
    """What a person gets when answering failed."""
    return _says(words("ask.failed"))


def _says(text: str) -> Card:
    return Card(paragraphs=(Paragraph(text=text),))


def _paragraphs(answer: Answer, beside: Beside, words: Words) -> Iterator[Paragraph]:
    yield from attributed(answer, words)
    if answer.missing:
        yield Paragraph(text=words("ask.partial", missing=", ".join(answer.missing)))
    if beside.closing:
        yield Paragraph(text=words("ask.closing", question=beside.closing))


def _refusal(answer: Answer, words: Words, beside: Beside) -> Card:
    offers = [Paragraph(text=_near(hit, how, words)) for hit, how in zip(answer.nearest, _OFFERED, strict=False)]
    next_step = words("ask.next_person" if beside.contacts else "ask.next_step")
    return Card(
        paragraphs=(Paragraph(text=words("ask.nothing_found")), *offers, Paragraph(text=next_step)),
        facts=tuple(Fact(name=contact.name, value=contact.how) for contact in beside.contacts),
        buttons=beside.buttons,
        note=beside.note,
    )


def _near(hit: Hit, how: str, words: Words) -> str:
    title = _dated(hit.source.title, hit.source.year)
    if not hit.passage.section or hit.passage.section[-1] == hit.source.title:
        return words(f"ask.{how}_document", title=title)
    return words(f"ask.{how}", section=hit.passage.section[-1], title=title)


def _dated(title: str, year: int | None) -> str:
    return title if year is None else f"{title} ({year})"


def _quotation(citation: Citation, words: Words) -> Quotation:
    passage, source, quote = citation.passage, citation.source, citation.quote
    return Quotation(
        number=citation.n,
        text=readable(quote.text),
        title=source.title,
        author=source.author_at(passage.start),
        year=source.year,
        section=" › ".join(passage.section),
        document=source.file,
        where=_where(passage.unit, quote.start, quote.end, words),
        before=quote.before,
        after=quote.after,
    )


def _where(unit: Unit, start: int, end: int, words: Words) -> str:
    several = "one" if start == end else "several"
    return words(f"ask.where.{unit.value}.{several}", start=start, end=end)
