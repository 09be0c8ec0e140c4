"""An installation whose partnership is in Slack, and a workspace of Slack's that outlives every death of the server."""

import asyncio
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from tests.crash.installation import COACH, Installation
from tests.load.events import PEOPLE, SIGNING_SECRET, DirectMessage
from tests.rhythms import silent
from tests.slack_double import BOT, TEAM, TOKEN, SlackDouble

_PARTNERSHIP = f"""\
id: harbourside
name: Harbourside Wellbeing Partnership
zone: Europe/London
organisations:
  - id: charity
    name: The Lantern Project
    slack_teams: [{TEAM}]
leads:
  - name: Amara Okafor
    organisation: charity
    email: amara.okafor@lantern.example
{silent()}"""


class InSlack(Installation):
    """A server with a partnership, reached by Slack's signed requests; the page is closed."""

    @property
    def door(self) -> int:
        """The server's own port."""
        return self.port

    @property
    def database(self) -> Path:
        """The partnership's own."""
        return self.data / "coach.sqlite"


def apply_partnership(made: Installation) -> None:
    """Have a partnership of one organisation, whose people are in Slack."""
    described = made.data.with_suffix(".yaml")
    described.write_text(_PARTNERSHIP)
    apply = [str(COACH), "partnership", "apply", str(described)]
    subprocess.run(apply, env=made.environment({}), check=True, capture_output=True, cwd=made.data.parent)


def in_slack(data: Path, api: str) -> InSlack:
    """The installation in a data folder with a partnership, speaking to the workspace at this address."""
    return InSlack(data, {"SLACK_BOT_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": SIGNING_SECRET, "SLACK_API_URL": api})


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """The double in a thread of its own."""

    double: SlackDouble
    api: str

    def answers(self, channel: str | None = None) -> Counter[str]:
        """How often a card was posted into each thread, of one conversation or of all."""
        places = [self.double.messages[channel]] if channel else list(self.double.messages.values())
        posted = [message for messages in places for message in list(messages)]
        # What is being streamed bears no mark before its end; a welcome stands in no thread.
        first = [each for each in posted if (each.get("metadata") or {}).get("event_payload", {}).get("part") == 0]
        return Counter(each["thread_ts"] for each in first if each.get("thread_ts"))


@contextmanager
def workspace() -> Iterator[Workspace]:
    """A workspace in which everybody has direct messages with the coach."""
    people = [DirectMessage(number=number, text="").user for number in range(PEOPLE)]
    double = SlackDouble(
        members={f"D{user}": [user, BOT] for user in people},
        users={user: {"id": user, "team_id": TEAM} for user in people}
        | {BOT: {"id": BOT, "team_id": TEAM, "is_bot": True}},
    )
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(double.application(), access_log=None)
    port = loop.run_until_complete(_listening(runner))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield Workspace(double=double, api=f"http://127.0.0.1:{port}/api/")
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _listening(runner: web.AppRunner) -> int:
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return int(runner.addresses[0][1])
