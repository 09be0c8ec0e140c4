"""Suggest: up to four things to say to the coach, from the library and from how things of theirs stand."""

import hashlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.coaching.answers.asking import eligible
from bot.coaching.languages import usual_language
from bot.delivery.ports import Clock
from bot.domain.barriers import ENDED
from bot.domain.check_ins import still_waits
from bot.domain.membership import Standing, standing
from bot.domain.own_settings import PartnerSettings
from bot.domain.partnership import FACTORS, PartnershipPlan
from bot.domain.people import Audience, Identity, PartnerId
from bot.store.barriers import Barriers
from bot.store.check_ins import CheckIns
from bot.store.people import People
from bot.store.preferences import OwnSettings
from knowledge.answering import Answerer
from knowledge.triage.phrases import factor_names
from prompts import Words, speaking

#: What it is called and what is said when it is tapped.
Prompt = tuple[str, str]
_MOST, _MOST_OWN = 4, 2


@dataclass(frozen=True, kw_only=True)
class Covered:
    """Which factors the documents that somebody may see have an answer on; looked up once a generation.

    `generation` numbers what is served, 0 before the first.
    """

    answerer: Answerer
    generation: Callable[[], int]
    words: Words
    _known: dict[tuple[object, ...], bool] = field(default_factory=dict)

    async def __call__(self, plan: PartnershipPlan, audience: Audience, factors: Sequence[str], most: int) -> list[str]:
        """The first of these factors that are answered, so many at most."""
        found: list[str] = []
        for factor in factors:
            if len(found) < most and await self._answered(plan, audience, factor):
                found.append(factor)
        return found

    async def _answered(self, plan: PartnershipPlan, audience: Audience, factor: str) -> bool:
        seen = frozenset(plan.document_audiences.items())
        key = (self.generation(), plan.id, audience.organisations, seen, factor)
        if key not in self._known:
            if any(each[0] != key[0] for each in self._known) or len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            may_use = eligible(audience, plan.document_audiences)
            evidence = await self.answerer.search(self.words(f"suggest.{factor}"), may_use)
            self._known[key] = (await self.answerer.compose(evidence)).answered
        return self._known[key]


_MOST_KNOWN = 5_000


@dataclass(frozen=True, kw_only=True)
class Suggesting:
    """The use-case; the same person is suggested the same all day, as long as nothing of theirs changes."""

    people: People
    plans: Callable[[], Awaitable[Sequence[PartnershipPlan]]]
    check_ins: CheckIns
    barriers: Barriers
    own: OwnSettings
    covered: Callable[[PartnershipPlan, Audience, Sequence[str], int], Awaitable[Sequence[str]]]
    words: Words
    clock: Clock

    async def prompts(self, identity: Identity) -> tuple[Prompt, ...]:
        """Up to four; nothing for a stranger, who could do nothing with them."""
        plans = await self.plans()
        held = (await self.people.held([identity])).get(identity.key)
        found = standing(identity, held, plans)
        if found is None:
            return ()
        plan = next(plan for plan in plans if plan.id == found.partnership)
        partner = held.partner if held is not None and held.bound else None
        own = None if partner is None else (await self.own.of([partner])).get(partner)
        with speaking((own or PartnerSettings()).locale or usual_language(plan, self.words)):
            theirs = await self._theirs(partner, found, plan)
            audience = Audience(organisations=frozenset({found.organisation}))
            factors = await self.covered(plan, audience, self._in_turn(identity), _MOST - len(theirs))
            asked = tuple((factor_names()[each], self.words(f"suggest.{each}")) for each in factors)
        return (*theirs, *asked)

    async def _theirs(self, partner: PartnerId | None, found: Standing, plan: PartnershipPlan) -> tuple[Prompt, ...]:
        """What is open for them: two things at most, so that there is room for the library."""
        open_now = []
        latest = None if partner is None else await self.check_ins.latest(partner)
        if latest is not None and still_waits(latest) and latest.partnership == plan.id:
            open_now.append("check_in")
        raised = () if partner is None else await self.barriers.of(plan.id, partner)
        if any(each.status not in ENDED for each in raised):
            open_now.append("barriers")
        if found.lead:
            open_now.insert(1, "digest")
        return tuple(self._said(open_now[:_MOST_OWN]))

    def _said(self, names: Sequence[str]) -> Iterator[Prompt]:
        for name in names:
            yield self.words(f"home.suggest.{name}"), self.words(f"home.suggest.{name}_say")

    def _in_turn(self, identity: Identity) -> list[str]:
        """The factors in the order of this person and this day."""
        day = self.clock().date().isoformat()

        def at(factor: str) -> bytes:
            return hashlib.sha256(f"{identity.key}\0{day}\0{factor}".encode("utf-8", "replace")).digest()

        return sorted(FACTORS, key=at)
