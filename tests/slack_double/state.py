"""What one workspace holds: people, conversations, messages, streams and views."""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

from tests.slack_double.faults import Fault
from tests.slack_rules import Unacceptable

TOKEN, TEAM, BOT = "xoxb-double", "T0HOME", "U0BOT"
Arguments = dict[str, Any]
#: sdk.md §3: a trigger lives three seconds. docs.slack.dev/interactivity/handling-user-interaction, “trigger_id”.
TRIGGER_LIVES_S = 3.0
#: docs.slack.dev/reference/methods/chat.startStream names no lifetime; python-slack-sdk issue 1859 measured minutes.
STREAM_LIVES_S = 300.0


@dataclass(kw_only=True)
class Stream:
    """A message that is being streamed: what of its text and of its blocks has come, and when it began."""

    channel: str
    thread: str
    began: float
    text: str = ""
    blocks: list[Arguments] = field(default_factory=list)


@dataclass(kw_only=True)
class Workspace:
    """The state of one workspace. `refused` holds what Slack would have turned down: a test asserts it is empty.

    `unknown` are methods and kinds of blocks that this Slack does not have yet, as older ones and other doubles do
    not; `scopes_missing` the methods for which the token lacks a scope. `now` is the workspace's own clock in seconds.
    """

    users: dict[str, Arguments] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    messages: dict[str, list[Arguments]] = field(default_factory=lambda: defaultdict(list))
    calls: list[tuple[str, Arguments]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    faults: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    streams: dict[str, Stream] = field(default_factory=dict)
    statuses: dict[tuple[str, str], str] = field(default_factory=dict)
    prompts: dict[str, list[Arguments]] = field(default_factory=dict)
    titles: dict[tuple[str, str], str] = field(default_factory=dict)
    homes: dict[str, Arguments] = field(default_factory=dict)
    modals: dict[str, Arguments] = field(default_factory=dict)
    reactions: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    triggers: dict[str, float] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    scopes_missing: set[str] = field(default_factory=set)
    channel_history: bool = False
    page: int = 200
    shows_metadata: bool = True
    edits_close: bool = False
    now: float = 0.0
    _clock: int = 1_700_000_000

    def fail(self, method: str, *faults: Fault) -> None:
        """The next calls of a method go wrong in this order."""
        self.faults[method].extend(faults)

    def called(self, method: str) -> list[Arguments]:
        """The arguments of every call of a method."""
        return [arguments for name, arguments in self.calls if name == method]

    def tick(self) -> str:
        """The time by which the next message is known."""
        self._clock += 1
        return f"{self._clock}.000100"

    def trigger(self) -> str:
        """A trigger as an interaction carries one: used once, and within three seconds."""
        name = f"{len(self.triggers)}.73.def"
        self.triggers[name] = self.now
        return name

    def channel(self, channel: str) -> list[str]:
        """The members of a conversation that the bot is in."""
        if channel not in self.members:
            raise Unacceptable("channel_not_found")
        if BOT not in self.members[channel]:
            raise Unacceptable("not_in_channel")
        return self.members[channel]

    def message(self, channel: str, ts: str) -> Arguments:
        """A message that is there."""
        self.channel(channel)
        for message in self.messages[channel]:
            if message["ts"] == ts:
                return message
        raise Unacceptable("message_not_found")

    def own(self, channel: str, ts: str, error: str) -> Arguments:
        """A message of the bot's own; `error` for somebody else's."""
        message = self.message(channel, ts)
        if message.get("user", BOT) != BOT:
            raise Unacceptable(error)
        return message

    def text_of(self, channel: str) -> list[str]:
        """What the messages of a conversation say, in order."""
        return [str(message.get("text", "")) for message in self.messages[channel]]
