"""Handle: what leads do with barriers, and what raisers say of it. Every change of status goes back to every raiser."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.coaching.barriers import handling_cards as cards
from bot.coaching.barriers.handling_asked import Asked, day_in, status_in, view_of
from bot.coaching.barriers.news import news
from bot.coaching.directly import Act
from bot.coaching.recognising import Recognised
from bot.domain import barrier_rules as rules
from bot.domain.barrier_views import View
from bot.domain.barriers import Barrier, BarrierId, Refusal, Refused
from bot.domain.cards import Card, Paragraph
from bot.domain.messages import Incoming
from bot.store.barriers import Barriers, ChangedMeanwhile
from bot.store.homes import Homes
from prompts import Words

_Work = Callable[[Asked], Awaitable[Card]]


@dataclass(frozen=True, kw_only=True)
class Handling:
    """The use-case. A change of an older version than the barrier's is refused, so that nobody's is lost."""

    barriers: Barriers
    homes: Homes
    words: Words

    @property
    def actions(self) -> Mapping[str, Act]:
        """What to do when one of the buttons is pressed or a form is sent."""
        return {
            cards.OPEN: self._open,
            cards.HISTORY: self._about(self._history),
            cards.MOVE: self._about(self._move, lead=True),
            cards.ASSIGN: self._about(self._assign, lead=True),
            cards.MERGE: self._about(self._merge, lead=True),
            cards.PART: self._about(self._part, lead=True),
            cards.GONE: self._about(self._gone),
            cards.STILL: self._about(self._still),
        }

    async def numbered(self, incoming: Incoming, recognised: Recognised) -> Card:
        """The barrier of a number that was typed, as the reader may see it."""
        digits = "".join(letter for letter in incoming.text if letter.isdigit())
        found = await self.barriers.numbered(recognised.plan.id, int(digits)) if digits[:9] == digits != "" else None
        return await self._shown(found, incoming, recognised)

    async def listed(self, incoming: Incoming, recognised: Recognised) -> Card:  # noqa: ARG002
        """The barriers that a lead may see, those that moved last first."""
        views = [view for each in await self._standing(recognised) if (view := view_of(each, recognised)) is not None]
        numbered = [await self._with_number(view) for view in views]
        numbered.sort(key=lambda view: view.barrier.moved_at, reverse=True)
        return cards.list_card(tuple(numbered), recognised.plan, self.words)

    async def _standing(self, recognised: Recognised) -> Sequence[Barrier]:
        return [each for each in await self.barriers.all(recognised.plan.id) if each.into is None]

    async def _with_number(self, view: View) -> View:
        if view.barrier.number is not None:
            return view
        numbered = await self.barriers.give_number(view.barrier.id)
        return View(barrier=numbered, own=view.own, named=view.named, shared=view.shared, unnamed=view.unnamed)

    async def _open(self, incoming: Incoming, recognised: Recognised) -> Card:
        wanted = BarrierId(incoming.values.get("value", "").partition(".")[0])
        return await self._shown(await self.barriers.standing(wanted), incoming, recognised)

    async def _shown(self, barrier: Barrier | None, incoming: Incoming, recognised: Recognised) -> Card:
        if barrier is not None and barrier.into is not None:
            barrier = await self.barriers.standing(barrier.into)
        view = None if barrier is None else view_of(barrier, recognised)
        if view is None:
            return self._says("barrier.refused.unknown_barrier")
        shown = await self._with_number(view) if view.own is None else view
        lead = recognised.standing.lead
        return cards.barrier_card(shown, recognised.plan, self.words, incoming.received_at, lead=lead)

    def _about(self, work: _Work, *, lead: bool = False) -> Act:
        """The act for a button that carries a barrier; what the rules refuse is said in a sentence."""

        async def act(incoming: Incoming, recognised: Recognised) -> Card:
            name, _, rest = incoming.values.get("value", "").partition(".")
            barrier = await self.barriers.standing(BarrierId(name))
            view = None if barrier is None else view_of(barrier, recognised)
            if barrier is None or view is None or recognised.partner is None:
                return self._says("barrier.refused.unknown_barrier")
            if lead and not recognised.standing.lead:
                return self._says("barrier.refused.not_a_lead")
            version, *more = rest.split(".") if rest else ["0"]
            asked = Asked(
                incoming=incoming,
                recognised=recognised,
                partner=recognised.partner,
                barrier=barrier,
                view=view,
                version=int(version) if version.isdecimal() else 0,
                more=tuple(more),
            )
            try:
                return await work(asked)
            except Refused as refused:
                return self._refusal(refused)

        return act

    async def _history(self, asked: Asked) -> Card:
        return cards.history_card(asked.barrier, self.words)

    async def _move(self, asked: Asked) -> Card:
        to = status_in(asked.more)
        if to in cards.NEEDS_WORDS and not asked.sent:
            return cards.move_form(asked.barrier, to, self.words)
        because = asked.given(cards.BECAUSE)
        shared = cards.YES in asked.given(cards.SHARE).split(",")
        return await self._change(
            asked,
            lambda barrier: rules.moved(
                barrier,
                to,
                asked.change,
                asked.incoming.received_at,
                asked.partner,
                because,
                shared=shared,
            ),
        )

    async def _assign(self, asked: Asked) -> Card:
        plan = asked.recognised.plan
        if not asked.sent:
            return cards.assign_form(asked.barrier, plan, self.words)
        owner = asked.given(cards.OWNER)
        if owner not in {cards.NOBODY, *(lead.email for lead in plan.leads)}:
            raise Refused(Refusal.UNKNOWN_OWNER)
        due = day_in(asked.given(cards.DUE))
        chosen = "" if owner == cards.NOBODY else owner
        return await self._change(
            asked,
            lambda barrier: rules.assigned(
                barrier, chosen, due, asked.change, asked.incoming.received_at, asked.partner
            ),
        )

    async def _gone(self, asked: Asked) -> Card:
        return await self._answer(asked, gone=True)

    async def _still(self, asked: Asked) -> Card:
        if not asked.sent:
            return cards.still_form(asked.barrier, self.words)
        return await self._answer(asked, gone=False)

    async def _answer(self, asked: Asked, *, gone: bool) -> Card:
        because = asked.given(cards.BECAUSE)
        await self._saved(
            asked,
            lambda barrier: rules.answered(
                barrier, asked.partner, asked.change, asked.incoming.received_at, gone=gone, because=because
            ),
            any_version=True,
        )
        return self._says("handling.thanks_gone" if gone else "handling.thanks_still")

    async def _merge(self, asked: Asked) -> Card:
        if not asked.sent:
            return cards.merge_form(asked.barrier, self.words)
        digits = "".join(letter for letter in asked.given(cards.OTHER) if letter.isdigit())
        number = int(digits) if digits[:9] == digits != "" else 0
        other = await self.barriers.numbered(asked.recognised.plan.id, number)
        if other is None or view_of(other, asked.recognised) is None:
            raise Refused(Refusal.UNKNOWN_BARRIER)
        return await self._both(asked, asked.barrier, other, rules.merged)

    async def _part(self, asked: Asked) -> Card:
        own = [each for each in await self.barriers.all(asked.recognised.plan.id) if each.into == asked.barrier.id]
        if not own:
            raise Refused(Refusal.NOT_MERGED)
        return await self._both(asked, asked.barrier, own[-1], rules.parted)

    async def _both(
        self, asked: Asked, into: Barrier, other: Barrier, work: Callable[..., tuple[Barrier, Barrier]]
    ) -> Card:
        if await self.barriers.done(asked.change) is None:
            self._check_version(asked)
            kept, gone = work(into, other, asked.change, asked.incoming.received_at, asked.partner)
            try:
                await self.barriers.save((into, kept), (other, gone), now=asked.incoming.received_at)
            except ChangedMeanwhile:
                raise Refused(Refusal.CHANGED_MEANWHILE) from None
        return await self._shown(await self.barriers.find(into.id), asked.incoming, asked.recognised)

    async def _change(self, asked: Asked, work: Callable[[Barrier], Barrier]) -> Card:
        changed = await self._saved(asked, work)
        return await self._shown(changed, asked.incoming, asked.recognised)

    async def _saved(self, asked: Asked, work: Callable[[Barrier], Barrier], *, any_version: bool = False) -> Barrier:
        """The barrier once the change is saved, with its notices; as it is where this message has made it already."""
        if await self.barriers.done(asked.change) is not None:
            return asked.barrier
        if not any_version:
            self._check_version(asked)
        changed, now = work(asked.barrier), asked.incoming.received_at
        told = changed.status is not asked.barrier.status
        homes = await self.homes.of([each.partner for each in changed.raisers]) if told else {}
        notices = news(changed, asked.recognised.plan, homes, asked.partner, now, self.words)
        try:
            await self.barriers.save((asked.barrier, changed), notices=notices, now=now)
        except ChangedMeanwhile:
            raise Refused(Refusal.CHANGED_MEANWHILE) from None
        return changed

    def _check_version(self, asked: Asked) -> None:
        if asked.version != asked.barrier.version:
            raise Refused(Refusal.CHANGED_MEANWHILE)

    def _refusal(self, refused: Refused) -> Card:
        return self._says(f"barrier.refused.{refused.reason.value}", **refused.values)

    def _says(self, name: str, **values: object) -> Card:
        return Card(paragraphs=(Paragraph(text=self.words(name, **values)),))
