"""One press opens the form it leads to, votes are Slack's own, and what is wrong with a form stands at its field."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from slack_bolt.response import BoltResponse
from slack_sdk.models.blocks import Block
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.app import SlackApp
from adapters.slack.clients import SingleClient
from adapters.slack.events import Malformed, translate
from adapters.slack.feedback import VOTE, with_ordinary_buttons
from adapters.slack.looking import Looking
from adapters.slack.modals import AtOnce, mistakes
from adapters.slack.render import render
from bot.coaching.answers.feedback import DOWN, UP, WHY
from bot.coaching.check_ins.cards import ANSWER, EDIT, REPLY, SKIP
from bot.delivery.saying import Says
from bot.domain.cards import Button, Card, Field, Form, Input, Paragraph
from bot.domain.messages import Incoming, Place
from bot.store.inbox import Reply
from prompts import words
from tests.adapters.slack.signing import NOW, press, submission
from tests.slack_double import SlackDouble
from tests.slack_rules import check_message

FORM = Form(id=REPLY, submit="Send", fields=(Field(id="reply", label="Say", input=Input.TEXT),), value="c1:q1")
ASKED = Card(title="What helps?", paragraphs=(Paragraph(text="Take your time."),), form=FORM, note="Only you see it.")
VOTES = Card(
    paragraphs=(Paragraph(text="Start small."),),
    buttons=(
        Button(label="Helpful", action=UP, value="a1"),
        Button(label="Not helpful", action=DOWN, value="a1.b\nwhy?"),
        Button(label="Log it", action="barrier", value="x"),
    ),
)


@dataclass
class Coach:
    """Answers every press with the same card, and keeps what it was asked to keep."""

    card: Card | Says = ASKED
    error: Exception | None = None
    asked: list[Incoming] = field(default_factory=list)
    kept: list[Incoming] = field(default_factory=list)

    async def answer(self, incoming: Incoming) -> Card | Says:
        self.asked.append(incoming)
        if self.error is not None:
            raise self.error
        return self.card

    async def receive(self, incoming: Incoming) -> bool:
        self.kept.append(incoming)
        return True


@pytest.fixture
def coach() -> Coach:
    return Coach()


@pytest.fixture
def app(coach: Coach, client: AsyncWebClient, looking: Looking) -> SlackApp:
    clients = SingleClient(client=client)
    at_once = AtOnce(clients=clients, answer=coach.answer, words=words())
    return SlackApp(
        receive=coach.receive, clients=clients, looking=looking, words=words(), clock=lambda: NOW, at_once=at_once
    )


def vote(value: str) -> dict[str, object]:
    """docs.slack.dev/tools/bolt-js/reference/interfaces/FeedbackButtonsAction."""
    action = {
        "type": "feedback_buttons",
        "action_id": VOTE,
        "block_id": "b",
        "value": value,
        "action_ts": "1772452900.1",
    }
    return press(actions=[{**action, "text": {"type": "plain_text", "text": "Helpful"}}])


@pytest.mark.parametrize("payload", [press(ANSWER, "c1"), press(EDIT, "c1"), vote(f"{DOWN} a1.b\nwhy?")])
async def test_one_press_opens_the_form(
    app: SlackApp, coach: Coach, slack: SlackDouble, payload: dict[str, object]
) -> None:
    assert (await app.answer({**payload, "trigger_id": slack.trigger()})).status == 200
    (view,) = slack.modals.values()
    said = json.dumps(view, ensure_ascii=False)
    assert all(each in said for each in ("What helps?", "Take your time.", "Only you see it."))
    assert (view["callback_id"], view["private_metadata"].partition("\n")[2]) == (REPLY, "c1:q1")
    assert (coach.kept, slack.refused) == ([], [])
    assert [str(each.place) for each in coach.asked] == ["T0HOME/C0ROOM/1772452800.000200"]


@pytest.mark.parametrize(
    "card",
    [
        Card(paragraphs=(Paragraph(text="It is over."),)),
        Says(card=ASKED, elsewhere=(Reply(key="k", platform="slack", place=Place("p"), card=ASKED),)),
    ],
)
async def test_what_opens_nothing_is_kept_like_any_press(
    app: SlackApp, coach: Coach, slack: SlackDouble, card: Card | Says
) -> None:
    coach.card = card
    await app.answer(press(ANSWER, "c1"))
    assert ([each.action for each in coach.kept], slack.modals) == ([ANSWER], {})


@pytest.mark.parametrize("error", [TimeoutError(), OSError(), ValueError(), RuntimeError()])
async def test_a_press_is_never_lost(app: SlackApp, coach: Coach, slack: SlackDouble, error: Exception) -> None:
    coach.error = error
    await app.answer(press(ANSWER, "c1"))
    coach.error = None
    assert (await app.answer(press(ANSWER, "c1", trigger_id={"odd": 1}))).status == 200
    await app.answer(press(ANSWER, "c1", trigger_id="expired.1"))
    used = slack.trigger()
    slack.now = 4.0
    await app.answer(press(ANSWER, "c1", trigger_id=used))
    assert [each.action for each in coach.kept] == [ANSWER] * 4


async def test_other_presses_open_nothing(app: SlackApp, coach: Coach, slack: SlackDouble) -> None:
    for payload in (press(SKIP, "c1"), vote(f"{UP} a1"), press("ask", "Why?")):
        await app.answer(payload)
    assert [each.action for each in coach.kept] == [SKIP, UP, "ask"]
    assert (coach.asked, slack.modals) == ([], {})


def test_votes_are_slacks_own_and_the_others_stay_buttons() -> None:
    (message,) = render(VOTES, words())
    check_message({"text": message.text, "blocks": list(message.blocks)})
    (row,) = [each for each in message.blocks if each["type"] == "context_actions"]
    (parsed,) = Block.parse_all([row])
    assert parsed is not None
    (element,) = row["elements"]
    assert element["positive_button"]["accessibility_label"] == "Helpful"
    (others,) = [each for each in message.blocks if each["type"] == "actions"]
    assert [each["action_id"] for each in others["elements"]] == ["barrier"]
    for half, action, value in (("positive_button", UP, "a1"), ("negative_button", DOWN, "a1.b\nwhy?")):
        incoming = translate(vote(element[half]["value"]), NOW)
        assert incoming is not None
        assert (incoming.action, dict(incoming.values)) == (action, {"value": value})


def test_votes_as_ordinary_buttons_come_in_as_the_same() -> None:
    (message,) = render(VOTES, words())
    blocks = with_ordinary_buttons(message.blocks)
    check_message({"text": message.text, "blocks": blocks})
    pressed = [each for block in blocks if block["type"] == "actions" for each in block["elements"]]
    assert [(each["action_id"], each["value"]) for each in pressed] == [
        ("barrier", "x"),
        (UP, "a1"),
        (DOWN, "a1.b\nwhy?"),
    ]


def test_a_vote_too_long_for_slack_stays_a_button() -> None:
    long = Card(buttons=(VOTES.buttons[0], Button(label="Not helpful", action=DOWN, value="v" * 1_995)))
    (message,) = render(long, words())
    assert [each["type"] for each in message.blocks] == ["actions"]


@pytest.mark.parametrize("value", ["", "approve x", "rate-why x", None])
def test_an_odd_vote_is_malformed(value: Any) -> None:
    with pytest.raises(Malformed):
        translate(vote(value), NOW)


def sent(text: str | None, *, optional: bool = False, longest: int = 10) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "value", "max_length": longest}
    block = {"type": "input", "block_id": "what", "optional": optional, "element": element}
    values = {"what": {"value": {"type": "plain_text_input", "value": text}}}
    view = {"id": "V0ONE", "callback_id": WHY, "private_metadata": "T0HOME/D0ANA/", "state": {"values": values}}
    return {**submission(), "view": {**view, "blocks": [block, {"type": "divider"}]}}


@pytest.mark.parametrize(
    ("payload", "wrong"),
    [
        (sent(" \n "), "slack.mistake.empty"),
        (sent(None), "slack.mistake.empty"),
        (sent("x" * 11), "slack.mistake.too_long"),
        (sent("fine"), ""),
        (sent("", optional=True), ""),
        (submission(), ""),
        (press(), ""),
    ],
)
async def test_what_is_wrong_is_said_beside_the_field(
    app: SlackApp, coach: Coach, payload: dict[str, Any], wrong: str
) -> None:
    expected = {"what": words()(wrong, most=10) if "long" in wrong else words()(wrong)} if wrong else {}
    assert mistakes(payload, words()) == expected
    response: BoltResponse = await app.answer(payload)
    assert response.status == 200
    body: Mapping[str, Any] = json.loads(response.body or "{}")
    assert body == ({"response_action": "errors", "errors": expected} if wrong else {})
    assert bool(coach.kept) is not bool(wrong)


@pytest.mark.parametrize("blocks", [["odd"], [{"type": "input", "block_id": "what", "element": 1}], 7])
async def test_an_odd_form_is_malformed_and_no_fault(app: SlackApp, coach: Coach, blocks: Any) -> None:
    odd = sent("fine")
    assert (await app.answer({**odd, "view": {**odd["view"], "blocks": blocks}})).status == 400
    assert coach.kept == []
