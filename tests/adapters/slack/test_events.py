"""What becomes a message to the coach, and what does not."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.events import Malformed, form_asked, translate
from adapters.slack.forms import OPEN_FORM, SEND_FORM, encoded
from adapters.slack.places import Spot, parse_place
from bot.domain.cards import Field, Form
from bot.domain.messages import Incoming
from tests.adapters.slack.signing import (
    NOW,
    command,
    dm,
    global_shortcut,
    mention,
    message_shortcut,
    press,
    submission,
    wrapped,
)


def incoming(payload: dict[str, Any]) -> Incoming:
    found = translate(payload, NOW)
    assert found is not None
    return found


def test_a_direct_message() -> None:
    found = incoming(dm())
    assert (found.key, found.text) == ("slack:T0HOME:D0ANA:1772452800.000100", "How do we build trust?")
    assert parse_place(found.place) == Spot(team="T0HOME", channel="D0ANA", thread="1772452800.000100")
    assert found.sender.key == "slack:T0HOME:U0ANA"
    assert not found.sender.guest


def test_direct_messages_are_one_conversation_and_each_thread_of_a_channel_is_its_own() -> None:
    assert incoming(dm()).conversation == "T0HOME/D0ANA/"
    assert incoming(mention()).conversation == ""


def test_a_mention_arrives_as_two_events_with_one_key() -> None:
    both = [incoming(mention()), incoming(mention(type="message", channel_type="channel"))]
    assert [each.key for each in both] == ["slack:T0HOME:C0ROOM:1772452800.000200"] * 2
    assert [each.text for each in both] == ["why?"] * 2


def test_an_answer_goes_into_the_thread_of_the_question() -> None:
    assert parse_place(incoming(mention(thread_ts="1700.5")).place).thread == "1700.5"
    assert parse_place(incoming(mention()).place).thread == "1772452800.000200"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("<@U0BOT> why?", "why?"),
        ("<@U0BOT|coach>: why?", ": why?"),
        ("hey <@U0BOT> why?", "hey why?"),
        ("why? <@U0BOT>", "why?"),
        ("<@U0BOT>", ""),
        ("<@U0BOT> ask <@U0ANA> or <@U1|bo>", "ask @U0ANA or @bo"),
        ("<@U0BOT> see <https://x.example|this> and <https://y.example>", "see this and https://y.example"),
        ("<@U0BOT> in <#C1|room> for <!here> <!subteam^S1|@leads>", "in #room for @here @leads"),
        ("<@U0BOT> a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("<@U0BOT> nul\0 and \ud800", "nul\ufffd and \ufffd"),
    ],
)
def test_the_coachs_name_and_slacks_markup_are_not_part_of_the_words(typed: str, read: str) -> None:
    assert incoming(mention(typed)).text == read


def test_a_mention_without_authorizations_loses_its_first_name_only() -> None:
    assert incoming({**mention("<@U0BOT> ask <@U0ANA>"), "authorizations": []}).text == "ask @U0ANA"


@pytest.mark.parametrize(
    "payload",
    [
        dm(bot_id="B1"),
        dm(user="U0BOT"),
        dm(user="USLACKBOT"),
        dm(user=None),
        dm(hidden=True),
        *(
            dm(subtype=each)
            for each in ("message_changed", "message_deleted", "bot_message", "channel_join", "assistant_app_thread")
        ),
        mention(type="message", text="talking among ourselves", channel_type="channel"),
        mention(type="message", text="<@U0OTHER> hi", channel_type="group", thread_ts="1.2", parent_user_id="U0ANA"),
        wrapped({"type": "member_joined_channel", "user": "U0ANA", "channel": "C0ROOM"}),
        wrapped({"type": "app_home_opened", "user": "U0ANA", "tab": "about", "event_ts": "1.2"}),
        {"type": "view_closed"},
        {"type": "app_rate_limited"},
        message_shortcut(callback_id="another"),
        global_shortcut(callback_id="barrier-shortcut"),
        press(actions=[{"type": "radio_buttons", "action_id": "value", "action_ts": "1.2"}]),
    ],
)
def test_what_nobody_said_to_the_coach_is_dropped(payload: dict[str, Any]) -> None:
    assert translate(payload, NOW) is None


def test_the_channel_is_known_wherever_others_may_read() -> None:
    assert incoming(mention(thread_ts="1700.5")).channel == "T0HOME/C0ROOM/"
    assert incoming(dm()).channel == ""
    assert incoming(press()).channel == "T0HOME/C0ROOM/"
    assert incoming(submission()).channel == ""


def test_a_command_knows_the_channel_in_which_it_was_typed() -> None:
    typed = incoming(command("channel"))
    assert (typed.channel, typed.place) == ("T0HOME/C0ROOM/", "T0HOME/U0ANA/")
    assert incoming(command("channel", channel_id="D0ANA")).channel == ""
    with pytest.raises(Malformed):
        translate(command("channel", channel_id="<!channel>"), NOW)


def test_a_button_in_a_shared_channel_belongs_to_the_coachs_workspace() -> None:
    pressed = press(team={"id": "T0AWAY"}, user={"id": "U9", "team_id": "T0AWAY"})
    ours = {**pressed, "message": {**pressed["message"], "team": "T0HOME"}}  # type: ignore[dict-item]
    assert parse_place(incoming(ours).place).team == "T0HOME"
    assert incoming(ours).sender.tenant == "T0AWAY"


@pytest.mark.parametrize(
    ("more", "outer", "tenant", "guest"),
    [
        ({"user_team": "T0AWAY", "source_team": "T0X", "team": "T0Y"}, {}, "T0AWAY", False),
        ({"source_team": "T0AWAY", "team": "T0Y"}, {"is_ext_shared_channel": True}, "T0AWAY", False),
        ({"team": "T0HOME"}, {"is_ext_shared_channel": True}, "T0HOME", True),
        ({"user_team": "T0HOME", "user_profile": {"is_restricted": True}}, {}, "T0HOME", True),
        ({"user_team": "T0HOME", "user_profile": {"is_ultra_restricted": True}}, {}, "T0HOME", True),
        ({"team": None}, {}, "T0HOME", False),
    ],
)
def test_a_person_belongs_to_their_own_workspace(
    more: dict[str, Any], outer: dict[str, Any], tenant: str, guest: bool
) -> None:
    found = incoming({**mention(**more), **outer})
    assert (found.sender.tenant, found.sender.guest) == (tenant, guest)
    assert parse_place(found.place).team == "T0HOME"


def test_the_place_is_in_the_coachs_workspace_even_when_the_event_comes_from_another() -> None:
    assert incoming({**mention(), "team_id": "T0AWAY"}).key.startswith("slack:T0HOME:")
    assert incoming({**mention(), "context_team_id": "T0CTX"}).key.startswith("slack:T0CTX:")


def test_a_command_is_answered_where_nobody_else_reads_it() -> None:
    found = incoming(command())
    assert parse_place(found.place) == Spot(team="T0HOME", channel="U0ANA")
    assert (found.key, found.text) == ("slack:command:T0HOME:133.72.abc", "how do we start?")


@pytest.mark.parametrize("text", ["", "  ", None])
def test_a_command_without_words_asks_for_help(text: str | None) -> None:
    assert incoming({**command(), "text": text}).text == "help"


@pytest.mark.parametrize(
    ("payload", "direct"),
    [
        (dm(), "T0HOME/U0ANA/"),
        (mention(), "T0HOME/U0ANA/"),
        (command(), "T0HOME/U0ANA/"),
        (press(), "T0HOME/U0ANA/"),
        (submission(), "T0HOME/U0ANA/"),
        (dm(user_team="T0AWAY"), "T0HOME/D0ANA/"),
        (mention(user_team="T0AWAY"), ""),
        ({**mention(), "is_ext_shared_channel": True}, ""),
        (press(user={"id": "U9", "team_id": "T0AWAY"}), ""),
        (press(user={"id": "U9"}), ""),
    ],
)
def test_a_member_is_written_to_alone_and_somebody_from_elsewhere_only_where_they_are(
    payload: dict[str, Any], direct: str
) -> None:
    assert incoming(payload).direct == direct


def test_a_message_that_somebody_wrote_and_wants_to_log() -> None:
    found = incoming(message_shortcut())
    assert (found.key, found.action) == ("slack:shortcut:T0HOME:133.74.ghi", "barrier-shortcut")
    assert found.place == found.direct == "T0HOME/U0ANA/"
    assert found.values == {
        "own": "yes",
        "text": "Forms & @bo's rules",
        "link": "https://slack.com/archives/C0ROOM/p1772452700000100",
    }


@pytest.mark.parametrize("author", [{"user": "U0BO"}, {"user": "U0ANA", "bot_id": "B1"}, {"user": None}])
def test_what_others_wrote_is_not_taken(author: dict[str, Any]) -> None:
    others = message_shortcut(message={"ts": "1.2", "text": "Theirs.", **author})
    assert incoming(others).values == {"own": "no", "text": "", "link": "https://slack.com/archives/C0ROOM/p12"}


def test_a_barrier_from_anywhere_begins_empty() -> None:
    found = incoming(global_shortcut())
    assert (found.action, found.values) == ("barrier-shortcut", {"own": "yes", "text": "", "link": ""})
    assert (found.place, found.direct) == ("T0HOME/U0ANA/",) * 2


def test_several_choices_come_back_with_commas_between() -> None:
    boxes = {"type": "checkboxes", "selected_options": [{"value": "money"}, {"value": "trust"}]}
    values = {"factors": {"value": boxes}, "with": {"value": {"type": "checkboxes", "selected_options": []}}}
    sent = submission(view={**submission()["view"], "state": {"values": values}})  # type: ignore[dict-item]
    assert incoming(sent).values == {"factors": "money,trust", "with": ""}


def test_a_button() -> None:
    found = incoming(press("ask#2"))
    assert (found.action, found.values, found.text) == ("ask", {"value": "And then?"}, "")
    assert parse_place(found.place) == Spot(team="T0HOME", channel="C0ROOM", thread="1772452800.000200")
    assert incoming(press("ask#2")).key == found.key
    assert incoming(press("ask#3")).key != found.key


def test_a_button_of_a_stranger_and_one_outside_a_message() -> None:
    away = incoming(press(user={"id": "U9", "team_id": "T0AWAY"}))
    assert (away.sender.tenant, away.sender.guest) == ("T0AWAY", False)
    unknown = incoming(press(user={"id": "U9"}))
    assert (unknown.sender.tenant, unknown.sender.guest) == ("T0HOME", True)
    home = incoming(press(channel=None, container={"type": "view"}, message=None))
    assert parse_place(home.place) == Spot(team="T0HOME", channel="U0ANA")


def test_a_sent_form() -> None:
    found = incoming(submission())
    assert (found.key, found.action) == ("slack:view:T0HOME:V0ONE", "barrier")
    assert found.values == {"what": "No time", "see": "counted", "who": ""}
    assert found.place == "T0HOME/D0ANA/"


def test_a_sent_form_brings_its_value_back() -> None:
    carrying = {**submission()["view"], "private_metadata": "T0HOME/D0ANA/\nfirst\nsecond"}  # type: ignore[dict-item]
    found = incoming(submission(view=carrying))
    assert (found.values["value"], found.place) == ("first\nsecond", "T0HOME/D0ANA/")
    in_message = incoming(press(SEND_FORM + "barrier", "first"))
    assert (in_message.action, in_message.values) == ("barrier", {"value": "first"})


def test_a_form_in_a_message() -> None:
    state = {"values": {"what": {"value": {"type": "plain_text_input", "value": "No time"}}}}
    found = incoming(press(SEND_FORM + "barrier", "", state=state))
    assert (found.action, found.values) == ("barrier", {"what": "No time"})


def test_the_button_of_a_form_asks_for_it_and_says_nothing() -> None:
    form = Form(id="barrier", submit="Log", fields=(Field(id="what", label="What?"),))
    pressed = press(OPEN_FORM, encoded(form))
    asked = form_asked(pressed)
    assert asked is not None
    older = press(OPEN_FORM, '["barrier","Log",[["what","What?","line",[],true,""]]]')
    assert form_asked(older) == asked
    assert (asked.form, asked.trigger, asked.spot.channel) == (form, "133.73.def", "C0ROOM")
    assert translate(pressed, NOW) is None
    assert form_asked(press()) is None
    with pytest.raises(Malformed):
        form_asked(press(OPEN_FORM, "[1]"))


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"type": 5},
        {"type": "event_callback"},
        {"type": "event_callback", "event": []},
        dm(ts="now"),
        dm(ts=None),
        dm(channel="../etc"),
        dm(user=["U0ANA"]),
        dm(text=7),
        dm(thread_ts="x"),
        {**dm(), "team_id": None, "authorizations": None},
        {**dm(), "authorizations": 5},
        {**command(), "trigger_id": "a b"},
        {"command": "/coach"},
        {"type": "block_actions"},
        message_shortcut(message=None),
        message_shortcut(channel={"id": "../etc"}),
        message_shortcut(trigger_id=""),
        {"type": "shortcut"},
        press(actions=[]),
        press(user=None),
        press(actions=[{"type": "button", "action_id": "a", "action_ts": "soon"}]),
        {"type": "view_submission", "user": {"id": "U1", "team_id": "T1"}, "view": {"id": "V1"}},
        submission(view={**submission()["view"], "private_metadata": "C1"}),  # type: ignore[dict-item]
    ],
)
def test_what_lacks_a_field_is_malformed(payload: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        translate(payload, NOW)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([dm(), mention(), command(), press(), submission(), message_shortcut(), global_shortcut()]),
    st.data(),
)
def test_whatever_stands_in_a_field_it_is_a_message_nothing_or_malformed(payload: dict[str, Any], data: Any) -> None:
    inner = data.draw(st.sampled_from([None, "event", "view", "user", "message"]))
    target = payload.get(inner) if inner else None
    where = dict(target) if isinstance(target, dict) else dict(payload)
    where[data.draw(st.sampled_from(sorted(where)))] = data.draw(anything)
    changed = {**payload, inner: where} if isinstance(target, dict) else where
    try:
        form_asked(changed)
        translate(changed, NOW)
    except Malformed:
        pass


def test_a_place_that_somebody_else_wrote_is_not_read() -> None:
    for place in ("", "lena", "T1/C1", "T1/C1/x", "T1/c1/1.2", "T1/C1/1.2\n", "T1/C1/1.2/"):
        with pytest.raises(ValueError, match="place"):
            parse_place(place)
