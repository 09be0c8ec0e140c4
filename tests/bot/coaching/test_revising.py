"""Second thoughts after the answer: made anew in place, taken away, or said that it is too late."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.coaching.front_door import FrontDoor
from bot.coaching.recognising import Recognised
from bot.coaching.revising import Revising, SecondThoughts, Traces
from bot.coaching.safeguarding import Safeguarding, human_route_card
from bot.coaching.slips import Slips
from bot.delivery.worker import Delivery
from bot.domain.cards import Card, Paragraph
from bot.domain.heard import Gap, Verdict, Vote
from bot.domain.messages import REVISED, WITHDRAWN, Incoming, Place
from bot.store.asked_traces import AskedTraces
from bot.store.database import Database
from bot.store.feedback import Feedback
from bot.store.gaps import Gaps
from bot.store.inbox import Inbox
from bot.store.last_questions import LastQuestions
from bot.store.outbox import Outbox
from bot.store.tables import inbox, outbox
from knowledge.following import Before
from prompts import words
from tests.bot.coaching.test_front_door import LINES, PARTNER, judge
from tests.bot.store.rows import rows
from tests.fakes import NOON, SORRY, FakeClock, FakeRewriter, counted, message

PLAN = PARTNER.plan
SLIPS = Slips(secret=b"s")
BARRIER = "log a barrier: nobody shares"
SENSITIVE = "somebody hurts me"


def said(text: str) -> Card:
    return Card(paragraphs=(Paragraph(text=text),))


@dataclass
class House:
    """The front door with everything around it, and a platform whose messages can be changed."""

    database: Database
    logged: list[str] = field(default_factory=list)
    sender: FakeRewriter = field(default_factory=FakeRewriter)
    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self) -> None:
        safeguard = Safeguarding(judge=judge, lines=LINES, words=words())
        second = SecondThoughts(words=words())
        door = FrontDoor(
            recognise=self.recognise,
            join=self.join,
            ask=self.ask,
            safeguard=safeguard,
            words=words(),
            actions=second.actions,
            commands={"raise": self.log},
        )
        self.inbox = Inbox(self.database)

        async def sensitive(text: str) -> bool:
            return (await safeguard.look(text)).sensitive

        self.delivery = Delivery(
            inbox=self.inbox,
            outbox=Outbox(self.database),
            answer=Revising(
                door=door,
                find=self.inbox.original,
                sensitive=sensitive,
                traces=Traces(kept=AskedTraces(self.database), slips=SLIPS),
            ),
            apology=lambda: SORRY,
            senders={"web": self.sender},
            clock=self.clock,
            new_id=counted("worker-"),
        )

    async def recognise(self, _incoming: Incoming) -> Recognised | None:
        return PARTNER

    async def join(self, _incoming: Incoming, _code: str) -> Card:
        raise AssertionError

    async def ask(self, question: str, _recognised: Recognised, incoming: Incoming) -> Card:
        last = LastQuestions(self.database)
        before = Before(question=question, file="")
        await last.keep(incoming.sender.key, incoming.place, before, incoming.received_at)
        return said(f"About {question}")

    async def log(self, incoming: Incoming, _recognised: Recognised) -> Card:
        self.logged.append(incoming.text)
        return said(f"Logged {incoming.text}")

    async def hear(self, *events: Incoming) -> list[Card]:
        """Each comes and is dealt with before the next; what stands there now."""
        for each in events:
            await self.delivery.receive(each)
            for _ in range(3):
                while await self.delivery.handle_one() or await self.delivery.send_one():
                    pass
                self.clock.move(10)
        return list(self.sender.shown.values())

    async def last(self) -> str:
        found = await LastQuestions(self.database).find(message("e1").sender.key, Place("lena"), NOON)
        return "" if found is None else found.question


def typed(text: str) -> Incoming:
    return message("e1", text=text)


def revised(text: str, number: int = 1) -> Incoming:
    made = message(f"changed:e1:{number}", text=text, at=number)
    return replace(made, action=REVISED, values={"of": message("e1").key})


WITHDRAWAL = replace(message("deleted:e1", text="", at=9), action=WITHDRAWN, values={"of": message("e1").key})


async def test_the_answer_to_a_changed_question_is_made_anew_where_it_stands(database: Database) -> None:
    house = House(database)
    events = [typed("Who pays?"), revised("Who decides?"), revised("Who decides?"), revised("Who plans?", 2)]
    assert await house.hear(*events) == [said("About Who plans?")]
    assert len(house.sender.posted) == 1
    assert await house.last() == "Who plans?"


async def test_an_older_change_that_comes_late_changes_nothing(database: Database) -> None:
    house = House(database)
    await house.hear(typed("Who pays?"), revised("Who plans?", 2))
    assert await house.hear(revised("Who decides?", 1)) == [said("About Who plans?")]


async def test_the_answer_to_a_question_that_was_taken_back_goes(database: Database) -> None:
    house = House(database)
    assert await house.hear(typed("Who pays?"), revised("Who decides?"), WITHDRAWAL) == []
    assert await house.last() == ""
    assert await house.hear(revised("Who plans?", 3)) == []
    kept = [*await rows(database, inbox), *await rows(database, outbox)]
    assert [row["key"] for row in kept if row["payload"]] == []


async def test_of_a_message_that_never_came_nothing_is_said(database: Database) -> None:
    house = House(database)
    house.clock.move(30)
    assert await house.hear(revised("Who decides?"), WITHDRAWAL) == []
    assert house.sender.tried == 0


async def test_what_was_done_stands_and_the_person_is_told_so(database: Database) -> None:
    house = House(database)
    shown = await house.hear(typed(BARRIER), revised("log a barrier: nobody listens"))
    assert shown == [said("Logged nobody shares"), said(words()("revised.too_late"))]
    assert await house.hear(WITHDRAWAL) == [said(words()("revised.gone")), said(words()("revised.too_late"))]
    assert house.logged == ["nobody shares"]


async def test_a_question_may_become_a_command_and_is_one_from_then_on(database: Database) -> None:
    house = House(database)
    assert await house.hear(typed("Who shares?"), revised(BARRIER)) == [said("Logged nobody shares")]
    assert (await house.hear(revised("Who decides?", 2)))[-1] == said(words()("revised.too_late"))
    assert house.logged == ["nobody shares"]


@pytest.mark.parametrize("before", ["Who pays?", BARRIER])
async def test_help_comes_as_a_new_message_and_the_old_answer_goes(database: Database, before: str) -> None:
    house = House(database)
    shown = await house.hear(typed(before), revised(SENSITIVE))
    assert shown[-1] == human_route_card(PLAN.contacts, LINES, words())
    # What was done is still told of; an answer about something else is in the way.
    assert len(shown) == (2 if before == BARRIER else 1)
    assert len(house.sender.posted) == 2
    assert await house.last() == ""
    assert SENSITIVE not in str([await rows(database, table) for table in (inbox, outbox)])


async def test_what_is_sensitive_no_more_is_answered(database: Database) -> None:
    house = House(database)
    assert await house.hear(typed(SENSITIVE), revised("Who decides?")) == [said("About Who decides?")]


@pytest.mark.parametrize("second", [revised("Who decides?"), WITHDRAWAL, revised(SENSITIVE)])
async def test_a_question_that_was_passed_on_or_shown_with_feedback_is_forgotten(
    database: Database, second: Incoming
) -> None:
    house, gaps, feedback = House(database), Gaps(database), Feedback(database)
    first = typed("Who pays?")
    await house.hear(first)
    for key, who in ((first.key, "lena"), (message("e5").key, "lena"), (message("e6").key, "amara")):
        answer, person = SLIPS.answer(key), replace(first.sender, user=who)
        gap = Gap(id=answer, partnership=PLAN.id, organisation=PARTNER.standing.organisation, question=key, at=NOON)
        await gaps.add(gap, SLIPS.author(person.key))
        voter = SLIPS.voter(answer, person)
        vote = Vote(id=voter, partnership=PLAN.id, verdict=Verdict.DOWN, at=NOON, question=key)
        await feedback.save(vote, SLIPS.author(person.key))
    await house.hear(second)
    kept = {message("e5").key, message("e6").key}
    assert {gap.question for gap in await gaps.open(PLAN.id)} == kept
    assert {vote.question for vote in await feedback.shared(PLAN.id)} == kept


async def test_what_was_asked_afterwards_stays_the_last_question_where_the_change_is_answered(
    database: Database,
) -> None:
    house = House(database)
    later = replace(message("e2", text="And who checks?"), received_at=NOON + timedelta(seconds=4))
    await house.hear(typed("Who pays?"), later)
    assert await house.last() == "And who checks?"
    await house.hear(revised("Who decides?", 6))
    assert await house.last() == "Who decides?"
