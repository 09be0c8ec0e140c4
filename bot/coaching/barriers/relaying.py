"""Relay: a lead asks those who raised a barrier, and hears their answers, without learning who they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from bot.coaching.barriers.handling_cards import ASK_RAISER, QUESTION
from bot.coaching.changes import change_id, derived_id
from bot.coaching.directly import Act
from bot.coaching.languages import in_language_of
from bot.coaching.recognising import Recognised
from bot.domain.barrier_views import Reader, seen_by
from bot.domain.barriers import Barrier, BarrierId, Consent
from bot.domain.cards import Card, Field, Form, Input, Paragraph
from bot.domain.messages import Incoming
from bot.domain.people import PartnerId
from bot.store.barriers import Barriers
from bot.store.homes import Home, Homes
from bot.store.inbox import Promise, Reply
from bot.store.notices import answer_of, batch_of
from bot.store.relays import Relay, Relays
from knowledge.triage.phrases import factor_names
from prompts import Words

#: The action of the form under a question, and its field.
ANSWER, _TEXT = "relay-answer", "text"
_LONGEST = 2_000


@dataclass(frozen=True, kw_only=True)
class Relaying:
    """The use-case. A question goes to everyone who raised the barrier, so that asking tells nothing of who did."""

    barriers: Barriers
    relays: Relays
    homes: Homes
    words: Words

    @property
    def actions(self) -> Mapping[str, Act]:
        """What to do when a lead asks, and when a raiser answers."""
        return {ASK_RAISER: self.ask, ANSWER: self.answer}

    async def ask(self, incoming: Incoming, recognised: Recognised) -> Card:
        """The form for a question; or, once it is sent, the question to each raiser."""
        value = incoming.values.get("value", "")
        barrier = await self.barriers.standing(BarrierId(value.partition(".")[0]))
        if barrier is None or recognised.partner is None or not _may_ask(barrier, recognised):
            return self._says("barrier.refused.unknown_barrier")
        question = incoming.values.get(QUESTION, "").strip()[:_LONGEST]
        if not question:
            return self._form(barrier)
        asked = [each.partner for each in barrier.raisers if each.consent is not Consent.PRIVATE]
        homes = await self.homes.of(asked)
        for raiser in asked:
            relay = Relay(
                id=derived_id(change_id(incoming), raiser),
                barrier=barrier.id,
                lead=recognised.partner,
                raiser=raiser,
                question=question,
                at=incoming.received_at,
            )
            notices = [self._notice(relay, barrier, homes[raiser], recognised)] if raiser in homes else []
            await self.relays.ask(relay, notices, now=incoming.received_at)
        return self._says("relay.asked")

    async def answer(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Pass a raiser's answer on to the lead who asked; the first one only, and only from who was asked."""
        relay = await self.relays.find(incoming.values.get("value", ""))
        text = incoming.values.get(_TEXT, "").strip()[:_LONGEST]
        if relay is None or recognised.partner != relay.raiser or not text:
            return self._says("relay.again")
        barrier = await self.barriers.standing(relay.barrier)
        homes = await self.homes.of([relay.lead])
        notices = (
            [self._back(relay, text, barrier, homes[relay.lead], recognised)] if barrier and relay.lead in homes else []
        )
        kept = await self.relays.answer(relay.id, relay.raiser, text, notices, now=incoming.received_at)
        return self._says("relay.answered" if kept else "relay.again")

    def _form(self, barrier: Barrier) -> Card:
        field = Field(id=QUESTION, label=self.words("relay.question"), input=Input.TEXT)
        form = Form(id=ASK_RAISER, submit=self.words("relay.send"), fields=(field,), value=barrier.id)
        return Card(title=self.words("relay.ask_title"), form=form, note=self.words("relay.ask_note"))

    def _notice(self, relay: Relay, barrier: Barrier, home: Home, recognised: Recognised) -> Reply:
        made = partial(self._question, relay, barrier, recognised)
        card = in_language_of(home, recognised.plan, self.words, made)
        key = f"{batch_of(barrier.id, relay.raiser)}relay:{relay.id}"
        return Reply(key=key, platform=home.platform, place=home.place, card=card, promise=Promise.NOTICE)

    def _question(self, relay: Relay, barrier: Barrier, recognised: Recognised) -> Card:
        lead = self._lead_of(recognised)
        factor = factor_names()[barrier.factor]
        field = Field(id=_TEXT, label=self.words("relay.answer"), input=Input.TEXT)
        return Card(
            title=self.words("relay.title"),
            paragraphs=(
                Paragraph(text=self.words("relay.from", lead=lead, factor=factor)),
                Paragraph(text=self.words("relay.said", text=relay.question)),
            ),
            form=Form(id=ANSWER, submit=self.words("handling.send"), fields=(field,), value=relay.id),
            note=self.words("relay.answer_note", lead=lead),
        )

    def _back(self, relay: Relay, text: str, barrier: Barrier, home: Home, recognised: Recognised) -> Reply:
        card = in_language_of(home, recognised.plan, self.words, partial(self._answer, relay, text, barrier))
        return Reply(
            key=answer_of(relay.id), platform=home.platform, place=home.place, card=card, promise=Promise.NOTICE
        )

    def _answer(self, relay: Relay, text: str, barrier: Barrier) -> Card:
        label = barrier.label or factor_names()[barrier.factor]
        return Card(
            title=self.words("relay.back_title", label=label),
            paragraphs=(
                Paragraph(text=self.words("relay.back", question=relay.question)),
                Paragraph(text=self.words("relay.back_said", text=text)),
            ),
        )

    def _lead_of(self, recognised: Recognised) -> str:
        email = recognised.person.email.lower()
        known = {lead.email.lower(): lead.name for lead in recognised.plan.leads}
        return known.get(email) or recognised.person.name or self.words("relay.lead")

    def _says(self, name: str) -> Card:
        return Card(paragraphs=(Paragraph(text=self.words(name)),))


def _may_ask(barrier: Barrier, recognised: Recognised) -> bool:
    partner, standing = recognised.partner or PartnerId(""), recognised.standing
    reader = Reader(partner=partner, organisation=standing.organisation, lead=standing.lead)
    seen = (
        barrier.partnership == recognised.plan.id and seen_by(barrier, reader, recognised.plan.disclosure) is not None
    )
    return standing.lead and seen
