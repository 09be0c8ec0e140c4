"""“Add to Slack”: the page that leads to Slack's own, and the way back from it. Bolt's OAuth flow does the talking."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Protocol

import structlog
from aiohttp import ClientError, web
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import SQLAlchemyError

from adapters.slack.client import bolt_logger
from adapters.slack.installations import STATE_LIFE, Installations, SignedStates, WholeOrganisation
from adapters.slack.scopes import SCOPES
from prompts import LOCALES, speaking

_log = structlog.get_logger()
INSTALL, CALLBACK = "/slack/install", "/slack/oauth/callback"
#: No other site of the same domain can set a cookie of such a name.
_COOKIE = "__Host-coach-slack-install"
#: What may go wrong on the way to Slack and back, in its own words, and what is answered.
_REASONS = MappingProxyType(
    {
        "access_denied": ("cancelled", HTTPStatus.FORBIDDEN),
        "invalid_browser": ("elsewhere", HTTPStatus.FORBIDDEN),
        "invalid_state": ("used", HTTPStatus.FORBIDDEN),
        "missing_code": ("strange", HTTPStatus.BAD_REQUEST),
        "invalid_code": ("refused", HTTPStatus.BAD_REQUEST),
        "storage_error": ("not_kept", HTTPStatus.CONFLICT),
    }
)
_OTHERWISE = ("refused", HTTPStatus.BAD_REQUEST)
_WHOLE = ("whole", HTTPStatus.BAD_REQUEST)
#: Slack, or our own store, did not answer as it should. Nobody's fault who reads it, and a retry may help.
_UNANSWERED = ("unanswered", HTTPStatus.FAILED_DEPENDENCY)
_FAILURES = (
    SlackClientError,
    ClientError,
    SQLAlchemyError,
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
)

Handler = Callable[[web.Request], Awaitable[web.Response]]


class Pages(Protocol):
    """Draws the pages, in the language that is being spoken."""

    def offer(self, address: str) -> str:
        """The page with the link to Slack."""

    def installed(self, name: str, team: str, *, named: bool) -> str:
        """It is done; `named` where a partnership names the workspace already."""

    def refused(self, reason: str) -> str:
        """It is not done, and why."""


@dataclass(frozen=True, kw_only=True)
class AppCredentials:
    """What Slack knows the app by, and where it sends people back to; `authorize` is Slack's own page."""

    client_id: str
    client_secret: str
    public_url: str
    authorize: str


def authorize_address(api_url: str) -> str:
    """Where Slack asks whether to install: beside its Web API, `https://slack.com/api/` unless another is set."""
    return api_url.rstrip("/").removesuffix("/api") + "/oauth/v2/authorize"


@dataclass(frozen=True, kw_only=True)
class Install:
    """The two routes. No request ends in a 5xx: whatever goes wrong is said in a sentence."""

    app: AppCredentials
    client: AsyncWebClient
    installations: Installations
    states: SignedStates
    pages: Pages
    named: Callable[[], Awaitable[frozenset[str]]]

    def mount(self, application: web.Application, seal: Callable[[Handler], Handler]) -> None:
        """Add the routes; `seal` gives every answer the safety headers."""
        flow = self._flow()
        application.router.add_get(INSTALL, seal(self._spoken(flow.handle_installation)))
        application.router.add_get(CALLBACK, seal(self._spoken(flow.handle_callback)))

    def _spoken(self, handle: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]) -> Handler:
        async def answer(request: web.Request) -> web.Response:
            with speaking(_language(request.headers.get("Accept-Language", ""))):
                try:
                    return _response(await handle(_asked(request)))
                except _FAILURES as error:
                    _log.error("slack installation unanswered", cause=type(error).__name__)
                    return _response(self._told(*_UNANSWERED))

        return answer

    def _flow(self) -> AsyncOAuthFlow:
        settings = AsyncOAuthSettings(
            client_id=self.app.client_id,
            client_secret=self.app.client_secret,
            scopes=SCOPES,
            user_scopes=[],
            redirect_uri=self.app.public_url.rstrip("/") + CALLBACK,
            install_path=INSTALL,
            redirect_uri_path=CALLBACK,
            callback_options=AsyncCallbackOptions(success=self._done, failure=self._failed),
            authorization_url=self.app.authorize,
            installation_store=self.installations,
            installation_store_bot_only=True,
            state_store=self.states,
            state_cookie_name=_COOKIE,
            state_expiration_seconds=int(STATE_LIFE.total_seconds()),
            logger=bolt_logger(),
        )
        return _Flow(self.pages, client=self.client, logger=bolt_logger(), settings=settings)

    async def _done(self, done: AsyncSuccessArgs) -> BoltResponse:
        team = str(done.installation.team_id)
        _log.info("slack workspace installed", team=team)
        page = self.pages.installed(str(done.installation.team_name or team), team, named=team in await self.named())
        return _page(page, HTTPStatus.OK, done.settings.state_utils.build_set_cookie_for_deletion())

    async def _failed(self, failed: AsyncFailureArgs) -> BoltResponse:
        whole = isinstance(failed.error, WholeOrganisation)
        reason, status = _WHOLE if whole else _REASONS.get(failed.reason, _OTHERWISE)
        _log.warning("slack workspace not added", reason=reason)
        return self._told(reason, status)

    def _told(self, reason: str, status: int) -> BoltResponse:
        return _page(self.pages.refused(reason), status)


class _Flow(AsyncOAuthFlow):
    """Bolt's flow with a page of our own."""

    def __init__(
        self, pages: Pages, *, client: AsyncWebClient, logger: logging.Logger, settings: AsyncOAuthSettings
    ) -> None:
        super().__init__(client=client, logger=logger, settings=settings)
        self._pages = pages

    async def build_install_page_html(self, url: str, request: AsyncBoltRequest) -> str:  # noqa: ARG002
        """The page with the link to Slack."""
        return self._pages.offer(url)


def _asked(request: web.Request) -> AsyncBoltRequest:
    """What Bolt needs of a request, and nothing else that it says: its query as it was sent, and its cookies.

    The page that leads to Slack takes no query: what stands in it would go on to Slack.
    """
    query = request.rel_url.raw_query_string if request.path == CALLBACK else ""
    return AsyncBoltRequest(body="", query=query, headers={"cookie": request.headers.getall("Cookie", [])})


def _page(html: str, status: int, cookie: str = "") -> BoltResponse:
    headers: Mapping[str, list[str]] = {"Set-Cookie": [cookie]} if cookie else {}
    return BoltResponse(status=status, body=html, headers=dict(headers))


def _response(answer: BoltResponse) -> web.Response:
    """Bolt's answer for aiohttp. The cookie comes along when Slack sends somebody back, and on nobody else's forms."""
    body = answer.body.encode("utf-8", "replace")
    response = web.Response(status=answer.status, body=body, content_type="text/html", charset="utf-8")
    for cookie in answer.headers.get("set-cookie", []):
        response.headers.add("Set-Cookie", f"{cookie}; SameSite=Lax")
    return response


def _language(accepted: str) -> str:
    """The first language of a browser's list that the coach speaks, or an empty text."""
    tags = (each.partition(";")[0].strip().lower() for each in accepted.split(","))
    return next((tag for tag in tags if tag.partition("-")[0] in LOCALES), "")
