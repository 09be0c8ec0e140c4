"""Preview: what goes out next week, in bands. For leads: a number that falls by one would tell of somebody."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.coaching.check_ins.addressing import Addressees, Addressing
from bot.coaching.check_ins.reply_saving import declining
from bot.coaching.commands import PREVIEW
from bot.coaching.digests.told import people
from bot.coaching.directly import Act
from bot.coaching.recognising import Recognised
from bot.coaching.settings.rhythm import PREVIEW_SHOW, check_lead
from bot.coaching.settings.rhythm import SHOW as RHYTHM_SHOW
from bot.domain.cards import Button, Card, Fact, Paragraph
from bot.domain.disclosure_table import band_of
from bot.domain.messages import Incoming
from bot.domain.partnership import WEEKDAYS, PartnershipPlan
from bot.domain.planning import Preferences, Week, slot
from bot.domain.rolls import Rolls
from prompts import Words

_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The use-case."""

    plans: Callable[[], Awaitable[Sequence[PartnershipPlan]]]
    addressing: Addressing
    words: Words

    @property
    def commands(self) -> Mapping[str, Act]:
        """What answers the command."""
        return declining({PREVIEW: self}, self.words)

    @property
    def actions(self) -> Mapping[str, Act]:
        """What answers the button."""
        return declining({PREVIEW_SHOW: self}, self.words)

    async def __call__(self, incoming: Incoming, recognised: Recognised) -> Card:
        """How many are asked on each day of next week."""
        check_lead(recognised)
        plan = recognised.plan
        then = incoming.received_at + _WEEK
        week = Week.of(then.astimezone(ZoneInfo(plan.zone)).date())
        found = await self.addressing(plan, Rolls.of(await self.plans()), then)
        return preview_card(plan, week, _days(plan, week, found), self.words)


def preview_card(plan: PartnershipPlan, week: Week, days: Mapping[date, int], words: Words) -> Card:
    """How many are asked on each day of a week, in the bands of digests; below k nothing is told."""
    facts = tuple(Fact(name=words.day(day), value=_number(days[day], plan, words)) for day in sorted(days))
    text = words("mine.preview.text" if facts else "mine.preview.none")
    return Card(
        title=words("mine.preview.title", day=words.day(week.monday)),
        paragraphs=(Paragraph(text=text),),
        facts=facts,
        buttons=(Button(label=words("mine.preview.rhythm"), action=RHYTHM_SHOW),),
        note=words("mine.preview.note"),
    )


def _number(count: int, plan: PartnershipPlan, words: Words) -> str:
    rules = plan.disclosure
    band = band_of(count, rules)
    return words("mine.preview.few", k=rules.k) if band is None else people(band, words)


def _days(plan: PartnershipPlan, week: Week, found: Addressees) -> Mapping[date, int]:
    """Every day that check-ins may go out on: that one is missing would tell that nobody is asked on it."""
    first, last = WEEKDAYS.index(plan.rhythm.first_day), WEEKDAYS.index(plan.rhythm.last_day)
    window = [week.monday + timedelta(days=number) for number in range(first, last + 1)] if plan.check_ins else []
    counts = Counter(_slots(plan, week, found))
    return {day: counts[day] for day in window if day not in found.days_off}


def _slots(plan: PartnershipPlan, week: Week, found: Addressees) -> Iterator[date]:
    """The day of everybody's slot, by their own clock."""
    known: dict[Preferences, date | None] = {}
    for person in found.people if plan.check_ins else ():
        own = found.chosen(person.partner)
        if own.stopped:
            continue
        wish = own.preferences(plan)
        if wish not in known:
            its = slot(week, wish, plan.rhythm, found.days_off)
            known[wish] = its.at.astimezone(ZoneInfo(wish.zone)).date() if its else None
        day = known[wish]
        if day is not None:
            yield day
