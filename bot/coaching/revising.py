"""Revise: somebody changes a message of theirs, or takes it back, after the coach has answered it.

What is not answered yet changes in the inbox, see `bot.store.changed`: nothing is said of that.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.coaching.directly import Act
from bot.coaching.recognising import Recognised
from bot.coaching.slips import Slips
from bot.delivery.saying import SILENT, Says, answer_key, in_full
from bot.domain.cards import Card, Paragraph
from bot.domain.messages import REVISED, WITHDRAWN, Became, EventKey, Incoming
from bot.store.asked_traces import AskedTraces
from bot.store.inbox import Original, Reply
from prompts import Words

#: What the front door is asked to say where something was done already: to a changed message, to one that is gone.
TOO_LATE, GONE = "revised-too-late", "revised-gone"

#: The rest of the coach: what answers a message that is nobody's second thought.
Door = Callable[[Incoming], Awaitable[Card | Says]]
#: What is known of the message that somebody changes.
Find = Callable[[EventKey], Awaitable[Original | None]]
#: Whether a text gets the human route.
Sensitive = Callable[[str], Awaitable[bool]]


@dataclass(frozen=True, kw_only=True)
class Traces:
    """Forgets what was kept of a question beside its answer: whoever changes it or takes it back wants it gone."""

    kept: AskedTraces
    slips: Slips

    async def forget(self, incoming: Incoming, keys: Sequence[EventKey]) -> None:
        """Of the question that these messages asked: passed on to leads, given with feedback, or kept as the last."""
        answers = [self.slips.answer(key) for key in keys]
        await self.kept.forget(
            asker=incoming.sender.key,
            place=incoming.conversation or incoming.place,
            before=incoming.received_at,
            gaps=answers,
            votes=[self.slips.voter(answer, incoming.sender) for answer in answers],
        )


@dataclass(frozen=True, kw_only=True)
class SecondThoughts:
    """The lines that are said where something was done already; the front door says them in the person's language."""

    words: Words

    @property
    def actions(self) -> Mapping[str, Act]:
        """What answers them."""
        return {TOO_LATE: self.too_late, GONE: self.gone}

    async def too_late(self, _incoming: Incoming, _recognised: Recognised) -> Card:
        """What was done before the message was changed stands."""
        return Card(paragraphs=(Paragraph(text=self.words("revised.too_late")),))

    async def gone(self, _incoming: Incoming, _recognised: Recognised) -> Card:
        """The same of a message that is not there any more."""
        return Card(paragraphs=(Paragraph(text=self.words("revised.gone")),))


@dataclass(frozen=True, kw_only=True)
class Revising:
    """The use-case, in front of the rest. Messages that the coach never took are none of its business."""

    door: Door
    find: Find
    sensitive: Sensitive
    traces: Traces

    async def __call__(self, incoming: Incoming) -> Card | Says:
        """What answers a message, or becomes of the answer to one that was changed."""
        if incoming.action not in (REVISED, WITHDRAWN):
            return await self.door(incoming)
        known = await self.find(incoming.of)
        if known is None or known.became is Became.WITHDRAWN or incoming.key != known.changes[-1]:
            return SILENT
        answer = answer_key(incoming.platform, incoming.of)
        said = await (self._revised if incoming.action == REVISED else self._withdrawn)(incoming, known, answer)
        await self.traces.forget(incoming, [incoming.of, *known.changes[:-1]])
        return said

    async def _revised(self, incoming: Incoming, known: Original, answer: str) -> Says:
        if known.became is Became.DONE:
            # As what somebody wrote into a form, so that it is looked at as everything is.
            late = replace(incoming, action=TOO_LATE, values={"text": incoming.text})
            return replace(in_full(await self.door(late)), became=None)
        said = in_full(await self.door(replace(incoming, action="", values={})))
        if not await self.sensitive(incoming.text):
            return replace(said, instead_of=answer)
        # A message that changes tells nobody that it did: help comes as a new one.
        away = Reply(
            key=f"{answer}:away:{incoming.key}",
            platform=incoming.platform,
            place=incoming.place,
            card=Card(),
            instead_of=answer,
        )
        return replace(said, elsewhere=(*said.elsewhere, away))

    async def _withdrawn(self, incoming: Incoming, known: Original, answer: str) -> Says:
        if known.became is not Became.DONE:
            return Says(card=Card(), became=Became.WITHDRAWN, instead_of=answer)
        said = in_full(await self.door(replace(incoming, action=GONE, text="", values={})))
        return replace(said, became=Became.WITHDRAWN, instead_of=answer)
