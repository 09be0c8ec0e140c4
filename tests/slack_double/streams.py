"""chat.startStream, chat.appendStream and chat.stopStream."""

from tests.slack_double.messages import check
from tests.slack_double.state import BOT, STREAM_LIVES_S, Arguments, Stream, Workspace
from tests.slack_rules import Unacceptable, check_blocks, check_metadata, texts

#: docs.slack.dev/reference/methods/chat.startStream and its neighbours; none takes anything about unfurling.
ARGUMENTS = {
    "chat.startStream": "channel! thread_ts! markdown_text chunks recipient_team_id recipient_user_id "
    "task_display_mode",
    "chat.appendStream": "channel! ts! markdown_text chunks",
    "chat.stopStream": "channel! ts! markdown_text chunks blocks metadata",
}
#: “Limit this field to 12,000 characters”; sdk.md §3: in total.
LONGEST_MARKDOWN = 12_000
#: docs.slack.dev/reference/methods/chat.stopStream: 50 blocks by chunks and another 50 at the stop.
MOST_BLOCKS = 50


def start(slack: Workspace, arguments: Arguments) -> Arguments:
    """In a thread only, and outside direct messages for a named recipient."""
    channel = arguments["channel"]
    members = slack.channel(channel)
    if not channel.startswith("D"):
        for name in ("recipient_team_id", "recipient_user_id"):
            if not arguments.get(name):
                raise Unacceptable(f"missing_{name}")
        if arguments["recipient_user_id"] not in members:
            raise Unacceptable("user_not_found")
    ts = slack.tick()
    stream = Stream(channel=channel, thread=arguments["thread_ts"], began=slack.now)
    _take(slack, stream, arguments)
    slack.streams[ts] = stream
    own: Arguments = {"ts": ts, "thread_ts": stream.thread, "bot_id": "B0BOT", "user": BOT}
    slack.messages[channel].append(
        {**own, "text": _fallback(stream.text, stream.blocks), "blocks": list(stream.blocks)}
    )
    slack.statuses.pop((channel, stream.thread), None)
    return {"channel": channel, "ts": ts}


def append(slack: Workspace, arguments: Arguments) -> Arguments:
    """Adds to what has come; “markdown_text” or chunks must be there."""
    stream = _open(slack, arguments)
    if not arguments.get("markdown_text") and not arguments.get("chunks"):
        raise Unacceptable("no_text")
    _take(slack, stream, arguments)
    message = slack.message(stream.channel, arguments["ts"])
    message.update(text=_fallback(stream.text, stream.blocks), blocks=list(stream.blocks))
    return {"channel": stream.channel, "ts": arguments["ts"]}


def stop(slack: Workspace, arguments: Arguments) -> Arguments:
    """Ends it: its blocks come last, and only now it has metadata."""
    stream = _open(slack, arguments)
    last = list(arguments.get("blocks") or [])
    if last:
        _check(slack, last)
    check_metadata(arguments)
    _take(slack, stream, arguments)
    del slack.streams[arguments["ts"]]
    message = slack.message(stream.channel, arguments["ts"])
    blocks = [*stream.blocks, *last]
    message.update(text=_fallback(stream.text, blocks), blocks=blocks)
    if arguments.get("metadata"):
        message["metadata"] = arguments["metadata"]
    return {"channel": stream.channel, "ts": arguments["ts"]}


def _open(slack: Workspace, arguments: Arguments) -> Stream:
    stream = slack.streams.get(arguments["ts"])
    if stream is not None and slack.now - stream.began > STREAM_LIVES_S:
        del slack.streams[arguments["ts"]]
        stream = None
    if stream is None or stream.channel != arguments["channel"]:
        raise Unacceptable("message_not_in_streaming_state")
    return stream


def _take(slack: Workspace, stream: Stream, arguments: Arguments) -> None:
    """What a call brings, as Markdown or as chunks; whatever is not taken leaves the stream as it was."""
    text, blocks = stream.text + (arguments.get("markdown_text") or ""), list(stream.blocks)
    for chunk in arguments.get("chunks") or []:
        if chunk.get("type") == "markdown_text":
            text += chunk["text"]
        elif chunk.get("type") == "blocks":
            # docs.slack.dev/changelog/2026/04/16/block-kit-new-blocks
            _check(slack, chunk["blocks"])
            blocks += chunk["blocks"]
        else:
            raise Unacceptable("invalid_chunks")
    if len(text) > LONGEST_MARKDOWN:
        raise Unacceptable("msg_too_long")
    if len(blocks) > MOST_BLOCKS:
        raise Unacceptable("msg_blocks_too_long")
    stream.text, stream.blocks = text, blocks


def _fallback(text: str, blocks: list[Arguments]) -> str:
    """What stands in the field `text` where only blocks were given: Slack builds it out of them.

    Source: docs.slack.dev/reference/methods/chat.postMessage, “How text, blocks and attachments work together”.
    """
    return text or "\n".join(said for block in blocks for kind, said in texts(block) if kind != "button")


def _check(slack: Workspace, blocks: list[Arguments]) -> None:
    check(slack, {"text": "…", "blocks": blocks})
    check_blocks(blocks, "message")


METHODS = {"chat.startStream": start, "chat.appendStream": append, "chat.stopStream": stop}
