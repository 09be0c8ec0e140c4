"""Edits and deletions of one's own messages; what leaves the words alone is no edit."""

from typing import Any

import pytest

from adapters.slack.events import translate
from bot.domain.messages import Incoming
from tests.adapters.slack.signing import NOW, deleted, dm, edited, mention


def incoming(payload: dict[str, Any]) -> Incoming:
    found = translate(payload, NOW)
    assert found is not None
    return found


@pytest.mark.parametrize("before", [dm(), mention(type="message", channel_type="channel", thread_ts="1700.5")])
def test_an_edit_names_the_message_and_brings_its_new_words(before: dict[str, object]) -> None:
    first, found = incoming(before), incoming(edited("<@U0BOT> why not &amp; how?", before))
    assert found.key == f"slack:changed:{first.key.removeprefix('slack:')}:1772453000.000000"
    assert (found.action, found.text, dict(found.values)) == ("revised", "why not & how?", {"of": first.key})
    assert (found.place, found.conversation, found.direct) == (first.place, first.conversation, first.direct)
    assert (found.sender, found.channel) == (first.sender, first.channel)


def test_each_edit_counts_and_keys_sort_in_order_of_time() -> None:
    edits = [incoming(edited(f"v{number}", dm(), f"177245300{number}.000000")).key for number in range(3)]
    gone = incoming(deleted(dm()))
    assert len(set(edits)) == 3
    assert sorted([gone.key, *edits]) == [*edits, gone.key]


def test_a_deletion_names_the_message_and_brings_no_words() -> None:
    found = incoming(deleted(dm("a secret worry")))
    assert (found.action, found.text) == ("withdrawn", "")
    assert dict(found.values) == {"of": "slack:T0HOME:D0ANA:1772452800.000100"}
    assert found.key == "slack:deleted:T0HOME:D0ANA:1772452800.000100"
    assert found.sender.key == "slack:T0HOME:U0ANA"


def test_a_deleted_message_that_others_answered_is_deleted() -> None:
    payload = edited("This message was deleted.", dm())
    event: dict[str, Any] = payload["event"]  # type: ignore[assignment]
    event["message"] = {**event["message"], "subtype": "tombstone", "user": "USLACKBOT"}
    assert incoming(payload) == incoming(deleted(dm()))


def _with(payload: dict[str, object], **message: object) -> dict[str, object]:
    event: dict[str, Any] = payload["event"]  # type: ignore[assignment]
    return {**payload, "event": {**event, "message": {**event["message"], **message}}}


@pytest.mark.parametrize(
    "payload",
    [
        edited("How do we build trust?", dm()),  # a link that unfurled, a file that was added
        _with(edited("new", dm()), edited=None),
        _with(edited("new", dm()), bot_id="B1"),
        _with(edited("new", dm()), user="U0BOT"),
        {**deleted(dm()), "event": {**dm()["event"], "subtype": "message_deleted"}},  # type: ignore[dict-item]
        deleted(dm(bot_id="B1")),
        deleted(dm(user="U0BOT")),
    ],
)
def test_what_changes_no_words_or_is_no_persons_is_dropped(payload: dict[str, Any]) -> None:
    assert translate(payload, NOW) is None
