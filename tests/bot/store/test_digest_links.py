"""Codes for a digest's page on either database: few, short-lived, each used once, however many ask at once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.domain.messages import Place
from bot.domain.people import PartnerId, PartnershipId
from bot.store.barrier_tables import digest_link
from bot.store.database import Database
from bot.store.digest_links import LIFE, MOST_ATTEMPTS, DigestCodes, Issued
from bot.store.inbox import Promise, Reply
from bot.store.tables import outbox
from tests.bot.store.rows import rows
from tests.fakes import CARD, NOON

ISSUED = Issued(partnership=PartnershipId("harbour"), partner=PartnerId("amara"), code_hash="a" * 64)
OTHER = replace(ISSUED, code_hash="b" * 64)
HOUR = timedelta(hours=1)


def notice(key: str) -> Reply:
    return Reply(key=f"notice:code:{key}", platform="slack", place=Place("D1"), card=CARD, promise=Promise.NOTICE)


async def test_a_code_is_used_once_and_kept_with_its_notice(database: Database) -> None:
    codes = DigestCodes(database, "digest")
    assert await codes.issue(ISSUED, notice("1"), NOON)
    assert [row["key"] for row in await rows(database, outbox)] == ["notice:code:1"]
    assert not await codes.use(replace(ISSUED, partner=PartnerId("ben")), NOON)
    assert await codes.use(ISSUED, NOON)
    assert not await codes.use(ISSUED, NOON)


async def test_each_wrong_try_counts(database: Database) -> None:
    codes = DigestCodes(database, "digest")
    await codes.issue(ISSUED, notice("1"), NOON)
    for _ in range(MOST_ATTEMPTS - 1):
        assert not await codes.use(OTHER, NOON)
    assert await codes.use(ISSUED, NOON)


async def test_a_code_that_was_tried_too_often_or_is_too_old_opens_nothing(database: Database) -> None:
    codes = DigestCodes(database, "digest")
    await codes.issue(ISSUED, notice("1"), NOON)
    assert not await codes.use(ISSUED, NOON + LIFE)
    for _ in range(MOST_ATTEMPTS):
        await codes.use(OTHER, NOON)
    assert not await codes.use(ISSUED, NOON)


async def test_a_new_code_ends_the_one_before(database: Database) -> None:
    codes = DigestCodes(database, "digest")
    await codes.issue(ISSUED, notice("1"), NOON)
    await codes.issue(OTHER, notice("2"), NOON)
    assert not await codes.use(ISSUED, NOON)
    assert await codes.use(OTHER, NOON)


async def test_each_page_has_codes_of_its_own(database: Database) -> None:
    digest, own = DigestCodes(database, "digest"), DigestCodes(database, "own")
    for number in range(3):
        assert await digest.issue(ISSUED, notice(f"d{number}"), NOON)
    assert await own.issue(OTHER, notice("o"), NOON)
    assert not await own.use(ISSUED, NOON)
    assert await digest.use(ISSUED, NOON)
    assert await own.use(OTHER, NOON)


async def test_three_an_hour_however_many_ask_at_once(database: Database) -> None:
    codes = DigestCodes(database, "digest")
    asked = [codes.issue(ISSUED, notice(str(number)), NOON) for number in range(12)]
    assert 1 <= sum(await asyncio.gather(*asked)) <= 3
    assert len(await rows(database, outbox)) == len(await rows(database, digest_link)) <= 3


async def test_tries_at_once_are_counted_one_by_one(database: Database) -> None:
    codes = DigestCodes(database, "digest")
    await codes.issue(ISSUED, notice("1"), NOON)
    assert sum(await asyncio.gather(*(codes.use(ISSUED, NOON) for _ in range(8)))) == 1


async def test_what_is_a_day_old_is_forgotten(database: Database) -> None:
    codes = DigestCodes(database, "digest")
    for number in range(3):
        assert await codes.issue(ISSUED, notice(str(number)), NOON)
    assert not await codes.issue(ISSUED, notice("4"), NOON + HOUR - timedelta(seconds=1))
    assert await codes.issue(ISSUED, notice("5"), NOON + HOUR)
    assert await codes.issue(ISSUED, notice("6"), NOON + 48 * HOUR)
    assert len(await rows(database, digest_link)) == 1
