"""chat.postMessage, chat.update, chat.delete and chat.postEphemeral."""

from tests.slack_double.state import BOT, Arguments, Workspace
from tests.slack_rules import Unacceptable, check_message

#: The methods with their arguments: docs.slack.dev/reference/methods/<method>, the section “Arguments”.
ARGUMENTS = {
    "chat.postMessage": "channel! text blocks thread_ts metadata unfurl_links unfurl_media link_names mrkdwn parse",
    "chat.update": "channel! ts! text blocks metadata link_names parse",
    "chat.delete": "channel! ts!",
    "chat.postEphemeral": "channel! user! text blocks thread_ts link_names parse",
}


def post(slack: Workspace, arguments: Arguments) -> Arguments:
    """docs.slack.dev/reference/methods/chat.postMessage; the reply clears the status of its thread (setStatus)."""
    slack.channel(arguments["channel"])
    check(slack, arguments)
    ts = slack.tick()
    # docs.slack.dev/messaging/message-metadata: kept with the message, shown to who asks for it
    slack.messages[arguments["channel"]].append({**arguments, "ts": ts, "bot_id": "B0BOT", "user": BOT})
    slack.statuses.pop((arguments["channel"], arguments.get("thread_ts", ts)), None)
    return {"channel": arguments["channel"], "ts": ts}


def update(slack: Workspace, arguments: Arguments) -> Arguments:
    """docs.slack.dev/reference/methods/chat.update: its errors, and that blocks left out go where there is text.

    A message that is being streamed cannot be edited (`streaming_state_conflict`), metadata left out stays.
    """
    message = slack.own(arguments["channel"], arguments["ts"], "cant_update_message")
    if arguments["ts"] in slack.streams:
        raise Unacceptable("streaming_state_conflict")
    if slack.edits_close:
        raise Unacceptable("edit_window_closed")
    check(slack, arguments)
    if arguments.get("text") and not arguments.get("blocks"):
        message.pop("blocks", None)
    message.update({name: value for name, value in arguments.items() if name != "channel"})
    message["edited"] = {"user": BOT, "ts": slack.tick()}
    return {"channel": arguments["channel"], "ts": arguments["ts"]}


def delete(slack: Workspace, arguments: Arguments) -> Arguments:
    """docs.slack.dev/reference/methods/chat.delete; an open stream cannot be deleted."""
    message = slack.own(arguments["channel"], arguments["ts"], "cant_delete_message")
    if arguments["ts"] in slack.streams:
        raise Unacceptable("cant_delete_message")
    slack.messages[arguments["channel"]].remove(message)
    return {"channel": arguments["channel"], "ts": arguments["ts"]}


def whisper(slack: Workspace, arguments: Arguments) -> Arguments:
    """docs.slack.dev/reference/methods/chat.postEphemeral: only to a member; it is in no history."""
    if arguments["user"] not in slack.channel(arguments["channel"]):
        raise Unacceptable("user_not_in_channel")
    check(slack, arguments)
    return {"message_ts": slack.tick()}


def check(slack: Workspace, arguments: Arguments) -> None:
    """What any message must be, and that this Slack knows every kind of its blocks."""
    kinds = {block.get("type") for block in arguments.get("blocks") or ()}
    if kinds & slack.unknown:
        raise Unacceptable("invalid_blocks: unknown kind")
    check_message(arguments)


METHODS = {"chat.postMessage": post, "chat.update": update, "chat.delete": delete, "chat.postEphemeral": whisper}
