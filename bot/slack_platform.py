"""Slack put together for one installation; like `bot.chats` one of the few modules that know adapters."""

from contextlib import AsyncExitStack

from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.app import SlackApp
from adapters.slack.client import Bearing, slack_clients
from adapters.slack.clients import Clients, SingleClient
from adapters.slack.looking import Looking
from adapters.slack.modals import AtOnce
from adapters.slack.places import home_page
from adapters.slack.presence import SlackPresence
from adapters.slack.prompts import Prompting
from adapters.slack.reactions import SlackQuoted
from adapters.slack.send import SlackSender
from bot.bootstrap import Coach, now
from bot.delivery.worker import Delivery
from bot.desks.channels import overhearing
from bot.desks.home import suggesting_of
from bot.domain.errors import SettingError
from bot.platforms import Platforms, secret_of
from bot.slack_install import installations, installed_clients, mount_install
from bot.slack_settings import installs, problems, wanted


async def open_slack(
    coach: Coach, application: web.Application, delivery: Delivery, platforms: Platforms, stack: AsyncExitStack
) -> None:
    """Mount Slack where it is set up."""
    settings = coach.settings
    if not wanted(settings):
        return
    if wrong := problems(settings):
        raise SettingError("\n".join(wrong))
    token, signing = secret_of(settings, "slack_bot_token"), secret_of(settings, "slack_signing_secret")
    bearing = await stack.enter_async_context(slack_clients(settings.slack_api_url or AsyncWebClient.BASE_URL))
    own = bearing(token) if token else None
    clients = await _clients(coach, bearing, own)
    if installs(settings):
        mount_install(coach, application, bearing(""))
    looking = Looking(clients=clients, words=coach.words)
    platforms.senders["slack"] = SlackSender(clients=clients, words=coach.words, looking=looking)
    platforms.presences["slack"] = SlackPresence(clients=clients, clock=now)
    platforms.quoted["slack"] = SlackQuoted(clients=clients)
    platforms.pages["slack"] = home_page
    app = SlackApp(
        receive=delivery.receive,
        clients=clients,
        looking=looking,
        words=coach.words,
        clock=now,
        at_once=AtOnce(clients=clients, answer=delivery.answer, words=coach.words),
        prompting=Prompting(clients=clients, suggesting=suggesting_of(coach), words=coach.words),
        hears=overhearing(coach),
        api_url=bearing("").base_url,
    )
    if signing:
        app.mount(application, signing)
    if app_token := secret_of(settings, "slack_app_token"):
        await stack.enter_async_context(app.socket_mode(app_token))


async def _clients(coach: Coach, bearing: Bearing, own: AsyncWebClient | None) -> Clients:
    """Those of every workspace that ever installed the coach by itself, and of the one whose token is a setting."""
    known = await installations(coach)
    if own is not None and not known and not installs(coach.settings):
        return SingleClient(client=own)
    return installed_clients(coach, bearing, own)
