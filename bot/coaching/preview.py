"""Preview: what goes out next week, in numbers. For leads; nobody is named, and no small number tells of anybody."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.coaching.addressing import Addressees, Addressing
from bot.coaching.commands import PREVIEW
from bot.coaching.directly import Act
from bot.coaching.recognising import Recognised
from bot.coaching.reply_saving import declining
from bot.coaching.rhythm_setting import PREVIEW_SHOW, check_lead
from bot.coaching.rhythm_setting import SHOW as RHYTHM_SHOW
from bot.domain.cards import Button, Card, Fact, Paragraph
from bot.domain.messages import Incoming
from bot.domain.partnership import PartnershipPlan
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
    """The numbers of a week's check-ins by day; a number below k is not told, for it may tell of somebody."""
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
    least = plan.disclosure.k
    return words("mine.preview.few", k=least) if count < least else str(count)


def _days(plan: PartnershipPlan, week: Week, found: Addressees) -> Mapping[date, int]:
    return Counter(_slots(plan, week, found))


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
