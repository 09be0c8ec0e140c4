"""One of each kind of payload that Slack sends, whether the coach takes it or not.

Sources: docs.slack.dev/reference/interaction-payloads and /reference/events; each builder of `signing` names its own.
"""

from typing import Any

from tests.adapters.slack import signing

Json = dict[str, Any]
_AT = 1_772_452_800


def _event(kind: str, **more: Any) -> Json:
    return signing.wrapped({"type": kind, **more}, event_time=_AT)


def events(said: str) -> tuple[Json, ...]:
    """Events API, in JSON."""
    home = {"user": "U0ANA", "channel": "D0ANA", "event_ts": "1772453000.000300"}
    return (
        signing.dm(said),
        signing.mention(f"<@U0BOT> {said}"),
        signing.aside(said),
        signing.edited(said, signing.dm()),
        signing.deleted(signing.dm()),
        signing.reacted(),
        signing.reacted("eyes"),
        _event("app_home_opened", tab="home", view={"id": "V1", "state": {"values": {}}}, **home),
        _event("app_home_opened", tab="messages", **home),
        _event("member_joined_channel", user="U0BOT", channel="C0ROOM", channel_type="C", team="T0HOME", inviter="U1"),
        _event("member_left_channel", user="U0ANA", channel="C0ROOM", channel_type="C", team="T0HOME"),
        _event("team_join", user={"id": "U0NEW"}),
        _event("tokens_revoked", tokens={"oauth": ["U0ANA"], "bot": []}),
        _event("assistant_thread_started", assistant_thread={"user_id": "U0ANA", "channel_id": "D0ANA"}),
        _event("message", subtype="file_share", channel="D0ANA", channel_type="im", user="U0ANA", text=said, ts="1.2"),
    )


def ends() -> tuple[Json, ...]:
    """Events after which a workspace has no coach: another's, so that the others go on."""
    away = {"team_id": "T0AWAY"}
    return (
        {**_event("app_uninstalled"), **away},
        {**_event("tokens_revoked", tokens={"oauth": [], "bot": ["U0BOT"]}), **away},
    )


def interactions(said: str) -> tuple[Json, ...]:
    """What comes in the form field `payload`."""
    opened = dict(signing.submission()["view"])  # type: ignore[call-overload]
    filled = {"what": {"value": {"type": "plain_text_input", "value": said}}}
    view = {**opened, "state": {"values": filled}}
    home = {"container": {"type": "view", "view_id": "V1"}, "view": {**opened, "type": "home"}}
    feedback = {"type": "feedback_buttons", "action_id": "feedback", "value": f"feedback.up.{said}", "action_ts": "1.2"}
    return (
        signing.press(),
        signing.press("barrier.follow", said),
        signing.press("form.open", said),
        signing.press("context.open", said),
        signing.press("erase.confirm", said),
        signing.press("digest", said, **home),
        signing.press(actions=[feedback]),
        signing.press(actions=[{"type": "static_select", "action_id": "x", "selected_option": {"value": said}}]),
        signing.submission(),
        signing.submission(view=view),
        signing.submission(view={**view, "callback_id": "settings.save"}),
        {**signing.submission(view=view), "type": "view_closed", "is_cleared": False},
        signing.message_shortcut(),
        signing.message_shortcut(callback_id="elsewhere"),
        signing.global_shortcut(),
        {**signing.press(), "type": "block_suggestion", "action_id": "x", "value": said},
        {**signing.press(), "type": "workflow_step_edit"},
    )


def commands(said: str) -> tuple[dict[str, str], ...]:
    """What comes as the fields of a form."""
    called = ("help", "partners", "digest", "settings", "erase me", "channel every", "wind up", "hand over", said)
    return tuple(signing.command(each, trigger_id=f"133.{number}.abc") for number, each in enumerate(called))
