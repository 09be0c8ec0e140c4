"""Cards posted to a strict double of Slack, and what every failure means to the outbox."""

import socket
from dataclasses import replace

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import client as client_module
from adapters.slack.clients import SingleClient
from adapters.slack.looking import Looking
from adapters.slack.places import Spot
from adapters.slack.send import SlackSender
from bot.delivery.ports import PostFailed, Settling
from bot.domain.cards import Card, Paragraph
from bot.domain.messages import EventKey, Place
from prompts import words
from tests.adapters.slack.test_render import FULL
from tests.fakes import at_once
from tests.slack_double import DELIVERED_THEN_DROPPED, DROPPED, TOKEN, Fault, SlackDouble, broken, refuses, too_many

CARD = Card(paragraphs=(Paragraph(text="Start small <!channel>."),), note="From the library.")
LONG = Card(paragraphs=tuple(Paragraph(text=f"{number} " + "word " * 290) for number in range(20)))
DIGEST = Card(title="Digest", more=(Card(title="New"), Card(title="Worse"), Card(title="Closed")))
HERE = Spot(team="T0HOME", channel="D0ANA", thread="1772452800.000100").place
ROOM = Spot(team="T0HOME", channel="C0ROOM", thread="1772452800.000200").place
ALONE = Spot(team="T0HOME", channel="U0ANA").place
KEY = EventKey("slack:answer:slack:T0HOME:D0ANA:1772452800.000100")


async def test_a_card_goes_into_its_thread_with_nothing_alive_and_nothing_unfurled(
    sender: SlackSender, slack: SlackDouble
) -> None:
    await sender.send(HERE, KEY, CARD)
    await sender.send(ROOM, KEY, FULL)
    first, second = slack.called("chat.postMessage")
    assert (first["channel"], first["thread_ts"]) == ("D0ANA", "1772452800.000100")
    assert (second["channel"], second["thread_ts"]) == ("C0ROOM", "1772452800.000200")
    for each in (first, second):
        assert [each[name] for name in ("unfurl_links", "unfurl_media", "link_names", "mrkdwn")] == [False] * 4
        assert each["metadata"]["event_payload"].keys() == {"key", "part", "parts"}
        assert "T0HOME" not in str(each["metadata"])
    assert slack.refused == []


async def test_a_place_that_is_a_person_is_opened_first(sender: SlackSender, slack: SlackDouble) -> None:
    await sender.send(ALONE, KEY, CARD)
    assert slack.called("chat.postMessage")[0]["channel"] == "DU0ANA"
    assert "thread_ts" not in slack.called("chat.postMessage")[0]


@pytest.mark.parametrize(
    ("fault", "posted", "retry_after", "final"),
    [
        (too_many(7), False, 7.0, False),
        (refuses("ratelimited"), False, None, False),
        (Fault(status=429, body="<html>slow down</html>"), False, None, False),
        *((refuses(error), False, None, True) for error in (
            "channel_not_found", "is_archived", "account_inactive", "not_in_channel", "invalid_auth", "token_revoked",
            "missing_scope", "msg_too_long", "restricted_action", "cannot_dm_bot",
        )),
        (refuses("request_timeout"), False, None, False),
        (refuses("internal_error"), None, None, False),
        (refuses("fatal_error"), None, None, False),
        (broken(500), None, None, False),
        (broken(503), None, None, False),
        (Fault(status=500, error="internal_error"), None, None, False),
        (Fault(status=200, body="<html>not json</html>"), None, None, False),
        (DROPPED, None, None, False),
        (DELIVERED_THEN_DROPPED, None, None, False),
    ],
)  # fmt: skip
async def test_what_a_failure_means(
    sender: SlackSender,
    slack: SlackDouble,
    caplog: pytest.LogCaptureFixture,
    fault: Fault,
    posted: bool | None,
    retry_after: float | None,
    final: bool,
) -> None:
    slack.fail("chat.postMessage", fault)
    with pytest.raises(PostFailed) as failed:
        await sender.send(HERE, KEY, CARD)
    assert (failed.value.posted, failed.value.retry_after, failed.value.final) == (posted, retry_after, final)
    assert len(slack.called("chat.postMessage")) == 1
    assert "Start small" not in caplog.text + str(failed.value) + repr(failed.value.__cause__)
    assert TOKEN not in caplog.text


@pytest.mark.parametrize(
    ("error", "gone"),
    [("user_disabled", True), ("channel_not_found", True), ("invalid_auth", False), ("token_revoked", False)],
)
async def test_a_closed_account_is_told_from_a_lost_token(
    sender: SlackSender, slack: SlackDouble, error: str, gone: bool
) -> None:
    slack.fail("chat.postMessage", refuses(error))
    with pytest.raises(PostFailed) as failed:
        await sender.send(HERE, KEY, CARD)
    assert (failed.value.final, failed.value.gone) == (True, gone)


async def test_an_answer_that_does_not_come_is_unknown_and_a_closed_port_is_not(
    slack: SlackDouble, client: AsyncWebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "TIMEOUT_S", 0.1)
    slack.fail("chat.postMessage", Fault(hang=True))
    async with client_module.slack_client(TOKEN, base_url=client.base_url) as impatient:
        assert (await failure(impatient)).posted is None
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with client_module.slack_client(TOKEN, base_url=f"http://127.0.0.1:{taken.getsockname()[1]}/") as nobody:
            assert (await failure(nobody)).posted is False


def beside(client: AsyncWebClient) -> SlackSender:
    """The sender of another process."""
    clients = SingleClient(client=client)
    return SlackSender(clients=clients, words=words(), looking=Looking(clients=clients, words=words()), pause=at_once)


async def failure(client: AsyncWebClient) -> PostFailed:
    sender = beside(client)
    with pytest.raises(PostFailed) as failed:
        await sender.send(HERE, KEY, CARD)
    return failed.value


@pytest.mark.parametrize("error", ["invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"])
async def test_blocks_that_slack_does_not_take_go_as_words(sender: SlackSender, slack: SlackDouble, error: str) -> None:
    slack.fail("chat.postMessage", refuses(error))
    await sender.send(HERE, KEY, CARD)
    (posted,) = slack.messages["D0ANA"]
    assert (posted["text"], "blocks" in posted) == ("Start small &lt;!channel&gt;.\nFrom the library.", False)
    assert await sender.was_posted(HERE, KEY) is True


async def test_a_place_of_another_platform_is_final(sender: SlackSender) -> None:
    with pytest.raises(PostFailed) as failed:
        await sender.send(Place("lena"), KEY, CARD)
    assert failed.value.final


async def test_a_conversation_that_cannot_be_opened_was_surely_not_posted_to(
    sender: SlackSender, slack: SlackDouble
) -> None:
    slack.fail("conversations.open", broken(500), refuses("user_not_found"))
    for final in (False, True):
        with pytest.raises(PostFailed) as failed:
            await sender.send(ALONE, KEY, CARD)
        assert (failed.value.posted, failed.value.final) == (False, final)


async def test_slack_is_asked_after_a_doubtful_post(sender: SlackSender, slack: SlackDouble) -> None:
    assert isinstance(sender, Settling)
    slack.fail("chat.postMessage", DROPPED, DELIVERED_THEN_DROPPED)
    for there in (False, True):
        with pytest.raises(PostFailed):
            await sender.send(HERE, KEY, CARD)
        assert await sender.was_posted(HERE, KEY) is there
    await sender.send(HERE, KEY, CARD)
    assert len(slack.messages["D0ANA"]) == 1
    assert await sender.was_posted(HERE, EventKey("another")) is False


async def test_slack_is_asked_about_direct_messages_outside_a_thread(sender: SlackSender, slack: SlackDouble) -> None:
    assert await sender.was_posted(ALONE, KEY) is False
    await sender.send(ALONE, KEY, CARD)
    assert await sender.was_posted(ALONE, KEY) is True


async def test_where_slack_may_not_be_asked_it_is_not_known(sender: SlackSender, slack: SlackDouble) -> None:
    await sender.send(ROOM, KEY, CARD)
    assert await sender.was_posted(ROOM, KEY) is None
    slack.fail("conversations.replies", broken(503))
    assert await sender.was_posted(HERE, KEY) is None
    assert await sender.was_posted(Place("lena"), KEY) is None


async def test_where_slack_hides_what_marks_a_message_it_is_not_known(sender: SlackSender, slack: SlackDouble) -> None:
    slack.shows_metadata = False
    assert await sender.was_posted(HERE, KEY) is False
    await sender.send(HERE, KEY, CARD)
    assert await sender.was_posted(HERE, KEY) is None


async def test_a_thread_too_long_to_read_is_not_known(sender: SlackSender, slack: SlackDouble) -> None:
    slack.page = 1
    slack.messages["D0ANA"] = [{"ts": "1772452800.000100", "text": "hi"}] * 9
    assert await sender.was_posted(HERE, KEY) is None


async def test_a_long_card_is_several_messages_in_order(sender: SlackSender, slack: SlackDouble) -> None:
    await sender.send(HERE, KEY, LONG)
    posted = slack.called("chat.postMessage")
    assert len(posted) > 2
    assert [each["metadata"]["event_payload"]["part"] for each in posted] == list(range(len(posted)))
    assert await sender.was_posted(HERE, KEY) is True
    assert slack.refused == []


@pytest.mark.parametrize("fault", [too_many(1), DROPPED, DELIVERED_THEN_DROPPED])
async def test_a_long_card_goes_on_where_it_stopped_even_in_another_process(
    sender: SlackSender, slack: SlackDouble, client: AsyncWebClient, fault: Fault
) -> None:
    await sender.send(HERE, EventKey("before"), LONG)
    parts = len(slack.messages["D0ANA"])
    slack.fail("chat.postMessage", fault)
    with pytest.raises(PostFailed):
        await sender.send(HERE, KEY, LONG)
    another = beside(client)
    assert await another.was_posted(HERE, KEY) is False
    await another.send(HERE, KEY, LONG)
    assert await another.was_posted(HERE, KEY) is True
    assert len(slack.messages["D0ANA"]) == 2 * parts


async def test_cards_that_are_given_up_are_not_remembered_for_ever(
    sender: SlackSender, slack: SlackDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.send._MOST_BEGUN", 2)
    for number in range(4):
        slack.fail("chat.postMessage", too_many(1))
        with pytest.raises(PostFailed):
            await sender.send(HERE, EventKey(f"answer {number}"), CARD)
    assert len(sender._begun) == 2


async def test_in_a_channel_a_long_card_goes_on_from_memory(sender: SlackSender, slack: SlackDouble) -> None:
    await sender.send(ROOM, EventKey("before"), LONG)
    parts = len(slack.messages["C0ROOM"])
    fails(slack, 2, too_many(1))
    with pytest.raises(PostFailed):
        await sender.send(ROOM, KEY, LONG)
    await sender.send(ROOM, KEY, LONG)
    assert len(slack.messages["C0ROOM"]) == 2 * parts


def under(slack: SlackDouble, channel: str, first: str) -> list[str]:
    """The texts in the thread of a message, that message left out."""
    return [each["text"] for each in slack.messages[channel] if each.get("thread_ts") == first]


async def test_what_belongs_to_a_card_goes_into_its_own_thread(sender: SlackSender, slack: SlackDouble) -> None:
    await sender.send(ALONE, KEY, DIGEST)
    parent, *rest = slack.messages["DU0ANA"]
    assert (parent["text"], "thread_ts" in parent) == ("Digest", False)
    assert under(slack, "DU0ANA", parent["ts"]) == [each["text"] for each in rest] == ["New", "Worse", "Closed"]
    assert await sender.was_posted(ALONE, KEY) is True
    assert slack.refused == []


async def test_in_a_thread_what_belongs_to_a_card_follows_it_there(sender: SlackSender, slack: SlackDouble) -> None:
    for here, channel in ((HERE, "D0ANA"), (ROOM, "C0ROOM")):
        await sender.send(here, KEY, DIGEST)
        assert {each["thread_ts"] for each in slack.messages[channel]} == {here.rpartition("/")[2]}
        assert [each["text"] for each in slack.messages[channel]] == ["Digest", "New", "Worse", "Closed"]


async def test_a_long_parent_goes_on_in_its_thread(sender: SlackSender, slack: SlackDouble) -> None:
    await sender.send(ALONE, KEY, replace(LONG, more=DIGEST.more))
    parent, *rest = slack.messages["DU0ANA"]
    assert len(rest) > 4
    assert {each["thread_ts"] for each in rest} == {parent["ts"]}


@pytest.mark.parametrize("fault", [too_many(1), DROPPED, DELIVERED_THEN_DROPPED])
@pytest.mark.parametrize("stops_at", range(4))
@pytest.mark.parametrize("place", [ALONE, HERE])
async def test_what_is_there_of_a_card_and_its_thread_is_not_posted_again(
    sender: SlackSender, slack: SlackDouble, client: AsyncWebClient, fault: Fault, stops_at: int, place: Place
) -> None:
    fails(slack, stops_at, fault)
    with pytest.raises(PostFailed):
        await sender.send(place, KEY, DIGEST)
    another = beside(client)
    delivered = fault is DELIVERED_THEN_DROPPED
    assert await another.was_posted(place, KEY) is (stops_at == 3 and delivered)
    await another.send(place, KEY, DIGEST)
    (channel,) = slack.messages
    assert [each["text"] for each in slack.messages[channel]] == ["Digest", "New", "Worse", "Closed"]
    assert len({each.get("thread_ts", each["ts"]) for each in slack.messages[channel]}) == 1
    assert await another.was_posted(place, KEY) is True


async def test_in_a_channel_a_thread_goes_on_from_memory(sender: SlackSender, slack: SlackDouble) -> None:
    fails(slack, 2, too_many(1))
    openly = Spot(team="T0HOME", channel="C0ROOM").place
    with pytest.raises(PostFailed):
        await sender.send(openly, KEY, DIGEST)
    await sender.send(openly, KEY, DIGEST)
    parent, *rest = slack.messages["C0ROOM"]
    assert under(slack, "C0ROOM", parent["ts"]) == [each["text"] for each in rest] == ["New", "Worse", "Closed"]


async def test_the_messages_of_a_long_card_are_a_second_apart(
    slack: SlackDouble, client: AsyncWebClient, looking: Looking
) -> None:
    paused: list[tuple[float, int]] = []

    async def pause(seconds: float) -> None:
        paused.append((seconds, len(slack.messages["D0ANA"])))

    await SlackSender(clients=SingleClient(client=client), words=words(), looking=looking, pause=pause).send(
        HERE, KEY, DIGEST
    )
    assert paused == [(1.0, 1), (1.0, 2), (1.0, 3)]


async def test_a_limit_makes_the_others_wait(sender: SlackSender, slack: SlackDouble) -> None:
    slack.fail("chat.postMessage", too_many(3))
    with pytest.raises(PostFailed) as caught:
        await sender.send(HERE, KEY, CARD)
    assert (caught.value.posted, caught.value.retry_after, caught.value.limited) == (False, 3, True)


def fails(slack: SlackDouble, after: int, fault: Fault) -> None:
    """The post after so many others goes wrong."""
    original, calls = slack._answer, 0

    def count(request: object, method: str, arguments: dict[str, object]) -> dict[str, object]:
        nonlocal calls
        calls += method == "chat.postMessage"
        if method == "chat.postMessage" and calls == after:
            slack.fail(method, fault)
        return original(request, method, arguments)  # type: ignore[arg-type]

    if after:
        slack._answer = count  # type: ignore[method-assign]
    else:
        slack.fail("chat.postMessage", fault)
