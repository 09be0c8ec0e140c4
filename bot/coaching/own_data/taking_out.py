"""Take out: everything that is kept of somebody, for them alone, as JSON and to be read."""

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.coaching.commands import EXPORT
from bot.coaching.directly import Act
from bot.coaching.own_data.links import OwnLinks
from bot.coaching.recognising import Recognised
from bot.coaching.refusing import confirmed, refusing
from bot.domain.cards import Card, Fact, Link, Paragraph
from bot.domain.messages import Incoming
from bot.domain.people import PartnerId, PartnershipId
from bot.domain.questions import ReflectionQuestion
from bot.store.personal import Personal
from bot.store.personal_kinds import KINDS, Person
from prompts import Words, current_locale

#: The action of the button.
EXPORT_NOW = "own-export"
#: Somebody as the tables know them: once in each partnership that they are in.
Found = Callable[[PartnerId], Awaitable[Sequence[Person]]]
#: Rows by kind, as the store gives them.
Rows = Mapping[str, Sequence[Mapping[str, Any]]]
#: The questions of a partnership, by id.
Questions = Callable[[PartnershipId], Awaitable[Mapping[str, ReflectionQuestion]]]


@dataclass(frozen=True, kw_only=True)
class Section:
    """One kind of what is kept: each row as names and values."""

    title: str
    rows: tuple[tuple[tuple[str, str], ...], ...]


@dataclass(frozen=True, kw_only=True)
class TakingOut:
    """The use-case. Where no browser reaches the coach, whoever runs it hands the files over."""

    find: Found
    personal: Personal
    links: OwnLinks
    questions: Questions
    words: Words

    @property
    def commands(self) -> Mapping[str, Act]:
        """What answers the command."""
        return refusing({EXPORT: self.offer}, self.words)

    @property
    def actions(self) -> Mapping[str, Act]:
        """What answers the button."""
        return refusing({EXPORT_NOW: self.offer}, self.words)

    async def offer(self, incoming: Incoming, recognised: Recognised) -> Card:
        """How many rows of each kind there are, and the way to them."""
        partner = confirmed(recognised)
        found = await self.found(partner, incoming.key)
        url = self.links.page(partner, incoming.received_at)
        said = self.words("mine.export.text") if url else self.words("mine.export.by_operator", partner=partner)
        return Card(
            title=self.words("mine.export.title"),
            paragraphs=(Paragraph(text=said),),
            facts=tuple(Fact(name=name, value=str(count)) for name, count in counts(found, self.words)),
            links=(Link(label=self.words("mine.export.open"), url=url),) if url else (),
            note=self.words("mine.export.note" if url else "mine.export.note_journal"),
        )

    async def found(self, partner: PartnerId, asked_by: str = "") -> list[Rows]:
        """Their rows, for each partnership that they are in, but for the message that asks for them."""
        return [await self.personal.taken_out(person, asked_by) for person in await self.find(partner)]

    async def sections(self, partner: PartnerId) -> tuple[Section, ...]:
        """Their rows to be read."""
        bank: dict[str, ReflectionQuestion] = {}
        for person in await self.find(partner):
            bank |= await self.questions(person.partnership)
        return tuple(_sections(await self.found(partner), bank, self.words))

    async def as_json(self, partner: PartnerId) -> str:
        """Their rows for a program."""
        return json.dumps(await self.found(partner), default=_plain, ensure_ascii=False, indent=2) + "\n"


def counts(found: Sequence[Rows], words: Words) -> Iterator[tuple[str, int]]:
    """How many rows there are of each kind of which there are some."""
    for kind in KINDS:
        count = sum(len(rows.get(kind.name, ())) for rows in found)
        if count:
            yield words(f"mine.kind.{kind.name}"), count


def _sections(found: Sequence[Rows], bank: Mapping[str, ReflectionQuestion], words: Words) -> Iterator[Section]:
    for kind in KINDS:
        rows = [row for each in found for row in each.get(kind.name, ())]
        if rows:
            told = (tuple(_told(row, bank, words)) for row in rows)
            yield Section(title=words(f"mine.kind.{kind.name}"), rows=tuple(told))


def _told(row: Mapping[str, Any], bank: Mapping[str, ReflectionQuestion], words: Words) -> Iterator[tuple[str, str]]:
    for name, value in row.items():
        text = _asked(bank[value]) if name == "question" and value in bank else _text(value, words)
        if text:
            yield words(f"mine.column.{name}"), text


def _asked(question: ReflectionQuestion) -> str:
    wording = question.wordings.get(current_locale())
    return question.text if wording is None else wording.text


def _text(value: Any, words: Words) -> str:
    if isinstance(value, bool):
        return words("mine.export.yes") if value else words("mine.export.no")
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return words.day(value)
    if isinstance(value, Mapping | list):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
