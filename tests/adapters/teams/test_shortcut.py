"""“Log as barrier”: whose words are taken, and what they are."""

from typing import Any

import pytest

from adapters.teams.shortcut import is_shortcut, shortcut
from bot.domain.messages import Incoming
from tests.adapters.teams.fakes import NOW
from tests.teams_double import ANNA, TENANT, TeamsDouble

DOUBLE = TeamsDouble(url="https://smba.trafficmanager.net", key=None)  # type: ignore[arg-type]
LINK = "https://teams.microsoft.com/l/message/19:c@thread.skype/1611060744833"
ME = ANNA["aadObjectId"]


def chosen(content: str = "<p>No time</p>", **changes: Any) -> Incoming:
    activity = DOUBLE.shortcut(content, **changes)
    assert is_shortcut(activity)
    found = shortcut(activity, NOW)
    assert found
    return found


def test_an_own_message() -> None:
    found = chosen()
    assert (found.action, found.text) == ("barrier-shortcut", "")
    assert found.values == {"own": "yes", "text": "No time", "link": LINK}
    assert (found.sender.tenant, found.sender.user) == (TENANT, ME.lower())
    assert found.direct == ""
    assert chosen().key == found.key != chosen(id="f:another").key


def test_it_is_one_with_the_submitted_command() -> None:
    assert chosen(name="composeExtension/submitAction").values == chosen().values


@pytest.mark.parametrize("by", ["bbbb0000-0000-4000-8000-000000000002", "", None])
def test_what_others_wrote_is_not_taken(by: Any) -> None:
    assert chosen(by=by).values == {"own": "no", "text": "", "link": LINK}


@pytest.mark.parametrize(
    ("content", "read"),
    [
        ('<div><div><at id="0">Joe</at> - Hi &amp; bye</div>\n</div>', "Joe - Hi & bye"),
        ("<p>one</p><p>two<br>three</p>", "one\n\ntwo\nthree"),
        ("<ul><li>a</li><li>b</li></ul>", "a\n\nb"),
        ('mine<blockquote itemtype="x"><p>theirs</p></blockquote>also mine', "mine\n\nalso mine"),
        ("<blockquote>theirs", ""),
        ("</blockquote>mine", "mine"),
        ('<img src="https://evil.example/p.png"><attachment id="1"></attachment>words', "words"),
        ("<script>alert(1)</script><style>p{}</style>&lt;b&gt; nul&#0; \ud800", "<b> nul\ufffd \ufffd"),
        ("", ""),
    ],
)
def test_a_message_is_read_without_its_marks_and_without_what_it_quotes(content: str, read: str) -> None:
    assert chosen(content).values["text"] == read


def test_a_plain_message_is_read_as_it_is() -> None:
    activity = DOUBLE.shortcut()
    activity["value"]["messagePayload"]["body"] = {"contentType": "text", "content": " a < b\n & c "}
    found = shortcut(activity, NOW)
    assert found
    assert found.values["text"] == "a < b\n & c"


@pytest.mark.parametrize("link", ["https://evil.example/l/message/1", "javascript:alert(1)", LINK + " <b>", None, 5])
def test_only_teams_own_links_are_kept(link: Any) -> None:
    activity = DOUBLE.shortcut()
    activity["value"]["messagePayload"]["linkToMessage"] = link
    found = shortcut(activity, NOW)
    assert found
    assert found.values["link"] == ""


@pytest.mark.parametrize(
    "changes",
    [{"type": "message"}, {"name": "composeExtension/query"}, {"value": {"commandId": "else"}}, {"value": None}],
)
def test_everything_else_is_no_shortcut(changes: dict[str, Any]) -> None:
    assert not is_shortcut(DOUBLE.shortcut(**changes))


@pytest.mark.parametrize("value", [{}, {"messagePayload": 5}, {"messagePayload": {"from": [], "body": "x"}}])
def test_a_payload_that_says_nothing_is_nobodys_message(value: dict[str, Any]) -> None:
    found = shortcut(DOUBLE.shortcut(value={"commandId": "barrier-shortcut", **value}), NOW)
    assert found
    assert found.values == {"own": "no", "text": "", "link": ""}


def test_a_bot_logs_nothing() -> None:
    assert shortcut(DOUBLE.shortcut(sender={"id": "28:bot"}), NOW) is None
