"""The vocabulary of what the coach says: an adapter renders a card as its platform draws it."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """One or two sentences; `citations` are the numbers of the quotations that bear them out."""

    text: str
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Quotation:
    """Words found in a document, with where they stand and the text around them.

    `before` and `after` are the rest of the passage, so that the quotation can be read in context.
    """

    number: int
    text: str
    title: str
    author: str
    year: int | None
    section: str
    document: str
    where: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A name and its value, for a short table of two columns."""

    name: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Image:
    """A picture on the product's own address, with the words that stand for it."""

    url: str
    alt: str


@dataclass(frozen=True, kw_only=True)
class Link:
    """A way to a page of the product's own, on its own address: never one out of anybody's text."""

    label: str
    url: str

    def __post_init__(self) -> None:
        if not self.url.startswith(("https://", "http://")):
            raise ValueError("a link leads to a web page")


@dataclass(frozen=True, kw_only=True)
class Button:
    """Something the person can do next. `action` names it and `value` goes with it; the action `ask` asks `value`."""

    label: str
    action: str
    value: str = ""


class Input(StrEnum):
    """The kinds of field in a form."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"


@dataclass(frozen=True, kw_only=True)
class Field:
    """One question of a form. `choices` are the labels of a `CHOICE` or of `CHOICES`, by value.

    `initial` is what stands in the field at first: a text, the value of a choice, or the values of several choices
    joined by commas, which is also how several come back (an empty text where nothing is chosen). No value of
    `CHOICES` has a comma of its own. A text that is too long for a platform's field is written out above it: the field
    is empty then, need not be filled in, and comes back empty for “as it was”.
    """

    id: str
    label: str
    input: Input = Input.LINE
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = True
    hint: str = ""
    initial: str = ""

    @property
    def chosen(self) -> tuple[str, ...]:
        """The values of the choices that are made at first; only those that can be chosen."""
        wanted = self.initial.split(",") if self.input is Input.CHOICES else [self.initial]
        return tuple(value for value, _ in self.choices if value in wanted)


@dataclass(frozen=True, kw_only=True)
class Form:
    """Fields that are sent together as the action `id`, with `value` as a button's; no field is called so.

    A `value` has at most 2,000 UTF-16 code units, which every platform carries.
    """

    id: str
    submit: str
    fields: tuple[Field, ...]
    value: str = ""


@dataclass(frozen=True, kw_only=True)
class Card:
    """One message. Its parts are read in the order of the fields; every one may be empty.

    `by_model` says that a model wrote the paragraphs; platforms label such messages. `note` is the small print.
    `more` is the rest of a long message: each card of it is posted in the thread of this one, in order, and right
    after it where there are no threads. A card in `more` has no `more` of its own. `locale` is the language of its
    words, for those that an adapter adds; empty for the installation's own. `about` is what it speaks of, such as
    `barrier:` and its id: nobody sees it, and the coach finds it again by the posted message.
    """

    title: str = ""
    paragraphs: tuple[Paragraph, ...] = ()
    facts: tuple[Fact, ...] = ()
    items: tuple[str, ...] = ()
    image: Image | None = None
    quotations: tuple[Quotation, ...] = ()
    form: Form | None = None
    buttons: tuple[Button, ...] = ()
    links: tuple[Link, ...] = ()
    note: str = ""
    by_model: bool = False
    more: tuple["Card", ...] = ()
    locale: str = ""
    about: str = ""

    @property
    def plain(self) -> str:
        """The card as plain text, for notifications and screen readers, without `more`; never empty."""
        lines = [self.title, *(_marked(paragraph) for paragraph in self.paragraphs)]
        lines += [f"{fact.name}: {fact.value}" for fact in self.facts]
        lines += [f"- {item}" for item in self.items]
        lines += [self.image.alt] if self.image else []
        lines += [f"[{quote.number}] “{quote.text}” {quote.title}, {quote.where}" for quote in self.quotations]
        lines += [field.label for field in self.form.fields] if self.form else []
        lines += [*(link.label for link in self.links), self.note]
        said = "\n".join(line for line in lines if line)
        return straight(said) or straight(" · ".join(button.label for button in self.buttons)) or "…"


def straight(text: str) -> str:
    """The text without the marks that turn the direction of what follows, beyond the text's own end."""
    return _TURNING.sub("", text)


def _marked(paragraph: Paragraph) -> str:
    return " ".join([paragraph.text, *(f"[{number}]" for number in paragraph.citations)])


def to_json(card: Card) -> dict[str, Any]:
    """A card as plain JSON values, for a durable row."""
    return asdict(card)


def from_json(data: Mapping[str, Any]) -> Card:
    """The card that `to_json` wrote."""
    image, form = data["image"], data["form"]
    return Card(
        title=data["title"],
        paragraphs=tuple(
            Paragraph(text=each["text"], citations=tuple(each["citations"])) for each in data["paragraphs"]
        ),
        facts=tuple(Fact(**each) for each in data["facts"]),
        items=tuple(data["items"]),
        image=image and Image(**image),
        quotations=tuple(Quotation(**each) for each in data["quotations"]),
        form=form
        and Form(
            id=form["id"], submit=form["submit"], fields=tuple(map(_field, form["fields"])), value=form.get("value", "")
        ),
        buttons=tuple(Button(**each) for each in data["buttons"]),
        links=tuple(Link(**each) for each in data.get("links", ())),
        note=data["note"],
        by_model=data["by_model"],
        more=tuple(map(from_json, data.get("more", ()))),
        locale=data.get("locale", ""),
        about=data.get("about", ""),
    )


def _field(data: Mapping[str, Any]) -> Field:
    choices = tuple((value, label) for value, label in data["choices"])
    return Field(**{**data, "input": Input(data["input"]), "choices": choices})
