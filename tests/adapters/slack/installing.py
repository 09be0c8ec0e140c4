"""The two routes of “Add to Slack” as they are mounted, and Slack's OAuth methods beside them."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from aiohttp import encode_basic_auth, web
from aiohttp.test_utils import TestClient, TestServer

from adapters.slack.client import slack_clients
from adapters.slack.install import CALLBACK, INSTALL, AppCredentials, Install
from adapters.slack.installations import Installations, SignedStates
from adapters.web.digest_drawing import digest_drawing
from adapters.web.install_drawing import InstallDrawing
from adapters.web.sealing import Handler, as_page, sealed
from bot.store.database import Database
from bot.store.workspaces import UsedStates, Workspaces
from prompts import words
from tests.adapters.slack.signing import NOW

KEY = b"a secret of this installation"
PUBLIC = "https://coach.example.org"
TOKEN = "xoxb-77-88-unguessable"
WORDS = words()
Client = TestClient[web.Request, web.Application]


@dataclass
class OAuthDouble:
    """Slack's oauth.v2.access and auth.test: docs.slack.dev/reference/methods/oauth.v2.access. Codes are used once."""

    codes: set[str] = field(default_factory=lambda: {"good"})
    answer: dict[str, object] = field(default_factory=dict)
    reply: web.Response | None = None
    bot_id: bool = True
    asked: list[dict[str, str]] = field(default_factory=list)

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/api/oauth.v2.access", self._access)
        app.router.add_post("/api/auth.test", self._test)
        return app

    async def _access(self, request: web.Request) -> web.Response:
        given = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append(given)
        if self.reply is not None:
            return self.reply
        if request.headers["Authorization"] != encode_basic_auth("1.2", "app-secret"):
            return web.json_response({"ok": False, "error": "bad_client_secret"})
        if given["code"] not in self.codes:
            return web.json_response({"ok": False, "error": "invalid_code"})
        self.codes.remove(given["code"])
        made = {"app_id": "A1", "team": {"id": "T0LANTERN", "name": "The <b>Lantern</b>"}, "access_token": TOKEN}
        made |= {"token_type": "bot", "scope": "chat:write", "bot_user_id": "U1", "authed_user": {"id": "U9"}}
        return web.json_response({"ok": True, **made, **self.answer})

    async def _test(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"
        return web.json_response({"ok": True, "team_id": "T0LANTERN", **({"bot_id": "B1"} if self.bot_id else {})})


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Named:
    teams: frozenset[str] = frozenset()

    async def __call__(self) -> frozenset[str]:
        return self.teams


@dataclass(kw_only=True)
class House:
    """The routes as they are mounted, and what stands around them."""

    http: Client
    oauth: OAuthDouble
    workspaces: Workspaces
    clock: Clock
    named: Named

    async def begin(self) -> tuple[str, str]:
        """The state that the page gives to Slack, and the cookie that it leaves in the browser."""
        answer = await self.http.get(INSTALL)
        assert answer.status == 200
        found = re.search(r'href="([^"]*authorize[^"]*)"', await answer.text())
        assert found
        query = parse_qs(urlsplit(found[1].replace("&amp;", "&")).query)
        return query["state"][0], answer.headers["Set-Cookie"].partition(";")[0]

    async def back(self, query: str, cookie: str = "", **headers: str) -> tuple[int, str]:
        """What the browser is told when Slack sends it back with this query."""
        more = {"Cookie": cookie} if cookie else {}
        answer = await self.http.get(f"{CALLBACK}?{query}", headers={**more, **headers}, allow_redirects=False)
        return answer.status, await answer.text()

    async def refused(self, query: str, cookie: str, reason: str, status: int) -> None:
        answered, page = await self.back(query, cookie)
        assert (answered, WORDS(f"slack.install.refused.{reason}") in unescaped(page)) == (status, True), page
        assert not await self.workspaces.all()


def unescaped(page: str) -> str:
    return page.replace("&#39;", "'")


@asynccontextmanager
async def install_house(oauth: OAuthDouble, database: Database) -> AsyncIterator[House]:
    """Slack's methods on loopback, and the routes."""
    pages = InstallDrawing(drawing=digest_drawing(WORDS), words=WORDS, begin=PUBLIC + INSTALL)
    workspaces, clock, named = Workspaces(database, KEY), Clock(), Named()
    server = TestServer(oauth.application())
    await server.start_server()
    ids = iter(range(1_000_000))

    def seal(handler: Handler) -> Handler:
        return sealed(handler, lambda reason, status: as_page(pages.refused(reason), status), pages.policy)

    async with slack_clients(str(server.make_url("/api/"))) as bearing:
        application = web.Application()
        Install(
            app=AppCredentials(
                client_id="1.2",
                client_secret="app-secret",
                public_url=PUBLIC,
                authorize="https://slack.com/oauth/v2/authorize",
            ),
            client=bearing(""),
            installations=Installations(workspaces, clock),
            states=SignedStates(UsedStates(database), KEY, clock, lambda: f"id{next(ids)}"),
            pages=pages,
            named=named,
        ).mount(application, seal)
        async with TestClient(TestServer(application)) as http:
            yield House(http=http, oauth=oauth, workspaces=workspaces, clock=clock, named=named)
    await server.close()
