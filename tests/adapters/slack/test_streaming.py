"""Answers that appear part by part, once, whatever breaks on the way."""

import json
from contextlib import suppress
from dataclasses import replace

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.clients import SingleClient
from adapters.slack.looking import Looking
from adapters.slack.places import Spot
from adapters.slack.render import render
from adapters.slack.send import SlackSender
from adapters.slack.streaming import MOST_A_MINUTE
from bot.coaching.answers.feedback import DOWN, UP
from bot.delivery.ports import PostFailed
from bot.domain.cards import Button, Card, Link, Paragraph, Quotation
from bot.domain.messages import EventKey
from prompts import words
from tests.fakes import at_once
from tests.slack_double import DELIVERED_THEN_DROPPED, DROPPED, Fault, SlackDouble, refuses, too_many

QUOTATION = Quotation(
    number=1, text="Start small.", title="Guide", author="Ana", year=2020, section="", document="g", where="line 1"
)
ANSWER = Card(
    title="Trust",
    paragraphs=(Paragraph(text="Start small <!channel>.", citations=(1,)), Paragraph(text="Then go on.")),
    quotations=(QUOTATION,),
    buttons=(Button(label="Helpful", action=UP, value="a1"), Button(label="Not helpful", action=DOWN, value="a1.b\nc")),
    note="From the library.",
)
HERE = Spot(team="T0HOME", channel="D0ANA", thread="1772452800.000100").place
ROOM = Spot(team="T0HOME", channel="C0ROOM", thread="1772452800.000200").place
KEY = EventKey("slack:answer:slack:T0HOME:D0ANA:1772452800.000100")
METHODS = ["chat.startStream", "chat.appendStream", "chat.stopStream"]


def beside(client: AsyncWebClient) -> SlackSender:
    """The sender of another process, which remembers nothing of this one's."""
    clients = SingleClient(client=client)
    return SlackSender(clients=clients, words=words(), looking=Looking(clients=clients, words=words()), pause=at_once)


def whole() -> list[object]:
    return [each["type"] for each in render(ANSWER, words())[0].blocks]


def there(slack: SlackDouble) -> list[object]:
    (message,) = slack.messages["D0ANA"]
    assert not slack.streams
    return [each["type"] for each in message["blocks"]]


async def test_an_answer_comes_in_parts_and_is_known_again(sender: SlackSender, slack: SlackDouble) -> None:
    reference = await sender.send(HERE, KEY, ANSWER)
    assert [name for name, _ in slack.calls] == METHODS
    assert there(slack) == whole()
    assert reference == f"D0ANA/{slack.messages['D0ANA'][0]['ts']}"
    assert await sender.was_posted(HERE, KEY) is True
    assert slack.refused == []


async def test_nothing_of_it_is_markdown(sender: SlackSender, slack: SlackDouble) -> None:
    await sender.send(HERE, KEY, ANSWER)
    for name in METHODS:
        (call,) = slack.called(name)
        assert "markdown_text" not in call
        assert {each["type"] for each in call.get("chunks", [])} <= {"blocks"}


@pytest.mark.parametrize(
    "card",
    [
        Card(paragraphs=(Paragraph(text="Noted."),)),
        replace(ANSWER, links=(Link(label="Page", url="https://coach.example/own"),)),
        replace(ANSWER, paragraphs=(Paragraph(text="See www.evil.example today."), Paragraph(text="Then."))),
        replace(ANSWER, more=(Card(title="More"),)),
    ],
)
async def test_what_is_short_long_or_has_links_is_posted_whole(
    sender: SlackSender, slack: SlackDouble, card: Card
) -> None:
    await sender.send(HERE, KEY, card)
    assert not {name for name, _ in slack.calls} & set(METHODS)
    assert slack.refused == []


async def test_elsewhere_than_in_direct_messages_it_is_posted_whole(sender: SlackSender, slack: SlackDouble) -> None:
    await sender.send(ROOM, KEY, ANSWER)
    await sender.send(Spot(team="T0HOME", channel="U0ANA").place, KEY, ANSWER)
    assert not {name for name, _ in slack.calls} & set(METHODS)


@pytest.mark.parametrize("spoilt", ["unknown", "scopes_missing"])
async def test_a_slack_without_streams_is_asked_once(sender: SlackSender, slack: SlackDouble, spoilt: str) -> None:
    getattr(slack, spoilt).update(METHODS)
    await sender.send(HERE, KEY, ANSWER)
    await sender.send(HERE, EventKey("slack:answer:2"), ANSWER)
    assert len(slack.called("chat.startStream")) == 1
    assert len(slack.messages["D0ANA"]) == len(slack.called("chat.postMessage")) == 2


async def test_too_many_streams_are_posts_until_slack_takes_them_again(
    client: AsyncWebClient, slack: SlackDouble, looking: Looking
) -> None:
    now = 0.0
    sender = SlackSender(
        clients=SingleClient(client=client), words=words(), looking=looking, pause=at_once, monotonic=lambda: now
    )
    slack.fail("chat.startStream", too_many(30))
    for number, after in enumerate((0.0, 29.0, 30.0)):
        now = after
        await sender.send(HERE, EventKey(f"slack:answer:{number}"), ANSWER)
    assert (len(slack.called("chat.startStream")), len(slack.called("chat.postMessage"))) == (2, 2)


async def test_no_more_are_begun_than_slack_takes_in_a_minute(sender: SlackSender, slack: SlackDouble) -> None:
    for number in range(MOST_A_MINUTE + 2):
        await sender.send(HERE, EventKey(f"slack:answer:{number}"), ANSWER)
    assert len(slack.called("chat.startStream")) == MOST_A_MINUTE
    assert len(slack.messages["D0ANA"]) == MOST_A_MINUTE + 2


@pytest.mark.parametrize("method", METHODS[1:])
@pytest.mark.parametrize(
    "fault",
    [
        too_many(5),
        refuses("message_not_in_streaming_state"),
        refuses("internal_error"),
        DROPPED,
        DELIVERED_THEN_DROPPED,
    ],
)
async def test_a_stream_that_breaks_is_finished_in_its_own_message(
    sender: SlackSender, slack: SlackDouble, method: str, fault: Fault
) -> None:
    slack.fail(method, fault)
    await sender.send(HERE, KEY, ANSWER)
    assert there(slack) == whole()
    assert await sender.was_posted(HERE, KEY) is True


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("fault", [DROPPED, DELIVERED_THEN_DROPPED])
async def test_another_process_goes_on_in_the_same_message(
    sender: SlackSender, slack: SlackDouble, client: AsyncWebClient, method: str, fault: Fault
) -> None:
    slack.fail(method, fault)
    slack.fail("chat.update", DROPPED)
    with suppress(PostFailed):
        await sender.send(HERE, KEY, ANSWER)
    slack.faults["chat.update"].clear()
    another = beside(client)
    if not await another.was_posted(HERE, KEY):
        await another.send(HERE, KEY, ANSWER)
    assert there(slack) == whole()
    assert await another.was_posted(HERE, KEY) is True


async def test_a_message_that_slack_closed_is_finished_by_changing_it(sender: SlackSender, slack: SlackDouble) -> None:
    slack.fail("chat.stopStream", too_many(1))
    slack.edits_close = True
    await sender.send(HERE, KEY, ANSWER)
    assert there(slack) == whole()
    assert len(slack.called("chat.postMessage")) == 1


async def test_votes_that_slack_does_not_know_become_ordinary_buttons(sender: SlackSender, slack: SlackDouble) -> None:
    slack.unknown.add("context_actions")
    await sender.send(HERE, KEY, ANSWER)
    await sender.send(ROOM, KEY, ANSWER)
    assert len(slack.called("chat.postMessage")) == 1
    for message in (slack.messages["D0ANA"][0], slack.messages["C0ROOM"][0]):
        (row,) = [each for each in message["blocks"] if each["type"] == "actions"]
        assert [each["action_id"] for each in row["elements"]] == [UP, DOWN]
        assert [each["value"] for each in row["elements"]] == ["a1", "a1.b\nc"]
    assert "<!channel>" not in json.dumps([slack.messages["D0ANA"][0]["text"]])
