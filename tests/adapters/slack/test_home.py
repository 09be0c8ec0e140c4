"""The Home tab shows the card it was last given, and prompts are offered to whoever opens the coach's messages."""

import logging
from dataclasses import dataclass, replace

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.clients import SingleClient
from adapters.slack.home import render_home
from adapters.slack.places import Spot, home_page, lanes, parse_place
from adapters.slack.prompts import Prompting
from adapters.slack.send import SlackSender
from bot.delivery.ports import PostFailed
from bot.domain.cards import Card, Fact, Form, Paragraph
from bot.domain.messages import EventKey, Incoming, Place
from bot.domain.people import Identity
from prompts import words
from tests.adapters.slack.signing import NOW
from tests.adapters.slack.test_render import FULL
from tests.adapters.slack.test_streaming import ANSWER
from tests.slack_double import SlackDouble, broken, refuses
from tests.slack_rules import check_home

HOME = Spot(team="T0HOME", channel="U0ANA", home=True)
KEY = EventKey("slack:answer:slack:home:1")
SENDER = Identity(platform="slack", tenant="T0HOME", user="U0ANA")


def test_a_home_tab_is_a_place() -> None:
    assert HOME.place == "T0HOME/U0ANA/home"
    assert parse_place(HOME.place) == HOME
    assert HOME.conversation == "T0HOME/U0ANA/"
    assert lanes(HOME.place) is not None


@pytest.mark.parametrize(
    "card", [FULL, ANSWER, Card(), replace(FULL, more=(FULL, FULL)), Card(form=Form(id="f", submit="Send", fields=()))]
)
async def test_a_card_becomes_the_home_tab(sender: SlackSender, slack: SlackDouble, card: Card) -> None:
    assert await sender.send(HOME.place, KEY, card) == ""
    assert slack.homes["U0ANA"]["blocks"] == render_home(card, words())["blocks"]
    assert [name for name, _ in slack.calls] == ["views.publish"]
    assert slack.refused == []


async def test_it_is_published_again_and_never_posted(sender: SlackSender, slack: SlackDouble) -> None:
    for title in ("One", "Two"):
        await sender.send(HOME.place, KEY, Card(title=title))
    assert await sender.was_posted(HOME.place, KEY) is False
    await sender.rewrite(HOME.place, "", KEY, Card(title="Three"))
    await sender.remove(HOME.place, "")
    assert slack.homes["U0ANA"]["blocks"][0]["text"]["text"] == "Three"
    assert slack.messages == {}


@pytest.mark.parametrize(
    ("fault", "final", "posted"), [(refuses("not_enabled"), True, False), (broken(500), False, None)]
)
async def test_what_cannot_be_published(
    sender: SlackSender, slack: SlackDouble, fault: object, final: bool, posted: bool | None
) -> None:
    slack.fail("views.publish", fault)  # type: ignore[arg-type]
    with pytest.raises(PostFailed) as failed:
        await sender.send(HOME.place, KEY, Card(title="One"))
    assert (failed.value.final, failed.value.posted) == (final, posted)


async def test_what_somebody_else_published_just_now_is_as_good(sender: SlackSender, slack: SlackDouble) -> None:
    slack.fail("views.publish", refuses("hash_conflict"))
    assert await sender.send(HOME.place, KEY, Card(title="One")) == ""


@pytest.mark.parametrize(
    "card",
    [
        Card(paragraphs=tuple(Paragraph(text=f"{number}") for number in range(300))),
        Card(facts=tuple(Fact(name="n" * 700, value="é" * 700) for _ in range(99))),
    ],
)
def test_what_does_not_fit_is_had_in_messages(card: Card) -> None:
    view = render_home(card, words())
    check_home(view)
    assert view["blocks"][-1]["elements"][0]["text"] == words()("slack.home.more")


@dataclass
class Suggests:
    given: tuple[tuple[str, str], ...] = ()
    error: Exception | None = None

    async def prompts(self, identity: Identity) -> tuple[tuple[str, str], ...]:
        assert identity == SENDER
        if self.error is not None:
            raise self.error
        return self.given


def opened(action: str = "opened") -> Incoming:
    place = Spot(team="T0HOME", channel="U0ANA").place
    return Incoming(key=EventKey("k"), place=place, sender=SENDER, text="", received_at=NOW, action=action)


async def offered(client: AsyncWebClient, suggests: Suggests, incoming: Incoming) -> None:
    prompting = Prompting(clients=SingleClient(client=client), suggesting=suggests, words=words())
    prompting.offer(incoming)
    await prompting.settled()


async def test_four_prompts_are_offered(client: AsyncWebClient, slack: SlackDouble) -> None:
    given = tuple((f"{number} " + "Trust? " * 20, f"How {number}?") for number in range(6))
    await offered(client, Suggests(given=given), opened())
    (call,) = slack.called("assistant.threads.setSuggestedPrompts")
    assert (call["channel_id"], call["title"], "thread_ts" in call) == ("DU0ANA", words()("slack.prompts"), False)
    assert [each["message"] for each in slack.prompts["DU0ANA"]] == ["How 0?", "How 1?", "How 2?", "How 3?"]
    assert all(len(each["title"]) <= 75 for each in slack.prompts["DU0ANA"])
    assert slack.refused == []


async def test_prompts_are_a_courtesy(
    client: AsyncWebClient, slack: SlackDouble, caplog: pytest.LogCaptureFixture
) -> None:
    await offered(client, Suggests(given=()), opened())
    await offered(client, Suggests(given=(("A", "B"),)), opened("ask"))
    assert slack.calls == []
    slack.fail("assistant.threads.setSuggestedPrompts", refuses("unknown_method"))
    await offered(client, Suggests(given=(("A", "B"),)), opened())
    await offered(client, Suggests(error=RuntimeError("a secret worry")), opened())
    assert "a secret worry" not in caplog.text
    assert [each.levelno for each in caplog.records if "prompts_failed" in each.message] == [logging.ERROR]


@pytest.mark.parametrize(
    ("place", "page"),
    [
        ("T0HOME/U0ANA/", "T0HOME/U0ANA/home"),
        ("T0HOME/U0ANA/1772452800.000100", "T0HOME/U0ANA/home"),
        ("T0HOME/D0ANA/", None),
        ("T0HOME/C0ROOM/", None),
        ("a:1conversation", None),
    ],
)
def test_the_home_tab_is_found_where_somebody_is_written_to_by_their_id(place: str, page: str | None) -> None:
    assert home_page(Place(place)) == page
