"""Hint: what nobody may be told in front of others, whoever asked may be told alone.

Where a conversation's own documents are silent, the question is put in the inbox once more, for the asker's direct
messages. That happens after every such refusal, whether or not there is more to say: so neither what is said in front
of the others nor how long it takes tells that a document exists.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.coaching.answers.asking import eligible
from bot.coaching.answers.curating import Curating
from bot.coaching.directly import Act, is_alone
from bot.coaching.recognising import Recognised
from bot.delivery.saying import SILENT, Says
from bot.domain.cards import Button, Card, Paragraph
from bot.domain.messages import EventKey, Incoming, Place
from bot.store.homes import Homes
from knowledge.answering import Answerer
from prompts import Words

#: The action of a question that is looked up again for whoever asked it, alone.
HINT = "hint"
#: How much of a question is repeated; what is longer is asked again rather than tapped.
_LONGEST = 300

Keep = Callable[[Incoming], Awaitable[bool]]


@dataclass(frozen=True, kw_only=True)
class Hinting:
    """The use-case. `keep` puts a message in the inbox, once a key; `answerer` writes with no model."""

    keep: Keep
    homes: Homes
    answerer: Answerer
    words: Words
    curating: Curating | None = None

    @property
    def actions(self) -> Mapping[str, Act]:
        """What answers a question that was kept."""
        return {HINT: self.hint}

    async def refused(self, question: str, incoming: Incoming, recognised: Recognised) -> None:
        """Keep a question that was not answered in front of others, where its asker can be written to alone."""
        if is_alone(incoming, recognised):
            return
        place = incoming.direct or await self._home(incoming, recognised)
        if not place:
            return
        again = Incoming(
            key=EventKey(f"{incoming.key}:{HINT}"),
            place=place,
            sender=incoming.sender,
            text="",
            received_at=incoming.received_at,
            action=HINT,
            values={"text": question},
            conversation=place,
            direct=place,
        )
        await self.keep(again)

    async def hint(self, incoming: Incoming, recognised: Recognised) -> Card | Says:
        """What is said where nobody but the asker is: that it can be answered there, or nothing."""
        question = incoming.values.get("text", "")
        if not recognised.alone or not await self._answered(question, recognised):
            return SILENT
        if len(question) > _LONGEST:
            return Card(paragraphs=(Paragraph(text=self.words("ask.hint.long")),))
        return Card(
            paragraphs=(Paragraph(text=self.words("ask.hint.text", question=question)),),
            buttons=(Button(label=self.words("ask.hint.button"), action="ask", value=question),),
        )

    async def _answered(self, question: str, recognised: Recognised) -> bool:
        plan, audience = recognised.plan, recognised.audience
        if self.curating is not None and await self.curating.find(question, plan, audience) is not None:
            return True
        evidence = await self.answerer.search(question, eligible(audience, plan.document_audiences))
        return (await self.answerer.compose(evidence)).answered

    async def _home(self, incoming: Incoming, recognised: Recognised) -> Place:
        """Where the coach writes to this person on the platform on which they asked."""
        partner = recognised.partner
        home = None if partner is None else (await self.homes.of([partner])).get(partner)
        return home.place if home is not None and home.platform == incoming.platform else Place("")
