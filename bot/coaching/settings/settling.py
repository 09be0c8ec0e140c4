"""Settle: when and how somebody hears from the coach, by their own word. It holds at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.coaching.check_ins.reply_saving import Declined, declining
from bot.coaching.commands import AWAY, LANGUAGE, PAUSE, RESUME, SETTINGS, STOP
from bot.coaching.directly import Act
from bot.coaching.languages import usual_language
from bot.coaching.recognising import Recognised
from bot.coaching.refusing import confirmed
from bot.coaching.settings import cards
from bot.coaching.settings.typed_days import days_in, span_in
from bot.domain.cards import Card
from bot.domain.check_ins import State, still_waits
from bot.domain.messages import Incoming
from bot.domain.own_settings import PartnerSettings
from bot.domain.partnership import WEEKDAYS, PartnershipPlan, QuietHours, Span
from bot.domain.zones import known_zone
from bot.store.check_ins import CheckIns
from bot.store.preferences import OwnSettings
from prompts import LOCALES, Words, speaking

#: Further ahead nobody knows.
_FURTHEST = timedelta(days=730)
_MOST_ABSENCES = 20
#: How often a check-in is let go of again that somebody else's change came before.
_TRIES = 5


@dataclass(frozen=True, kw_only=True)
class Settling:
    """The use-case."""

    own: OwnSettings
    check_ins: CheckIns
    words: Words

    @property
    def commands(self) -> Mapping[str, Act]:
        """What answers the commands."""
        acts = {
            SETTINGS: self.show,
            LANGUAGE: self.language,
            AWAY: self.away,
            PAUSE: self.pause,
            STOP: self.stop,
            RESUME: self.start,
        }
        return declining(acts, self.words)

    @property
    def actions(self) -> Mapping[str, Act]:
        """What answers the buttons and forms."""
        acts = {
            cards.SHOW: self.show,
            cards.SAVE: self.save,
            cards.AWAY_ASK: self.away,
            cards.AWAY_SAVE: self.away_from,
            cards.PAUSE_ASK: self.pause,
            cards.PAUSE_NOW: self.pause,
            cards.STOP_NOW: self.stop,
            cards.START_NOW: self.start,
        }
        return declining(acts, self.words)

    async def show(self, incoming: Incoming, recognised: Recognised) -> Card:  # noqa: ARG002
        """What holds now, with the form that changes it."""
        return cards.settings_card(await self._now(recognised), recognised.plan, self.words)

    async def save(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Keep what the form says."""
        own = await self._now(recognised)
        return await self._keep(own, filled_in(own, incoming, recognised.plan), incoming, recognised)

    async def language(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Speak the language that was named; the form where none was."""
        locale = self._named(incoming.text)
        if not locale:
            return await self.show(incoming, recognised)
        own = await self._now(recognised)
        return await self._keep(own, replace(own, locale=locale), incoming, recognised)

    async def away(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Ask nothing on the days that were typed; the form where that did not say which."""
        own = await self._now(recognised)
        today = _today(own, incoming, recognised.plan)
        typed = "" if incoming.action else incoming.text
        until = frozenset(each.strip() for each in self._every("mine.calls.only_until"))
        try:
            span, days = span_in(typed, today, until), days_in(typed)
        except ValueError:
            raise Declined("mine.settings.bad_day") from None
        if span is None:
            return cards.away_card(self.words, Span(first=days[0], last=days[0]) if days else None)
        return await self._keep(own, _away(own, span, today), incoming, recognised)

    async def away_from(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Ask nothing on the days that the form says."""
        own = await self._now(recognised)
        first, last = (_day(incoming.values.get(name, "")) for name in (cards.FIRST, cards.LAST))
        span = Span(first=first, last=last)
        return await self._keep(own, _away(own, span, _today(own, incoming, recognised.plan)), incoming, recognised)

    async def pause(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Ask nothing until a day; how long, where that was not said."""
        own = await self._now(recognised)
        today = _today(own, incoming, recognised.plan)
        said = incoming.values.get("value", "") if incoming.action == cards.PAUSE_NOW else incoming.text
        if incoming.action == cards.PAUSE_ASK or not said.strip():
            return cards.pause_card(today, self.words)
        until = _day(said)
        if not today < until <= today + _FURTHEST:
            raise Declined("mine.settings.not_ahead")
        return await self._keep(own, replace(own, paused_until=until), incoming, recognised)

    async def stop(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Ask nothing more, and nothing more about what was asked."""
        own = await self._now(recognised)
        card = await self._keep(own, replace(own, stopped=True), incoming, recognised)
        # Only now, or whoever is asked in between would be written to after their word.
        for _ in range(_TRIES):
            waits = await self.check_ins.latest(confirmed(recognised))
            if waits is None or not still_waits(waits):
                break
            let_go = replace(waits, state=State.SKIPPED, remind_at=None)
            if await self.check_ins.change(waits, let_go, now=incoming.received_at):
                break
        return card

    async def start(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Ask again: neither stopped nor paused, and back from where they are away today."""
        own = await self._now(recognised)
        today = _today(own, incoming, recognised.plan)
        left = tuple(span for span in own.away if not span.covers(today))
        return await self._keep(own, replace(own, stopped=False, paused_until=None, away=left), incoming, recognised)

    async def _now(self, recognised: Recognised) -> PartnerSettings:
        partner = confirmed(recognised)
        return (await self.own.of([partner])).get(partner, PartnerSettings())

    async def _keep(
        self, before: PartnerSettings, own: PartnerSettings, incoming: Incoming, recognised: Recognised
    ) -> Card:
        await self.own.keep(confirmed(recognised), own, incoming.received_at, before=before)
        locale = own.locale or usual_language(recognised.plan, self.words)
        with speaking(locale):
            return replace(cards.settings_card(own, recognised.plan, self.words, saved=True), locale=locale)

    def _named(self, text: str) -> str:
        """The locale of a language's name, "" where it is none that the coach speaks."""
        name = text.strip().lower()
        if name in self._every("mine.calls.english"):
            return LOCALES[0]
        return LOCALES[1] if name in self._every("mine.calls.welsh") else ""

    def _every(self, name: str) -> frozenset[str]:
        texts = self.words.in_every_language(name)
        return frozenset(each.strip() for text in texts for each in text.split(","))


def filled_in(own: PartnerSettings, incoming: Incoming, plan: PartnershipPlan) -> PartnerSettings:
    """The settings that a form makes of those of now; raises `Declined` where they cannot be."""
    values = incoming.values
    weekday, locale = values.get(cards.WEEKDAY, ""), values.get(cards.LOCALE, "")
    begin, end = _hour(values.get(cards.BEGIN, "")), _hour(values.get(cards.END, ""))
    usually, typed = plan.quiet_hours, values.get(cards.ZONE, "").strip()
    if typed and not known_zone(typed):
        raise Declined("mine.settings.bad_zone", zone=typed)
    quiet = None
    if begin is not None or end is not None:
        quiet = QuietHours(begin=usually.begin if begin is None else begin, end=usually.end if end is None else end)
    changed = replace(
        own,
        weekday=weekday if weekday in WEEKDAYS else None,
        hour=_hour(values.get(cards.HOUR, "")),
        quiet=quiet,
        zone=known_zone(typed) or None,
        locale=locale if locale in LOCALES else None,
    )
    wish = changed.preferences(plan)
    if wish.quiet.cover(wish.hour):
        raise Declined("mine.settings.quiet_hour", hour=cards.hour_of(wish.hour))
    return changed


def _hour(text: str) -> int | None:
    return int(text) if text.isdecimal() and int(text) in range(24) else None


def _day(text: str) -> date:
    try:
        days = days_in(text)
    except ValueError:
        days = ()
    if len(days) != 1:
        raise Declined("mine.settings.bad_day")
    return days[0]


def _away(own: PartnerSettings, span: Span, today: date) -> PartnerSettings:
    """With one more absence; those that are over are forgotten."""
    if span.last < span.first:
        raise Declined("mine.settings.last_first")
    if not today <= span.last <= today + _FURTHEST:
        raise Declined("mine.settings.not_ahead")
    ahead = sorted({each for each in (*own.away, span) if each.last >= today}, key=lambda each: each.first)
    if len(ahead) > _MOST_ABSENCES:
        raise Declined("mine.settings.many")
    return replace(own, away=tuple(ahead))


def _today(own: PartnerSettings, incoming: Incoming, plan: PartnershipPlan) -> date:
    return incoming.received_at.astimezone(ZoneInfo(own.preferences(plan).zone)).date()
