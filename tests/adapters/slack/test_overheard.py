"""What was not said to the coach is decided on before anything of it is kept."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from adapters.slack.events import Malformed, translate
from adapters.slack.overheard import unsure
from bot.domain.channel_modes import HEARD, Heard, Overheard
from bot.domain.messages import EventKey, Incoming
from tests.adapters.slack.signing import NOW, aside, deleted, dm, edited, mention, press, reacted, wrapped


@dataclass
class FakeHears:
    """Hears everything for one reason, or nothing."""

    why: Heard | None = Heard.FOLLOW_UP
    taken: bool = True
    heard: list[Overheard] = field(default_factory=list)
    asked: list[EventKey] = field(default_factory=list)

    async def hears(self, heard: Overheard) -> Heard | None:
        self.heard.append(heard)
        return self.why

    async def took(self, key: EventKey) -> bool:
        self.asked.append(key)
        return self.taken


class OneOf(FakeHears):
    """Took these messages alone."""

    def __init__(self, keys: set[EventKey]) -> None:
        super().__init__()
        self.keys = keys

    async def took(self, key: EventKey) -> bool:
        return key in self.keys


async def settled(payload: dict[str, Any], hears: FakeHears) -> Incoming | None:
    """What is kept of something that was not said to the coach."""
    assert translate(payload, NOW) is None
    found = unsure(payload, NOW)
    assert found is not None
    assert found.team == "T0HOME"
    return await found.settled(hears)


async def test_a_message_of_a_channel_is_taken_with_why_it_is_heard() -> None:
    hears = FakeHears()
    found = await settled(aside(thread_ts="1772452800.000200"), hears)
    assert found is not None
    assert (found.text, dict(found.values)) == ("and how?", {HEARD: "follow-up"})
    assert (found.channel, found.place) == ("T0HOME/C0ROOM/", "T0HOME/C0ROOM/1772452800.000200")
    assert hears.heard == [
        Overheard(
            platform="slack",
            channel=found.channel,
            place=found.place,
            person="slack:T0HOME:U0ANA",
            at=NOW,
            root=False,
        )
    ]


@pytest.mark.parametrize("change", ["edited", "deleted"])
async def test_a_change_of_what_a_reaction_asked_is_one_of_that_question(change: str) -> None:
    reaction = translate(reacted(), NOW)
    assert reaction is not None
    asked = aside(ts="1772452700.000100")
    hears = OneOf({reaction.key})
    found = await settled(edited("new", asked) if change == "edited" else deleted(asked), hears)
    assert found is not None
    assert (found.of, HEARD in found.values) == (reaction.key, False)
    assert await settled(edited("new", aside()), hears) is None


async def test_what_is_not_heard_leaves_nothing() -> None:
    assert await settled(aside(), FakeHears(why=None)) is None


@pytest.mark.parametrize(
    ("more", "root", "began", "others"),
    [
        ({}, True, False, False),
        ({"thread_ts": "1772452900.000400"}, True, False, False),
        ({"thread_ts": "1.2"}, False, False, False),
        ({"thread_ts": "1.2", "subtype": "thread_broadcast"}, False, False, False),
        ({"thread_ts": "1.2", "parent_user_id": "U0BOT"}, False, True, False),
        ({"thread_ts": "1.2", "parent_user_id": "U0BEN"}, False, False, False),
        ({"text": "<@U0BEN> and how?"}, True, False, True),
        ({"text": "<@U0BEN|ben> and how?"}, True, False, True),
        ({"text": "<!subteam^S1|@leads> how?"}, True, False, True),
        ({"text": "<!here> how?"}, True, False, True),
        ({"text": "see <#C1|room> and <https://x.example|this>"}, True, False, False),
        ({"text": "a &lt;@U0BEN&gt;"}, True, False, False),
    ],
)
async def test_what_is_said_of_it_to_whoever_decides(
    more: dict[str, object], root: bool, began: bool, others: bool
) -> None:
    hears = FakeHears()
    await settled(aside(**{"text": "and how?", **more}), hears)  # type: ignore[arg-type]
    (heard,) = hears.heard
    assert (heard.root, heard.began, heard.names_others) == (root, began, others)


@pytest.mark.parametrize(
    "payload",
    [
        dm(),
        mention(),
        aside("<@U0BOT> why?"),
        aside(bot_id="B1"),
        aside(user="U0BOT"),
        aside(user="USLACKBOT"),
        aside(subtype="channel_topic"),
        aside(hidden=True),
        press(),
        wrapped({"type": "team_join"}),
    ],
)
def test_what_is_said_to_the_coach_or_by_no_person_is_not_overheard(payload: dict[str, Any]) -> None:
    assert unsure(payload, NOW) is None


def test_what_is_malformed_is_refused() -> None:
    with pytest.raises(Malformed):
        unsure(aside(channel=7), NOW)


async def test_a_change_of_a_message_that_was_heard_is_taken() -> None:
    hears = FakeHears()
    for payload in (edited("and how exactly?", aside()), deleted(aside())):
        found = await settled(payload, hears)
        assert found is not None
        assert found.values[HEARD] == "root"
    reply = await settled(edited("and how exactly?", aside(ts="1772452900.000500", thread_ts="1.2")), FakeHears())
    assert reply is not None
    assert reply.values[HEARD] == "follow-up"
    assert hears.asked == ["slack:T0HOME:C0ROOM:1772452900.000400"] * 2


async def test_a_change_of_a_message_that_was_not_heard_leaves_nothing() -> None:
    for payload in (edited("and how exactly?", aside()), deleted(aside())):
        assert await settled(payload, FakeHears(taken=False)) is None
