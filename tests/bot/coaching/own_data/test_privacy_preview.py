"""What partners are told of what is kept, and leads of next week: numbers, and never a small one or a name."""

from dataclasses import replace
from datetime import date

from bot.coaching.own_data.privacy import Privacy
from bot.coaching.settings.preview import preview_card
from bot.delivery.saying import in_full
from bot.domain.partnership import Retention
from bot.domain.planning import Week
from tests.bot.coaching.barriers_at_hand import BEN, recognised
from tests.bot.coaching.settings_room import WORDS
from tests.bot.plans import PLAN
from tests.fakes import message


async def _told(privacy: Privacy, **changed: object) -> str:
    asking = replace(recognised(BEN), plan=replace(PLAN, **changed))  # type: ignore[arg-type]
    return in_full(await privacy(message("m"), asking)).card.plain


async def test_it_says_how_long_what_is_kept_and_whom_to_ask() -> None:
    told = await _told(Privacy(words=WORDS), retention=Retention(replies=30, barriers=1, questions=7))
    for wanted in ("30 days", "1 day after they end", "7 days", "Amara", "5 people in 2 organisations"):
        assert wanted in told
    assert "Duty desk" not in told


async def test_it_says_which_model_sees_questions() -> None:
    assert "openai:small" in await _told(Privacy(words=WORDS, model="openai:small"))
    assert WORDS("mine.privacy.no_model") in await _told(Privacy(words=WORDS))


def test_next_week_is_told_in_bands_and_a_small_number_not_at_all() -> None:
    days = {date(2026, 3, 10): 17, date(2026, 3, 11): 1, date(2026, 3, 12): 4}
    card = preview_card(PLAN, Week.of(date(2026, 3, 10)), days, WORDS)
    assert [each.value for each in card.facts] == ["10–19", "fewer than 5", "fewer than 5"]
    one_less = preview_card(PLAN, Week.of(date(2026, 3, 10)), {**days, date(2026, 3, 10): 16}, WORDS)
    assert one_less == card
    none = preview_card(PLAN, Week.of(date(2026, 3, 10)), {}, WORDS)
    assert WORDS("mine.preview.none") in none.plain
