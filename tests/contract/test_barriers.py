"""A barrier's way through Slack and Teams: raised in one, its twin in the other, and what is for one alone."""

import time
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from adapters.slack.app import PATH
from bot.bootstrap import main_store
from bot.desks import barriers as raising_desk
from bot.domain.barriers import Barrier, Consent
from bot.settings import load_settings
from bot.store.barriers import Barriers
from prompts import words
from tests.adapters.slack.signing import as_json, dm, mention, press, signed
from tests.bot.coaching.raising_room import FakeTwins
from tests.contract.conftest import CHANNEL, PERSONAL
from tests.contract.hearing import everything_said
from tests.contract.house import House
from tests.contract.stages import SlackStage, TeamsStage
from tests.contract.test_around_answers import HARBOUR, Json, pressed_in_slack, pressed_in_teams, sent_to_slack, titled
from tests.contract.test_one_partnership import posted
from tests.slack_double import BOT, SlackDouble
from tests.teams_double import TeamsDouble

pytestmark = pytest.mark.process

WORDS = words()
WHAT = "We may not send each other a single list of names."
SAME = "We may not send each other a list of any names."
GRIM = "My manager hits me when nobody is looking."
#: What the double calls the direct messages that are opened with Ana.
ALONE = "DU0ANA"
_NUMBERS = count(1)


@pytest.fixture(autouse=True)
def alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every barrier that may be offered is: what is alike is for `tests/knowledge` to say."""
    monkeypatch.setattr(raising_desk, "twins_for", lambda _model: FakeTwins())


@pytest.fixture
def charity(chats: House, slack: SlackDouble) -> SlackStage:
    return SlackStage(house=chats, slack=slack, channel="D0ANA")


@pytest.fixture
def council(chats: House, teams: TeamsDouble) -> TeamsStage:
    return TeamsStage(house=chats, teams=teams, conversation=PERSONAL)


async def typed_in_slack(charity: SlackStage, text: str) -> Json:
    """What Slack was given last for a message."""
    when = f"1772452800.{next(_NUMBERS):06}"
    direct = charity.channel.startswith("D")
    event = dm(text, when) if direct else mention(f"<@{BOT}> {text}", when, channel=charity.channel)
    body = as_json(event)
    async with charity.house.client.post(PATH, data=body, headers=signed(body, at=time.time())) as response:
        assert response.status == 200
    await charity.house.settle()
    assert charity.slack.refused == []
    return charity.slack.messages[charity.channel][-1]


async def typed_in_teams(council: TeamsStage, text: str) -> Json:
    """What Teams was given last for a message."""
    activity = council.teams.message(text, id=f"19{next(_NUMBERS)}", conversation=council.conversation)
    async with council.house.client.post("/api/messages", json=activity) as response:
        assert response.status == 202
    await council.house.settle()
    return posted(council.teams)[-1]


def logged_in(charity: SlackStage) -> str:
    """What Slack was given last: the barrier as it was logged, and what may help."""
    said = everything_said(charity.slack.messages[charity.channel][-2:])
    assert WORDS("remedy.title") in said
    return said


def logged_in_teams(council: TeamsStage) -> str:
    """The same in Teams."""
    said = everything_said(posted(council.teams)[-2:])
    assert WORDS("remedy.title") in said
    return said


def initial(message: Json) -> dict[str, object]:
    """What stands in the fields of a form in Slack, as its state would say it."""
    return {block["block_id"]: {"value": _state(block["element"])} for block in message["blocks"] if "element" in block}


def _state(element: Json) -> Json:
    names = {"initial_value": "value", "initial_option": "selected_option", "initial_options": "selected_options"}
    return {"type": element["type"], **{names[key]: element[key] for key in names if key in element}}


async def sent_form(charity: SlackStage, form: Json, **changes: object) -> Json:
    """The form as it stands, but for these fields, sent in Slack."""
    button = titled(form, WORDS("barrier.form.submit"))
    state = {"values": {**initial(form), **changes}}
    action = {"action_ts": f"1772452900.{next(_NUMBERS)}", **button}
    pressed = press(
        channel={"id": charity.channel},
        container={"message_ts": "1772452801.000300"},
        message={"ts": "1772452801.000300"},
        actions=[action],
        state=state,
    )
    return await sent_to_slack(charity, pressed)


def chosen(value: str) -> Json:
    return {"value": {"type": "radio_buttons", "selected_option": {"value": value}}}


def several(*values: str) -> Json:
    return {"value": {"type": "checkboxes", "selected_options": [{"value": each} for each in values]}}


async def kept(folder: Path) -> tuple[Barrier, ...]:
    async with main_store(load_settings({"COACH_DATA_DIR": "data"}, folder=folder)) as database:
        return await Barriers(database).all(HARBOUR)


async def test_what_is_raised_in_slack_is_stored_as_its_author_confirmed_it(
    charity: SlackStage, tmp_path: Path
) -> None:
    form = await typed_in_slack(charity, f"log a barrier: {WHAT}")
    assert await kept(tmp_path) == ()
    assert initial(form)["statement"] == {"value": {"type": "plain_text_input", "value": WHAT}}
    await sent_form(charity, form, consent=chosen("own leads"), factor=chosen("information"))
    assert WORDS("barrier.sees.own_leads") in logged_in(charity)
    (barrier,) = await kept(tmp_path)
    (own,) = barrier.raisers
    assert (own.wording, own.consent, own.organisation) == (WHAT, Consent.OWN_LEADS, "charity")
    assert (barrier.factor, barrier.organisations) == ("information", ("charity",))
    mine = await typed_in_slack(charity, "my barriers")
    assert WHAT in everything_said(mine)
    asked = await pressed_in_slack(charity, titled(mine, WORDS("barrier.own.withdraw")), 51)
    await pressed_in_slack(charity, titled(asked, WORDS("barrier.own.withdraw_yes")), 52)
    (left,) = await kept(tmp_path)
    assert left.raisers == ()
    assert WORDS("barrier.own.none") in everything_said(await typed_in_slack(charity, "my barriers"))


async def test_in_front_of_others_the_form_goes_to_its_author_alone(chats: House, slack: SlackDouble) -> None:
    slack.members["C0ROOM"] = ["U0ANA", "U0FAR", BOT]
    room = SlackStage(house=chats, slack=slack, channel="C0ROOM")
    told = everything_said(await typed_in_slack(room, f"log a barrier: {WHAT}"))
    assert WORDS("barrier.written_directly") in told
    assert WHAT not in everything_said(slack.messages["C0ROOM"])
    assert WHAT in everything_said(slack.messages[ALONE])


async def test_in_a_channel_of_teams_it_says_to_write_directly_until_it_knows_where(
    chats: House, teams: TeamsDouble
) -> None:
    room = TeamsStage(house=chats, teams=teams, conversation=CHANNEL)
    teams.members.append({"id": "29:bo", "aadObjectId": "bo", "userPrincipalName": "bo@council.example"})
    told = everything_said(await typed_in_teams(room, f"log a barrier: {WHAT}"))
    assert WORDS("barrier.write_directly") in told


async def test_what_is_misjudged_is_raised_by_insisting_and_nothing_is_kept_before(
    charity: SlackStage, tmp_path: Path
) -> None:
    route = everything_said(await typed_in_slack(charity, f"log a barrier: {GRIM}"))
    assert WORDS("sensitive.title") in route
    form = await typed_in_slack(charity, f"I meant a barrier: {GRIM}")
    assert WORDS("barrier.form.insisted") in everything_said(form)
    assert await kept(tmp_path) == ()
    changed = {"value": {"type": "plain_text_input", "value": f"{GRIM} Every day."}}
    again = await sent_form(charity, form, statement=changed, factor=chosen("trust"))
    assert WORDS("sensitive.title") in everything_said(again)
    assert await kept(tmp_path) == ()
    await sent_form(charity, form, factor=chosen("trust"))
    (barrier,) = await kept(tmp_path)
    assert barrier.raisers[0].wording == GRIM


async def test_a_barrier_is_raised_in_teams(council: TeamsStage, tmp_path: Path) -> None:
    form = await typed_in_teams(council, f"barrier: {WHAT}")
    filled = {"statement": WHAT, "factor": "trust", "others": "rules,risk", "consent": "counted", "organisations": ""}
    await pressed_in_teams(council, titled(form, WORDS("barrier.form.submit")), 61, **filled)
    assert WORDS("barrier.logged.title") in logged_in_teams(council)
    (barrier,) = await kept(tmp_path)
    assert (barrier.also, barrier.raisers[0].organisation) == (("rules", "risk"), "council")


async def test_what_is_raised_in_slack_and_its_twin_in_teams_become_one(
    charity: SlackStage, council: TeamsStage, tmp_path: Path
) -> None:
    form = await typed_in_slack(charity, f"log a barrier: {WHAT}")
    await sent_form(charity, form, factor=chosen("information"), share=several("yes"))
    twin = await typed_in_teams(council, f"barrier {SAME}")
    filled = {"statement": SAME, "factor": "rules", "others": "", "consent": "named", "organisations": "council"}
    send = titled(twin, WORDS("barrier.form.submit"))
    offer = await pressed_in_teams(council, send, 71, **filled)
    assert WORDS("barrier.twins.looks_like", label="B-001", wording=WHAT) in everything_said(offer)
    assert len(await kept(tmp_path)) == 1
    join = titled(offer, WORDS("barrier.twins.join", label="B-001"))
    for number in (72, 73):
        await pressed_in_teams(council, join, number)
        assert WORDS("barrier.logged.joined", label="B-001") in logged_in_teams(council)
    (barrier,) = await kept(tmp_path)
    assert [(each.organisation, each.wording) for each in barrier.raisers] == [("charity", WHAT), ("council", SAME)]
    told = charity.slack.messages[ALONE]
    assert [WORDS("barrier.joined.text") in everything_said(each) for each in told] == [True]
    assert SAME not in everything_said(told)
    assert "Council" not in everything_said(told)


async def test_a_form_that_was_sent_once_logs_nothing_more(charity: SlackStage, tmp_path: Path) -> None:
    form = await typed_in_slack(charity, f"log a barrier: {WHAT}")
    for _ in range(3):
        await sent_form(charity, form, factor=chosen("trust"))
        assert WORDS("barrier.logged.title") in logged_in(charity)
    assert len(await kept(tmp_path)) == 1


async def test_the_shortcut_takes_ones_own_words_and_of_others_only_a_link(charity: SlackStage) -> None:
    for user, taken in (("U0ANA", True), ("U0BO", False)):
        payload = {
            "type": "message_action",
            "callback_id": "barrier-shortcut",
            "trigger_id": f"133.{user}",
            "team": {"id": "T0HOME"},
            "user": {"id": "U0ANA", "team_id": "T0HOME"},
            "channel": {"id": "C0ROOM"},
            "message": {"user": user, "text": WHAT, "ts": "1772452800.000900"},
        }
        form = await sent_to_slack(replace(charity, channel=ALONE), payload)
        assert (WHAT in str(initial(form)["statement"])) is taken
        assert ("slack.com/archives/C0ROOM" in str(initial(form)["statement"])) is not taken
