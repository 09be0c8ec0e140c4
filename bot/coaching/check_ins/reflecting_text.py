"""Replies in plain text: what somebody types while their check-in waits, without pressing anything.

A message that does not read as a question is the reply, and its card says so; one that does is answered as ever, with a
button to make it the reply after all. Either way one tap puts it right.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.coaching.changes import change_id
from bot.coaching.check_ins.reply_cards import MEANT, UNDO, entry_card, kept_card
from bot.coaching.check_ins.reply_moves import added, author_of, tidied, undone
from bot.coaching.check_ins.reply_saving import Own, ReplySaving, declining, says
from bot.coaching.directly import Act, is_alone
from bot.coaching.recognising import Recognised
from bot.coaching.slips import carried, is_cut
from bot.delivery.saying import Says
from bot.domain.cards import Button, Card, Paragraph
from bot.domain.check_ins import still_waits
from bot.domain.messages import Incoming
from knowledge.triage.judging import Judgement
from prompts import Words

#: After this a check-in is no longer what somebody has in mind who just types something.
_IN_MIND = timedelta(weeks=2)
#: What seems to be something else is no reply where it also begins as a question does, or where it surely is; small
#: talk is brief.
_OTHERWISE, _SURE, _SMALLTALK_WORDS = ("question", "command", "smalltalk"), 0.9, 4
#: A question mark, and what may stand behind it.
_ASKS = re.compile(r"[?？؟][\s\"'”’»)\]!.…\U0001f300-\U0001faff]*\Z")

#: Answers a message as if no check-in waited: what was typed, whose it is, and the message.
Answers = Callable[[str, Recognised, Incoming], Awaitable[Card | Says]]
#: The rest of the front door: what answers the message unless it is a reply.
Otherwise = Callable[[], Awaitable[Card | Says]]


@dataclass(frozen=True, kw_only=True)
class PlainReplies:
    """The use-case. `answers` is asked again where a message turns out to have been no reply."""

    saving: ReplySaving
    answers: Answers
    words: Words

    @property
    def actions(self) -> Mapping[str, Act]:
        """What answers the buttons that put a mistake right."""
        return declining({UNDO: self.undo, MEANT: self.meant}, self.words)

    async def __call__(
        self, incoming: Incoming, recognised: Recognised, judgement: Judgement, otherwise: Otherwise
    ) -> Card | Says:
        """What answers something typed: as the reply to a check-in that waits, or otherwise."""
        own = await self._asked(incoming, recognised)
        if own is None or incoming.received_at < own.check_in.asked_at:
            # Nothing was asked, or only after this was typed.
            return await otherwise()
        if await self.saving.reflections.done(own.check_in.id, change_id(incoming)):
            # It was kept as the reply before; only what was said of it got lost.
            return self._taken(own, incoming, recognised)
        if not still_waits(own.check_in):
            return await otherwise()
        if _in_mind(own, incoming.received_at) and self._reads_as_reply(incoming.text, judgement):
            taken = declining({UNDO: self._take}, self.words)[UNDO]
            return await taken(replace(incoming, values={"value": own.check_in.id}), recognised)
        return self._offered(await otherwise(), own, incoming.text)

    async def meant(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Keep as the reply what was answered as a question."""
        text = incoming.values.get("value", "").partition("\n")[2]
        if not text:
            return says(self.words("check_in.plain.lost"))
        return await self._take(replace(incoming, text=text), recognised)

    async def undo(self, incoming: Incoming, recognised: Recognised) -> Card | Says:
        """Keep no longer as the reply what was none, and answer it."""
        name, _, text = incoming.values.get("value", "").partition("\n")
        own = await self.saving.own(name, recognised)
        change = change_id(incoming)
        if own.reply is not None or await self.saving.reflections.done(own.check_in.id, change):
            author = author_of(incoming, recognised)
            await self.saving.change(name, change, recognised, author.at, lambda own: undone(own, author))
        if not text:
            return says(self.words("check_in.plain.undone"))
        return await self.answers(text, recognised, replace(incoming, text=text, action="", values={}))

    async def _take(self, incoming: Incoming, recognised: Recognised) -> Card:
        text, author = tidied(incoming.text), author_of(incoming, recognised)
        value, change = incoming.values.get("value", ""), change_id(incoming)
        own = await self.saving.change(value, change, recognised, author.at, lambda own: added(own, text, author))
        return self._taken(own, incoming, recognised)

    async def _asked(self, incoming: Incoming, recognised: Recognised) -> Own | None:
        """What somebody was asked last, where they write to the coach alone and can be replied for."""
        if incoming.action or recognised.partner is None or not is_alone(incoming, recognised):
            return None
        return await self.saving.newest(recognised)

    def _reads_as_reply(self, text: str, judgement: Judgement) -> bool:
        listed = ", ".join(self.words.in_every_language("check_in.plain.asks"))
        return reads_as_reply(text, judgement, listed.split(", "))

    def _taken(self, own: Own, incoming: Incoming, recognised: Recognised) -> Card:
        plan, at = recognised.plan, incoming.received_at
        if own.reply is None:
            return entry_card(own, plan, self.words, at)
        card = kept_card(own, own.reply, plan, self.words, at)
        # What is too long for a button can be taken back all the same; it is then to be sent again.
        text = "" if is_cut(own.reply.text) else carried(own.reply.text)
        undo = Button(label=self.words("check_in.plain.undo"), action=UNDO, value=f"{own.check_in.id}\n{text}")
        said = Paragraph(text=self.words("check_in.plain.taken"))
        return replace(card, paragraphs=(said, *card.paragraphs), buttons=(undo, *card.buttons))

    def _offered(self, said: Card | Says, own: Own, text: str) -> Card | Says:
        """An answer, with a way to make what was typed the reply after all."""
        if not isinstance(said, Card) or is_cut(text):
            return said
        value = f"{own.check_in.id}\n{carried(text)}"
        offer = Button(label=self.words("check_in.plain.meant"), action=MEANT, value=value)
        return replace(said, buttons=(*said.buttons, offer))


async def nothing_asked(
    _incoming: Incoming, _recognised: Recognised, _judgement: Judgement, otherwise: Otherwise
) -> Card | Says:
    """Where nobody is asked anything, so that nothing is a reply."""
    return await otherwise()


def reads_as_reply(text: str, judgement: Judgement, openings: Sequence[str]) -> bool:
    """Whether a message that is no command says something, and asks or wants nothing.

    `openings` are words, in small letters, with which people begin to ask for something.
    """
    said = text.strip().lower()
    if not said or _ASKS.search(said):
        return False
    if judgement.intent not in _OTHERWISE:
        return True
    if any(said.startswith(f"{each} ") for each in openings):
        return False
    brief = judgement.intent != "smalltalk" or len(said.split()) <= _SMALLTALK_WORDS
    return judgement.confidence < _SURE or not brief


def _in_mind(own: Own, now: datetime) -> bool:
    """Whether a check-in was asked not long ago, and nothing was taken back from it: that was no reply, then."""
    return own.given is None and now - own.check_in.asked_at < _IN_MIND
