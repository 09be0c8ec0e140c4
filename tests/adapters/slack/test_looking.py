"""While somebody waits it is said that the coach looks, and nothing of that stays once they are answered."""

import asyncio
from dataclasses import replace

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.clients import SingleClient
from adapters.slack.looking import Looking, answer_mark
from adapters.slack.places import Spot
from adapters.slack.send import SlackSender
from bot.delivery.ports import PostFailed
from bot.domain.cards import Card, Paragraph
from bot.domain.messages import EventKey, Incoming
from bot.domain.people import Identity
from prompts import words
from tests.adapters.slack.signing import NOW
from tests.fakes import at_once
from tests.slack_double import SlackDouble, refuses

CARD = Card(paragraphs=(Paragraph(text="Start small."),))
DIRECT = Spot(team="T0HOME", channel="D0ANA", thread="1772452800.000100")
ROOM = Spot(team="T0HOME", channel="C0ROOM", thread="1772452800.000200")
ALONE = Spot(team="T0HOME", channel="U0ANA")
SAID = words()("slack.looking")


def asked(spot: Spot, key: str = "slack:1", action: str = "") -> Incoming:
    sender = Identity(platform="slack", tenant="T0HOME", user="U0ANA")
    return Incoming(key=EventKey(key), place=spot.place, sender=sender, text="Why?", received_at=NOW, action=action)


def answering(incoming: Incoming) -> EventKey:
    return EventKey(f"slack:answer:{incoming.key}")


@pytest.fixture
def prompt(client: AsyncWebClient) -> Looking:
    """Shows a placeholder without waiting first."""
    return Looking(clients=SingleClient(client=client), words=words(), pause=at_once)


@pytest.fixture
def posts(client: AsyncWebClient, prompt: Looking) -> SlackSender:
    return SlackSender(clients=SingleClient(client=client), words=words(), looking=prompt, pause=at_once)


def begin(looking: Looking, incoming: Incoming) -> None:
    looking.note(incoming)
    looking.show(incoming)


async def shown(looking: Looking, incoming: Incoming) -> None:
    begin(looking, incoming)
    task = looking._waits[answer_mark(incoming.key)].shown
    if task is not None:
        await asyncio.wait({task})


async def test_a_reply_waits_for_the_status_that_it_clears(
    sender: SlackSender, looking: Looking, slack: SlackDouble
) -> None:
    incoming = asked(DIRECT)
    begin(looking, incoming)
    await sender.send(DIRECT.place, answering(incoming), CARD)
    assert [name for name, _ in slack.calls] == ["assistant.threads.setStatus", "chat.postMessage"]
    assert (slack.statuses, looking._waits, slack.refused) == ({}, {}, [])


async def test_the_loading_lines_are_few_and_say_what_is_done(looking: Looking, slack: SlackDouble) -> None:
    await shown(looking, asked(DIRECT))
    (status,) = slack.called("assistant.threads.setStatus")
    assert status["loading_messages"] == [words()("slack.loading.library"), words()("slack.loading.quotations")]


@pytest.mark.parametrize("action", ["rate-up", "barrier", "home", "opened", "revised"])
async def test_what_looks_nothing_up_does_not_say_so(looking: Looking, slack: SlackDouble, action: str) -> None:
    await shown(looking, asked(DIRECT, action=action))
    await shown(looking, asked(replace(ALONE, home=True), key="slack:2"))
    await shown(looking, asked(ALONE, key="slack:3"))
    assert slack.calls == []


async def test_a_status_goes_when_the_answer_goes_elsewhere(
    sender: SlackSender, looking: Looking, slack: SlackDouble
) -> None:
    incoming = asked(DIRECT)
    await shown(looking, incoming)
    assert slack.statuses == {("D0ANA", DIRECT.thread): SAID}
    await sender.send(ROOM.place, answering(incoming), CARD)
    assert slack.statuses == {}


async def test_a_status_goes_when_there_will_be_no_answer(
    sender: SlackSender, looking: Looking, slack: SlackDouble
) -> None:
    for number, spoil in enumerate(("invalid_auth", "")):
        incoming = asked(DIRECT, key=f"slack:{number}")
        await shown(looking, incoming)
        assert slack.statuses
        if spoil:
            slack.fail("chat.postMessage", refuses(spoil))
            with pytest.raises(PostFailed):
                await sender.send(DIRECT.place, answering(incoming), CARD)
        else:
            await looking.dropped(answer_mark(incoming.key))
        assert (slack.statuses, looking._waits) == ({}, {})


async def test_under_a_flood_ten_statuses_a_second_are_shown(client: AsyncWebClient, slack: SlackDouble) -> None:
    now = 0.0
    looking = Looking(clients=SingleClient(client=client), words=words(), monotonic=lambda: now)
    spots = [Spot(team="T0HOME", channel="D0ANA", thread=f"17724528{number:02}.000100") for number in range(12)]
    for number, spot in enumerate(spots[:11]):
        begin(looking, asked(spot, key=str(number)))
    now = 1.0
    begin(looking, asked(spots[11], key="11"))
    for number, spot in enumerate(spots):
        await looking.settled(spot, answer_mark(EventKey(str(number))))
    seen = [status["thread_ts"] for status in slack.called("assistant.threads.setStatus")]
    assert sorted(seen) == [spot.thread for spot in spots if spot is not spots[10]]


async def test_in_a_channel_the_answer_stands_where_it_was_said_that_the_coach_looks(
    posts: SlackSender, prompt: Looking, slack: SlackDouble
) -> None:
    incoming = asked(ROOM)
    await shown(prompt, incoming)
    assert slack.text_of("C0ROOM") == [SAID]
    ts = slack.messages["C0ROOM"][0]["ts"]
    assert await posts.send(ROOM.place, answering(incoming), CARD) == f"C0ROOM/{ts}"
    assert slack.text_of("C0ROOM") == ["Start small."]
    assert slack.messages["C0ROOM"][0]["metadata"]["event_payload"]["parts"] == 1
    assert slack.refused == []


async def test_an_answer_that_comes_soon_needs_no_placeholder(
    sender: SlackSender, looking: Looking, slack: SlackDouble
) -> None:
    incoming = asked(ROOM)
    begin(looking, incoming)
    await sender.send(ROOM.place, answering(incoming), CARD)
    assert slack.text_of("C0ROOM") == ["Start small."]
    assert slack.called("chat.update") == []


async def test_a_placeholder_goes_when_the_answer_goes_elsewhere(
    posts: SlackSender, prompt: Looking, slack: SlackDouble
) -> None:
    incoming = asked(ROOM)
    await shown(prompt, incoming)
    await posts.send(ALONE.place, answering(incoming), CARD)
    assert (slack.text_of("C0ROOM"), slack.text_of("DU0ANA")) == ([], ["Start small."])


async def test_a_placeholder_goes_when_nobody_answers(prompt: Looking, slack: SlackDouble) -> None:
    incoming = asked(ROOM)
    await shown(prompt, incoming)
    mark = answer_mark(incoming.key)
    wait = prompt._waits[mark]
    prompt._expire(mark, wait)
    assert wait.ending is not None
    await wait.ending
    assert (slack.text_of("C0ROOM"), prompt._waits) == ([], {})


async def test_after_a_crash_the_placeholder_is_found_by_its_mark(
    prompt: Looking, sender: SlackSender, slack: SlackDouble
) -> None:
    slack.channel_history = True
    incoming = asked(ROOM)
    await shown(prompt, incoming)
    await sender.send(ROOM.place, answering(incoming), CARD)
    assert slack.text_of("C0ROOM") == ["Start small."]
    assert await sender.was_posted(ROOM.place, answering(incoming)) is True


async def test_where_the_channel_may_not_be_read_the_answer_is_there_once_all_the_same(
    prompt: Looking, sender: SlackSender, slack: SlackDouble
) -> None:
    incoming = asked(ROOM)
    await shown(prompt, incoming)
    await sender.send(ROOM.place, answering(incoming), CARD)
    assert slack.text_of("C0ROOM") == [SAID, "Start small."]


async def test_a_placeholder_that_somebody_took_away_is_no_loss(
    posts: SlackSender, prompt: Looking, slack: SlackDouble
) -> None:
    incoming = asked(ROOM)
    await shown(prompt, incoming)
    slack.messages["C0ROOM"].clear()
    await posts.send(ROOM.place, answering(incoming), CARD)
    assert slack.text_of("C0ROOM") == ["Start small."]


async def test_what_is_answered_already_is_not_looked_for(
    sender: SlackSender, looking: Looking, slack: SlackDouble
) -> None:
    incoming = asked(DIRECT)
    looking.note(incoming)
    await sender.send(DIRECT.place, answering(incoming), CARD)
    looking.show(incoming)
    assert [name for name, _ in slack.calls] == ["chat.postMessage"]
    assert looking._waits == {}


async def test_a_question_that_is_withdrawn_is_not_looked_for_any_more(looking: Looking, slack: SlackDouble) -> None:
    await shown(looking, asked(DIRECT))
    assert slack.statuses
    withdrawn = replace(asked(DIRECT, key="slack:changed", action="withdrawn"), values={"of": "slack:1"})
    await shown(looking, withdrawn)
    assert slack.statuses == {}


async def test_in_a_channel_slack_is_not_asked_about_what_was_taken_here(
    sender: SlackSender, looking: Looking, slack: SlackDouble
) -> None:
    incoming = asked(ROOM)
    looking.note(incoming)
    await sender.send(ROOM.place, answering(incoming), CARD)
    await sender.send(ROOM.place, EventKey("slack:notice:1"), CARD)
    assert [name for name, _ in slack.calls] == ["chat.postMessage"] * 2
