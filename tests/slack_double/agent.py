"""assistant.threads.setStatus, setSuggestedPrompts and setTitle; sources: their pages in docs.slack.dev/reference."""

from tests.slack_double.state import Arguments, Workspace
from tests.slack_rules import Unacceptable

ARGUMENTS = {
    "assistant.threads.setStatus": "channel_id! thread_ts! status? loading_messages",
    "assistant.threads.setSuggestedPrompts": "channel_id! prompts! thread_ts title",
    "assistant.threads.setTitle": "channel_id! thread_ts! title!",
}
#: “Maximum of 10 messages”; “up to four suggested prompts”.
MOST_MESSAGES, MOST_PROMPTS = 10, 4


def set_status(slack: Workspace, arguments: Arguments) -> Arguments:
    """Shown until the app replies in the thread, for two minutes at most; an empty one clears it.

    In the app's own threads, which are in its direct messages.
    """
    channel = arguments["channel_id"]
    slack.channel(channel)
    if not channel.startswith("D"):
        raise Unacceptable("channel_type_not_supported")
    if len(arguments.get("loading_messages") or []) > MOST_MESSAGES:
        raise Unacceptable("invalid_arguments: loading_messages")
    where = channel, arguments["thread_ts"]
    if arguments["status"]:
        slack.statuses[where] = arguments["status"]
    else:
        slack.statuses.pop(where, None)
    return {}


def set_prompts(slack: Workspace, arguments: Arguments) -> Arguments:
    """Each with a title and a message; without a thread in the agent's own tab (sdk.md §3)."""
    channel, prompts = arguments["channel_id"], arguments["prompts"]
    slack.channel(channel)
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= MOST_PROMPTS:
        raise Unacceptable("invalid_arguments: prompts")
    if any(set(each) != {"title", "message"} or not each["title"] or not each["message"] for each in prompts):
        raise Unacceptable("invalid_arguments: prompt")
    slack.prompts[channel] = prompts
    return {}


def set_title(slack: Workspace, arguments: Arguments) -> Arguments:
    """What a thread is called in the list of them."""
    slack.channel(arguments["channel_id"])
    slack.titles[arguments["channel_id"], arguments["thread_ts"]] = arguments["title"]
    return {}


METHODS = {
    "assistant.threads.setStatus": set_status,
    "assistant.threads.setSuggestedPrompts": set_prompts,
    "assistant.threads.setTitle": set_title,
}
