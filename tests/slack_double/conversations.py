"""auth.test, conversations.*, users.info and reactions.*."""

from typing import Any

from tests.slack_double.state import BOT, TEAM, Arguments, Workspace
from tests.slack_rules import Unacceptable

ARGUMENTS = {
    "auth.test": "",
    "apps.connections.open": "",
    "conversations.members": "channel! cursor limit",
    "conversations.replies": "channel! ts! cursor limit include_all_metadata latest oldest inclusive",
    "conversations.history": "channel! cursor limit include_all_metadata latest oldest inclusive",
    "conversations.open": "users!",
    "conversations.info": "channel!",
    "users.info": "user!",
    "reactions.add": "channel! timestamp! name!",
    "reactions.remove": "channel! timestamp! name!",
}


def who_am_i(_: Workspace, __: Arguments) -> Arguments:
    return {"team_id": TEAM, "user_id": BOT, "bot_id": "B0BOT"}


def members(slack: Workspace, arguments: Arguments) -> Arguments:
    return _paged(slack, "members", slack.channel(arguments["channel"]), arguments)


def history(slack: Workspace, arguments: Arguments) -> Arguments:
    """Newest first, and no replies: docs.slack.dev/reference/methods/conversations.history.

    One message is had by `latest` with `inclusive` and a limit of 1, as its page shows.
    """
    _readable(slack, arguments["channel"])
    found = [m for m in reversed(slack.messages[arguments["channel"]]) if m.get("thread_ts", m["ts"]) == m["ts"]]
    return _paged(slack, "messages", [_shown(slack, m, arguments) for m in _within(found, arguments)], arguments)


def replies(slack: Workspace, arguments: Arguments) -> Arguments:
    """The parent and its replies, oldest first: docs.slack.dev/reference/methods/conversations.replies."""
    _readable(slack, arguments["channel"])
    wanted = arguments["ts"]
    found = [m for m in slack.messages[arguments["channel"]] if wanted in (m["ts"], m.get("thread_ts"))]
    return _paged(slack, "messages", [_shown(slack, m, arguments) for m in _within(found, arguments)], arguments)


def open_direct(slack: Workspace, arguments: Arguments) -> Arguments:
    user = arguments["users"]
    if user not in slack.users:
        raise Unacceptable("user_not_found")
    slack.members.setdefault(f"D{user}", [user, BOT])
    return {"channel": {"id": f"D{user}"}}


def info(slack: Workspace, arguments: Arguments) -> Arguments:
    slack.channel(arguments["channel"])
    return {"channel": {"id": arguments["channel"], "is_im": arguments["channel"].startswith("D")}}


def user(slack: Workspace, arguments: Arguments) -> Arguments:
    if arguments["user"] not in slack.users:
        raise Unacceptable("user_not_found")
    return {"user": slack.users[arguments["user"]]}


def react(slack: Workspace, arguments: Arguments) -> Arguments:
    """docs.slack.dev/reference/methods/reactions.add: once each."""
    where = _reacted(slack, arguments)
    if arguments["name"] in slack.reactions[where]:
        raise Unacceptable("already_reacted")
    slack.reactions[where].add(arguments["name"])
    return {}


def unreact(slack: Workspace, arguments: Arguments) -> Arguments:
    """docs.slack.dev/reference/methods/reactions.remove."""
    where = _reacted(slack, arguments)
    if arguments["name"] not in slack.reactions[where]:
        raise Unacceptable("no_reaction")
    slack.reactions[where].discard(arguments["name"])
    return {}


def _reacted(slack: Workspace, arguments: Arguments) -> tuple[str, str]:
    slack.message(arguments["channel"], arguments["timestamp"])
    return arguments["channel"], arguments["timestamp"]


def _within(found: list[Arguments], arguments: Arguments) -> list[Arguments]:
    """Between `oldest` and `latest`; those on the border only if `inclusive`."""
    oldest, latest = str(arguments.get("oldest") or ""), str(arguments.get("latest") or "")
    border = {oldest, latest} if str(arguments.get("inclusive")) in ("1", "true", "True") else set()
    return [
        each
        for each in found
        if each["ts"] in border or ((not oldest or each["ts"] > oldest) and (not latest or each["ts"] < latest))
    ]


def _shown(slack: Workspace, message: Arguments, arguments: Arguments) -> Arguments:
    """Metadata is left out unless it is asked for: docs.slack.dev/messaging/message-metadata."""
    if slack.shows_metadata and str(arguments.get("include_all_metadata")) in ("1", "true", "True"):
        return message
    return {name: value for name, value in message.items() if name != "metadata"}


def _readable(slack: Workspace, channel: str) -> None:
    """im:history is granted always, channels:history and its like where `channel_history` says so."""
    slack.channel(channel)
    if not channel.startswith("D") and not slack.channel_history:
        raise Unacceptable("missing_scope")


def _paged(slack: Workspace, name: str, rows: list[Any], arguments: Arguments) -> Arguments:
    """Cursors as in docs.slack.dev/apis/web-api/pagination: an empty one ends it."""
    start = int(arguments.get("cursor") or 0)
    end = start + min(int(arguments.get("limit") or 100), slack.page)
    return {name: rows[start:end], "response_metadata": {"next_cursor": str(end) if end < len(rows) else ""}}


METHODS = {
    "auth.test": who_am_i,
    "conversations.members": members,
    "conversations.history": history,
    "conversations.replies": replies,
    "conversations.open": open_direct,
    "conversations.info": info,
    "users.info": user,
    "reactions.add": react,
    "reactions.remove": unreact,
}
