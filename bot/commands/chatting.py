"""`coach slack`, `coach teams` and `coach lead`: what has to be pasted or typed elsewhere."""

import json
import sys
from pathlib import Path

from bot.bootstrap import main_store, new_id, now, pick
from bot.coaching.roles.joining import Joining
from bot.commands.screen import screen
from bot.domain.errors import CoachError, SettingError
from bot.domain.membership import Standing
from bot.settings import Settings, secret
from bot.store.partnerships import Partnerships
from bot.store.people import People
from prompts import words

_VERSION = "1.1.0"


async def slack_manifest(settings: Settings, *, socket_mode: bool) -> None:
    """Print the manifest of the Slack app: for events over the web with COACH_PUBLIC_URL, else or if asked for Socket
    Mode.
    """
    from adapters.slack.manifest import manifest

    described = manifest(None if socket_mode else settings.public_url, words(settings.locale))
    sys.stdout.write(json.dumps(described, ensure_ascii=False, indent=2) + "\n")


async def teams_package(settings: Settings, path: Path) -> None:
    """Write the Teams app package."""
    from adapters.teams.package import package

    if settings.teams_app_id is None or settings.public_url is None:
        raise SettingError("The package needs TEAMS_APP_ID and COACH_PUBLIC_URL: set both.")
    copy = words(settings.locale)
    data = package(
        settings.teams_app_id,
        settings.public_url,
        words=copy,
        developer=copy("teams.app.name"),
        version=_VERSION,
    )
    try:
        path.write_bytes(data)  # noqa: ASYNC240 - a few kilobytes, in a command that does nothing else
    except OSError as error:
        raise CoachError(f"{path} cannot be written ({error.strerror}). Name another file.") from error
    screen().print(f"Written: {path}. Upload it in the Teams admin centre.")


async def invite(settings: Settings, partnership: str, organisation: str, *, lead: bool) -> None:
    """Print a one-time code that makes whoever types it to the coach a partner of an organisation."""
    async with main_store(settings) as database:
        plan = await Partnerships(database).find(partnership)
        found = next((item for item in plan.organisations if item.id == organisation), None)
        if found is None:
            known = ", ".join(item.id for item in plan.organisations)
            raise CoachError(f"“{organisation}” is not an organisation of {plan.name}. It has: {known}.")
        people = People(database, new_id)
        join = Joining(people=people, words=words(settings.locale), secret=secret(settings), clock=now, pick=pick)
        code = await join.invite(Standing(partnership=plan.id, organisation=found.id, lead=lead))
    role = "lead" if lead else "partner"
    screen().print(
        f"{code}\nWhoever types it to the coach within seven days is a {role} of {found.name}. It works once."
    )
