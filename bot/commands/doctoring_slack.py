"""`coach doctor` on Slack: the settings that belong together, and the workspaces that installed the coach."""

from collections.abc import AsyncIterator

from bot.commands.findings import Finding, State
from bot.settings import Settings, secret
from bot.slack_settings import installs, problems, wanted
from bot.store.database import Database
from bot.store.partnerships import Partnerships
from bot.store.workspaces import Workspaces, installed_anywhere

_INSTALL = "/slack/install"


def slack_finding(settings: Settings) -> Finding:
    """Whether Slack is set up, and for what."""
    if not wanted(settings):
        do = "See the README: `coach slack manifest`, then SLACK_BOT_TOKEN and SLACK_APP_TOKEN."
        return Finding(part="slack", state=State.MISSING, says="No SLACK_BOT_TOKEN.", do=do)
    if wrong := problems(settings):
        return Finding(part="slack", state=State.WRONG, says=" ".join(wrong), do="Then run me again.")
    ways = [
        ("Socket Mode", settings.slack_app_token),
        ("events over the web", settings.slack_signing_secret),
        ("installing in several workspaces", installs(settings)),
    ]
    used = [name for name, given in ways if given]
    says = f"Set up for {', '.join(used[:-1])} and {used[-1]}." if len(used) > 1 else f"Set up for {used[0]}."
    do = f"Others install it at {settings.public_url}{_INSTALL}." if installs(settings) else ""
    return Finding(part="slack", state=State.OK, says=says, do=do)


async def workspaces_finding(settings: Settings, database: Database) -> AsyncIterator[Finding]:
    """The workspaces that installed the coach by themselves; nothing where there is none."""
    if not await installed_anywhere(database):
        return
    found = await Workspaces(database, secret(settings)).all()
    says = f"Installed in {', '.join(each.team for each in found)}."
    if unreadable := [each.team for each in found if not each.readable]:
        yield Finding(
            part="slack workspaces",
            state=State.WRONG,
            says=f"{says} COACH_SECRET_KEY has changed since {', '.join(unreadable)} did: I cannot speak there.",
            do="Put the earlier COACH_SECRET_KEY (or secret.key in the data folder) back, or install me there again.",
        )
        return
    named = await _named(database)
    strange = ", ".join(each.team for each in found if each.team not in named)
    old = ", ".join(each.team for each in found if _wanted_scopes() - set(each.scopes))
    do = [f"No partnership names {strange}: add it to an organisation's slack_teams."] if strange else []
    do += [f"I may do less than I can in {old}: have me installed there again."] if old else []
    yield Finding(part="slack workspaces", state=State.OK, says=says, do=" ".join(do))


def _wanted_scopes() -> frozenset[str]:
    from adapters.slack.scopes import SCOPES

    return frozenset(SCOPES)


async def _named(database: Database) -> frozenset[str]:
    plans = await Partnerships(database).all()
    return frozenset(team for plan in plans for each in plan.organisations for team in each.slack_teams)
