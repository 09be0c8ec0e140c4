"""A strict double of Slack's Web API on loopback, for what the coach uses of it: docs/slack-double.md.

It refuses what Slack refuses (`tests/slack_rules.py`), takes no argument that it does not know, and fails on request.
Every behaviour names its source: a page of docs.slack.dev, or a section of the project's research (sdk.md).
It shares no code with the product.
"""

from tests.slack_double.faults import DELIVERED_THEN_DROPPED, DROPPED, Fault, broken, refuses, too_many
from tests.slack_double.server import SlackDouble
from tests.slack_double.state import BOT, TEAM, TOKEN, Arguments, Workspace

__all__ = [
    "BOT",
    "DELIVERED_THEN_DROPPED",
    "DROPPED",
    "TEAM",
    "TOKEN",
    "Arguments",
    "Fault",
    "SlackDouble",
    "Workspace",
    "broken",
    "refuses",
    "too_many",
]
