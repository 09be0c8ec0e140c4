"""Slack put together for one installation; like `bot.chats` one of the few modules that know adapters."""

from contextlib import AsyncExitStack

from aiohttp import web

from adapters.slack.app import SlackApp
from adapters.slack.client import slack_client
from adapters.slack.looking import Looking
from adapters.slack.presence import SlackPresence
from adapters.slack.send import SlackSender
from bot.bootstrap import Coach, now
from bot.delivery.worker import Delivery
from bot.domain.errors import SettingError
from bot.platforms import Platforms, secret_of


async def open_slack(
    coach: Coach, application: web.Application, delivery: Delivery, platforms: Platforms, stack: AsyncExitStack
) -> None:
    """Mount Slack where it is set up."""
    settings, token = coach.settings, secret_of(coach.settings, "slack_bot_token")
    signing, app_token = secret_of(settings, "slack_signing_secret"), secret_of(settings, "slack_app_token")
    if not token:
        return
    if not signing and not app_token:
        raise SettingError(
            "SLACK_BOT_TOKEN is set, but neither SLACK_SIGNING_SECRET (for events over the web) nor SLACK_APP_TOKEN "
            "(for Socket Mode): set one of them."
        )
    address = {"base_url": settings.slack_api_url} if settings.slack_api_url else {}
    client = await stack.enter_async_context(slack_client(token, **address))
    looking = Looking(client=client, words=coach.words)
    platforms.senders["slack"] = SlackSender(client=client, words=coach.words, looking=looking)
    platforms.presences["slack"] = SlackPresence(client=client, clock=now)
    app = SlackApp(receive=delivery.receive, client=client, looking=looking, words=coach.words, clock=now)
    if signing:
        app.mount(application, signing)
    if app_token:
        await stack.enter_async_context(app.socket_mode(app_token))
