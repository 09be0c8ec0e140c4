"""A reaction to one's own message asks it, and the message is read only when the reaction is handled."""

from collections.abc import Mapping
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.clients import SingleClient
from adapters.slack.events import translate
from adapters.slack.reactions import SlackQuoted
from bot.coaching.channels.reacting import Message
from bot.domain.messages import Incoming
from tests.adapters.slack.signing import NOW, reacted
from tests.slack_double import SlackDouble, broken, refuses

ROOT, REPLY = "1772452700.000100", "1772452701.000100"


def incoming(payload: dict[str, Any]) -> Incoming:
    found = translate(payload, NOW)
    assert found is not None
    return found


@pytest.mark.parametrize("emoji", ["question", "grey_question", "speech_balloon", "question::skin-tone-3"])
def test_a_question_mark_on_ones_own_message_asks_it(emoji: str) -> None:
    found = incoming(reacted(emoji))
    assert found.key == f"slack:reaction:T0HOME:C0ROOM:{ROOT}:U0ANA:ask"
    assert (found.action, found.text) == ("reaction", "")
    assert (found.values["wants"], found.values["of"]) == ("ask", f"slack:T0HOME:C0ROOM:{ROOT}")
    assert (found.place, found.channel, found.direct) == (
        f"T0HOME/C0ROOM/{ROOT}",
        "T0HOME/C0ROOM/",
        "T0HOME/U0ANA/",
    )


def test_one_person_and_message_is_one_effect_whichever_emoji_asks() -> None:
    keys = {incoming(reacted(emoji)).key for emoji in ("question", "speech_balloon")}
    assert len(keys) == 1
    assert incoming(reacted("eyes", item_user="U0BOT")).key not in keys


def test_eyes_on_what_the_coach_said_follow_it() -> None:
    values = incoming(reacted("eyes", item_user="U0BOT")).values
    assert (values["wants"], values["posted"], values["within"]) == ("follow", f"C0ROOM/{ROOT}", "T0HOME/")


@pytest.mark.parametrize(
    "payload",
    [
        reacted("tada"),
        reacted("question", item_user="U0BEN"),
        reacted("question", item_user="U0BOT"),
        reacted("question", item_user=None),
        reacted("eyes"),
        reacted("question", user="U0BOT", item_user="U0BOT"),
        reacted("question", item={"type": "file", "file": "F1"}),
    ],
)
def test_any_other_reaction_is_dropped(payload: dict[str, Any]) -> None:
    assert translate(payload, NOW) is None


@pytest.fixture
def quoted(client: AsyncWebClient) -> SlackQuoted:
    return SlackQuoted(clients=SingleClient(client=client))


def _post(slack: SlackDouble, **message: object) -> None:
    slack.channel_history = True
    slack.messages["C0ROOM"].append({"ts": ROOT, "user": "U0ANA", "text": "Who &amp; what?", **message})


def _reaction(ts: str = ROOT) -> Incoming:
    item: Mapping[str, object] = {"type": "message", "channel": "C0ROOM", "ts": ts}
    return incoming(reacted(item=item))


async def test_a_message_of_the_channel_is_read_alone(quoted: SlackQuoted, slack: SlackDouble) -> None:
    _post(slack)
    _post(slack, ts="1772452700.000200", text="another")
    found = await quoted.quoted(_reaction())
    assert found == Message(text="Who & what?", place=_reaction().place, own=True)
    assert slack.refused == []


async def test_a_reply_is_answered_in_its_thread(quoted: SlackQuoted, slack: SlackDouble) -> None:
    _post(slack, text="the parent")
    _post(slack, ts=REPLY, thread_ts=ROOT, text="the reply")
    found = await quoted.quoted(_reaction(REPLY))
    assert found is not None
    assert (found.text, found.place) == ("the reply", f"T0HOME/C0ROOM/{ROOT}")


@pytest.mark.parametrize("message", [{"user": "U0BEN"}, {"bot_id": "B1"}])
async def test_another_s_message_is_not_ones_own(
    quoted: SlackQuoted, slack: SlackDouble, message: dict[str, object]
) -> None:
    _post(slack, **message)
    found = await quoted.quoted(_reaction())
    assert found is not None
    assert not found.own


async def test_what_is_gone_or_cannot_be_read_is_nothing(
    quoted: SlackQuoted, slack: SlackDouble, caplog: pytest.LogCaptureFixture
) -> None:
    slack.channel_history = True
    assert await quoted.quoted(_reaction()) is None
    _post(slack, text="a secret worry")
    for fault in (refuses("missing_scope"), refuses("not_in_channel"), broken(502)):
        slack.fail("conversations.history", fault)
        assert await quoted.quoted(_reaction()) is None
    assert "a secret worry" not in caplog.text
