"""Finding one's own check-ins, and changing one's replies to them.

What somebody does to their reply holds beside whatever else they do: it is done again on top of what came first, and
one message does it once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.coaching.check_ins.ports import Bank, Withholds
from bot.coaching.directly import Act
from bot.coaching.recognising import Recognised
from bot.coaching.refusing import Unconfirmed, confirmed
from bot.delivery.saying import Says
from bot.domain.cards import Card, Paragraph
from bot.domain.check_ins import CheckIn, CheckInId, Reflection, State
from bot.domain.messages import Incoming
from bot.domain.questions import Depth, FollowUp, IdeaSource, ReflectionQuestion, Suits
from bot.store.barriers import ChangedMeanwhile
from bot.store.check_ins import CheckIns
from bot.store.reflections import Reflections
from prompts import Words

#: How often a change is tried again that another came before.
_TRIES = 5


class Declined(Exception):
    """What somebody asked for cannot be done; they are told why, in the words of this name."""

    def __init__(self, name: str, **values: object) -> None:
        super().__init__(name)
        self.name, self.values = name, values


@dataclass(frozen=True, kw_only=True)
class Own:
    """A partner's own check-in and what they replied. `given` may be withdrawn; `reply` is what stands.

    `shown` is the question that the button or the form showed: the check-in's may have been changed since.
    """

    check_in: CheckIn
    shown: ReflectionQuestion
    given: Reflection | None = None
    next_asked: datetime | None = None

    @property
    def reply(self) -> Reflection | None:
        """What somebody replied and did not take back."""
        return None if self.given is None or self.given.withdrawn else self.given

    def late(self, at: datetime) -> bool:
        """Whether another check-in had been asked by then: a reply is then kept for its author alone."""
        return self.next_asked is not None and self.next_asked <= at

    def answered(self, reply: Reflection) -> "Own":
        """The same with a reply: the check-in waits no more."""
        return replace(self, check_in=replace(self.check_in, state=State.ANSWERED, remind_at=None), given=reply)


#: What somebody's check-in and reply become; raises `Declined`.
Move = Callable[[Own], Own]


@dataclass(frozen=True, kw_only=True)
class ReplySaving:
    """The repositories of check-ins and replies, for their author. Without `withholding` no figures are frozen."""

    check_ins: CheckIns
    reflections: Reflections
    bank: Bank
    words: Words
    withholding: Withholds | None = None

    async def own(self, value: str, recognised: Recognised) -> Own:
        """What a button or a form is about. Raises `Declined` where that is no check-in of theirs."""
        name, _, shown = value.partition("\n")[0].partition(":")
        found = await self.check_ins.find(CheckInId(name)) if name else None
        partner = confirmed(recognised)
        if found is None or (found.partner, found.partnership) != (partner, recognised.plan.id):
            raise Declined("check_in.refused.unknown")
        later = [each.asked_at for each in await self.check_ins.of(partner) if each.asked_at > found.asked_at]
        given = await self.reflections.find(found.id)
        question = await self._question(found, given, shown, recognised)
        return Own(check_in=found, shown=question, given=given, next_asked=min(later, default=None))

    async def newest(self, recognised: Recognised) -> Own | None:
        """What somebody was asked last, or None."""
        found = await self.check_ins.latest(confirmed(recognised))
        return None if found is None else await self.own(found.id, recognised)

    async def change(self, value: str, change: str, recognised: Recognised, at: datetime, move: Move) -> Own:
        """What somebody's check-in and reply are once a change is saved, or as they are where it was saved before.

        Frozen figures that rest on what is no longer so are withheld first, so that at no moment one is shown; and
        once more after it, for a week may have been counted in between.
        """
        for _ in range(_TRIES):
            own = await self.own(value, recognised)
            if await self.reflections.done(own.check_in.id, change):
                await self._withhold(own.check_in)
                return own
            after = move(own)
            if _takes_away(own.given, after.given):
                await self._withhold(own.check_in)
            if await self._saved(own, after, change, at):
                if _takes_away(own.given, after.given):
                    await self._withhold(own.check_in)
                return after
        raise Declined("check_in.refused.meanwhile")

    async def _saved(self, own: Own, after: Own, change: str, at: datetime) -> bool:
        """Also where nothing is different: the message has had its say, and says nothing over a later one."""
        if after.given is None:
            return True
        moves = own.reply is None or own.check_in != after.check_in
        pair = (own.check_in, after.check_in) if moves else None
        try:
            return await self.reflections.save(after.given, before=own.given, check_in=pair, change=change, now=at)
        except ChangedMeanwhile:
            return False

    async def _question(
        self, check_in: CheckIn, given: Reflection | None, shown: str, recognised: Recognised
    ) -> ReflectionQuestion:
        known = {check_in.question, check_in.instead_of} - {""}
        name = shown if shown in known else given.question if given and not given.withdrawn else check_in.question
        bank = await self.bank(recognised.plan)
        return bank.get(name) or _unknown(name, check_in.factor, self.words)

    async def _withhold(self, check_in: CheckIn) -> None:
        if self.withholding is not None:
            await self.withholding.withhold(check_in.partnership, check_in.partner, check_in.id)


def _takes_away(before: Reflection | None, after: Reflection | None) -> bool:
    """Whether something of a reply that may have been counted is no more so."""
    if before is None or after is None or before.withdrawn:
        return False
    said = before.view is not None and before.view is not after.view
    return after.withdrawn or after.consent is not before.consent or said or (before.agenda and not after.agenda)


def _unknown(name: str, factor: str, words: Words) -> ReflectionQuestion:
    """What stands for a question that a partnership has taken out of its file altogether."""
    return ReflectionQuestion(
        id=name,
        factor=factor,
        text=words("check_in.gone"),
        follow_up=FollowUp(when="", ask=""),
        source=IdeaSource(author="", year=0, section=""),
        suits=Suits.EVERYONE,
        depth=Depth.NOTICING,
    )


def declining(acts: Mapping[str, Act], words: Words) -> Mapping[str, Act]:
    """The same acts, with a sentence for whatever they cannot do."""
    return {name: _declining(act, words) for name, act in acts.items()}


def _declining(act: Act, words: Words) -> Act:
    async def answer(incoming: Incoming, recognised: Recognised) -> Card | Says:
        try:
            return await act(incoming, recognised)
        except Declined as declined:
            text = words(declined.name, **declined.values)
        except Unconfirmed:
            text = words("barrier.unsure")
        return says(text)

    return answer


def says(text: str) -> Card:
    """A card of one sentence."""
    return Card(paragraphs=(Paragraph(text=text),))
