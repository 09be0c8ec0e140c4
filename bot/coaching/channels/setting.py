"""Channels: leads say what the coach hears in one and what it answers from there; anybody says so of a thread."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.coaching.answers.asking import eligible
from bot.coaching.channels.cards import DOCUMENTS, MODE, SAVE, SHOW, channel_card, chosen_files, form_card, saved_card
from bot.coaching.channels.heeding import is_in_channel
from bot.coaching.channels.overhearing import Rules
from bot.coaching.check_ins.reply_saving import Declined, declining
from bot.coaching.commands import CHANNEL, FOLLOW, ONLY_NAMED
from bot.coaching.directly import Act
from bot.coaching.recognising import Recognised
from bot.coaching.refusing import confirmed
from bot.domain.cards import Card, Paragraph
from bot.domain.channel_modes import ChannelRule, Mode
from bot.domain.messages import Incoming, Place
from knowledge.documents import Source
from prompts import Words


class Kept(Rules, Protocol):
    """What leads set for channels."""

    async def keep(self, platform: str, channel: Place, rule: ChannelRule) -> None:
        """Let this hold in a channel from now on."""


class Wishes(Protocol):
    """What people want in threads."""

    async def hear(self, platform: str, thread: Place, at: datetime, *, only_named: bool) -> None:
        """Hear in a thread only what calls the coach by its name, or what goes on from an answer as well."""


@dataclass(frozen=True, kw_only=True)
class Channels:
    """The use-case. `shelf` gives the documents of the library as it is served now."""

    kept: Kept
    threads: Wishes
    shelf: Callable[[], Sequence[Source]]
    words: Words

    @property
    def commands(self) -> Mapping[str, Act]:
        """What answers the command whose card is for whoever typed it alone."""
        return declining({CHANNEL: self.show}, self.words)

    @property
    def commands_in_threads(self) -> Mapping[str, Act]:
        """What answers the commands that everybody in a thread may as well read."""
        return declining({ONLY_NAMED: self.only_named, FOLLOW: self.follow}, self.words)

    @property
    def actions(self) -> Mapping[str, Act]:
        """What answers the button and the form."""
        return declining({SHOW: self.show_again, SAVE: self.save}, self.words)

    async def show(self, incoming: Incoming, recognised: Recognised) -> Card:
        """What holds in the channel where somebody asked; for leads with the form that changes it."""
        if not incoming.channel:
            raise Declined("channel.where")
        return await self._card(incoming.channel, incoming, recognised)

    async def show_again(self, incoming: Incoming, recognised: Recognised) -> Card:
        """The same of the channel that a card was about."""
        return await self._card(_channel(incoming), incoming, recognised)

    async def save(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Keep what the form says."""
        confirmed(recognised)
        channel = _channel(incoming)
        before = await self.kept.of(incoming.platform, channel)
        if not may_change(before, recognised):
            raise Declined("channel.others" if recognised.standing.lead else "channel.leads_only")
        wanted = incoming.values.get(MODE, "")
        rule = ChannelRule(
            mode=Mode(wanted) if wanted in list(Mode) else before.mode,
            documents=self._documents(incoming, before, recognised),
            partnership=recognised.plan.id,
        )
        await self.kept.keep(incoming.platform, channel, rule)
        return saved_card(rule, channel, self._seen(recognised), self.words)

    async def only_named(self, incoming: Incoming, recognised: Recognised) -> Card:  # noqa: ARG002
        """Wait in this thread for the coach's name."""
        return await self._hear(incoming, "channel.thread.only_named", only_named=True)

    async def follow(self, incoming: Incoming, recognised: Recognised) -> Card:  # noqa: ARG002
        """Let whoever asks in this thread go on without the coach's name."""
        return await self._hear(incoming, "channel.thread.follows", only_named=False)

    async def _hear(self, incoming: Incoming, said: str, *, only_named: bool) -> Card:
        if not is_in_channel(incoming):
            raise Declined("channel.thread.where")
        await self.threads.hear(incoming.platform, incoming.place, incoming.received_at, only_named=only_named)
        return Card(paragraphs=(Paragraph(text=self.words(said)),))

    async def _card(self, channel: Place, incoming: Incoming, recognised: Recognised) -> Card:
        rule = await self.kept.of(incoming.platform, channel)
        seen = self._seen(recognised)
        if may_change(rule, recognised):
            return form_card(rule, channel, seen, self.words)
        return channel_card(rule, seen, self.words, lead=recognised.standing.lead)

    def _documents(self, incoming: Incoming, before: ChannelRule, recognised: Recognised) -> tuple[str, ...]:
        """The files that were chosen, and of those that were chosen before the ones that this lead may not see.

        Whoever changes nothing leaves it as it was, and whoever takes away all that they see opens the whole library.
        """
        seen = self._seen(recognised)
        known = {source.file for source in seen}
        chosen = chosen_files(incoming.values.get(DOCUMENTS, ""), seen, before.documents)
        if set(chosen) == known & set(before.documents):
            return before.documents
        hidden = (file for file in before.documents if file not in known)
        return (*chosen, *hidden) if chosen else ()

    def _seen(self, recognised: Recognised) -> list[Source]:
        """The documents that the one who asks may know of, by their titles."""
        may_use = eligible(recognised.audience, recognised.plan.document_audiences)
        return sorted(filter(may_use, self.shelf()), key=lambda source: (source.title.casefold(), source.file))


@dataclass(frozen=True, kw_only=True)
class Scope:
    """To which documents the answers in a channel are confined."""

    rules: Rules

    async def __call__(self, incoming: Incoming) -> Collection[str]:
        """The files that may be used where an answer goes; none where that is the whole library."""
        if not is_in_channel(incoming):
            return ()
        return (await self.rules.of(incoming.platform, incoming.channel)).documents


def may_change(rule: ChannelRule, recognised: Recognised) -> bool:
    """Whether somebody may change what holds in a channel: leads of the partnership that set it, or of any at first."""
    leads = recognised.standing.lead and recognised.partner is not None
    return leads and rule.partnership in ("", recognised.plan.id)


def _channel(incoming: Incoming) -> Place:
    """The channel that a card was about, which its button or form carries."""
    channel = incoming.values.get("value", "")
    if not channel:
        raise Declined("channel.gone")
    return Place(channel)
