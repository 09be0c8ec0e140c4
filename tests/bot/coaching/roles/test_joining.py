"""Joining: codes that a person can type, that work once, and of which only a keyed hash is kept."""

import secrets
from dataclasses import replace
from datetime import timedelta
from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.coaching.roles.joining import ALPHABET, DIGITS, Joining, Pick, code_in
from bot.domain.membership import Standing
from bot.domain.people import Identity, OrganisationId, PartnershipId
from bot.store.database import Database
from bot.store.people import People
from bot.store.tables import invitation
from prompts import words
from tests.bot.plans import steady
from tests.bot.store.rows import rows
from tests.fakes import FakeClock, counted, message
from tests.texts import ANY

OFFERED = Standing(partnership=PartnershipId("harbour"), organisation=OrganisationId("council"), lead=True)
ANN = Identity(platform="slack", tenant="T0X", user="UANN", guest=True)
TYPED = replace(message("e1", platform="slack"), sender=ANN)


def _in_turn() -> Pick:
    numbers = cycle(range(7, 7 + len(ALPHABET)))
    return lambda alphabet: alphabet[next(numbers) % len(alphabet)]


def _joining(database: Database, clock: FakeClock, *, secret: bytes = b"key", pick: Pick | None = None) -> Joining:
    people = People(database, counted("p"))
    return Joining(people=people, words=words(), secret=secret, clock=clock, pick=pick or _in_turn())


def _code(written: str) -> str:
    found = code_in(written)
    assert found is not None
    return found


async def _says(joining: Joining, code: str, who: Identity = ANN) -> str:
    return (await joining(replace(TYPED, sender=who), code)).plain


@pytest.mark.parametrize(
    "typed",
    [
        "7BCD-EFGH-JKMN",
        "7bcd-efgh-jkmn",
        " 7BCDEFGHJKMN\n",
        "7BCD EFGH JKMN",
        "7BCD EFGH-JKMN",
        "join 7BCD-EFGH-JKMN",
        "  Join  7bcdefghjkmn ",
    ],
)
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert code_in(typed) == "7BCDEFGHJKMN"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "join",
        "7BCD-EFGH",
        "7BCD-EFGH-JKMN-PQRS",
        "7BCD-EFGH-JKM0",
        "7BCD-EFGH-JKMI",
        "My code is 7BCD-EFGH-JKMN",
        "7BCD-EFGH-JKMN?",
        "7BCD--EFGH-JKMN",
        "７BCD-EFGH-JKMN",
        # Words and questions of twelve letters.
        "what gets them",
        "transference",
        "Refreshments",
        "join that great crew",
        "join them then when",
    ],
)
def test_nothing_else_is_a_code(typed: str) -> None:
    assert code_in(typed) is None


@steady
@given(st.text(ANY, max_size=20))
def test_any_text_is_a_code_or_none(text: str) -> None:
    found = code_in(text)
    assert found is None or (len(found) == 12 and set(found) <= set(ALPHABET))


def test_no_two_characters_of_a_code_look_alike() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 30
    assert not set(ALPHABET) & set("01OILU")
    assert set(DIGITS) == {each for each in ALPHABET if each.isdigit()}


async def test_a_code_is_written_as_it_is_read(sqlite: Database) -> None:
    joining = _joining(sqlite, FakeClock(), pick=secrets.choice)
    codes = [await joining.invite(OFFERED) for _ in range(20)]
    assert len(set(codes)) == 20
    for code in codes:
        assert [len(group) for group in code.split("-")] == [4, 4, 4]
        assert code_in(code) == code_in(f"join {code.lower()}") == code.replace("-", "")


async def test_a_code_makes_a_stranger_a_partner_once(sqlite: Database) -> None:
    joining = _joining(sqlite, FakeClock())
    code = _code(await joining.invite(OFFERED))
    assert await _says(joining, code) == words()("join.welcome")
    held = (await joining.people.held([ANN]))[ANN.key]
    assert (held.standing, held.by_code, held.active) == (OFFERED, True, True)
    other = replace(ANN, user="UOTHER")
    assert await _says(joining, code, other) == words()("join.wrong")
    assert other.key not in await joining.people.held([other])


async def test_a_code_that_links_makes_two_identities_one_person(sqlite: Database) -> None:
    joining = _joining(sqlite, FakeClock())
    await _says(joining, _code(await joining.invite(OFFERED)))
    partner = (await joining.people.held([ANN]))[ANN.key].partner
    other = Identity(platform="teams", tenant="tenant-x", user="ann")
    assert await _says(joining, _code(await joining.invite(OFFERED, partner)), other) == words()("join.welcome")
    assert (await joining.people.held([other]))[other.key].partner == partner


@pytest.mark.parametrize(("age", "name"), [(timedelta(days=7, seconds=-1), "welcome"), (timedelta(days=7), "wrong")])
async def test_a_code_works_for_seven_days(sqlite: Database, age: timedelta, name: str) -> None:
    clock = FakeClock()
    joining = _joining(sqlite, clock)
    code = _code(await joining.invite(OFFERED))
    clock.now += age
    assert await _says(joining, code) == words()(f"join.{name}")


async def test_the_sixth_try_is_not_looked_at(sqlite: Database) -> None:
    clock = FakeClock()
    joining = _joining(sqlite, clock)
    code = _code(await joining.invite(OFFERED))
    for _ in range(5):
        assert await _says(joining, "2" * 12) == words()("join.wrong")
    assert await _says(joining, code) == words()("join.wrong")
    clock.move(3600)
    assert await _says(joining, code) == words()("join.welcome")


async def test_who_reads_the_table_cannot_use_it(sqlite: Database) -> None:
    joining = _joining(sqlite, FakeClock())
    code = _code(await joining.invite(OFFERED))
    (row,) = await rows(sqlite, invitation)
    assert len(row["hash"]) == 64
    assert code not in repr(row)
    assert await _says(joining, row["hash"]) == words()("join.wrong")


async def test_a_code_is_worth_nothing_under_another_key(sqlite: Database) -> None:
    code = _code(await _joining(sqlite, FakeClock()).invite(OFFERED))
    assert await _says(_joining(sqlite, FakeClock(), secret=b"another"), code) == words()("join.wrong")
