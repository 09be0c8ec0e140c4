"""Whoever chose Welsh reads Welsh: no card that the coach makes has English of its own left in it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.coaching.answers.card import apology_card, help_card
from bot.coaching.answers.curating import curated_card
from bot.coaching.answers.feedback import why_card
from bot.coaching.barriers import handling_cards, own_cards
from bot.coaching.barriers.news import news_card
from bot.coaching.barriers.raising_cards import Offer, Start, form_card, joined_notice, logged_card, twins_card
from bot.coaching.barriers.remedying import Remedies, Unlocked, remedy_card
from bot.coaching.check_ins import cards as check_in_cards
from bot.coaching.check_ins import reply_cards
from bot.coaching.check_ins.reasons import reason_line
from bot.coaching.check_ins.reply_saving import Own
from bot.coaching.commands import ALL, DIGEST, JOURNAL, LANGUAGE, MINE, RAISE, SETTINGS, command_in
from bot.coaching.digests.card import digest_card
from bot.coaching.digests.weekly import nudge_card
from bot.coaching.drafting import Draft
from bot.coaching.languages import Languages, in_language_of
from bot.coaching.questions.bank import reflection_questions
from bot.coaching.safeguarding import human_route_card
from bot.coaching.settings import cards as settings_cards
from bot.coaching.settings.rhythm import rhythm_card
from bot.coaching.slips import Slip
from bot.domain.barrier_rules import assigned, moved
from bot.domain.barrier_views import Reader, seen_by
from bot.domain.barrier_views import View as View_
from bot.domain.barriers import Barrier, Consent, Status
from bot.domain.cards import Card
from bot.domain.check_ins import View
from bot.domain.choosing import Kind, Reason
from bot.domain.curated import CuratedAnswer
from bot.domain.messages import Place
from bot.domain.own_settings import PartnerSettings
from bot.domain.people import PartnerId
from bot.help_lines_file import help_lines
from bot.store.homes import Home
from knowledge.triage.phrases import factor_names
from prompts import LOCALES, current_locale, entries, speaking, words
from tests.bot.coaching import check_ins_room as asking
from tests.bot.coaching.barriers_at_hand import AMARA, BEN, recognised
from tests.bot.coaching.check_ins.test_cards import reflection
from tests.bot.coaching.digests_at_hand import busy_digest
from tests.bot.domain.test_digest import NOW, barrier, part
from tests.bot.plans import COUNCIL, HOUSING, LEAD, PLAN
from tests.fakes import NOON
from tests.spoken import english_in

WORDS = words()
TODAY, WHEN = date(2026, 3, 4), datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
OWN = part("ann", 30, wording="Aros am ddata.", consent=Consent.NAMED, shared=True)
RAISED = replace(barrier(OWN, part("bob", 10, COUNCIL.id, wording="Dim data.")), number=14)
DUE = assigned(RAISED, LEAD.email, TODAY, "c-1", NOW, AMARA)
DONE = moved(DUE, Status.RESOLVED, "c-2", NOW, AMARA, because="Rhestr.", shared=True)
GONE = moved(DUE, Status.DECLINED, "c-3", NOW, AMARA, because="Dim arian.")
FIRST = asking.BANK[asking.FIRST]
REPLY = replace(reflection(asking.FIRST), text="Rydym yn cwrdd.", view=View.MIXED)
REASON = Reason(kind=Kind.LITTLE, factor="trust", organisation=HOUSING.id, since=TODAY)
#: Reasons that have no month.
UNDATED = (Kind.DISPUTED, Kind.BLOCKED)
NAMES = {each.id: "Tai" for each in PLAN.organisations}


def viewed(of: Barrier = DUE, *, lead: bool = True) -> View_:
    found = seen_by(of, Reader(partner=PartnerId("ann"), organisation=HOUSING.id, lead=lead), PLAN.disclosure)
    assert found is not None
    return found


def own(**more: object) -> Own:
    return Own(check_in=asking.check_in(), shown=FIRST, given=REPLY, **more)  # type: ignore[arg-type]


def invite() -> Card:
    line = reason_line(REASON, factor_names(), NAMES, WORDS.month, WORDS)
    return check_in_cards.invite_card(asking.check_in(), FIRST, line, (), PLAN, WORDS)


def form() -> Card:
    draft = Draft(statement="Aros.", factor="trust", others=("money",))
    return form_card(Start(draft=draft, value="v", next_factors=("rules", "risk")), PLAN, WORDS)


def remedies(weeks: int) -> Card:
    return remedy_card(Remedies(unlocked=Unlocked(weeks=weeks, because="Rhestr."), question="Pam?"), WORDS)


def curated() -> Card:
    answer = CuratedAnswer(id="a", partnership=PLAN.id, question="Pwy?", answer="Ni.", at=WHEN)
    return curated_card(answer, PLAN, WORDS)


CARDS: Mapping[str, Callable[[], Card]] = {
    "help": lambda: help_card(WORDS),
    "apology": lambda: apology_card(WORDS),
    "human route": lambda: human_route_card((), help_lines(None), WORDS),
    "why not helpful": lambda: why_card(Slip(answer="a", question="Pam?", own=True), "v", WORDS),
    "leads' answer": curated,
    "form": form,
    "twins": lambda: twins_card("d", [Offer(barrier=RAISED, wording="Aros.")], WORDS),
    "logged": lambda: logged_card(RAISED, OWN, PLAN, WORDS),
    "joined": lambda: joined_notice(OWN, WORDS),
    "own barrier": lambda: own_cards.own_card(viewed(), OWN, PLAN, WORDS, NOW),
    "own consent": lambda: own_cards.consent_card(RAISED, OWN, WORDS),
    "own withdrawal": lambda: own_cards.withdraw_card(RAISED, OWN, WORDS),
    "own barriers": lambda: own_cards.list_card([Card(), Card()], [RAISED], WORDS),
    "no barriers": lambda: own_cards.list_card([], [], WORDS),
    "barrier to a lead": lambda: handling_cards.barrier_card(viewed(), PLAN, WORDS, NOW, lead=True),
    "barrier to a raiser": lambda: handling_cards.barrier_card(viewed(lead=False), PLAN, WORDS, NOW, lead=False),
    "barriers": lambda: handling_cards.list_card((viewed(), viewed(DONE)), PLAN, WORDS),
    "history": lambda: handling_cards.history_card(DONE, WORDS),
    "declining": lambda: handling_cards.move_form(DUE, Status.DECLINED, WORDS),
    "resolving": lambda: handling_cards.move_form(DUE, Status.RESOLVED, WORDS),
    "assigning": lambda: handling_cards.assign_form(DUE, PLAN, WORDS),
    "merging": lambda: handling_cards.merge_form(DUE, WORDS),
    "not gone": lambda: handling_cards.still_form(DONE, WORDS),
    "news, resolved": lambda: news_card(DONE, OWN, PLAN, WORDS),
    "news, declined": lambda: news_card(GONE, OWN, PLAN, WORDS),
    "nudge": lambda: nudge_card([DUE], WORDS),
    "digest": lambda: digest_card(busy_digest("Aros am ddata."), WORDS, None, ""),
    "remedy after a week": lambda: remedies(1),
    "remedy after a fortnight": lambda: remedies(2),
    "no remedy": lambda: remedy_card(Remedies(), WORDS),
    "invite": invite,
    "reminder": lambda: check_in_cards.reminder_card(asking.check_in(), FIRST, PLAN, WORDS),
    "reply form": lambda: check_in_cards.answer_card(asking.check_in(), FIRST, WORDS),
    "edit form": lambda: check_in_cards.edit_card(REPLY, FIRST, WORDS),
    "reply kept": lambda: reply_cards.kept_card(own(), REPLY, PLAN, WORDS, NOON),
    "journal entry": lambda: reply_cards.entry_card(own(), PLAN, WORDS, NOON),
    "reply's consent": lambda: reply_cards.consent_card(own(), REPLY, WORDS),
    "reply's withdrawal": lambda: reply_cards.withdraw_card(REPLY, WORDS),
    "settings": lambda: settings_cards.settings_card(PartnerSettings(weekday="friday", hour=9), PLAN, WORDS),
    "away": lambda: settings_cards.away_card(WORDS),
    "pause": lambda: settings_cards.pause_card(TODAY, WORDS),
    "rhythm": lambda: rhythm_card(PLAN, WORDS),
}


@pytest.mark.parametrize("name", CARDS)
def test_a_card_has_no_english_left_in_it(name: str) -> None:
    with speaking("cy"):
        assert english_in(CARDS[name](), "cy") == []
    # What is looked for can be found.
    assert english_in(CARDS[name](), "cy")


def test_every_question_of_the_bank_is_asked_in_welsh() -> None:
    for question in reflection_questions():
        assert question.wordings.keys() == {"cy"}, question.id
        worded = question.worded("cy")
        assert worded.follow_up.when.startswith("Os "), question.id
        assert worded.text != question.text
        assert question.worded("fr").text == question.text


@pytest.mark.parametrize("locale", LOCALES)
def test_an_invite_is_short_in_every_language_whatever_it_asks_and_why(locale: str) -> None:
    with speaking(locale):
        for question in reflection_questions():
            for kind in Kind:
                reason = Reason(kind=kind, factor=question.factor, since=None if kind in UNDATED else TODAY)
                line = reason_line(reason, factor_names(), NAMES, WORDS.month, WORDS)
                card = check_in_cards.invite_card(asking.check_in(), question, line, (), PLAN, WORDS)
                assert asking.length(card) <= 60, card.plain


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("consent", Consent)
def test_thanks_are_short_in_every_language_whatever_is_asked_further(locale: str, consent: Consent) -> None:
    with speaking(locale):
        for question in reflection_questions():
            reply = reflection(question.id, consent)
            given = Own(check_in=asking.check_in(), shown=question, given=reply)
            card = reply_cards.kept_card(given, reply, PLAN, WORDS, NOON)
            assert asking.length(card) <= 60, card.plain


@pytest.mark.parametrize("spoken", ["en", "cy"])
@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("cofnodi rhwystr: dim amser", RAISE),
        ("rhwystr: dim amser", RAISE),
        ("log a barrier: no time", RAISE),
        ("fy rhwystrau", MINE),
        ("my barriers", MINE),
        ("rhwystrau", ALL),
        ("crynodeb", DIGEST),
        ("fy nyddiadur", JOURNAL),
        ("gosodiadau", SETTINGS),
        ("iaith: cymraeg", LANGUAGE),
    ],
)
def test_commands_are_understood_in_either_language_whichever_is_spoken(spoken: str, typed: str, name: str) -> None:
    with speaking(spoken):
        found = command_in(typed, WORDS)
    assert found is not None
    assert found.name == name


class Chosen:
    """What partners chose: Ben reads Welsh."""

    async def of(self, partners: Collection[PartnerId]) -> Mapping[PartnerId, PartnerSettings]:
        return {each: PartnerSettings(locale="cy") for each in partners if each == BEN}


@pytest.mark.parametrize(
    ("partner", "usual", "spoken"), [(BEN, None, "cy"), (BEN, "en", "cy"), (AMARA, None, "en"), (AMARA, "cy", "cy")]
)
async def test_ones_own_choice_outranks_the_partnerships(partner: PartnerId, usual: str | None, spoken: str) -> None:
    languages = Languages(own=Chosen(), words=WORDS)
    plan = replace(PLAN, language=usual)
    assert await languages.of(replace(recognised(partner), plan=plan)) == spoken
    assert await languages.of(None) == "en"


def test_a_notice_is_in_the_language_of_whoever_gets_it_whoever_made_it_necessary() -> None:
    home = Home(platform="slack", place=Place("D1"))
    with speaking("cy"):
        theirs = in_language_of(home, PLAN, WORDS, lambda: help_card(WORDS))
        assert (theirs.title, theirs.locale) == (entries("en")["help.title"], "en")
        assert current_locale() == "cy"
    ours = in_language_of(replace(home, locale="cy"), PLAN, WORDS, lambda: help_card(WORDS))
    assert (ours.title, ours.locale) == (entries("cy")["help.title"], "cy")
    assert in_language_of(home, replace(PLAN, language="cy"), WORDS, lambda: help_card(WORDS)) == ours
