"""The double refuses what Slack refuses: docs/slack-double.md says where each refusal is written."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from tests.slack_double import BOT, TOKEN, SlackDouble, pushing, too_many

Json = dict[str, Any]
WORDS = [{"type": "section", "text": {"type": "plain_text", "text": "Hi"}}]
THREAD = "1772452800.000100"
DIRECT = {"channel": "D0ANA", "thread_ts": THREAD}
PROMPT = {"title": "Trust", "message": "How?"}


class Workspace:
    """The double behind its own door."""

    def __init__(self, slack: SlackDouble, session: aiohttp.ClientSession, address: str) -> None:
        self.slack, self._session, self._address = slack, session, address

    async def call(self, method: str, **arguments: Any) -> Json:
        bearer = {"Authorization": f"Bearer {TOKEN}"}
        async with self._session.post(self._address + method, json=arguments, headers=bearer) as response:
            given: Json = await response.json()
            return given

    async def error(self, method: str, **arguments: Any) -> str:
        return str((await self.call(method, **arguments)).get("error", ""))


@pytest.fixture
async def there() -> AsyncIterator[Workspace]:
    slack = SlackDouble(members={"C0ROOM": ["U0ANA", BOT], "D0ANA": ["U0ANA", BOT]}, users={"U0ANA": {"id": "U0ANA"}})
    server = TestServer(slack.application())
    await server.start_server()
    async with aiohttp.ClientSession() as session:
        yield Workspace(slack, session, str(server.make_url("/api/")))
    await server.close()


async def posted(there: Workspace, **arguments: Any) -> str:
    return str((await there.call("chat.postMessage", channel="D0ANA", text="Hi", **arguments))["ts"])


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat.nothing", {}, "unknown_method"),
        ("chat.postMessage", {"channel": "D0ANA", "text": "Hi", "colour": "red"}, "invalid_arguments"),
        ("chat.postMessage", {"text": "Hi"}, "invalid_arguments"),
        ("chat.postMessage", {"channel": "C0NONE", "text": "Hi"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "D0ANA"}, "no_text"),
        ("chat.postMessage", {"channel": "D0ANA", "text": "<!channel>"}, "live_markup"),
        ("chat.postMessage", {"channel": "D0ANA", "text": "Hi", "blocks": [{"type": "sparkle"}]}, "invalid_blocks"),
        ("chat.update", {"channel": "D0ANA", "ts": "1.1", "text": "Hi"}, "message_not_found"),
        ("chat.update", {"channel": "D0ANA", "ts": "1.1", "text": "Hi", "unfurl_links": False}, "invalid_arguments"),
        ("chat.delete", {"channel": "D0ANA", "ts": "1.1"}, "message_not_found"),
        ("chat.postEphemeral", {"channel": "C0ROOM", "user": "U0FAR", "text": "Hi"}, "user_not_in_channel"),
        ("chat.startStream", {"channel": "D0ANA"}, "invalid_arguments"),
        ("chat.startStream", {"channel": "C0ROOM", "thread_ts": THREAD}, "missing_recipient_team_id"),
        (
            "chat.startStream",
            {"channel": "C0ROOM", "thread_ts": THREAD, "recipient_team_id": "T0HOME"},
            "missing_recipient_user_id",
        ),
        ("chat.startStream", {**DIRECT, "markdown_text": "x" * 12_001}, "msg_too_long"),
        ("chat.startStream", {**DIRECT, "chunks": [{"type": "sparkle"}]}, "invalid_chunks"),
        ("chat.startStream", {**DIRECT, "unfurl_links": False}, "invalid_arguments"),
        (
            "chat.appendStream",
            {"channel": "D0ANA", "ts": "1.1", "markdown_text": "x"},
            "message_not_in_streaming_state",
        ),
        ("chat.stopStream", {"channel": "D0ANA", "ts": "1.1"}, "message_not_in_streaming_state"),
        (
            "assistant.threads.setStatus",
            {"channel_id": "C0ROOM", "thread_ts": THREAD, "status": "…"},
            "channel_type_not_supported",
        ),
        ("assistant.threads.setStatus", {"channel_id": "D0ANA", "thread_ts": THREAD}, "invalid_arguments"),
        (
            "assistant.threads.setStatus",
            {"channel_id": "D0ANA", "thread_ts": THREAD, "status": "…", "loading_messages": ["…"] * 11},
            "invalid_arguments",
        ),
        (
            "assistant.threads.setSuggestedPrompts",
            {"channel_id": "D0ANA", "prompts": [PROMPT] * 5},
            "invalid_arguments",
        ),
        (
            "assistant.threads.setSuggestedPrompts",
            {"channel_id": "D0ANA", "prompts": [{"title": "Trust"}]},
            "invalid_arguments",
        ),
        ("views.publish", {"user_id": "U0ANA", "view": {"type": "modal", "blocks": WORDS}}, "invalid_arguments"),
        ("views.publish", {"user_id": "U0ANA", "view": {"type": "home", "blocks": WORDS * 101}}, "invalid_blocks"),
        (
            "views.publish",
            {"user_id": "U0ANA", "view": {"type": "home", "blocks": WORDS}, "hash": "1"},
            "hash_conflict",
        ),
        ("conversations.history", {"channel": "C0ROOM"}, "missing_scope"),
        ("reactions.add", {"channel": "D0ANA", "timestamp": "1.1", "name": "eyes"}, "message_not_found"),
    ],
)
async def test_what_slack_refuses(there: Workspace, method: str, arguments: Json, error: str) -> None:
    assert await there.error(method, **arguments) == error
    assert (there.slack.refused == []) is (error == "missing_scope")


async def test_a_token_is_asked_for(there: Workspace) -> None:
    async with there._session.post(there._address + "auth.test") as response:
        assert (await response.json())["error"] == "invalid_auth"


async def test_a_limit_names_its_seconds(there: Workspace) -> None:
    there.slack.fail("auth.test", too_many(7))
    async with there._session.post(there._address + "auth.test") as response:
        assert (response.status, response.headers["Retry-After"]) == (429, "7")


async def test_a_message_is_changed_and_taken_away(there: Workspace) -> None:
    ts = await posted(there, blocks=WORDS, metadata={"event_type": "x", "event_payload": {}})
    assert await there.error("chat.update", channel="D0ANA", ts=ts, text="Ho") == ""
    (message,) = there.slack.messages["D0ANA"]
    assert (message["text"], "blocks" in message, "metadata" in message) == ("Ho", False, True)
    there.slack.edits_close = True
    assert await there.error("chat.update", channel="D0ANA", ts=ts, text="Ha") == "edit_window_closed"
    there.slack.messages["D0ANA"].append({"ts": "5.5", "text": "mine", "user": "U0ANA"})
    assert await there.error("chat.update", channel="D0ANA", ts="5.5", text="Ha") == "cant_update_message"
    assert await there.error("chat.delete", channel="D0ANA", ts="5.5") == "cant_delete_message"
    assert await there.error("chat.delete", channel="D0ANA", ts=ts) == ""
    assert there.slack.text_of("D0ANA") == ["mine"]


async def test_a_stream_is_open_until_it_is_stopped(there: Workspace) -> None:
    await there.call("assistant.threads.setStatus", channel_id="D0ANA", thread_ts=THREAD, status="…")
    chunks = [{"type": "blocks", "blocks": WORDS}]
    ts = (await there.call("chat.startStream", **DIRECT, chunks=chunks))["ts"]
    assert there.slack.statuses == {}
    assert await there.error("chat.update", channel="D0ANA", ts=ts, text="Ho") == "streaming_state_conflict"
    assert await there.error("chat.delete", channel="D0ANA", ts=ts) == "cant_delete_message"
    assert await there.error("chat.appendStream", channel="D0ANA", ts=ts) == "no_text"
    assert await there.error("chat.appendStream", channel="D0ANA", ts=ts, chunks=chunks) == ""
    many = [{"type": "blocks", "blocks": WORDS * 49}]
    assert await there.error("chat.appendStream", channel="D0ANA", ts=ts, chunks=many) == "msg_blocks_too_long"
    marked = {"event_type": "x", "event_payload": {}}
    assert await there.error("chat.stopStream", channel="D0ANA", ts=ts, blocks=WORDS, metadata=marked) == ""
    (message,) = there.slack.messages["D0ANA"]
    assert (len(message["blocks"]), message["text"], message["metadata"]) == (3, "Hi\nHi\nHi", marked)
    assert await there.error("chat.stopStream", channel="D0ANA", ts=ts) == "message_not_in_streaming_state"


async def test_a_stream_does_not_live_for_ever(there: Workspace) -> None:
    ts = (await there.call("chat.startStream", **DIRECT, markdown_text="x" * 11_999))["ts"]
    assert await there.error("chat.appendStream", channel="D0ANA", ts=ts, markdown_text="xx") == "msg_too_long"
    there.slack.now = 301.0
    error = await there.error("chat.appendStream", channel="D0ANA", ts=ts, markdown_text="x")
    assert error == "message_not_in_streaming_state"


async def test_a_status_stays_until_the_reply(there: Workspace) -> None:
    where = {"channel_id": "D0ANA", "thread_ts": THREAD}
    for _ in range(2):
        await there.call("assistant.threads.setStatus", **where, status="…", loading_messages=["…"])
        assert there.slack.statuses == {("D0ANA", THREAD): "…"}
        await posted(there, thread_ts=THREAD)
        assert there.slack.statuses == {}
    await there.call("assistant.threads.setStatus", **where, status="…")
    await there.call("assistant.threads.setStatus", **where, status="")
    assert there.slack.statuses == {}


async def test_a_trigger_is_used_once_and_soon(there: Workspace) -> None:
    view = {"type": "modal", "title": {"type": "plain_text", "text": "Form"}, "blocks": WORDS}
    first, second = there.slack.trigger(), there.slack.trigger()
    assert await there.error("views.open", trigger_id=first, view=view) == ""
    assert await there.error("views.open", trigger_id=first, view=view) == "exchanged_trigger_id"
    there.slack.now = 3.1
    assert await there.error("views.open", trigger_id=second, view=view) == "expired_trigger_id"


async def test_a_home_tab_is_published_whole(there: Workspace) -> None:
    view = {"type": "home", "blocks": WORDS}
    first = (await there.call("views.publish", user_id="U0ANA", view=view))["view"]["hash"]
    assert await there.error("views.publish", user_id="U0ANA", view=view, hash=first) == ""
    assert await there.error("views.publish", user_id="U0ANA", view=view, hash=first) == "hash_conflict"
    large = {**view, "private_metadata": "x" * 250_000}
    assert await there.error("views.publish", user_id="U0ANA", view=large) == "view_too_large"


async def test_one_message_is_had_by_its_time(there: Workspace) -> None:
    there.slack.channel_history = True
    first, second = await posted(there), await posted(there)
    one = {"latest": first, "oldest": first, "inclusive": True, "limit": 1}
    found = await there.call("conversations.history", channel="D0ANA", **one)
    assert [each["ts"] for each in found["messages"]] == [first]
    reply = await posted(there, thread_ts=second)
    found = await there.call("conversations.replies", channel="D0ANA", ts=reply, inclusive=True, latest=reply)
    assert [each["thread_ts"] for each in found["messages"]] == [second]
    assert await there.error("reactions.add", channel="D0ANA", timestamp=first, name="eyes") == ""
    assert await there.error("reactions.add", channel="D0ANA", timestamp=first, name="eyes") == "already_reacted"
    assert await there.error("reactions.remove", channel="D0ANA", timestamp=first, name="ear") == "no_reaction"


async def test_an_event_is_tried_again_as_slack_tries_it() -> None:
    tries: list[Mapping[str, str]] = []

    async def taken_at(number: int, headers: Mapping[str, str]) -> tuple[int, Mapping[str, str]]:
        tries.append(headers)
        return (200 if len(tries) == number else 503), {}

    payload = pushing.home_opened("U0ANA", "home", at="1.1")
    assert await pushing.push(lambda _, headers: taken_at(3, headers), payload) == [503, 503, 200]
    assert [each.get("X-Slack-Retry-Num") for each in tries] == [None, "1", "2"]
    tries.clear()
    assert await pushing.push(lambda _, headers: taken_at(9, headers), payload) == [503] * 4

    async def never_again(_: Json, __: Mapping[str, str]) -> tuple[int, Mapping[str, str]]:
        return 500, {"X-Slack-No-Retry": "1"}

    assert await pushing.push(never_again, payload) == [500]


def test_the_double_shares_no_code_with_the_product() -> None:
    files = [*Path("tests/slack_double").glob("*.py"), Path("tests/slack_rules.py")]
    assert len(files) > 5
    for file in files:
        source = file.read_text()
        assert not [
            line for line in source.splitlines() if line.startswith(("from adapters", "from bot", "import bot"))
        ]
        assert len(source.splitlines()) <= 250
