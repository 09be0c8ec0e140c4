"""Slack's way in: whatever somebody says is durable before Slack hears that it arrived.

Bolt acknowledges before its listeners run, so none are used: its first middleware translates, keeps and answers.
HTTP requests come to it through the guard, Socket Mode envelopes over the connection that Bolt's own handler holds.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.blocks import Block
from adapters.slack.client import bolt_logger, quiet_logger
from adapters.slack.clients import Clients
from adapters.slack.context import render_context
from adapters.slack.ended import Ended, ended_of
from adapters.slack.events import Malformed, context_asked, form_asked, translate
from adapters.slack.forms import render_form
from adapters.slack.guard import Payload, guard
from adapters.slack.looking import Looking
from adapters.slack.modals import AtOnce, mistakes
from adapters.slack.overheard import unsure
from adapters.slack.places import parse_place
from adapters.slack.prompts import Prompting
from bot.coaching.channels.overhearing import Hears
from bot.delivery.ports import Clock, PostFailed, Receive
from bot.domain.messages import Incoming
from prompts import Words, speaking

_LOG = logging.getLogger(__name__)
PATH = "/slack/events"
#: How long the start waits for the first Socket Mode connection.
_CONNECTING_S = 5.0
#: Bolt wants a token and calls nothing with it.
_UNUSED = "none"


@dataclass(frozen=True, kw_only=True)
class SlackApp:
    """The way in of every workspace: what is said where the coach is not installed is acknowledged and not kept."""

    receive: Receive
    clients: Clients
    looking: Looking
    words: Words
    clock: Clock
    at_once: AtOnce | None = None
    prompting: Prompting | None = None
    #: Without it the coach hears only what is said to it.
    hears: Hears | None = None
    api_url: str = AsyncWebClient.BASE_URL

    def mount(self, application: web.Application, signing_secret: str) -> None:
        """Take Slack's requests at `/slack/events`; raises `SettingError` for an empty secret."""
        bolt = self._bolt()

        async def dispatch(payload: Payload) -> web.StreamResponse:
            try:
                # As in Socket Mode: the payload is read already, and Bolt loses commands that say “payload”.
                request = AsyncBoltRequest(body=dict(payload), mode="socket_mode")
            except (TypeError, AttributeError, KeyError, ValueError):
                return web.Response(status=400)
            return await to_aiohttp_response(await bolt.async_dispatch(request))

        application.router.add_post(PATH, guard(signing_secret, self.clock, dispatch))

    @asynccontextmanager
    async def socket_mode(self, app_token: str) -> AsyncIterator[None]:
        """Hold a Socket Mode connection; an envelope is acknowledged once its message is kept, and else comes again.

        Slack that cannot be reached is tried on and on behind the block: it keeps nobody else from starting.
        """
        caller = AsyncWebClient(token=app_token, base_url=self.api_url, logger=quiet_logger())
        handler = AsyncSocketModeHandler(self._bolt(), app_token, logger=quiet_logger(), web_client=caller)
        connecting = asyncio.ensure_future(handler.connect_async())  # type: ignore[no-untyped-call]
        try:
            await asyncio.wait({connecting}, timeout=_CONNECTING_S)
            if not connecting.done():
                _LOG.warning("slack.not_connected cause=timeout")
            yield
        finally:
            connecting.cancel()
            await asyncio.gather(connecting, return_exceptions=True)
            await handler.close_async()  # type: ignore[no-untyped-call]

    async def answer(self, payload: Payload) -> BoltResponse:
        """Keep what was said and say so; 400 to what is malformed, 503 when it could not be kept."""
        try:
            if (ended := ended_of(payload)) is not None:
                return await self._end(ended)
            form = form_asked(payload)
            if form is not None:
                with speaking(form.locale):
                    view = render_form(form.form, form.spot, self.words)
                return await self._open(form.spot.team, form.trigger, view)
            passage = context_asked(payload)
            if passage is not None:
                return await self._open(passage.team, passage.trigger, _in_context(passage.value, self.words))
            return await self._keep(payload)
        except Malformed as error:
            _LOG.warning("slack.malformed reason=%s", error)
            return BoltResponse(status=400)

    async def _keep(self, payload: Payload) -> BoltResponse:
        incoming = translate(payload, self.clock())
        if incoming is None:
            return await self._settle(payload)
        if wrong := mistakes(payload, self.words):
            return BoltResponse(status=200, body={"response_action": "errors", "errors": wrong})
        try:
            await self._take(incoming, payload)
        except Exception as error:  # whatever the store raises, Slack must send it again
            _LOG.error("slack.not_kept cause=%s", type(error).__name__)
            return BoltResponse(status=503)
        if "command" in payload:
            return BoltResponse(status=200, body={"response_type": "ephemeral", "text": self.words("slack.command")})
        return BoltResponse(status=200)

    async def _take(self, incoming: Incoming, payload: Payload) -> None:
        """Keep what was said to the coach, and show that it is being seen to."""
        if not await self.clients.serves(parse_place(incoming.place).team):
            return
        if self.at_once is not None and await self.at_once.opened(payload, incoming):
            return
        self.looking.note(incoming)
        new = await self.receive(incoming)
        if self.prompting is not None:
            self.prompting.offer(incoming)
        if new:
            self.looking.show(incoming)

    async def _settle(self, payload: Payload) -> BoltResponse:
        """Keep what was not said to the coach where it hears it all the same; of anything else nothing stays.

        Nobody who was overheard waits for an answer, so nothing shows that one is looked for.
        """
        aside = unsure(payload, self.clock())
        if aside is None or self.hears is None:
            return BoltResponse(status=200)
        try:
            if not await self.clients.serves(aside.team):
                return BoltResponse(status=200)
            incoming = await aside.settled(self.hears)
            if incoming is None:
                return BoltResponse(status=200)
            self.looking.note(incoming)
            if await self.receive(incoming) and incoming.action:
                self.looking.show(incoming)
        except Exception as error:  # as when a message could not be kept
            _LOG.error("slack.not_kept cause=%s", type(error).__name__)
            return BoltResponse(status=503)
        return BoltResponse(status=200)

    async def _end(self, ended: Ended) -> BoltResponse:
        try:
            await self.clients.ended(ended.team, ended.at)
        except Exception as error:  # as when a message could not be kept
            _LOG.error("slack.not_ended cause=%s", type(error).__name__)
            return BoltResponse(status=503)
        return BoltResponse(status=200)

    async def _open(self, team: str, trigger: str, view: Block) -> BoltResponse:
        """Open the modal at once; when that fails Slack shows the person that pressing the button did not work."""
        try:
            await (await self.clients.of(team)).views_open(trigger_id=trigger, view=view)
        except (PostFailed, SlackClientError, OSError, TimeoutError, ValueError) as error:
            _LOG.warning("slack.modal_not_opened cause=%s", type(error).__name__)
            return BoltResponse(status=503)
        return BoltResponse(status=200)

    def _bolt(self) -> AsyncApp:
        return AsyncApp(
            client=AsyncWebClient(token=_UNUSED, logger=quiet_logger()),
            logger=bolt_logger(),
            before_authorize=_PersistFirst(self),
            request_verification_enabled=False,  # the guard has done it
            ssl_check_enabled=False,
            url_verification_enabled=False,
        )


def _in_context(value: str, words: Words) -> Block:
    try:
        return render_context(value, words)
    except (ValueError, TypeError) as error:
        raise Malformed(type(error).__name__) from error


class _PersistFirst(AsyncMiddleware):
    """Bolt's first middleware, and the last: it answers, so that nothing after it runs."""

    def __init__(self, app: SlackApp) -> None:
        self._app = app

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002, ARG002
    ) -> BoltResponse:
        """What `SlackApp.answer` says."""
        return await self._app.answer(req.body)
