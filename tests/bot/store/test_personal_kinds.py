"""No table keeps a person without being known to whoever takes out or erases."""

import pytest
from sqlalchemy import JSON, Boolean, Column, Text

from bot.domain.people import PartnerId, PartnershipId
from bot.store.personal_kinds import KINDS, NOBODYS, Kind, Person
from bot.store.tables import metadata
from prompts import LOCALES, words

#: What columns that hold a person are called.
PERSONS = {"partner", "person", "raiser", "lead", "identity", "asker", "owner", "sender", "by", "author", "email"}
LENA = Person(
    partner=PartnerId("lena"),
    partnership=PartnershipId("harbour"),
    email="lena@council.example",
    identities=("slack:T1:lena",),
    authors=("a",),
    places=("T1/D1/",),
)


def _of_persons() -> list[Column[object]]:
    found = [column for table in metadata.tables.values() for column in table.columns]
    return [each for each in found if each.name in PERSONS and not isinstance(each.type, Boolean)]


def test_every_table_is_somebodys_or_it_is_said_why_not() -> None:
    assert {kind.table.name for kind in KINDS} | NOBODYS.keys() == metadata.tables.keys()
    assert {kind.table.name for kind in KINDS} & NOBODYS.keys() == set()


def test_every_column_that_holds_a_person_finds_their_rows() -> None:
    looked_at = {
        column
        for kind in KINDS
        for column in kind.table.columns
        if f"{kind.table.name}.{column.name} " in f"{kind.theirs(LENA)} "
    }
    # Their rows are found by another column, which holds the same person.
    twice = {"partner.email", "home.identity"}
    lacking = [str(each) for each in _of_persons() if each not in looked_at and str(each) not in twice]
    assert len(_of_persons()) > 20
    assert lacking == []


def test_every_long_text_is_taken_out_or_is_no_word_of_theirs() -> None:
    """Long texts are what people write; those here are others', the coach's, or emptied by themselves."""
    texts = {
        str(column)
        for kind in KINDS
        for column in kind.table.columns
        if isinstance(column.type, Text | JSON) and column.name not in kind.shown
    }
    others = {
        "relay.answer",  # who was asked takes it out, not the lead who asked
        "human_ask.name",  # whoever asked takes out both, not whoever answered
        "human_ask.question",
        "human_ask.answer",  # whoever answered takes out these, not whoever asked
        "human_ask.answerer",
        "human_ask.proposed_question",
        "human_ask.proposed_answer",
    }
    assert texts - others == {
        "barrier.because",
        "page_entry.card",
        "check_in.reason",
        "conversation_reference.reference",
    }


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_names_columns_that_there_are(kind: Kind) -> None:
    assert {*kind.shown, *kind.said, *(kind.emptied or {})} <= set(kind.table.columns.keys())
    assert set(kind.said) <= set(kind.shown)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_everything_has_a_name_for_whoever_takes_it_out(kind: Kind, locale: str) -> None:
    """Without one neither the page nor the card of erasing could be shown."""
    spoken = words(locale)
    assert spoken(f"mine.kind.{kind.name}")
    assert all(spoken(f"mine.column.{name}") for name in kind.shown)
