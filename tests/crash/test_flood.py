"""One person sends a hundred messages at once: the others are all answered, and the one is told once."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from bot.domain.limits import A_MINUTE
from prompts import words
from tests.crash.in_slack import InSlack, Workspace, in_slack
from tests.crash.installation import copied, until
from tests.load.events import PEOPLE, DirectMessage
from tests.load.platform import Platform

FLOOD, OTHERS, QUESTIONS = 100, 10, 3
_CONNECTIONS = 8


def _sent(message: DirectMessage) -> bytes:
    return message.request(time.time())


def _messages() -> list[DirectMessage]:
    """The flood of the first person, with what the others ask in the midst of it."""
    flood = [DirectMessage(number=times * PEOPLE, text=f"hello {times}") for times in range(FLOOD)]
    others = [
        DirectMessage(number=1 + person + times * PEOPLE, text="what can you do")
        for person in range(OTHERS)
        for times in range(QUESTIONS)
    ]
    mixed = [*flood, *others]
    random.Random(7).shuffle(mixed)
    return mixed


async def _deliver(messages: list[DirectMessage], port: int) -> None:
    platform, waiting = Platform(port=port), iter(messages)

    async def one(messages: Iterator[DirectMessage]) -> None:
        for message in messages:
            while (await platform.deliver(partial(_sent, message), time.perf_counter())).status != 200:
                pass

    await asyncio.gather(*(one(waiting) for _ in range(_CONNECTIONS)))
    platform.close()


def _all_done(coach: InSlack) -> bool:
    left = "SELECT key FROM inbox WHERE state <> 'handled' UNION ALL SELECT key FROM outbox WHERE state <> 'sent'"
    return not coach.select(left)


def test_a_flood_is_told_of_once_and_nobody_else_is_lost(
    slack_template: Path, slack: Workspace, tmp_path: Path
) -> None:
    messages, coach = _messages(), in_slack(copied(slack_template, tmp_path / "data"), slack.api)
    first = messages[[message.user for message in messages].index("U0P0000")]
    coach.start()
    try:
        asyncio.run(_deliver(messages, coach.port))
        until(partial(_all_done, coach), "everything to be answered")
    finally:
        coach.abandon()
    said = [(channel, each) for channel, there in slack.double.messages.items() for each in list(there)]
    answers = Counter((channel, each.get("thread_ts", "")) for channel, each in said if _is_first(each))
    others = [message for message in messages if message.channel != first.channel]
    assert [answers[message.channel, message.timestamp] for message in others] == [1] * len(others)
    # In threads, where the welcome is not: what was answered, and the one notice.
    assert sum(times for (channel, thread), times in answers.items() if channel == first.channel and thread) == (
        A_MINUTE + 1
    )
    notice = words().count("limits.over", 1)[:40]
    assert [channel for channel, each in said if str(each["text"]).startswith(notice)] == [first.channel]


def _is_first(posted: Mapping[str, Any]) -> bool:
    """Whether it is the first message of a card."""
    return bool((posted.get("metadata") or {}).get("event_payload", {}).get("part", 0) == 0)
