"""The real transport, linked to the double: everything but Microsoft's own hosts and its login."""

from dataclasses import dataclass, field

import aiohttp

from adapters.teams.botbuilder import BotbuilderTransport
from adapters.teams.clouds import PUBLIC, Cloud
from adapters.teams.connector import Token
from adapters.teams.keys import SigningKeys, fetch_with
from adapters.teams.references import Reference
from adapters.teams.tokens import TokenCheck
from bot.delivery.ports import Clock
from tests.teams_double import APP_ID, BOT, ISSUER, TENANT, TeamsDouble


@dataclass
class Seconds:
    """Time that passes when it is told to."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Outbound:
    """Every connection that a session was asked for, by host and port."""

    asked: list[str] = field(default_factory=list)

    def session(self) -> aiohttp.ClientSession:
        trace = aiohttp.TraceConfig()

        async def note(_session: object, _context: object, start: aiohttp.TraceRequestStartParams) -> None:
            self.asked.append(f"{start.url.scheme}://{start.url.authority}")

        trace.on_request_start.append(note)
        return aiohttp.ClientSession(trace_configs=[trace])


async def a_token() -> str:
    return "a-token"


def cloud(double: TeamsDouble) -> Cloud:
    """A cloud whose only host is this machine."""
    return Cloud(
        issuer=ISSUER,
        metadata_url=f"{double.url}/openid",
        login_url=PUBLIC.login_url,
        scope=PUBLIC.scope,
        hosts=("127.0.0.1",),
        plain=True,
    )


def linked(
    double: TeamsDouble,
    session: aiohttp.ClientSession,
    *,
    clock: Clock,
    monotonic: Seconds | None = None,
    token: Token = a_token,
) -> BotbuilderTransport:
    """The transport over botbuilder, with the double for a cloud."""
    at = cloud(double)
    keys = SigningKeys(cloud=at, fetch=fetch_with(session), monotonic=monotonic or Seconds())
    check = TokenCheck(app_id=APP_ID, cloud=at, keys=keys, clock=clock)
    return BotbuilderTransport(cloud=at, check=check, session=session, token=token)


def reference(double: TeamsDouble) -> Reference:
    """A personal chat at the double."""
    return Reference(conversation="a:anna", kind="personal", service_url=double.service_url, tenant=TENANT, bot=BOT)
