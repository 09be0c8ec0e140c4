"""Ask: a question in plain words, answered from the documents that everyone present may see."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace

from bot.coaching.answers.card import Beside, answer_card
from bot.coaching.answers.closing import Closing
from bot.coaching.answers.curating import Curating, curated_card
from bot.coaching.answers.feedback import Rating
from bot.coaching.answers.following import Following
from bot.coaching.answers.gaps import PassingOn
from bot.coaching.humans.asking import AskingButton
from bot.coaching.recognising import Recognised
from bot.delivery.checkpoints import Point, Reached, pass_by
from bot.domain.cards import Button, Card
from bot.domain.messages import Incoming
from bot.domain.partnership import Contact
from bot.domain.people import WHOLE_PARTNERSHIP, Audience
from knowledge.answering import Answerer, objection
from knowledge.answers import Answer, Reason
from knowledge.documents import Source
from knowledge.search import MayUse
from prompts import Words

#: The files to which answers in the place of a message are confined; none where that is the whole library.
Scoped = Callable[[Incoming], Awaitable[Collection[str]]]
#: Told of a question that was refused in front of others, before the refusal is said.
Refused = Callable[[str, Incoming, Recognised], Awaitable[None]]
#: How many of the partnership's contacts a refusal names.
_MOST_CONTACTS = 3
#: The refusals that other documents could have answered.
_MORE_ELSEWHERE = (Reason.NOTHING_FOUND, Reason.EMPTY_LIBRARY)


@dataclass(frozen=True, kw_only=True)
class Asking:
    """The use-case. What is None is not offered: the demo page, for one, has no buttons to tap."""

    answerer: Answerer
    words: Words
    curating: Curating | None = None
    closing: Closing | None = None
    passing_on: PassingOn | None = None
    rating: Rating | None = None
    person: AskingButton | None = None
    following: Following | None = None
    scope: Scoped | None = None
    refused: Refused | None = None
    reached: Reached = pass_by

    async def __call__(self, question: str, recognised: Recognised, incoming: Incoming) -> Card:
        """The card that answers a question, or says why not and what to do next."""
        files = () if self.scope is None else await self.scope(incoming)
        card = None if files else await self._from_leads(question, recognised, incoming)
        if card is None:
            card = await self._from_library(question, recognised, incoming, files)
        self.reached(Point.CARD_MADE)
        return card

    async def _from_leads(self, question: str, recognised: Recognised, incoming: Incoming) -> Card | None:
        if self.curating is None or objection(question) is not None:
            return None
        found = await self.curating.find(question, recognised.plan, recognised.audience)
        if found is None:
            return None
        card = curated_card(found, recognised.plan, self.words)
        return replace(card, buttons=self._thumbs(question, incoming))

    async def _from_library(
        self, question: str, recognised: Recognised, incoming: Incoming, files: Collection[str]
    ) -> Card:
        may_use = eligible(recognised.audience, recognised.plan.document_audiences, files)
        before = None if self.following is None else await self.following.before(incoming)
        evidence = await self.answerer.search(question, may_use, before)
        self.reached(Point.SEARCHED)
        answer = await self.answerer.compose(evidence)
        self.reached(Point.COMPOSED)
        if self.following is not None:
            await self.following.remember(incoming, question, before, answer)
        if self.refused is not None and answer.reason in _MORE_ELSEWHERE:
            await self.refused(question, incoming, recognised)
        return answer_card(answer, question, self.words, await self._beside(answer, question, recognised, incoming))

    async def _beside(self, answer: Answer, question: str, recognised: Recognised, incoming: Incoming) -> Beside:
        if answer.answered:
            closing = await self._closing(question, recognised, incoming)
            return Beside(closing=closing, buttons=self._thumbs(question, incoming))
        if answer.reason is not Reason.NOTHING_FOUND:
            return Beside(buttons=self._to_a_person(question, incoming))
        contacts, person = contacts_for(recognised), self._to_a_person(question, incoming)
        if self.passing_on is None:
            return Beside(contacts=contacts, buttons=person)
        offer, note = self.passing_on.offer(question, incoming), self.passing_on.note(question)
        return Beside(contacts=contacts, buttons=(offer, *person), note=note)

    async def _closing(self, question: str, recognised: Recognised, incoming: Incoming) -> str:
        if self.closing is None:
            return ""
        return await self.closing(question, incoming.key, lead=recognised.standing.lead)

    def _thumbs(self, question: str, incoming: Incoming) -> tuple[Button, ...]:
        rated = () if self.rating is None else self.rating.offer(question, incoming)
        return (*rated, *self._to_a_person(question, incoming))

    def _to_a_person(self, question: str, incoming: Incoming) -> tuple[Button, ...]:
        return () if self.person is None else (self.person.offer(question, incoming),)


def contacts_for(recognised: Recognised) -> tuple[Contact, ...]:
    """The partnership's contacts for every matter whom the asker may turn to, and everyone present may know of."""
    own, audience = recognised.standing.organisation, recognised.audience
    return tuple(
        contact
        for contact in recognised.plan.contacts
        if contact.for_factor is None
        and contact.for_organisation in (None, own)
        and audience.may_see((contact.for_organisation or WHOLE_PARTNERSHIP,))
    )[:_MOST_CONTACTS]


def eligible(
    audience: Audience, document_audiences: Mapping[str, tuple[str, ...]], files: Collection[str] = ()
) -> MayUse:
    """Whether a document may be used in front of an audience; only one of these files where some are named."""

    def may_use(source: Source) -> bool:
        named = not files or source.file in files
        return named and audience.may_see(document_audiences.get(source.file, source.audience))

    return may_use
