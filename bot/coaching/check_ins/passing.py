"""Pass: another question, none this week, or the same one tomorrow. Nobody else hears of it, and nobody asks why."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.coaching.check_ins.cards import ANOTHER, ANSWER, SKIP, SNOOZE, invite_card
from bot.coaching.check_ins.ports import Another, AskNow, PutOff, Reasoned
from bot.coaching.check_ins.reply_cards import entry_card
from bot.coaching.check_ins.reply_saving import Declined, Own, ReplySaving, declining
from bot.coaching.commands import CHECK_IN
from bot.coaching.directly import Act
from bot.coaching.recognising import Recognised
from bot.domain.cards import Button, Card, Paragraph
from bot.domain.check_ins import State, still_waits
from bot.domain.messages import Incoming
from bot.domain.partnership import Rhythm
from bot.domain.planning import Preferences, welcome
from prompts import Words

_TRIES = 5
_DAY = timedelta(days=1)
_HOURS = 24


@dataclass(frozen=True, kw_only=True)
class Passing:
    """The use-case."""

    saving: ReplySaving
    reasoned: Reasoned
    another: Another
    ask_now: AskNow
    put_off: PutOff
    words: Words

    @property
    def actions(self) -> Mapping[str, Act]:
        """What answers the buttons of an invite."""
        return declining({ANOTHER: self.other, SKIP: self.skip, SNOOZE: self.snooze}, self.words)

    @property
    def commands(self) -> Mapping[str, Act]:
        """What answers the command."""
        return declining({CHECK_IN: self.again}, self.words)

    async def again(self, incoming: Incoming, recognised: Recognised) -> Card:
        """This week's check-in: as it stands, or asked at once where it has not been asked yet."""
        if not recognised.plan.check_ins:
            raise Declined("check_in.refused.off")
        fresh = await self.ask_now(recognised, incoming.received_at)
        own = await (self.saving.newest(recognised) if fresh is None else self.saving.own(fresh.id, recognised))
        if own is None:
            raise Declined("check_in.refused.none")
        return self._shown(own, incoming, recognised)

    async def other(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Another question in the place of this one, once."""
        for _ in range(_TRIES):
            own = await self._own(incoming, recognised)
            if not still_waits(own.check_in) or own.check_in.instead_of:
                return self._shown(own, incoming, recognised)
            changed = await self.another(own.check_in, recognised, incoming.received_at)
            if changed is None:
                raise Declined("check_in.refused.no_other")
            after = replace(changed, instead_of=own.check_in.question)
            if await self._changed(own, replace(own, check_in=after), incoming):
                return self._shown(await self._own(incoming, recognised), incoming, recognised)
        raise Declined("check_in.refused.meanwhile")

    async def skip(self, incoming: Incoming, recognised: Recognised) -> Card:
        """No question this week."""
        for _ in range(_TRIES):
            own = await self._own(incoming, recognised)
            if own.check_in.state is State.SKIPPED:
                return self._passed("skipped", own)
            if not still_waits(own.check_in):
                return self._shown(own, incoming, recognised)
            after = replace(own.check_in, state=State.SKIPPED, remind_at=None)
            if await self._changed(own, replace(own, check_in=after), incoming):
                return self._passed("skipped", own)
        raise Declined("check_in.refused.meanwhile")

    async def snooze(self, incoming: Incoming, recognised: Recognised) -> Card:
        """The same question tomorrow, or on the next day that suits."""
        for _ in range(_TRIES):
            own = await self._own(incoming, recognised)
            if own.check_in.state is State.SNOOZED:
                return self._passed("snoozed", own)
            if own.check_in.state is not State.ASKED:
                return self._shown(own, incoming, recognised)
            until = await self.put_off(own.check_in, recognised, incoming.received_at)
            if until is None:
                return self._passed("no_day", own)
            after = replace(own.check_in, state=State.SNOOZED, remind_at=until)
            if await self._changed(own, replace(own, check_in=after), incoming):
                return self._passed("snoozed", own)
        raise Declined("check_in.refused.meanwhile")

    def _shown(self, own: Own, incoming: Incoming, recognised: Recognised) -> Card:
        plan = recognised.plan
        if not still_waits(own.check_in):
            return entry_card(own, plan, self.words, incoming.received_at)
        return invite_card(own.check_in, own.shown, self.reasoned(own.check_in, plan), (), plan, self.words)

    def _passed(self, name: str, own: Own) -> Card:
        """What is said, with a way to reply all the same."""
        answer = Button(label=self.words("check_in.answer"), action=ANSWER, value=own.check_in.id)
        return Card(paragraphs=(Paragraph(text=self.words(f"check_in.passed.{name}")),), buttons=(answer,))

    async def _own(self, incoming: Incoming, recognised: Recognised) -> Own:
        return await self.saving.own(incoming.values.get("value", ""), recognised)

    async def _changed(self, own: Own, after: Own, incoming: Incoming) -> bool:
        return await self.saving.check_ins.change(own.check_in, after.check_in, now=incoming.received_at)


def put_off_to(
    now: datetime, until: datetime, preferences: Preferences, rhythm: Rhythm, days_off: Container[date]
) -> datetime | None:
    """The first moment from tomorrow on, at the partner's hour or later that day, at which a check-in is welcome.

    None where that is not before `until`, when nothing is sent for it any more.
    """
    zone = ZoneInfo(preferences.zone)
    day = now.astimezone(zone).date() + _DAY
    while datetime.combine(day, time(), zone) < until:
        for hour in range(preferences.hour, _HOURS):
            at = datetime.combine(day, time(hour), zone).astimezone(UTC)
            if at < until and welcome(at, preferences, rhythm, days_off):
                return at
        day += _DAY
    return None
