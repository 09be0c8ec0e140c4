"""A council in Teams and a charity in Slack, over the web, with one coach between them."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from prompts import words
from tests.clients.installation import SIGNING_SECRET, SLACK, Installation
from tests.clients.local_slack import ANSWER_S, GENERAL, PRIYA, TOM, LocalSlack
from tests.clients.pages import (
    ask_on_slack_page,
    ask_on_teams_page,
    draw_rich_text,
    home_on_slack_page,
    type_on_teams_page,
)
from tests.clients.playground import Playground
from tests.clients.processes import call, until
from tests.contract.hearing import everything_said, in_context, in_slack, in_teams

pytestmark = pytest.mark.clients

WORDS = words()
QUESTION = "How do we build trust between organisations?"
#: Answered from a document that only the council may see, and from no other.
COUNCILS = "What happened with the pilgrimage in Mysore?"
COUNCILS_DOCUMENT = "Sharing power"


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
    page.get_by_role("button", name=QUESTION).last.click()
    expect(page.get_by_text("[1] Conditions that help a collaboration work")).to_be_visible()


def test_a_quotation_in_slack_opens_in_its_passage(slack: LocalSlack) -> None:
    slack.press(TOM, slack.ask(QUESTION), WORDS("teams.context", number=1))
    until(lambda: slack.called("views.open"), ANSWER_S, lambda: "no modal was opened")


def test_an_unsigned_request_is_refused(coach: str) -> None:
    with pytest.raises(OSError, match="401"):
        call("POST", f"{coach}/slack/events", {"type": "event_callback"})


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
    # The same sentence may be quoted, or stand in another passage.
    seen = page.get_by_text(in_context(teams.ask(QUESTION))).filter(visible=True)
    before = seen.count()
    page.get_by_role("button", name=WORDS("teams.context", number=1)).first.click()
    expect(seen).to_have_count(before + 1)


def test_home_as_slack_shows_it(slack: LocalSlack, browser: BrowserContext, shots: Path) -> None:
    """The client's own Home tab: opened on its page, drawn from the view that the coach published."""
    home = home_on_slack_page(browser, slack)
    expect(home.get_by_text(WORDS("home.barriers"))).to_be_visible()
    expect(home.get_by_role("button", name=WORDS("home.do.raise"), exact=True)).to_be_visible()
    home.page.set_viewport_size({"width": 1280, "height": 400})
    home.page.screenshot(path=shots / "home-slack.png")


def test_home_as_teams_shows_it(teams: Playground, browser: BrowserContext, shots: Path) -> None:
    """Teams has no Home tab: the same card comes to whoever types the word."""
    page = type_on_teams_page(browser, teams, WORDS("home.calls").partition(",")[0])
    card = page.locator(".ac-adaptiveCard").filter(has_text=WORDS("home.barriers")).last
    expect(card.get_by_role("button", name=WORDS("home.do.raise"), exact=True)).to_be_visible()
    page.get_by_title("Hide log panel").click()
    page.evaluate("document.activeElement.blur()")
    card.screenshot(path=shots / "home-teams.png")


def test_nothing_that_was_said_and_no_secret_is_in_the_log(home: Installation, coach: str) -> None:
    log = (home.folder / "coach.log").read_text()
    assert "Health: " in log
    for unspeakable in (QUESTION, COUNCILS, SIGNING_SECRET, *SLACK.values(), "harbourcouncil.example", "Tom"):
        assert unspeakable not in log
