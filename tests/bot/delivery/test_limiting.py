"""What is over a limit is not kept, its sender is told once and alone, and nothing sensitive is ever lost."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from bot.coaching.limited import SlowDown
from bot.delivery.limiting import LIMITED, Limiting
from bot.domain.cards import Card
from bot.domain.channel_modes import HEARD
from bot.domain.limits import A_MINUTE
from bot.domain.messages import WITHDRAWN, Incoming, Place
from bot.store.database import Database
from bot.store.tables import inbox
from prompts import words
from tests.bot.coaching.test_front_door import PARTNER
from tests.bot.delivery.scene import Scene, answering
from tests.bot.store.rows import rows
from tests.fakes import message


@dataclass
class Gatekeeper:
    """Limiting whose judge takes ten milliseconds by its own clock."""

    judged: list[str] = field(default_factory=list)
    now: float = 0.0
    paused: float = 0.0

    def __post_init__(self) -> None:
        self.admit = Limiting(sensitive=self.sensitive, monotonic=lambda: self.now, pause=self.pause)

    async def sensitive(self, text: str) -> bool:
        await asyncio.sleep(0)
        self.judged.append(text)
        self.now += 0.01
        return "hurts" in text

    async def pause(self, seconds: float) -> None:
        self.paused += seconds


async def flood(gate: Gatekeeper, most: int, text: Callable[[int], str] = str) -> list[Incoming]:
    """What is kept of so many messages that one person sends at once."""
    sent = [message(f"e{number}", text=text(number)) for number in range(most)]
    return [each for each in await asyncio.gather(*map(gate.admit, sent)) if each is not None]


async def test_of_a_flood_the_first_are_kept_and_one_word_about_the_others() -> None:
    gate = Gatekeeper()
    kept = await flood(gate, 1_000)
    assert [each.text for each in kept[:A_MINUTE]] == [str(number) for number in range(A_MINUTE)]
    (told,) = kept[A_MINUTE:]
    assert (told.action, told.text, dict(told.values)) == (LIMITED, "", {"minutes": "1"})
    assert await gate.admit(message("e9", who="amara")) == message("e9", who="amara")


async def test_whoever_is_told_is_told_alone_where_that_can_be() -> None:
    gate = Gatekeeper()
    in_channel = {"place": Place("thread"), "channel": Place("channel"), "direct": Place("alone")}
    sent = [replace(message(f"e{number}"), **in_channel) for number in range(A_MINUTE + 1)]  # type: ignore[arg-type]
    told = [await gate.admit(each) for each in sent][-1]
    assert told is not None
    assert (told.place, told.channel, told.action) == ("alone", "", LIMITED)


@pytest.mark.parametrize("where", ["text", "form"])
async def test_nothing_sensitive_is_lost(where: str) -> None:
    gate = Gatekeeper()
    await flood(gate, 500)
    sent = message("s1", text="somebody hurts me")
    if where == "form":
        sent = replace(sent, text="", action="barrier-log", values={"wording": "somebody hurts me"})
    assert await gate.admit(sent) == sent


async def test_talk_that_is_overheard_is_let_go_without_a_word() -> None:
    gate = Gatekeeper()
    heard = [replace(message(f"e{number}"), values={HEARD: "thread"}) for number in range(50)]
    assert [await gate.admit(each) for each in heard] == [*heard[:A_MINUTE], *[None] * 30]


async def test_a_message_that_comes_again_counts_once() -> None:
    """Slack sends a mention as two events, and again what could not be kept the first time."""
    gate = Gatekeeper()
    sent = [message(f"e{number}") for number in range(A_MINUTE)]
    assert [await gate.admit(each) for each in sent * 4] == sent * 4
    over = message("over", text="one more")
    told = await gate.admit(over)
    assert told is not None
    assert (told.action, await gate.admit(over)) == (LIMITED, told)


async def test_whoever_takes_something_back_is_let_in() -> None:
    gate = Gatekeeper()
    await flood(gate, 50)
    sent = replace(message("d1", text=""), action=WITHDRAWN, values={"of": "e1"})
    assert await gate.admit(sent) == sent


async def test_looking_at_a_flood_takes_a_fifth_of_the_time_and_each_text_once() -> None:
    gate = Gatekeeper()
    await flood(gate, 420, text=lambda number: str(number % 40))
    assert len(gate.judged) == len(set(gate.judged)) == 40
    assert gate.paused == pytest.approx(4 * gate.now)


async def test_what_is_over_the_limit_leaves_no_row_and_is_no_news(database: Database) -> None:
    gate = Gatekeeper()
    scene = Scene(database, answering)
    delivery = replace(scene.delivery, admit=gate.admit)
    new = [await delivery.receive(message(f"e{number}", text="a secret")) for number in range(A_MINUTE + 5)]
    assert new == [*[True] * A_MINUTE, *[False] * 5]
    kept = await rows(database, inbox)
    assert len(kept) == A_MINUTE + 1
    assert [row["payload"]["text"] for row in kept if ":limited:" in row["key"]] == [""]


@pytest.mark.parametrize(("minutes", "says"), [("1", "In a minute"), ("45", "In 45 minutes"), ("soon", "In a minute")])
async def test_the_person_is_told_when_to_go_on(minutes: str, says: str) -> None:
    told = replace(message("e1", text=""), action=LIMITED, values={"minutes": minutes})
    card = await SlowDown(words=words()).actions[LIMITED](told, PARTNER)
    assert isinstance(card, Card)
    assert says in card.plain


async def test_looking_is_paced_by_the_real_clock_too() -> None:
    gate = Limiting(sensitive=Gatekeeper().sensitive, monotonic=time.monotonic)
    sent = [message(f"e{number}", text=str(number)) for number in range(A_MINUTE + 3)]
    kept = await asyncio.gather(*map(gate, sent))
    assert sum(each is not None for each in kept) == A_MINUTE + 1
