"""One message of ours: posted, changed, taken away. Nothing in it is looked up, unfurled or brought to life."""

import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from adapters.slack.blocks import Block
from adapters.slack.calling import BLOCKS_REFUSED, answered
from adapters.slack.clients import Clients
from adapters.slack.feedback import with_ordinary_buttons
from adapters.slack.places import Spot
from adapters.slack.render import SlackMessage
from bot.delivery.ports import PostFailed

_LOG = logging.getLogger(__name__)
#: Of chat.delete: the message is gone already, which was wanted.
_AWAY = frozenset({"message_not_found", "channel_not_found"})
_STREAMING = "streaming_state_conflict"

Said = Mapping[str, Any]


def said(message: SlackMessage, marked: Mapping[str, Any]) -> Said:
    """What a message says and what marks it, as every method takes it."""
    blocks = list(message.blocks)
    return {"text": message.text, "blocks": blocks, "metadata": marked, "link_names": False, "parse": "none"}


@dataclass(frozen=True, kw_only=True)
class Posting:
    """Speaks in every workspace: the team of a spot picks the client. All raise `PostFailed`."""

    clients: Clients
    _plain: set[str] = field(default_factory=set)

    async def post(self, spot: Spot, what: Said) -> str:
        """Post a message and give the time by which Slack knows it."""
        client = await self.clients.of(spot.team)
        own: dict[str, Any] = {"channel": spot.channel, **({"thread_ts": spot.thread} if spot.thread else {})}
        own |= {"unfurl_links": False, "unfurl_media": False, "mrkdwn": False}
        return await self._plainer(spot.team, lambda given: client.chat_postMessage(**own, **given), what)

    async def change(self, spot: Spot, ts: str, what: Said) -> None:
        """Change a message of ours; one that is still being streamed is stopped first.

        chat.update takes nothing about unfurling: what was posted without stays without.
        """
        client = await self.clients.of(spot.team)

        def call(given: dict[str, Any]) -> Awaitable[Any]:
            return client.chat_update(channel=spot.channel, ts=ts, **given)

        try:
            await self._plainer(spot.team, call, what)
        except PostFailed as failure:
            if failure.reason != _STREAMING:
                raise
            await self._stop(spot, ts)
            await self._plainer(spot.team, call, what)

    async def delete(self, spot: Spot, ts: str) -> None:
        """Take a message away; one that is gone already is no failure."""
        client = await self.clients.of(spot.team)
        try:
            await answered(client.chat_delete(channel=spot.channel, ts=ts))
        except PostFailed as failure:
            if failure.reason not in _AWAY:
                raise

    async def tidy(self, spot: Spot, times: Sequence[str]) -> None:
        """Take away what nothing stands for any more, as far as Slack lets it be taken away."""
        for ts in times:
            try:
                await self.delete(spot, ts)
            except PostFailed as failure:
                _LOG.warning("slack.not_removed reason=%s", failure.reason)

    async def _stop(self, spot: Spot, ts: str) -> None:
        """Stop a stream that broke off; one that is over already is none."""
        client = await self.clients.of(spot.team)
        try:
            await answered(client.chat_stopStream(channel=spot.channel, ts=ts))
        except PostFailed as failure:
            if not failure.final:
                raise

    async def _plainer(self, team: str, call: Callable[[dict[str, Any]], Awaitable[Any]], what: Said) -> str:
        """Say it; where Slack refuses the blocks with ordinary buttons, then as text alone. Gives the message's time.

        Refused may be a kind of block that this Slack does not know, which is remembered, or a picture that it cannot
        fetch.
        """
        ordinary = with_ordinary_buttons(what["blocks"])
        for blocks in _ever_plainer([] if team in self._plain else what["blocks"], ordinary):
            try:
                ts = str((await answered(call({**what, "blocks": blocks}))).get("ts") or "")
            except PostFailed as failure:
                if failure.reason not in BLOCKS_REFUSED or blocks is None:
                    raise
                _LOG.error("slack.blocks_refused reason=%s", failure.reason)
                continue
            if blocks == ordinary != what["blocks"]:
                self._plain.add(team)
            return ts
        raise AssertionError("text alone has no blocks")


def _ever_plainer(blocks: list[Block], ordinary: list[Block]) -> Iterator[list[Block] | None]:
    if blocks and blocks != ordinary:
        yield blocks
    yield ordinary
    yield None
