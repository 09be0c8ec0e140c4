"""Answers that change in their place, and that are taken away."""

from dataclasses import replace

import pytest

from adapters.slack.places import Spot
from adapters.slack.send import SlackSender
from bot.delivery.ports import PostFailed, Rewriting
from bot.domain.cards import Card, Paragraph
from bot.domain.messages import EventKey, Place
from tests.adapters.slack.test_streaming import ANSWER
from tests.slack_double import DROPPED, SlackDouble, broken, refuses

OLD, NEW = Card(paragraphs=(Paragraph(text="Old."),)), Card(paragraphs=(Paragraph(text="New."),))
HERE = Spot(team="T0HOME", channel="D0ANA", thread="1772452800.000100").place
ROOM = Spot(team="T0HOME", channel="C0ROOM", thread="1772452800.000200").place
ALONE = Spot(team="T0HOME", channel="U0ANA").place
KEY, AGAIN = EventKey("slack:answer:1"), EventKey("slack:answer:2")


def parts(*titles: str) -> Card:
    return Card(title=titles[0], more=tuple(Card(title=title) for title in titles[1:]))


@pytest.mark.parametrize(("place", "channel"), [(HERE, "D0ANA"), (ROOM, "C0ROOM"), (ALONE, "DU0ANA")])
async def test_a_card_takes_the_place_of_another(
    sender: SlackSender, slack: SlackDouble, place: Place, channel: str
) -> None:
    assert isinstance(sender, Rewriting)
    posted = await sender.send(place, KEY, OLD)
    assert await sender.rewrite(place, posted, AGAIN, NEW) == posted
    assert slack.text_of(channel) == ["New."]
    await sender.remove(place, posted)
    await sender.remove(place, posted)
    assert slack.text_of(channel) == []
    assert [each for each in slack.refused if not each.startswith("chat.delete: message_not_found")] == []


async def test_a_streamed_answer_is_rewritten_like_any_other(sender: SlackSender, slack: SlackDouble) -> None:
    posted = await sender.send(HERE, KEY, ANSWER)
    await sender.rewrite(HERE, posted, AGAIN, NEW)
    assert slack.text_of("D0ANA") == ["New."]
    assert await sender.was_posted(HERE, AGAIN) is True


@pytest.mark.parametrize(("place", "channel"), [(HERE, "D0ANA"), (ROOM, "C0ROOM"), (ALONE, "DU0ANA")])
@pytest.mark.parametrize("later", [("One", "Two", "Three"), ("One", "Two"), ("One",), ("One", "Two", "Three", "Four")])
async def test_a_card_of_several_messages_takes_the_place_of_another(
    sender: SlackSender, slack: SlackDouble, place: Place, channel: str, later: tuple[str, ...]
) -> None:
    slack.channel_history = True
    posted = await sender.send(place, KEY, parts("A", "B", "C"))
    for _ in range(2):
        await sender.rewrite(place, posted, AGAIN, parts(*later))
        assert slack.text_of(channel) == list(later)
    assert await sender.was_posted(place, AGAIN) is True
    await sender.remove(place, posted)
    assert slack.text_of(channel) == []


async def test_what_broke_off_while_rewriting_is_rewritten_again(sender: SlackSender, slack: SlackDouble) -> None:
    posted = await sender.send(HERE, KEY, parts("A", "B", "C"))
    slack.fail("chat.postMessage", DROPPED)
    with pytest.raises(PostFailed):
        await sender.rewrite(HERE, posted, AGAIN, parts("One", "Two", "Three", "Four"))
    await sender.rewrite(HERE, posted, AGAIN, parts("One", "Two", "Three", "Four"))
    assert slack.text_of("D0ANA") == ["One", "Two", "Three", "Four"]


async def test_it_may_break_off_more_than_once(sender: SlackSender, slack: SlackDouble) -> None:
    posted = await sender.send(HERE, KEY, parts("A", "B", "C"))
    for _ in range(2):
        original, calls = slack._answer, 0

        def second_is_lost(request: object, method: str, arguments: dict[str, object]) -> dict[str, object]:
            nonlocal calls
            calls += method == "chat.update"
            if method == "chat.update" and calls == 1:
                slack.fail(method, DROPPED)
            return original(request, method, arguments)  # type: ignore[arg-type]  # noqa: B023

        slack._answer = second_is_lost  # type: ignore[method-assign]
        with pytest.raises(PostFailed):
            await sender.rewrite(HERE, posted, AGAIN, parts("One", "Two", "Three"))
        slack._answer = original  # type: ignore[method-assign]
    await sender.rewrite(HERE, posted, AGAIN, parts("One"))
    assert slack.text_of("D0ANA") == ["One"]


@pytest.mark.parametrize("error", ["message_not_found", "cant_update_message", "edit_window_closed"])
async def test_what_cannot_be_changed_is_to_be_posted_anew(sender: SlackSender, slack: SlackDouble, error: str) -> None:
    posted = await sender.send(HERE, KEY, OLD)
    slack.fail("chat.update", refuses(error))
    with pytest.raises(PostFailed) as failed:
        await sender.rewrite(HERE, posted, AGAIN, NEW)
    assert (failed.value.final, failed.value.gone, failed.value.posted) == (True, False, False)
    assert slack.text_of("D0ANA") == []


async def test_what_is_not_known_is_tried_again(sender: SlackSender, slack: SlackDouble) -> None:
    posted = await sender.send(HERE, KEY, OLD)
    slack.fail("chat.update", broken(503))
    with pytest.raises(PostFailed) as failed:
        await sender.rewrite(HERE, posted, AGAIN, NEW)
    assert (failed.value.final, failed.value.posted) == (False, None)
    slack.fail("chat.delete", refuses("cant_delete_message"))
    with pytest.raises(PostFailed) as failed:
        await sender.remove(HERE, posted)
    assert failed.value.final


@pytest.mark.parametrize("reference", ["", "D0ANA", "D0ANA/"])
async def test_a_reference_of_another_kind_is_final(sender: SlackSender, reference: str) -> None:
    for call in (sender.rewrite(HERE, reference, KEY, NEW), sender.remove(HERE, reference)):
        with pytest.raises(PostFailed) as failed:
            await call
        assert failed.value.final


async def test_nothing_unfurls_whatever_is_called(sender: SlackSender, slack: SlackDouble) -> None:
    """chat.postMessage alone is told so; a changed message keeps that, and what is streamed has no links at all."""
    posted = await sender.send(ROOM, KEY, ANSWER)
    await sender.rewrite(ROOM, posted, AGAIN, replace(ANSWER, title="Other"))
    await sender.send(HERE, KEY, ANSWER)
    seen = set()
    for name, call in slack.calls:
        if not name.startswith("chat."):
            continue
        seen.add(name)
        if name == "chat.postMessage":
            assert [call[each] for each in ("unfurl_links", "unfurl_media", "link_names", "mrkdwn")] == [False] * 4
        if name in ("chat.postMessage", "chat.update"):
            assert (call["link_names"], call["parse"]) == (False, "none")
        if name.endswith("Stream"):
            assert "://" not in str(call)
    assert seen == {"chat.postMessage", "chat.update", "chat.startStream", "chat.appendStream", "chat.stopStream"}
    assert slack.refused == []
