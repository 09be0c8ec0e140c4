"""A council in Teams and a charity in Slack, over the web, with one coach between them."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from prompts import words
from tests.adapters.slack.signing import as_json, mention, signed
from tests.clients.hearing import everything_said, in_slack, in_teams
from tests.clients.installation import CHARITY, SIGNING_SECRET, SLACK, Installation
from tests.clients.local_slack import COACH as SLACK_COACH
from tests.clients.local_slack import GENERAL, PRIYA, TOM, LocalSlack
from tests.clients.pages import ask_on_slack_page, ask_on_teams_page, draw_rich_text, type_on_teams_page
from tests.clients.playground import AMARA, PERSONAL, Activity, Playground
from tests.clients.processes import call

pytestmark = pytest.mark.clients

WORDS = words()
QUESTION = "How do we build trust between organisations?"
#: Best answered from a document that only the council may see.
COUNCILS = "What gets in the way of sharing power?"
COUNCILS_DOCUMENT = "Sharing power"
STRANGER = "T0STRANGER"
OTHER_TENANT = "99999999-9999-4999-8999-999999999999"


def test_a_question_in_slack_is_answered_with_citations(slack: LocalSlack) -> None:
    directly, in_channel = slack.ask(QUESTION), slack.mention(QUESTION, user=PRIYA)
    assert in_slack(directly).cited
    assert in_slack(in_channel) == in_slack(directly)


def test_a_question_in_teams_is_answered_with_citations(teams: Playground) -> None:
    directly, in_channel = teams.ask(QUESTION), teams.mention(QUESTION)
    assert in_teams(directly).cited
    assert in_teams(in_channel) == in_teams(directly)
    assert ";messageid=" in in_channel["conversation"]["id"]


def test_the_same_question_has_the_same_answer_on_both(slack: LocalSlack, teams: Playground) -> None:
    assert in_slack(slack.ask(QUESTION)) == in_teams(teams.ask(QUESTION))


def test_what_only_the_council_may_see_stays_in_its_tenant(slack: LocalSlack, teams: Playground) -> None:
    assert COUNCILS_DOCUMENT in in_teams(teams.ask(COUNCILS)).documents
    assert COUNCILS_DOCUMENT not in everything_said(dict(slack.ask(COUNCILS)))


def test_help_by_the_command_comes_by_direct_message_and_its_buttons_ask(slack: LocalSlack) -> None:
    slack.command(PRIYA, GENERAL, "help")
    help_card = slack.answer(slack.direct(PRIYA), lambda message: WORDS("help.title") in message["text"])
    assert not any(WORDS("help.title") in message.get("text", "") for message in slack.messages(GENERAL))
    slack.press(PRIYA, help_card, QUESTION)
    answer = slack.answer(slack.direct(PRIYA), lambda message: message.get("thread_ts") == help_card["ts"])
    assert in_slack(answer) == in_slack(slack.ask(QUESTION))


def test_help_in_teams_and_its_buttons_ask(teams: Playground, browser: BrowserContext) -> None:
    page = type_on_teams_page(browser, teams, "help")
    page.get_by_role("button", name=QUESTION).click()
    expect(page.get_by_text("[1] Conditions that help a collaboration work")).to_be_visible()


def test_somebody_of_another_workspace_learns_nothing(slack: LocalSlack, coach: str) -> None:
    """As from a channel that two workspaces share, which the client has no notion of: the event is made here."""
    text = f"<@{SLACK_COACH}> {COUNCILS}"
    asked = slack.say(TOM, GENERAL, "Priya's colleague from elsewhere has a question.")
    event = mention(text, asked["ts"], channel=GENERAL, user="U0ELSEWHERE", user_team=STRANGER, team=STRANGER)
    authorizations = [{"team_id": CHARITY, "user_id": SLACK_COACH, "is_bot": True}]
    body = as_json({**event, "team_id": CHARITY, "authorizations": authorizations})
    call("POST", f"{coach}/slack/events", body, signed(body, at=time.time(), secret=SIGNING_SECRET))
    answer = slack.answer(GENERAL, lambda message: message.get("thread_ts") == asked["ts"])
    assert answer["text"] == WORDS("join.stranger")
    assert in_slack(answer).quotations == ()


def test_somebody_of_another_tenant_learns_nothing(teams: Playground) -> None:
    answer = teams.forward(_from_another_tenant(QUESTION, teams))
    heard = in_teams(answer)
    assert (heard.sentences, heard.quotations) == ((WORDS("join.stranger"),), ())


def test_an_unsigned_request_is_refused(coach: str) -> None:
    with pytest.raises(OSError, match="401"):
        call("POST", f"{coach}/slack/events", mention())


def test_the_answer_as_slack_shows_it(slack: LocalSlack, browser: BrowserContext, shots: Path) -> None:
    page = ask_on_slack_page(browser, slack, QUESTION)
    answer = slack.answer(GENERAL, lambda message: "thread_ts" in message)
    draw_rich_text(page, answer)
    for words_quoted, source in in_slack(answer).quotations:
        expect(page.locator(".thread-pane").get_by_text(words_quoted)).to_be_visible()
        expect(page.locator(".thread-pane").get_by_text(source)).to_be_visible()
    page.screenshot(path=shots / "slack.png")


def test_the_answer_as_teams_shows_it(teams: Playground, browser: BrowserContext, shots: Path) -> None:
    page = ask_on_teams_page(browser, teams, QUESTION)
    page.screenshot(path=shots / "teams.png")
    context = page.get_by_text("Barry Quirk (2007, chapter 3) argues that weak legal and financial arrangements")
    expect(context).not_to_be_visible()
    page.get_by_role("button", name=WORDS("teams.context", number=5)).click()
    expect(context).to_be_visible()


def test_nothing_that_was_said_and_no_secret_is_in_the_log(home: Installation, coach: str) -> None:
    log = (home.folder / "coach.log").read_text()
    assert "Health: " in log
    for unspeakable in (QUESTION, COUNCILS, SIGNING_SECRET, *SLACK.values(), "harbourcouncil.example", "Tom"):
        assert unspeakable not in log


def _from_another_tenant(text: str, teams: Playground) -> Activity:
    return {
        "type": "message",
        "id": "from-another-tenant",
        "channelId": "msteams",
        "serviceUrl": f"{teams.address}/_connector",
        "text": text,
        "textFormat": "plain",
        "from": {"id": AMARA, "name": "Nobody Known", "aadObjectId": "99999999-0000-4000-8000-000000000009"},
        "recipient": {"id": "coach-bot", "name": "Partnership Coach"},
        "conversation": {"id": PERSONAL, "conversationType": "personal", "tenantId": OTHER_TENANT},
        "channelData": {"tenant": {"id": OTHER_TENANT}},
    }
