"""Rhythm: when check-ins go out in a partnership, whether at all, and a pause for everyone. For its leads."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bot.coaching.check_ins.reply_saving import Declined, declining
from bot.coaching.commands import RHYTHM
from bot.coaching.directly import Act
from bot.coaching.recognising import Recognised
from bot.coaching.refusing import confirmed
from bot.coaching.settings.cards import hour_of, quiet_of, weekday_of
from bot.coaching.settings.typed_days import days_in
from bot.domain import chat_settings as keys
from bot.domain.cards import Button, Card, Fact, Field, Form, Input, Paragraph
from bot.domain.messages import Incoming
from bot.domain.partnership import WEEKDAYS, PartnershipPlan
from bot.store.chat_settings import ChatSettings
from prompts import Words

#: The actions of the button and of the form, and of the button that leads to the preview.
SHOW, SAVE, PREVIEW_SHOW = "rhythm", "rhythm-save", "rhythm-preview"
#: The fields of the form.
WEEKDAY, HOUR, FIRST_DAY, LAST_DAY, QUESTIONS, PAUSED = "day", "hour", "first_day", "last_day", "questions", "paused"
#: Those that hold choices.
CHOICES = frozenset({WEEKDAY, HOUR, FIRST_DAY, LAST_DAY, QUESTIONS})
_ON, _OFF = "on", "off"


@dataclass(frozen=True, kw_only=True)
class RhythmSetting:
    """The use-case. `applied` are the plans as their files have them: what agrees with those is not set in chat."""

    settings: ChatSettings
    applied: Callable[[], Awaitable[Sequence[PartnershipPlan]]]
    words: Words

    @property
    def commands(self) -> Mapping[str, Act]:
        """What answers the command."""
        return declining({RHYTHM: self.show}, self.words)

    @property
    def actions(self) -> Mapping[str, Act]:
        """What answers the buttons and the form."""
        return declining({SHOW: self.show, SAVE: self.save}, self.words)

    async def show(self, incoming: Incoming, recognised: Recognised) -> Card:  # noqa: ARG002
        """What holds now, with the form that changes it."""
        check_lead(recognised)
        return rhythm_card(recognised.plan, self.words)

    async def save(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Keep what the form says; it holds from the next minute on."""
        check_lead(recognised)
        plan = recognised.plan
        today = incoming.received_at.astimezone(ZoneInfo(plan.zone)).date()
        chosen = _chosen(incoming.values, plan, today)
        file = next((each for each in await self.applied() if each.id == plan.id), plan)
        agreed = _values(file)
        for key, value in chosen.items():
            if value is None or value == agreed[key]:
                await self.settings.drop(plan.id, key)
            else:
                await self.settings.keep(plan.id, key, value, incoming.received_at)
        return rhythm_card(keys.overlaid(file, await self.settings.of(plan.id)), self.words, saved=True)


def check_lead(recognised: Recognised) -> None:
    """Raise `Declined` for anybody who does not lead."""
    confirmed(recognised)
    if not recognised.standing.lead:
        raise Declined("mine.rhythm.leads_only")


def rhythm_card(plan: PartnershipPlan, words: Words, *, saved: bool = False) -> Card:
    """The rhythm of a partnership, and the form that changes it."""
    form = Form(id=SAVE, submit=words("mine.settings.save"), fields=tuple(_fields(plan, words)))
    change = Button(label=words("mine.settings.change"), action=SHOW)
    return Card(
        title=words("mine.rhythm.saved") if saved else words("mine.rhythm.title", partnership=plan.name),
        paragraphs=(Paragraph(text=words("mine.rhythm.text")),),
        facts=tuple(Fact(name=name, value=value) for name, value in _facts(plan, words)),
        form=None if saved else form,
        buttons=(
            *([change] if saved else []),
            Button(label=words("mine.rhythm.preview"), action=PREVIEW_SHOW),
        ),
        note=words("mine.rhythm.note"),
    )


def _facts(plan: PartnershipPlan, words: Words) -> Iterator[tuple[str, str]]:
    rhythm = plan.rhythm
    days = words(
        "mine.settings.days", first=weekday_of(rhythm.first_day, words), last=weekday_of(rhythm.last_day, words)
    )
    yield words("mine.settings.weekday"), weekday_of(rhythm.weekday, words)
    yield words("mine.settings.hour"), f"{hour_of(rhythm.hour)} ({plan.zone})"
    yield words("mine.rhythm.window"), days
    yield words("mine.settings.quiet"), quiet_of(plan.quiet_hours, words)
    yield words("mine.rhythm.questions"), words("mine.rhythm.on" if plan.check_ins else "mine.rhythm.off")
    if plan.paused_until is not None:
        yield words("mine.settings.paused"), words.day(plan.paused_until)


def _fields(plan: PartnershipPlan, words: Words) -> Iterator[Field]:
    rhythm = plan.rhythm
    days = tuple((day, weekday_of(day, words)) for day in WEEKDAYS)
    hours = tuple((str(hour), hour_of(hour)) for hour in range(24) if not plan.quiet_hours.cover(hour))
    switch = ((_ON, words("mine.rhythm.on")), (_OFF, words("mine.rhythm.off")))
    for name, label, choices, initial in (
        (WEEKDAY, "mine.settings.weekday", days, rhythm.weekday),
        (HOUR, "mine.settings.hour", hours, str(rhythm.hour)),
        (FIRST_DAY, "mine.rhythm.first_day", days, rhythm.first_day),
        (LAST_DAY, "mine.rhythm.last_day", days, rhythm.last_day),
        (QUESTIONS, "mine.rhythm.questions", switch, _ON if plan.check_ins else _OFF),
    ):
        yield Field(id=name, label=words(label), input=Input.CHOICE, choices=choices, initial=initial)
    paused = "" if plan.paused_until is None else f"{plan.paused_until:%d.%m.%Y}"
    yield Field(
        id=PAUSED,
        label=words("mine.rhythm.paused"),
        required=False,
        hint=words("mine.rhythm.paused_hint"),
        initial=paused,
    )


def _chosen(values: Mapping[str, str], plan: PartnershipPlan, today: date) -> dict[str, Any]:
    """The settings that a form makes, by key; raises `Declined` where they cannot be together."""
    first, wanted, last = (_weekday(values, name, plan) for name in (FIRST_DAY, WEEKDAY, LAST_DAY))
    if not WEEKDAYS.index(first) <= WEEKDAYS.index(wanted) <= WEEKDAYS.index(last):
        raise Declined("mine.rhythm.outside")
    hour = values.get(HOUR, "")
    clock = int(hour) if hour.isdecimal() and int(hour) in range(24) else plan.rhythm.hour
    if plan.quiet_hours.cover(clock):
        raise Declined("mine.settings.quiet_hour", hour=hour_of(clock))
    paused = _paused(values.get(PAUSED, ""), today)
    return {
        keys.WEEKDAY: wanted,
        keys.HOUR: clock,
        keys.FIRST_DAY: first,
        keys.LAST_DAY: last,
        keys.CHECK_INS: values.get(QUESTIONS, _ON) != _OFF,
        keys.PAUSED_UNTIL: None if paused is None else paused.isoformat(),
    }


def _values(plan: PartnershipPlan) -> dict[str, Any]:
    rhythm = plan.rhythm
    return {
        keys.WEEKDAY: rhythm.weekday,
        keys.HOUR: rhythm.hour,
        keys.FIRST_DAY: rhythm.first_day,
        keys.LAST_DAY: rhythm.last_day,
        keys.CHECK_INS: plan.check_ins,
        keys.PAUSED_UNTIL: None,
    }


def _weekday(values: Mapping[str, str], name: str, plan: PartnershipPlan) -> str:
    now = {FIRST_DAY: plan.rhythm.first_day, WEEKDAY: plan.rhythm.weekday, LAST_DAY: plan.rhythm.last_day}
    return values[name] if values.get(name) in WEEKDAYS else now[name]


def _paused(text: str, today: date) -> date | None:
    if not text.strip():
        return None
    try:
        days = days_in(text)
    except ValueError:
        days = ()
    if len(days) != 1:
        raise Declined("mine.settings.bad_day")
    # A pause that is over need not be taken out of the form first.
    return days[0] if days[0] > today else None
