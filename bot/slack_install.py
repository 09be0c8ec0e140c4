"""“Add to Slack” put together: the routes, their pages, and the clients of the workspaces that came by them."""

from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.client import Bearing
from adapters.slack.clients import InstalledClients
from adapters.slack.install import INSTALL, AppCredentials, Install, authorize_address
from adapters.slack.installations import Installations, SignedStates
from adapters.web.digest_drawing import digest_drawing
from adapters.web.install_drawing import InstallDrawing
from adapters.web.sealing import Handler, as_page, sealed
from bot.bootstrap import Coach, new_id, now
from bot.platforms import secret_of
from bot.settings import secret
from bot.store.workspaces import Installed, UsedStates, Workspaces

_log = structlog.get_logger()


def installed_clients(coach: Coach, bearing: Bearing, own: AsyncWebClient | None) -> InstalledClients:
    """The clients of every workspace; `own` is that of the workspace whose token is a setting."""
    workspaces = Workspaces(coach.database, secret(coach.settings))
    return InstalledClients(workspaces=workspaces, bearing=bearing, named=_named(coach), own=own)


async def installations(coach: Coach) -> tuple[Installed, ...]:
    """Every workspace that installed the coach by itself; the log names those that another secret keeps from it."""
    found = await Workspaces(coach.database, secret(coach.settings)).all()
    if unreadable := [each.team for each in found if not each.readable]:
        _log.error("slack tokens were sealed with another secret; see coach doctor", teams=unreadable)
    return found


def mount_install(coach: Coach, application: web.Application, client: AsyncWebClient) -> None:
    """Add the routes; `client` bears no token. Whatever they need is set, see `bot.slack_settings`."""
    settings, public = coach.settings, (coach.settings.public_url or "").rstrip("/")
    pages = InstallDrawing(drawing=digest_drawing(coach.words), words=coach.words, begin=public + INSTALL)
    key = secret(settings)

    def seal(handler: Handler) -> Handler:
        return sealed(handler, lambda reason, status: as_page(pages.refused(reason), status), pages.policy)

    Install(
        app=AppCredentials(
            client_id=settings.slack_client_id or "",
            client_secret=secret_of(settings, "slack_client_secret"),
            public_url=public,
            authorize=authorize_address(client.base_url),
        ),
        client=client,
        installations=Installations(Workspaces(coach.database, key), now),
        states=SignedStates(UsedStates(coach.database), key, now, new_id),
        pages=pages,
        named=_named(coach),
    ).mount(application, seal)


def _named(coach: Coach) -> Callable[[], Awaitable[frozenset[str]]]:
    async def named() -> frozenset[str]:
        """The workspaces that a partnership names."""
        plans = await coach.partnerships.all()
        return frozenset(team for plan in plans for each in plan.organisations for team in each.slack_teams)

    return named
