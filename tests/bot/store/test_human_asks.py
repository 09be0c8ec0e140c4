"""A question to a person and the cards that tell of it are kept together or not at all."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.cards import Card, Paragraph, from_json
from bot.domain.curated import CuratedAnswer
from bot.domain.human_asks import Addressee, AskState, HumanAsk, Proposal
from bot.domain.messages import Place
from bot.domain.people import OrganisationId, PartnerId, PartnershipId
from bot.store.curated import CuratedAnswers
from bot.store.database import Database
from bot.store.human_asks import HumanAsks, about_ask, news_of
from bot.store.human_tables import human_addressee
from bot.store.inbox import Promise, outbox_row
from bot.store.tables import outbox
from tests.bot.store.rows import reply, rows
from tests.fakes import CARD, NOON

HARBOUR = PartnershipId("harbour")
DRAFT = HumanAsk(
    id="a1",
    partnership=HARBOUR,
    asker=PartnerId("hana"),
    organisation=OrganisationId("housing"),
    platform="slack",
    place=Place("T/D1/"),
    at=NOON,
    since=NOON,
)
SENT = replace(
    DRAFT,
    state=AskState.SENT,
    name="Hana",
    question="Who signs?",
    factor="money",
    addressees=(Addressee(partner=PartnerId("z"), contact="Ceri"), Addressee(partner=PartnerId("b"), declined=True)),
)
CURATED = CuratedAnswer(id="c1", partnership=HARBOUR, question="Who signs?", answer="A director.", at=NOON)


async def test_what_a_question_became_is_found_as_it_was_saved(database: Database) -> None:
    asks = HumanAsks(database)
    await asks.draft(DRAFT)
    proposal = Proposal(question="Who?", answer="Me.", organisations=(OrganisationId("a"), OrganisationId("b")))
    full = replace(
        SENT, state=AskState.ANSWERED, by=PartnerId("z"), answerer="Ceri", answer="Me.", helped=True, proposal=proposal
    )
    assert await asks.save(DRAFT, full, (), NOON) is True
    assert await asks.find("a1") == replace(full, version=2)
    assert await asks.find("a2") is None


async def test_a_draft_never_takes_the_place_of_what_was_sent(database: Database) -> None:
    asks = HumanAsks(database)
    await asks.draft(DRAFT)
    await asks.save(DRAFT, SENT, (), NOON)
    await asks.draft(DRAFT)
    await asks.drop("a1", DRAFT.asker)
    assert await asks.find("a1") == replace(SENT, version=2)


async def test_of_two_changes_at_once_one_holds_with_its_cards_alone(database: Database) -> None:
    asks = HumanAsks(database)
    await asks.draft(DRAFT)
    await asks.save(DRAFT, SENT, [reply("sent")], NOON)
    before = replace(SENT, version=2)
    taken = replace(before, state=AskState.TAKEN, by=PartnerId("z"))
    closed = replace(before, state=AskState.CLOSED)
    assert await asks.save(before, taken, [reply("taken")], NOON) is True
    assert await asks.save(before, closed, [reply("closed")], NOON, CURATED) is False
    found = await asks.find("a1")
    assert found is not None
    assert found.state is AskState.TAKEN
    assert {row["key"] for row in await rows(database, outbox)} == {reply("sent").key, reply("taken").key}
    assert await CuratedAnswers(database).all(HARBOUR) == ()


async def test_an_answer_is_owed_once_and_kept_for_others_once(database: Database) -> None:
    asks = HumanAsks(database)
    await asks.draft(DRAFT)
    owed = replace(reply("answer"), promise=Promise.ANSWER)
    await asks.save(DRAFT, SENT, [owed], NOON, CURATED)
    await asks.save(replace(SENT, version=2), SENT, [owed], NOON, CURATED)
    assert [row["promise"] for row in await rows(database, outbox)] == ["answer"]
    assert await CuratedAnswers(database).all(HARBOUR) == (CURATED,)


async def _shown(database: Database, promise: Promise, state: str, place: str = "T/D2/1.0") -> None:
    """A card that shows the question, in some state."""
    made = replace(reply(f"{promise}-{state}-{place}"), card=replace(CARD, about=about_ask("a1")), place=Place(place))
    row = {**outbox_row(replace(made, promise=promise), NOON), "state": state, "key": f"{promise}-{state}-{place}"}
    if state == "sent":
        row["payload"] = None
    async with database.writing() as connection:
        await connection.execute(outbox.insert().values(**row))


async def test_every_card_that_shows_what_was_taken_back_is_rewritten_once(database: Database) -> None:
    asks, gone = HumanAsks(database), Card(paragraphs=(Paragraph(text="Gone."),))
    await asks.draft(DRAFT)
    await asks.save(DRAFT, SENT, [replace(reply("x"), key=f"{news_of('a1')}taken", promise=Promise.NOTICE)], NOON)
    for promise in Promise:
        for state in ("pending", "sending", "sent", "unknown", "failed"):
            await _shown(database, promise, state)
    await _shown(database, Promise.ANSWER, "sent", "T/D1/1.0")
    withdrawn = replace(SENT, version=2, state=AskState.WITHDRAWN, name="", question="", addressees=())
    instead = {Place("T/D2/"): gone, Place(""): CARD}
    assert await asks.withdraw(replace(SENT, version=2), withdrawn, (), instead, NOON) is True
    assert await asks.withdraw(replace(SENT, version=2), withdrawn, (), instead, NOON) is False
    found = {row["key"]: row for row in await rows(database, outbox)}
    assert f"{news_of('a1')}taken" not in found
    assert {row["instead_of"] for row in found.values()} - {""} == {
        *(f"answer-{state}-T/D2/1.0" for state in ("sending", "sent", "unknown")),
        *(f"notice-{state}-T/D2/1.0" for state in ("sending", "sent", "unknown")),
    }
    for state in ("pending", "sending"):
        assert from_json(found[f"answer-{state}-T/D2/1.0"]["payload"]) == gone
    assert await rows(database, human_addressee) == []


async def test_what_somebody_asked_and_nobody_has_answered(database: Database) -> None:
    asks = HumanAsks(database)
    states = (AskState.SENT, AskState.TAKEN, AskState.CLOSED, AskState.ANSWERED, AskState.WITHDRAWN)
    for number, state in enumerate(states):
        each = replace(SENT, id=f"a{number}", state=state, at=NOON - timedelta(hours=number))
        await asks.draft(each)
    await asks.draft(replace(SENT, id="b1", asker=PartnerId("z")))
    await asks.draft(replace(SENT, id="b2", partnership=PartnershipId("quay")))
    await asks.draft(replace(DRAFT, id="b3"))
    assert [each.id for each in await asks.unanswered(HARBOUR, SENT.asker)] == ["a2", "a1", "a0"]


async def test_what_waits_is_found_in_its_partnership_oldest_first(database: Database) -> None:
    asks = HumanAsks(database)
    others = (
        replace(SENT, id="a0", at=NOON + timedelta(hours=1)),
        replace(SENT, id="a2", partnership=PartnershipId("quay")),
        replace(SENT, id="a3", state=AskState.ANSWERED),
        DRAFT,
    )
    for each in others:
        await asks.draft(replace(each, state=AskState.DRAFT))
        await asks.save(each, each, (), NOON)
    await asks.save(replace(DRAFT, version=2), SENT, (), NOON)
    assert [each.id for each in await asks.open(HARBOUR)] == ["a1", "a0"]
    assert all(each.addressees == SENT.addressees for each in await asks.open(HARBOUR))


async def test_what_is_forgotten_goes_with_whom_it_was_put_to(database: Database) -> None:
    asks = HumanAsks(database)
    await asks.draft(DRAFT)
    await asks.save(DRAFT, SENT, (), NOON)
    await asks.draft(replace(DRAFT, id="a2"))
    later = NOON + timedelta(minutes=1)
    await asks.forget(HARBOUR, NOON, later)
    assert await asks.find("a2") is None
    assert await asks.find("a1") is not None
    await asks.forget(PartnershipId("quay"), later, later)
    assert await asks.find("a1") is not None
    await asks.forget(HARBOUR, later, later)
    assert await asks.find("a1") is None
    assert await rows(database, human_addressee) == []
