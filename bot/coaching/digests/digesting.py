"""Digest: what leads pull, whenever they ask; every rendering is made from the same value."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot.coaching.digests.card import digest_card
from bot.coaching.digests.insight_gathering import InsightGathering
from bot.coaching.digests.links import DigestLinks
from bot.coaching.recognising import Recognised
from bot.domain.barrier_views import Reader, seen_by
from bot.domain.barriers import Barrier
from bot.domain.cards import Card, Paragraph
from bot.domain.counting import last_week, span_of
from bot.domain.digest import Digest, Scope, Sources, Standpoint
from bot.domain.digest_making import digest
from bot.domain.disclosure import MONTH, Snapshot, weeks_until
from bot.domain.messages import Incoming
from bot.domain.partnership import FACTORS, PartnershipPlan
from bot.domain.people import PartnershipId
from bot.store.barriers import Barriers
from bot.store.gaps import Gaps
from knowledge.triage.phrases import factor_names
from prompts import LOCALES, Words

#: The action of the button that asks for a digest; its value is what could be typed after the command.
DIGEST = "digest"
_WEEKS = {1: "digest.asks.1", 4: "digest.asks.4", 13: "digest.asks.13"}


class Snapshots(Protocol):
    """The frozen figures of a partnership."""

    async def of(self, partnership: PartnershipId) -> Mapping[str, Snapshot]:
        """The snapshots of its last thirteen weeks and the three before, by week, as far as there are any."""


@dataclass(frozen=True, kw_only=True)
class Digesting:
    """The use-case."""

    barriers: Barriers
    snapshots: Snapshots
    gaps: Gaps
    words: Words
    links: DigestLinks | None = None
    gathering: InsightGathering | None = None

    async def __call__(self, incoming: Incoming, recognised: Recognised) -> Card:
        """The digest that a lead asked for in words, such as “4 weeks council trust”."""
        if recognised.partner is None or not recognised.standing.lead:
            return self._says("digest.leads_only")
        asked = incoming.values.get("value", "") if incoming.action else incoming.text
        scope, unknown = self.scope(asked, recognised.plan)
        if unknown:
            return self._says("digest.unknown", what=unknown)
        standing = recognised.standing
        reader = Reader(partner=recognised.partner, organisation=standing.organisation, lead=True)
        return self.card(await self.made(recognised.plan, scope, reader, incoming.received_at), reader)

    def card(self, made: Digest, reader: Reader) -> Card:
        """A digest in chat, with its picture and the way to its page where this installation has a public address."""
        if self.links is None:
            return digest_card(made, self.words)
        links = self.links
        chart, grid = links.chart(made, self.words), links.grid(made, self.words)
        return digest_card(made, self.words, chart, links.page(made, reader), grid)

    async def made(self, plan: PartnershipPlan, scope: Scope, reader: Reader, now: datetime) -> Digest:
        """The digest for a reader; a barrier that is shown for the first time gets its number."""
        barriers = await self._numbered(await self.barriers.all(plan.id), reader, plan)
        sources = Sources(
            barriers=barriers, snapshots=await self.snapshots.of(plan.id), gaps=await self.gaps.open(plan.id)
        )
        asked = Standpoint(plan=plan, scope=scope, reader=reader, week=last_week(now, plan.zone), now=now)
        if self.gathering is None:
            return digest(asked, sources)
        return await self._with_replies(asked, sources, self.gathering)

    async def _with_replies(self, asked: Standpoint, sources: Sources, gathering: InsightGathering) -> Digest:
        plan, weeks = asked.plan, weeks_until(asked.week, max(asked.scope.weeks, MONTH))
        replies = await gathering.replies(plan.id, span_of(weeks[-1], plan.zone).start)
        partners = await gathering.partners(plan.id)
        made = digest(asked, replace(sources, replies=replies, partners=partners))
        factors = [each.factor for each in made.insight.perceptions]
        talks = {each: await gathering.conversation(each, asked.reader, plan) for each in factors}
        return replace(made, conversations=talks)

    def scope(self, asked: str, plan: PartnershipPlan) -> tuple[Scope, str]:
        """What was asked for, and what of it is not understood."""
        rest, scope = f" {' '.join(asked.lower().split())} ", Scope()
        for weeks, name in _WEEKS.items():
            for phrase in _listed(self.words.in_every_language(name)):
                rest, found = _without(rest, phrase)
                scope = replace(scope, weeks=weeks) if found else scope
        for each in plan.organisations:
            for name in (each.name, each.id):
                rest, found = _without(rest, name.lower())
                scope = replace(scope, organisation=each.id) if found else scope
        for factor in FACTORS:
            for name in (*(factor_names(locale)[factor] for locale in LOCALES), factor):
                rest, found = _without(rest, name.lower())
                scope = replace(scope, factor=factor) if found else scope
        return scope, rest.strip(" ,.")

    async def _numbered(self, barriers: Sequence[Barrier], reader: Reader, plan: PartnershipPlan) -> Sequence[Barrier]:
        """The barriers, each of which has a number where the reader sees it as somebody else's."""
        shown = [each.id for each in barriers if each.number is None and _shown(each, reader, plan)]
        given = await self.barriers.give_numbers(shown) if shown else {}
        return [replace(each, number=given[each.id]) if each.id in given else each for each in barriers]

    def _says(self, name: str, **values: object) -> Card:
        return Card(paragraphs=(Paragraph(text=self.words(name, **values)),))


def _shown(barrier: Barrier, reader: Reader, plan: PartnershipPlan) -> bool:
    """Whether the reader sees a barrier in which they have no part."""
    view = None if barrier.into is not None else seen_by(barrier, reader, plan.disclosure)
    return view is not None and view.own is None


def _listed(texts: Sequence[str]) -> list[str]:
    return [phrase for text in texts for phrase in text.split(", ")]


def _without(text: str, phrase: str) -> tuple[str, bool]:
    """A text without a phrase of whole words, and whether it was there."""
    left, times = re.subn(rf"(?<=\s){re.escape(phrase)}(?=[\s,.])", " ", text)
    return left, times > 0
