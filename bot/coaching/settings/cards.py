"""One's own settings as cards: what holds now, and the forms that change it."""

from collections.abc import Iterator
from datetime import date, timedelta

from bot.coaching.languages import usual_language
from bot.domain.cards import Button, Card, Fact, Field, Form, Input, Paragraph
from bot.domain.own_settings import PartnerSettings
from bot.domain.partnership import WEEKDAYS, PartnershipPlan, QuietHours, Span
from prompts import LOCALES, Words

#: The actions of the buttons and forms.
SHOW, SAVE = "settings", "settings-save"
AWAY_ASK, AWAY_SAVE = "check-in-away", "settings-away"
PAUSE_ASK, PAUSE_NOW = "settings-pause", "settings-pause-now"
STOP_NOW, START_NOW = "check-in-stop", "settings-start"
PRIVACY_SHOW = "privacy"
#: The fields of the forms.
WEEKDAY, HOUR, ZONE, BEGIN, END, LOCALE = "weekday", "hour", "zone", "quiet_begin", "quiet_end", "locale"
FIRST, LAST = "first", "last"
#: Those that hold choices: nobody wrote what comes back in them.
CHOICES = frozenset({WEEKDAY, HOUR, BEGIN, END, LOCALE})
#: The choice of what the partnership has agreed.
USUAL = "usual"
_PAUSES = (1, 2, 4, 8)
_WEEK = timedelta(weeks=1)


def settings_card(own: PartnerSettings, plan: PartnershipPlan, words: Words, *, saved: bool = False) -> Card:
    """How somebody is asked now, and the form that changes it."""
    return Card(
        title=words("mine.settings.saved" if saved else "mine.settings.title"),
        paragraphs=(Paragraph(text=words("mine.settings.stopped" if own.stopped else "mine.settings.text")),),
        facts=tuple(Fact(name=name, value=value) for name, value in _facts(own, plan, words)),
        form=None
        if saved
        else Form(id=SAVE, submit=words("mine.settings.save"), fields=tuple(_fields(own, plan, words))),
        buttons=tuple(_buttons(own, words, saved=saved)),
        note=words("mine.settings.note"),
    )


def away_card(words: Words, span: Span | None = None) -> Card:
    """The form that asks for the first and the last day."""
    hint = words("mine.settings.day_hint")
    first, last = (f"{span.first:%d.%m.%Y}", f"{span.last:%d.%m.%Y}") if span else ("", "")
    fields = (
        Field(id=FIRST, label=words("mine.settings.first"), hint=hint, initial=first),
        Field(id=LAST, label=words("mine.settings.last"), hint=hint, initial=last),
    )
    return Card(
        title=words("mine.settings.away_title"),
        paragraphs=(Paragraph(text=words("mine.settings.away_text")),),
        form=Form(id=AWAY_SAVE, submit=words("mine.settings.save"), fields=fields),
    )


def pause_card(today: date, words: Words) -> Card:
    """How long there shall be no questions."""
    pauses = [(weeks, today + weeks * _WEEK) for weeks in _PAUSES]
    return Card(
        title=words("mine.settings.pause_title"),
        paragraphs=(Paragraph(text=words("mine.settings.pause_text")),),
        buttons=tuple(
            Button(label=words.count("mine.settings.weeks", weeks), action=PAUSE_NOW, value=day.isoformat())
            for weeks, day in pauses
        ),
    )


def hour_of(hour: int) -> str:
    """A full hour of the clock."""
    return f"{hour:02}:00"


def quiet_of(quiet: QuietHours, words: Words) -> str:
    """Quiet hours in words."""
    if quiet.begin == quiet.end:
        return words("mine.settings.no_quiet")
    return words("mine.settings.from_to", begin=hour_of(quiet.begin), end=hour_of(quiet.end))


def weekday_of(weekday: str, words: Words) -> str:
    """The name of a day of the week."""
    return words(f"mine.weekday.{weekday}")


def _facts(own: PartnerSettings, plan: PartnershipPlan, words: Words) -> Iterator[tuple[str, str]]:
    wish = own.preferences(plan)
    yield words("mine.settings.weekday"), weekday_of(wish.weekday, words)
    yield words("mine.settings.hour"), f"{hour_of(wish.hour)} ({wish.zone})"
    yield words("mine.settings.quiet"), quiet_of(wish.quiet, words)
    yield words("mine.settings.language"), _language(own.locale or usual_language(plan, words), words)
    if own.paused_until is not None:
        yield words("mine.settings.paused"), words.day(own.paused_until)
    for span in own.away:
        yield (
            words("mine.settings.away"),
            words("mine.settings.days", first=words.day(span.first), last=words.day(span.last)),
        )


def _language(locale: str, words: Words) -> str:
    return words(f"mine.language.{locale}") if locale in LOCALES else locale


def _fields(own: PartnerSettings, plan: PartnershipPlan, words: Words) -> Iterator[Field]:
    """A field each; what somebody did not choose shows what is usual, which may change."""
    first, last = WEEKDAYS.index(plan.rhythm.first_day), WEEKDAYS.index(plan.rhythm.last_day)
    days = [(day, weekday_of(day, words)) for day in WEEKDAYS[first : last + 1]]
    hours = [(str(hour), hour_of(hour)) for hour in range(24)]
    locales = [(locale, _language(locale, words)) for locale in LOCALES]
    quiet = own.quiet
    rhythm, usually = plan.rhythm, plan.quiet_hours
    yield _choice(WEEKDAY, "weekday", days, own.weekday, weekday_of(rhythm.weekday, words), words)
    yield _choice(HOUR, "hour", hours, _text(own.hour), hour_of(rhythm.hour), words)
    yield _choice(BEGIN, "quiet_begin", hours, _text(quiet.begin if quiet else None), hour_of(usually.begin), words)
    yield _choice(END, "quiet_end", hours, _text(quiet.end if quiet else None), hour_of(usually.end), words)
    yield _choice(LOCALE, "language", locales, own.locale, _language(usual_language(plan, words), words), words)
    yield Field(
        id=ZONE,
        label=words("mine.settings.zone"),
        required=False,
        hint=words("mine.settings.zone_hint", zone=own.known_zone or plan.zone),
        initial=own.zone or "",
    )


def _choice(
    name: str, label: str, choices: list[tuple[str, str]], chosen: str | None, usual: str, words: Words
) -> Field:
    return Field(
        id=name,
        label=words(f"mine.settings.{label}"),
        input=Input.CHOICE,
        choices=((USUAL, words("mine.settings.usual", usual=usual)), *choices),
        initial=chosen or USUAL,
    )


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def _buttons(own: PartnerSettings, words: Words, *, saved: bool) -> Iterator[Button]:
    if saved:
        yield Button(label=words("mine.settings.change"), action=SHOW)
    quiet = own.stopped or own.paused_until is not None or bool(own.away)
    if quiet:
        yield Button(label=words("mine.settings.start"), action=START_NOW)
    if not own.stopped:
        yield Button(label=words("mine.settings.go_away"), action=AWAY_ASK)
        yield Button(label=words("mine.settings.pause"), action=PAUSE_ASK)
        yield Button(label=words("mine.settings.stop"), action=STOP_NOW)
    yield Button(label=words("mine.settings.privacy"), action=PRIVACY_SHOW)
