"""emulate: Slack's OAuth pages and Web API on this machine, for one workspace. It signs nothing, and sends no event."""

import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from html import unescape
from pathlib import Path
from typing import Any

from tests.clients.processes import running

PROGRAM = Path(__file__).parent / "node_modules/emulate/dist/index.js"
#: Its one workspace, and the person in it.
TEAM, PERSON = "T000000001", "tom"
CLIENT_ID, CLIENT_SECRET = "12345.67890", "a-client-secret"
_STARTING_S = 30.0


@dataclass(frozen=True, kw_only=True)
class Page:
    """What a browser got, header names in lower case: where a redirect leads is not followed."""

    status: int
    text: str
    headers: Mapping[str, str]


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Not followed."""


def browse(url: str, *, cookie: str = "", form: Mapping[str, str] | None = None) -> Page:
    """Open an address as a browser that keeps one cookie, or send a form to it."""
    data = None if form is None else urllib.parse.urlencode(form).encode()
    request = urllib.request.Request(url, data=data, headers={"Cookie": cookie} if cookie else {})
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=20) as response:
            return Page(status=response.status, text=response.read().decode(), headers=_by_name(response.headers))
    except urllib.error.HTTPError as error:
        return Page(status=error.code, text=error.read().decode(), headers=_by_name(error.headers))


def _by_name(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@dataclass(frozen=True, kw_only=True)
class Emulate:
    """A running workspace."""

    address: str

    @property
    def api(self) -> str:
        """Where its Web API is."""
        return f"{self.address}/api/"

    def consent(self, authorize: str) -> str:
        """The address that somebody is sent back to who agrees on the page at `authorize`."""
        page = browse(authorize)
        assert page.status == 200, page.text[:500]
        form = next(each for each in re.findall(r"<form.*?</form>", page.text, re.S) if PERSON in each)
        action = re.search(r'action="([^"]+)"', form)
        assert action
        fields = {name: unescape(value) for name, value in re.findall(r'name="([^"]+)"\s+value="([^"]*)"', form)}
        answer = browse(urllib.parse.urljoin(self.address, action[1]), form=fields)
        assert answer.status == 302, answer.text[:500]
        return answer.headers["location"]

    def call(self, method: str, token: str, **arguments: object) -> dict[str, Any]:
        """What a method answers to whoever bears a token."""
        request = urllib.request.Request(self.api + method, data=json.dumps(arguments).encode(), method="POST")
        request.add_header("Authorization", f"Bearer {token}")
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=10) as response:
            answer: dict[str, Any] = json.loads(response.read())
        return answer


@contextmanager
def emulate(folder: Path, *, port: int, callback: str) -> Iterator[Emulate]:
    """A workspace that knows one app, which takes people back at `callback`."""
    seed = folder / "emulate.yaml"
    seed.write_text(_SEED.format(callback=callback))
    command = ["node", str(PROGRAM), "start", "--service", "slack", "--port", str(port), "--seed", str(seed)]
    with running(command, log=folder / "emulate.log", port=port, folder=folder) as program:
        address = f"http://localhost:{port}"
        program.until_it_listens(f"{address}/oauth/v2/authorize?client_id={CLIENT_ID}", _STARTING_S)
        yield Emulate(address=address)


_SEED = f"""\
slack:
  team: {{{{name: The Lantern Project, domain: lantern}}}}
  users:
    - {{{{name: {PERSON}, real_name: Tom Pritchard, email: tom@lanternproject.example}}}}
  channels:
    - {{{{name: partnership}}}}
  tokens:
    - {{{{token: xoxp-the-test, user: {PERSON}, type: user}}}}
  oauth_apps:
    - client_id: "{CLIENT_ID}"
      client_secret: {CLIENT_SECRET}
      name: Partnership Coach
      redirect_uris: ["{{callback}}"]
"""
