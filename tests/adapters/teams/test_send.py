"""Cards on their way out: where they go, and what each failure means."""

import contextlib
from dataclasses import replace

import pytest

from adapters.teams.render import render
from adapters.teams.send import TeamsSender
from adapters.teams.transport import ConnectorFailed
from bot.delivery.ports import PostFailed, Rewriting, Sender
from bot.domain.cards import Card, Paragraph
from bot.domain.messages import EventKey, Place
from prompts import words
from tests.adapters.teams.fakes import REFERENCE, FakeReferences, FakeTransport
from tests.fakes import at_once

KEY = EventKey("answer:1")
CARD = Card(title="Hello")
LONG = Card(paragraphs=tuple(Paragraph(text="word " * 2000) for _ in range(3)))


@pytest.fixture
def transport() -> FakeTransport:
    return FakeTransport()


@pytest.fixture
def references() -> FakeReferences:
    return FakeReferences({"a:anna": REFERENCE, "19:c": replace(REFERENCE, conversation="19:c", kind="channel")})


@pytest.fixture
def sender(transport: FakeTransport, references: FakeReferences) -> TeamsSender:
    return TeamsSender(transport=transport, references=references, words=words(), rng=lambda: 0.5, pause=at_once)


async def failed(sender: Sender, card: Card = CARD) -> PostFailed:
    with pytest.raises(PostFailed) as caught:
        await sender.send(Place("a:anna"), KEY, card)
    return caught.value


async def test_a_card_goes_to_its_conversation(sender: Sender, transport: FakeTransport) -> None:
    await sender.send(Place("a:anna"), KEY, CARD)
    await sender.send(Place("19:c;messageid=7"), EventKey("answer:2"), CARD)
    assert [reference.conversation for reference, _ in transport.sent] == ["a:anna", "19:c;messageid=7"]


@pytest.mark.parametrize(
    ("failure", "posted", "wait", "final"),
    [
        (ConnectorFailed("status", status=429, retry_after=10.0), False, 12.5, False),
        (ConnectorFailed("status", status=429, retry_after=0.0), False, 0.25, False),
        (ConnectorFailed("status", status=429), False, 2.5, False),
        (ConnectorFailed("status", status=412), False, 2.5, False),
        (ConnectorFailed("status", status=502), False, 2.5, False),
        (ConnectorFailed("status", status=504), False, 2.5, False),
        (ConnectorFailed("status", status=401), False, 75.0, False),
        (ConnectorFailed("unreachable", sent=False), False, 2.5, False),
        (ConnectorFailed("status", status=500), None, None, False),
        (ConnectorFailed("status", status=503), None, None, False),
        (ConnectorFailed("TimeoutError"), None, None, False),
        (ConnectorFailed("status", status=403), False, None, True),
        (ConnectorFailed("status", status=404), False, None, True),
        (ConnectorFailed("status", status=400), False, None, True),
        (ConnectorFailed("status", status=413), False, None, True),
    ],
)
async def test_what_a_failure_means(
    sender: Sender,
    transport: FakeTransport,
    failure: ConnectorFailed,
    posted: bool | None,
    wait: float | None,
    final: bool,
) -> None:
    transport.failures = [failure]
    found = await failed(sender)
    assert (found.posted, found.retry_after, found.final) == (posted, wait, final)
    assert not transport.sent


async def test_a_conversation_that_shut_the_coach_out_is_forgotten(
    sender: Sender, transport: FakeTransport, references: FakeReferences
) -> None:
    transport.failures = [ConnectorFailed("status", status=403)]
    await failed(sender)
    assert "a:anna" not in references.kept
    again = await failed(sender)
    assert (again.posted, again.final) == (False, True)
    assert not transport.sent


@pytest.mark.parametrize(("status", "gone"), [(403, True), (404, True), (400, False), (413, False)])
async def test_who_is_gone_is_told_from_a_card_that_does_not_suit(
    sender: Sender, transport: FakeTransport, status: int, gone: bool
) -> None:
    transport.failures = [ConnectorFailed("status", status=status)]
    found = await failed(sender)
    assert (found.final, found.gone) == (True, gone)


async def test_a_card_of_several_messages_goes_on_where_it_stopped(sender: Sender, transport: FakeTransport) -> None:
    transport.failures = [None, ConnectorFailed("status", status=429)]
    await failed(sender, LONG)
    assert len(transport.sent) == 1
    await sender.send(Place("a:anna"), KEY, LONG)
    shown = "".join(str(activity) for _, activity in transport.sent)
    assert len(transport.sent) == len(render(LONG, words()))
    # The summary of each message repeats its beginning.
    assert shown.count("word") - sum(activity["summary"].count("word") for _, activity in transport.sent) == 6000


async def test_what_belongs_to_a_card_follows_it_and_goes_on_where_it_stopped(
    sender: Sender, transport: FakeTransport
) -> None:
    digest = Card(title="Digest", more=(Card(title="New"), Card(title="Worse")))
    transport.failures = [None, ConnectorFailed("status", status=429)]
    for _ in range(2):
        with contextlib.suppress(PostFailed):
            await sender.send(Place("19:c;messageid=7"), KEY, digest)
    assert [reference.conversation for reference, _ in transport.sent] == ["19:c;messageid=7"] * 3
    assert [activity["summary"] for _, activity in transport.sent] == ["Digest", "New", "Worse"]


async def test_the_messages_of_a_long_card_are_a_second_apart(
    transport: FakeTransport, references: FakeReferences
) -> None:
    paused: list[tuple[float, int]] = []

    async def pause(seconds: float) -> None:
        paused.append((seconds, len(transport.sent)))

    patient = TeamsSender(transport=transport, references=references, words=words(), pause=pause)
    await patient.send(Place("a:anna"), KEY, LONG)
    assert paused == [(1.0, number) for number in range(1, len(transport.sent))]
    assert paused


@pytest.mark.parametrize(("status", "limited"), [(429, True), (412, False), (502, False), (504, False)])
async def test_only_a_limit_makes_the_others_wait(
    sender: Sender, transport: FakeTransport, status: int, limited: bool
) -> None:
    transport.failures.append(ConnectorFailed("status", status=status))
    with pytest.raises(PostFailed) as caught:
        await sender.send(Place("a:anna"), KEY, CARD)
    assert (caught.value.posted, caught.value.limited) == (False, limited)


def did(transport: FakeTransport) -> list[tuple[str, str]]:
    return [(activity["type"], activity.get("id", "")) for _, activity in transport.sent]


async def test_the_reference_of_a_card_names_its_messages(sender: TeamsSender) -> None:
    assert await sender.send(Place("a:anna"), KEY, CARD) == "sent-1"
    posted = await sender.send(Place("a:anna"), EventKey("answer:2"), LONG)
    assert posted.split() == [f"sent-{number}" for number in range(2, 2 + len(render(LONG, words())))]


async def test_a_card_is_shown_in_the_place_of_another(sender: TeamsSender, transport: FakeTransport) -> None:
    assert isinstance(sender, Rewriting)
    assert await sender.rewrite(Place("19:c;messageid=7"), "one", KEY, CARD) == "one"
    assert did(transport) == [("message", "one")]
    assert transport.sent[0][0].conversation == "19:c;messageid=7"


async def test_a_longer_card_goes_on_and_a_shorter_one_leaves_nothing(
    sender: TeamsSender, transport: FakeTransport
) -> None:
    parts = len(render(LONG, words()))
    assert await sender.rewrite(Place("a:anna"), "one", KEY, LONG) == " ".join(
        ["one", *(f"sent-{number}" for number in range(2, parts + 1))]
    )
    transport.sent.clear()
    assert await sender.rewrite(Place("a:anna"), "one two three", KEY, CARD) == "one"
    assert did(transport) == [("message", "one"), ("deleted", "two"), ("deleted", "three")]


async def test_a_longer_card_that_fails_half_way_goes_on_where_it_stopped(
    sender: TeamsSender, transport: FakeTransport
) -> None:
    longer = Card(paragraphs=LONG.paragraphs * 3)
    parts = len(render(longer, words()))
    assert parts > 2
    transport.failures = [None, None, ConnectorFailed("status", status=429)]
    with pytest.raises(PostFailed):
        await sender.rewrite(Place("a:anna"), "one", KEY, longer)
    stands = await sender.rewrite(Place("a:anna"), "one", KEY, longer)
    assert len(did(transport)) == len(stands.split(" ")) == parts


async def test_what_is_not_there_any_more_is_posted_anew_or_is_no_failure(
    sender: TeamsSender, transport: FakeTransport, references: FakeReferences
) -> None:
    transport.failures = [ConnectorFailed("status", status=404)]
    assert await sender.rewrite(Place("a:anna"), "one", KEY, CARD) == "sent-1"
    transport.failures = [ConnectorFailed("status", status=404)]
    await sender.remove(Place("a:anna"), "one two")
    assert did(transport) == [("message", ""), ("deleted", "two")]
    assert references.kept


@pytest.mark.parametrize(("status", "final"), [(403, True), (400, True), (429, False), (500, False)])
async def test_a_message_that_may_not_be_changed_says_nothing_of_the_place(
    sender: TeamsSender, transport: FakeTransport, references: FakeReferences, status: int, final: bool
) -> None:
    for change in (
        sender.rewrite(Place("a:anna"), "one", KEY, CARD),
        sender.remove(Place("a:anna"), "one"),
    ):
        transport.failures = [ConnectorFailed("status", status=status)]
        with pytest.raises(PostFailed) as caught:
            await change
        assert (caught.value.final, caught.value.gone) == (final, False)
    assert "a:anna" in references.kept


async def test_where_the_coach_is_no_more_nothing_is_changed(sender: TeamsSender) -> None:
    with pytest.raises(PostFailed) as caught:
        await sender.remove(Place("a:gone"), "one")
    assert (caught.value.final, caught.value.gone) == (True, True)
