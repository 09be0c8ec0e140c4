"""A question that was refused in front of others is kept for its asker alone, and answered there or not mentioned."""

from dataclasses import dataclass, field, replace

import pytest

from bot.coaching.answers.hinting import HINT, Hinting
from bot.coaching.recognising import Recognised
from bot.delivery.saying import SILENT
from bot.domain.cards import Card
from bot.domain.membership import Standing
from bot.domain.messages import Incoming, Place
from bot.domain.people import Audience, Identity, PartnerId
from bot.store.homes import Home, Homes
from knowledge.answering import Answerer, Evidence
from knowledge.answers import Answer, Reason
from knowledge.following import Before
from knowledge.search import MayUse
from prompts import words
from tests.bot.plans import COUNCIL, HOUSING, PLAN
from tests.fakes import message

WORDS = words()
ASKED = replace(message("1"), place=Place("room"), channel=Place("room"), direct=Place("lena"))
BOTH = Recognised(
    standing=Standing(partnership=PLAN.id, organisation=COUNCIL.id),
    plan=PLAN,
    audience=Audience(organisations=frozenset({COUNCIL.id, HOUSING.id})),
    person=Identity(platform="web", tenant="demo", user="lena"),
    partner=PartnerId("lena"),
)
ALONE = replace(BOTH, audience=Audience(organisations=frozenset({COUNCIL.id})), alone=True)


class Says(Answerer):
    """Answers everything, or nothing."""

    def __init__(self, reason: Reason) -> None:
        self._reason = reason

    async def search(self, question: str, may_use: MayUse, before: Before | None = None) -> Evidence:
        return Evidence(question=question)

    async def compose(self, evidence: Evidence) -> Answer:
        return Answer(reason=self._reason)


class NoHomes(Homes):
    """Nobody has one, or everybody this."""

    def __init__(self, home: Home | None = None) -> None:
        self._home = home

    async def of(self, partners: object) -> dict[PartnerId, Home]:
        return {} if self._home is None else {PartnerId("lena"): self._home}


@dataclass
class Kept:
    incoming: list[Incoming] = field(default_factory=list)

    async def __call__(self, incoming: Incoming) -> bool:
        self.incoming.append(incoming)
        return True


def _hinting(kept: Kept, reason: Reason = Reason.ANSWERED, home: Home | None = None) -> Hinting:
    return Hinting(keep=kept, homes=NoHomes(home), answerer=Says(reason), words=WORDS)


@pytest.mark.parametrize("reason", [Reason.ANSWERED, Reason.NOTHING_FOUND])
async def test_the_same_is_kept_whether_or_not_there_is_an_answer(reason: Reason) -> None:
    kept = Kept()
    await _hinting(kept, reason).refused("Why?", ASKED, BOTH)
    (again,) = kept.incoming
    assert (again.place, again.action, again.values) == ("lena", HINT, {"text": "Why?"})
    assert again.key == f"{ASKED.key}:{HINT}"


async def test_nothing_is_kept_where_they_are_alone_or_cannot_be_written_to() -> None:
    kept = Kept()
    await _hinting(kept).refused("Why?", replace(ASKED, place=Place("lena")), BOTH)
    await _hinting(kept).refused("Why?", ASKED, ALONE)
    nowhere = replace(ASKED, direct=Place(""))
    await _hinting(kept).refused("Why?", nowhere, BOTH)
    assert kept.incoming == []


async def test_nothing_is_said_where_somebody_else_reads_or_there_is_nothing_to_say() -> None:
    again = replace(ASKED, action=HINT, values={"text": "Why?"})
    assert await _hinting(Kept()).hint(again, BOTH) == SILENT
    assert await _hinting(Kept(), Reason.NOTHING_FOUND).hint(again, ALONE) == SILENT


async def test_alone_they_are_told_that_there_is_more_and_of_no_document() -> None:
    said = await _hinting(Kept()).hint(replace(ASKED, action=HINT, values={"text": "Why?"}), ALONE)
    assert isinstance(said, Card)
    assert [(each.action, each.value) for each in said.buttons] == [("ask", "Why?")]
    long = await _hinting(Kept()).hint(replace(ASKED, action=HINT, values={"text": "Why? " * 200}), ALONE)
    assert isinstance(long, Card)
    assert long.buttons == ()
