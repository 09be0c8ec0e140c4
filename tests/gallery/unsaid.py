"""Scenes for the gallery alone: what the use-cases say in nobody's tests by themselves. `recording` listens."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.coaching.answers.card import answer_card
from bot.coaching.barriers.handling_cards import ASK_RAISER, QUESTION, barrier_card, history_card
from bot.coaching.barriers.news import news_card
from bot.coaching.barriers.relaying import ANSWER, Relaying
from bot.coaching.barriers.said_and_did import did_lines
from bot.coaching.check_ins.cards import invite_card
from bot.coaching.check_ins.reasons import reason_line
from bot.coaching.digests.card import digest_card
from bot.coaching.limited import SlowDown
from bot.coaching.recognising import Recognised
from bot.coaching.refusing import refusing
from bot.coaching.roles import winding_up
from bot.coaching.roles.commands import ADD_PARTNER, HAND_OVER, INVITE_LEAD, WIND_UP
from bot.domain import barrier_rules as rules
from bot.domain.barrier_views import Reader, seen_by
from bot.domain.barriers import Barrier, Consent, Refusal, Refused, Status
from bot.domain.cards import Card, Image
from bot.domain.choosing import Kind, Reason
from bot.domain.messages import Incoming
from bot.domain.people import PartnerId
from bot.store.database import Database
from bot.store.relays import Relays
from knowledge.answers import Answer, Hit
from knowledge.answers import Reason as Because
from knowledge.triage.phrases import factor_names
from prompts import words
from tests.bot.coaching.answers.test_card import ANSWER as FOUND
from tests.bot.coaching.answers.test_card import CITATION, PASSAGE, SOURCE
from tests.bot.coaching.barriers_at_hand import AMARA, BEN, LEADING, Shelf, part, recognised
from tests.bot.coaching.check_ins_room import BANK, FIRST, check_in
from tests.bot.coaching.digests_at_hand import busy_digest
from tests.bot.coaching.roles_room import AMARA as AMARA_AS_LEAD
from tests.bot.coaching.roles_room import CERI, HUGO, PIP, Room
from tests.bot.domain.test_digest import NOW as DIGESTED
from tests.bot.domain.test_digest import barrier, made
from tests.bot.domain.test_digest import part as raiser
from tests.bot.plans import COUNCIL, HOUSING, LEAD, PLAN
from tests.fakes import NOON, message

WORDS = words()
DAY = timedelta(days=1)
PAGE = "https://coach.example/digest/1"


async def test_a_lead_asks_those_who_raised_a_barrier(database: Database) -> None:
    shelf, relays = await Shelf.open(database), Relays(database)
    relaying = Relaying(barriers=shelf.barriers, relays=relays, homes=shelf.homes, words=WORDS)
    raised = await shelf.raise_one(part(BEN))
    await relaying.ask(shelf.press(ASK_RAISER, raised.id), LEADING)
    await relaying.ask(shelf.press(ASK_RAISER, raised.id, **{QUESTION: "Which list do you wait for?"}), LEADING)
    (relay,) = [each for each in [await relays.find(name) for name in await _relays(database)] if each]
    answer = shelf.press(ANSWER, relay.id, text="The list of young carers.")
    for _ in range(2):
        await relaying.answer(answer, recognised(BEN))
    await relaying.answer(shelf.press(ANSWER, relay.id, text="Again."), recognised(BEN))


async def _relays(database: Database) -> list[str]:
    from sqlalchemy import select

    from bot.store.tables import metadata

    async with database.reading() as connection:
        return [row[0] for row in await connection.execute(select(metadata.tables["relay"].c.id))]


async def test_a_partnership_is_handed_over_and_wound_up(database: Database) -> None:
    room = await Room.open(database)
    await room.met(AMARA_AS_LEAD, HUGO, CERI, PIP)
    for command in (HAND_OVER, INVITE_LEAD):
        await room.does(AMARA_AS_LEAD, f"/{command}")
        await room.does(AMARA_AS_LEAD, f"/{command}", text="amara@council.example")
        await room.does(AMARA_AS_LEAD, f"/{command}", text="ceri@council.example")
    asked = await room.does(HUGO, f"/{WIND_UP}")
    begun = await room.presses(HUGO, asked, winding_up.BEGIN)
    change = begun.card.buttons[0].value
    await room.does(HUGO, winding_up.END, value=change)
    await room.does(HUGO, f"/{WIND_UP}")
    room.at += winding_up.WAITS
    await room.does(HUGO, f"/{WIND_UP}")
    await room.does(HUGO, winding_up.END, value=change)
    last = await room.does(HUGO, f"/{WIND_UP}")
    await room.presses(HUGO, last, winding_up.STOP)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("since", [None, date(2026, 1, 1)])
@pytest.mark.parametrize("organisation", [None, COUNCIL.id])
def test_every_reason_stands_with_a_question(kind: Kind, since: date | None, organisation: str | None) -> None:
    reason = Reason(kind=kind, factor="trust", since=since, organisation=COUNCIL.id if organisation else None)
    names = {each.id: each.name for each in PLAN.organisations}
    try:
        line = reason_line(reason, factor_names(), names, WORDS.month, WORDS)
    except KeyError:
        return
    invite_card(check_in(), BANK[FIRST], line, (), PLAN, WORDS)


_TOLD = (Status.ACKNOWLEDGED, Status.IN_PROGRESS, Status.RESOLVED, Status.DECLINED)


@pytest.mark.parametrize("to", _TOLD)
@pytest.mark.parametrize("whose", ["p1", "somebody"])
@pytest.mark.parametrize("because", ["A shared form.", ""])
def test_what_was_done_stands_with_a_question(to: Status, whose: str, because: str) -> None:
    one = replace(barrier(raiser("p1", 5)), number=1)
    ended = to in (Status.RESOLVED, Status.DECLINED)
    if whose == "p1":
        one = rules.assigned(one, LEAD.email, date(2026, 4, 1), "a", NOON, None)
    one = rules.moved(one, to, "m", NOON, None, because or "Said." if ended else "")
    reader = Reader(partner=PartnerId(whose), organisation=HOUSING.id, lead=whose != "p1")
    lines = did_lines([one], reader, PLAN, None, NOON, WORDS)
    invite_card(check_in(), BANK[FIRST], "", lines, PLAN, WORDS)
    if whose == "p1":
        news_card(one, one.raisers[0], PLAN, WORDS)


def test_a_barrier_that_much_happened_to() -> None:
    one = replace(barrier(raiser("p1", 30), raiser("p2", 20, COUNCIL.id, consent=Consent.COUNTED)), number=14)
    other = replace(barrier(raiser("p3", 10), named="c"), number=15)
    one = rules.sorted_under(one, "money", (), "s", NOON, None)
    one = rules.assigned(one, "gone@council.example", date(2026, 3, 1), "a", NOON, None)
    one = rules.moved(one, Status.RESOLVED, "m", NOON, None, "A shared form.")
    one = rules.answered(one, PartnerId("p1"), "w", NOON + timedelta(hours=1), gone=False, because="We still wait.")
    one, other = rules.merged(one, other, "g", NOON, None)
    _shown(one)
    one, _other = rules.parted(one, other, "h", NOON, None)
    _shown(one)


def _shown(one: Barrier) -> None:
    for lead in (True, False):
        reader = Reader(partner=AMARA if lead else PartnerId("p1"), organisation=COUNCIL.id, lead=lead)
        view = seen_by(one, reader, PLAN.disclosure)
        assert view is not None
        barrier_card(view, PLAN, WORDS, NOON, lead=lead)
    history_card(one, WORDS)


@pytest.mark.parametrize("weeks", [1, 4, 13])
def test_digests_busy_and_quiet(weeks: int) -> None:
    picture = Image(url="https://coach.example/i.png", alt=WORDS("digest.chart"))
    grid = Image(url="https://coach.example/g.png", alt=WORDS("digest.grid"))
    digest_card(made(weeks=weeks), WORDS)
    for seed in range(3, 12):
        digest_card(busy_digest(seed=seed), WORDS, picture, PAGE, grid)


def test_a_digest_of_barriers_that_wait_for_a_decision() -> None:
    joined = barrier(raiser("p1", 40), raiser("p2", 1, COUNCIL.id), named="b1")
    again = rules.moved(
        barrier(raiser("p3", 40), named="b2"), Status.RESOLVED, "m", DIGESTED - DAY * 3, None, "A form."
    )
    again = rules.answered(again, PartnerId("p3"), "w", DIGESTED - DAY, gone=False, because="We still wait.")
    late = rules.assigned(
        barrier(raiser("p4", 40), named="b3"), LEAD.email, date(2026, 3, 1), "a", DIGESTED - DAY, None
    )
    still = barrier(raiser("p5", 60), named="b4")
    ended = barrier(raiser("p6", 40), named="b5")
    ended = rules.moved(ended, Status.DECLINED, "d", DIGESTED - DAY, None, "The law does not allow it.")
    numbered = [replace(each, number=number) for number, each in enumerate((joined, again, late, still, ended), 1)]
    for chosen in (numbered, numbered[:1], numbered[1:2], numbered[3:4], numbered[4:]):
        for weeks in (1, 4):
            digest_card(made(*chosen, weeks=weeks), WORDS)


async def test_leads_say_who_is_in_the_partnership(database: Database) -> None:
    room = await Room.open(database)
    await room.met(AMARA_AS_LEAD, HUGO)
    for name in sorted(room.acts):
        await room.does(AMARA_AS_LEAD, name)
    await room.does(AMARA_AS_LEAD, f"/{ADD_PARTNER}")
    await room.does(AMARA_AS_LEAD, f"/{ADD_PARTNER}", text="nobody")


def test_answers_and_refusals_in_every_form() -> None:
    for author in ("A. Writer and B. Other", "A. Writer, B. Other and C. Third"):
        source = replace(SOURCE, author=author, chapters=())
        answer_card(replace(FOUND, citations=(replace(CITATION, source=source),)), "How?", WORDS)
    sectioned = Hit(passage=PASSAGE, source=SOURCE, score=1.0, similarity=0.2)
    bare = replace(sectioned, passage=replace(PASSAGE, section=(), ordinal=1))
    for nearest in ((sectioned, bare), (bare, sectioned), (sectioned, replace(sectioned, source=SOURCE))):
        answer_card(Answer(reason=Because.NOTHING_FOUND, nearest=nearest), "Why?", WORDS)


@pytest.mark.parametrize("reason", Refusal)
async def test_every_refusal_about_a_barrier(reason: Refusal) -> None:
    async def refuses(_incoming: Incoming, _recognised: Recognised) -> Card:
        raise Refused(reason, length="12,000", limit="2,000", label="B-014")

    act = refusing({"act": refuses}, WORDS)["act"]
    assert await act(message("m"), LEADING)


@pytest.mark.parametrize("minutes", ["1", "5"])
async def test_somebody_sends_too_much(minutes: str) -> None:
    assert await SlowDown(words=WORDS).say(replace(message("m"), values={"minutes": minutes}), LEADING)
