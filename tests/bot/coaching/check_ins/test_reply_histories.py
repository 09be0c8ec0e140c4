"""Whatever somebody does with a reply, in whatever order and however often it is taken up, it stays theirs."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.coaching.check_ins.reply_moves import (
    Author,
    Said,
    added,
    consented,
    followed,
    replied,
    undone,
    unwished,
    wished,
    withdrawn,
)
from bot.coaching.check_ins.reply_saving import Declined, Own
from bot.coaching.directly import Act
from bot.domain.barriers import Consent
from bot.domain.check_ins import CheckInId, Reflection, State, View, published, still_waits
from bot.domain.messages import Incoming
from bot.store.database import Database
from tests.bot.coaching.check_ins_room import ANN, BANK, FIRST, Room, check_in
from tests.bot.plans import PLAN, steady
from tests.conftest import FULL
from tests.fakes import NOON

_SEEN = (Consent.NAMED, Consent.OWN_LEADS)
_KINDS = ("reply", "add", "follow", "consent", "withdraw", "undo", "wish", "unwish")
_steps = st.tuples(
    st.sampled_from(_KINDS),
    st.text(min_size=0, max_size=12),
    st.sampled_from([None, *Consent]),
    st.sampled_from([None, *View]),
    st.booleans(),
    st.integers(min_value=0, max_value=3),
)
Step = tuple[str, str, Consent | None, View | None, bool, int]


def _moved(own: Own, step: Step, author: Author) -> Own:
    kind, text, consent, view, shared, _ = step
    said = Said(text=text.strip(), view=view, consent=consent, shared=shared)
    moves: dict[str, Callable[[], Own]] = {
        "reply": lambda: replied(own, said, author),
        "add": lambda: added(own, said.text, author),
        "follow": lambda: followed(own, said.text, author),
        "consent": lambda: consented(own, consent, author, shared=shared),
        "withdraw": lambda: withdrawn(own, author),
        "undo": lambda: undone(own, author),
        "wish": lambda: wished(own, author),
        "unwish": lambda: unwished(own, author),
    }
    return moves[kind]()


@steady
@given(st.lists(_steps, max_size=12), st.integers(min_value=0, max_value=9))
def test_nothing_is_lost_or_shown_too_far_whatever_is_done(steps: list[Step], next_asked: int) -> None:
    at, own = NOON, Own(check_in=check_in(), shown=BANK[FIRST])
    if next_asked:
        own = replace(own, next_asked=NOON + timedelta(days=next_asked))
    for step in steps:
        at += timedelta(days=step[5], minutes=1)
        try:
            after = _moved(own, step, Author(recognised=ANN, at=at))
        except Declined:
            continue
        _holds(own, after, step, at)
        own = after


def _holds(before: Own, after: Own, step: Step, at: datetime) -> None:
    kind, consent = step[0], step[2]
    given_, reply = after.given, after.reply
    assert given_ is not None
    if given_.withdrawn:
        assert kind in ("withdraw", "undo")
        assert (given_.text, given_.follow_up, given_.view, given_.name) == ("", "", None, "")
        assert (given_.shared, given_.agenda, given_.counts) == (False, False, False)
    if reply is None:
        return
    assert reply.text
    assert not still_waits(after.check_in)
    assert bool(reply.name) is (reply.consent in _SEEN)
    if reply.consent is Consent.PRIVATE:
        assert (reply.shared, reply.agenda, reply.counts) == (False, False, False)
    if after.late(reply.at):
        assert reply.consent is Consent.PRIVATE
    if before.reply is None:
        assert reply.at == at
        assert reply.consent in (consent, Consent.COUNTED, Consent.PRIVATE)
        return
    _changed(before.reply, reply, step, at)


def _changed(old: Reflection, new: Reflection, step: Step, at: datetime) -> None:
    kind, text, consent, *_ = step
    assert (new.at, new.question, new.partner) == (old.at, old.question, old.partner)
    if new.consent is not old.consent:
        assert (kind, new.consent) in (("consent", consent), ("reply", consent))
    if published(old, at, PLAN.zone):
        assert (new.text, new.follow_up, new.view) == (old.text, old.follow_up, old.view)
        assert new.agenda <= old.agenda
    if kind == "add":
        assert new.text.startswith(old.text)
        assert text.strip() in new.text


@dataclass(frozen=True)
class Event:
    """A message, as it is taken up, and what takes it up."""

    act: Act
    incoming: Incoming

    async def happens(self) -> None:
        await self.act(self.incoming, ANN)


def _events(room: Room, drawn: random.Random, name: str) -> list[Event]:
    return [_event(room, drawn, name) for _ in range(drawn.randint(1, 8))]


def _event(room: Room, drawn: random.Random, name: str) -> Event:
    text = drawn.choice(["Brackwater one.", "Brackwater two.", "Brackwater three."])
    consent = drawn.choice([each.value for each in Consent])
    action, value, fields = drawn.choice(
        [
            ("check-in-reply", name, {"reply": text, "consent": consent, "view": "hard"}),
            ("check-in-reply", name, {"reply": text, "consent": consent}),
            ("check-in-follow", name, {"follow_up": text}),
            ("check-in-meant", f"{name}\n{text}", {}),
            ("check-in-undo", f"{name}\n{text}", {}),
            ("check-in-consented", name, {"consent": consent, "share": "yes"}),
            ("check-in-withdrawn", name, {}),
            ("check-in-agenda", name, {}),
            ("check-in-off-agenda", name, {}),
            ("check-in-another", name, {}),
            ("check-in-skip", name, {}),
            ("check-in-snooze", name, {}),
        ]
    )
    sent = replace(room.message("", ANN), action=action, values={**fields, "value": value})
    return Event(act=room.actions[action], incoming=sent)


@pytest.mark.parametrize("seed", range(300 if FULL else 25))
async def test_what_is_taken_up_again_changes_nothing(database: Database, seed: int) -> None:
    """As after a crash: an event is taken up again after others came, or twice at once."""
    room, drawn = Room(database=database), random.Random(seed)
    await room.ask(check_in("c1"), check_in("c2", at=NOON - timedelta(weeks=1)))
    events = _events(room, drawn, "c1")
    for number, event in enumerate(events):
        await event.happens()
        stands, waits = await room.reflections.find(CheckInId("c1")), await room.now()
        again = drawn.sample(events[: number + 1], k=min(number + 1, 2))
        await asyncio.gather(*(each.happens() for each in again if each.incoming.action in _SAVED))
        assert await room.reflections.find(CheckInId("c1")) == stands
        assert (await room.now()).state is waits.state
        if stands is not None and stands.withdrawn:
            assert await room.kept("Brackwater") == set()


#: What is remembered by its message; passing is remembered by its outcome.
_SAVED = (
    "check-in-reply",
    "check-in-follow",
    "check-in-meant",
    "check-in-undo",
    "check-in-consented",
    "check-in-off-agenda",
    "check-in-withdrawn",
)


@pytest.mark.parametrize("seed", range(100 if FULL else 10))
async def test_of_messages_at_once_none_is_lost(database: Database, seed: int) -> None:
    room, drawn = Room(database=database), random.Random(seed)
    await room.ask()
    texts = [f"Thought {number}." for number in range(drawn.randint(2, 4))]
    await asyncio.gather(*(room.presses("check-in-meant", f"c1\n{text}") for text in texts))
    kept = await room.reply()
    assert sorted(kept.text.split("\n")) == texts
    assert (await room.now()).state is State.ANSWERED
