"""Words are said in the language that is spoken at that moment, by the one object that everybody was given."""

import asyncio
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.triage.phrases import factor_names
from prompts import LOCALES, current_locale, entries, plural_form, speaking, words

DAY = date(2026, 3, 4)


def test_the_same_words_speak_every_language_in_turn() -> None:
    say = words()
    for locale in LOCALES:
        with speaking(locale):
            assert say("help.title") == entries(locale)["help.title"]
            assert current_locale() == locale
    assert say("help.title") == entries("en")["help.title"] != entries("cy")["help.title"]


def test_where_nobody_is_spoken_to_it_is_the_installations_language() -> None:
    say = words("cy")
    assert say("help.title") == entries("cy")["help.title"]
    with speaking("en"):
        assert say("help.title") == entries("en")["help.title"]


@pytest.mark.parametrize(
    ("locale", "spoken"), [("cy-GB", "cy"), ("cy_GB", "cy"), ("CY", "cy"), ("en-GB", "en"), ("fr", "en"), ("", "cy")]
)
def test_a_locale_is_taken_by_its_language(locale: str, spoken: str) -> None:
    """An unknown one is English; an empty one leaves the language as it is."""
    with speaking("cy"), speaking(locale):
        assert current_locale() == spoken


async def test_two_tasks_speak_at_once_without_hearing_each_other() -> None:
    say, both = words(), asyncio.Barrier(2)

    async def said(locale: str) -> str:
        with speaking(locale):
            await both.wait()
            return await asyncio.to_thread(say, "help.title")

    told = await asyncio.gather(*map(said, LOCALES))
    assert told == [entries(locale)["help.title"] for locale in LOCALES]
    assert current_locale() == "en"


def test_a_language_that_there_are_no_words_in_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        words("fr")


def test_days_and_months_are_written_as_the_language_does() -> None:
    say, moment = words(), datetime(2026, 3, 4, 9, 5, tzinfo=UTC)
    assert (say.day(DAY), say.month(DAY)) == ("4 March 2026", "March 2026")
    assert say.day(moment) == "4 March 2026"
    with speaking("cy"):
        assert (say.day(DAY), say.month(DAY)) == ("4 Mawrth 2026", "Mawrth 2026")
        assert say.day(moment) == "4 Mawrth 2026"


@pytest.mark.parametrize(
    ("locale", "n", "form"),
    [
        ("en", 0, "other"),
        ("en", 1, "one"),
        ("en", 2, "other"),
        ("cy", 0, "zero"),
        ("cy", 1, "one"),
        ("cy", 2, "two"),
        ("cy", 3, "few"),
        ("cy", 4, "other"),
        ("cy", 6, "many"),
        ("cy", 13, "other"),
    ],
)
def test_a_number_chooses_its_form(locale: str, n: int, form: str) -> None:
    assert plural_form(n, locale) == form
    with speaking(locale):
        assert words().count("handling.age.weeks", n) == words()(f"handling.age.weeks.{form}", n=n)


@given(n=st.integers(0, 2_000_000), locale=st.sampled_from(LOCALES))
def test_every_number_has_a_form(n: int, locale: str) -> None:
    with speaking(locale):
        assert words().count("barrier.own.list", n)


def test_what_may_be_typed_is_known_in_every_language_whichever_is_spoken() -> None:
    for locale in LOCALES:
        with speaking(locale):
            assert words().in_every_language("barrier.calls.bare") == ("barrier", "rhwystr")


def test_factors_are_named_in_the_language_that_is_spoken() -> None:
    assert factor_names()["trust"] == "Trust and relationships"
    with speaking("cy"):
        assert factor_names()["trust"] == "Ymddiriedaeth a chydberthynas"
        assert factor_names("en")["trust"] == "Trust and relationships"
