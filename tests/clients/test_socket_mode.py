"""A charity in Slack whose coach has no address on the web: Socket Mode."""

import pytest

from prompts import words
from tests.clients.local_slack import GENERAL, PRIYA, LocalSlack
from tests.clients.processes import until
from tests.contract.hearing import in_slack

#: The connection is tried every ten seconds.
CONNECTING_S = 30.0

pytestmark = pytest.mark.clients

WORDS = words()
QUESTION = "How should a partnership measure whether it works?"


def test_a_question_is_answered_directly_and_in_the_channel(socket_slack: LocalSlack) -> None:
    directly, in_channel = socket_slack.ask(QUESTION), socket_slack.mention(QUESTION, user=PRIYA)
    assert in_slack(directly).cited
    assert in_slack(in_channel) == in_slack(directly)


def test_the_command_is_answered_directly(socket_slack: LocalSlack) -> None:
    socket_slack.command(PRIYA, GENERAL, "help")
    channel = socket_slack.direct(PRIYA)
    assert socket_slack.answer(channel, lambda message: WORDS("help.title") in message["text"])


def test_a_coach_that_started_without_slack_answers_once_slack_is_there(late_slack: LocalSlack) -> None:
    until(late_slack.connected, CONNECTING_S, lambda: "the coach did not connect")
    assert in_slack(late_slack.ask(QUESTION)).cited
