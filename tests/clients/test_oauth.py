"""A workspace that installs the coach by itself: to Slack's page and back, an answer, and the end of it.

emulate plays Slack. It signs nothing, so the test sends the events, signed as Slack signs them.
"""

import hashlib
import hmac
import json
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from prompts import words
from tests.clients import emulate as client
from tests.clients.conftest import copy_of, need
from tests.clients.emulate import CLIENT_ID, CLIENT_SECRET, TEAM, Emulate, Page, browse, emulate
from tests.clients.installation import CHARITY, PARTNERSHIP, SIGNING_SECRET, Installation
from tests.clients.processes import until
from tests.rhythms import silent

pytestmark = pytest.mark.clients

COACH_PORT, SLACK_PORT = 28540, 28560
PUBLIC = f"http://127.0.0.1:{COACH_PORT}"
TOMS_TOKEN = "xoxp-the-test"
QUESTION = "How should a partnership measure whether it works?"
ANSWER_S, QUIET_S = 20.0, 3.0
WORDS = words()


@dataclass(kw_only=True)
class House:
    """A coach that workspaces may install, and a workspace."""

    home: Installation
    slack: Emulate
    bot: str = ""
    direct: str = ""
    _events: int = field(default=0)

    def install(self) -> tuple[str, str]:
        """Go all the way as a browser does; the address that Slack sent it back to, and the cookie that it has."""
        page = browse(f"{PUBLIC}/slack/install")
        assert page.status == 200, page.text
        link = re.search(r'href="([^"]*/oauth/v2/authorize[^"]*)"', page.text)
        assert link
        back, cookie = self.slack.consent(unescape(link[1])), page.headers["set-cookie"].partition(";")[0]
        done = browse(back, cookie=cookie)
        assert done.status == 200, done.text
        assert WORDS("slack.install.named") in unescape(done.text)
        return back, cookie

    def readable_tokens(self) -> list[bytes]:
        """Whatever looks like a token in the store or in the log."""
        written = kept(self.home.data) + (self.home.folder / "coach.log").read_bytes()
        return re.findall(rb"xox[a-z]-[\w-]+", written)

    def meet(self) -> None:
        """Tom opens the coach's direct messages."""
        members = self.slack.call("users.list", TOMS_TOKEN)["members"]
        self.bot = next(each["id"] for each in members if each["is_bot"])
        self.direct = self.slack.call("conversations.open", TOMS_TOKEN, users=self.bot)["channel"]["id"]

    def ask(self, text: str) -> str:
        """Tom writes to the coach, and Slack tells it; gives the time of what he wrote."""
        said = self.slack.call("chat.postMessage", TOMS_TOKEN, channel=self.direct, text=text)
        event = {"type": "message", "channel_type": "im", "channel": self.direct, "user": said["message"]["user"]}
        assert self.tell({**event, "text": text, "ts": said["ts"], "team": TEAM}) == 200
        return str(said["ts"])

    def tell(self, event: dict[str, Any]) -> int:
        """Send an event as Slack does; the status of the answer."""
        self._events += 1
        own = [{"team_id": TEAM, "user_id": self.bot, "is_bot": True}]
        outer = {"type": "event_callback", "team_id": TEAM, "event_id": f"Ev{self._events}", "authorizations": own}
        now = int(time.time())
        body = json.dumps({**outer, "event_time": now, "event": event}).encode()
        mark = hmac.new(SIGNING_SECRET.encode(), f"v0:{now}:".encode() + body, hashlib.sha256).hexdigest()
        headers = {"X-Slack-Request-Timestamp": str(now), "X-Slack-Signature": f"v0={mark}"}
        request = Request(f"{PUBLIC}/slack/events", data=body, headers={**headers, "Content-Type": "application/json"})
        with closing(urlopen(request, timeout=10)) as answer:
            return int(answer.status)

    def replies(self, thread: str) -> list[dict[str, Any]]:
        """What the coach wrote in the thread of a message."""
        answer = self.slack.call("conversations.replies", TOMS_TOKEN, channel=self.direct, ts=thread)
        return [each for each in answer["messages"] if each.get("user") == self.bot]

    def answer(self, thread: str) -> str:
        """The coach's answer in a thread, once it is there."""
        found = until(lambda: self.replies(thread), ANSWER_S, lambda: "no answer")
        return str(found[0]["text"])


@pytest.fixture
def house(indexed: Installation, tmp_path: Path) -> Iterator[House]:
    need(client.PROGRAM)
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    home = copy_of(indexed, tmp_path)
    (tmp_path / "named.yaml").write_text(PARTNERSHIP.replace(CHARITY, TEAM) + silent())
    home.coach("partnership", "apply", str(tmp_path / "named.yaml"))
    with emulate(tmp_path, port=SLACK_PORT, callback=f"{PUBLIC}/slack/oauth/callback") as slack:
        oauth = {"SLACK_CLIENT_ID": CLIENT_ID, "SLACK_CLIENT_SECRET": CLIENT_SECRET, "COACH_PUBLIC_URL": PUBLIC}
        with home.serving(COACH_PORT, SLACK_API_URL=slack.api, SLACK_SIGNING_SECRET=SIGNING_SECRET, **oauth):
            yield House(home=home, slack=slack)


def kept(data: Path) -> bytes:
    """Every byte of the store as it lies on disk, what was written ahead included."""
    return b"".join(path.read_bytes() for path in sorted(data.glob("coach.sqlite*")))


def told(page: Page, reason: str) -> bool:
    return WORDS(f"slack.install.refused.{reason}") in unescape(page.text)


def test_a_workspace_installs_the_coach_uses_it_takes_it_away_and_comes_back(house: House) -> None:
    back, cookie = house.install()
    house.meet()
    assert TEAM.encode() in kept(house.home.data)
    assert house.readable_tokens() == []

    replayed, bare = browse(back, cookie=cookie), browse(back)
    assert (replayed.status, told(replayed, "used")) == (403, True)
    assert (bare.status, told(bare, "elsewhere")) == (403, True)
    declined = browse(f"{PUBLIC}/slack/oauth/callback?error=access_denied", cookie=cookie)
    assert (declined.status, told(declined, "cancelled")) == (403, True)

    first = house.ask(QUESTION)
    assert "[1]" in house.answer(first)

    assert house.tell({"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [house.bot]}}) == 200
    assert house.tell({"type": "app_uninstalled"}) == 200
    assert "Installed in" not in house.home.coach("doctor")
    unheard = house.ask("Is anybody there?")
    time.sleep(QUIET_S)
    assert house.replies(unheard) == []

    time.sleep(1.0)  # Slack tells by the second when a workspace took the coach away
    house.install()
    again = house.ask(QUESTION)
    assert "[1]" in house.answer(again)
    assert f"Installed in {TEAM}" in house.home.coach("doctor")
    assert house.readable_tokens() == []
    log = (house.home.folder / "coach.log").read_text()
    assert [log.count(f"slack workspace {what}") for what in ("installed", "gone")] == [2, 1]
