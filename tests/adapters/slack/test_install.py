"""“Add to Slack”: from the page to Slack and back, and everything that may go wrong on the way."""

import json
import re
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from aiohttp import web
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from adapters.slack.install import CALLBACK, INSTALL, authorize_address
from adapters.slack.installations import STATE_LIFE, Installations
from adapters.slack.scopes import SCOPES
from bot.store.database import Database
from bot.store.workspaces import UsedStates, Workspaces
from prompts import speaking
from tests.adapters.slack.installing import PUBLIC, TOKEN, WORDS, House, OAuthDouble, install_house


@pytest.fixture
def oauth() -> OAuthDouble:
    return OAuthDouble()


@pytest.fixture
async def house(oauth: OAuthDouble, database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SLACK_USER_SCOPES", "identify")  # Bolt would read it
    async with install_house(oauth, database) as opened:
        yield opened


async def test_the_page_leads_to_slack_with_every_scope_and_the_way_back(house: House) -> None:
    answer = await house.http.get(f"{INSTALL}?team=T1%26redirect_uri%3Dhttps://evil.example", allow_redirects=False)
    page = await answer.text()
    found = re.search(r'href="(https://slack.com/[^"]*)"', page)
    assert found
    query = parse_qs(urlsplit(found[1].replace("&amp;", "&")).query)
    assert query["client_id"] == ["1.2"]
    assert query["scope"] == [",".join(SCOPES)]
    assert query["redirect_uri"] == [PUBLIC + CALLBACK]
    assert {"team", "user_scope"} & query.keys() == set()
    assert "evil" not in page
    assert WORDS("slack.install.least") in page


async def test_the_pages_have_the_safety_headers_and_the_cookie_is_out_of_reach(house: House) -> None:
    answer = await house.http.get(INSTALL)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["Cache-Control"] == "no-store"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-")
    for mark in ("Path=/", "Secure", "HttpOnly", "SameSite=Lax", "Max-Age=600"):
        assert mark in cookie
    assert "<script" not in await answer.text()


async def test_a_browser_is_answered_in_its_language(house: House) -> None:
    answer = await house.http.get(INSTALL, headers={"Accept-Language": "fr, cy-GB;q=0.8, en;q=0.5"})
    with speaking("cy"):
        assert WORDS("slack.install.title") in await answer.text()
    assert '<html lang="cy">' in await answer.text()


async def test_who_comes_back_has_the_coach_installed(house: House) -> None:
    state, cookie = await house.begin()
    status, page = await house.back(f"code=good&state={state}", cookie)
    assert status == 200
    assert "The &lt;b&gt;Lantern" in page
    assert WORDS("slack.install.unnamed", team="T0LANTERN") in page
    assert house.oauth.asked[0]["redirect_uri"] == PUBLIC + CALLBACK
    assert await house.workspaces.token("T0LANTERN") == TOKEN
    (kept,) = await house.workspaces.all()
    assert kept.scopes == ("chat:write",)


async def test_a_workspace_that_a_partnership_names_is_told_how_to_begin(house: House) -> None:
    house.named.teams = frozenset({"T0LANTERN"})
    state, cookie = await house.begin()
    _, page = await house.back(f"code=good&state={state}", cookie)
    assert WORDS("slack.install.named") in page


async def test_a_return_counts_once(house: House) -> None:
    state, cookie = await house.begin()
    house.oauth.codes.add("better")
    assert (await house.back(f"code=good&state={state}", cookie))[0] == 200
    status, page = await house.back(f"code=better&state={state}", cookie)
    assert (status, WORDS("slack.install.refused.used") in page) == (403, True)
    assert len(house.oauth.asked) == 1


async def test_another_browser_or_another_mark_installs_nothing(house: House) -> None:
    state, cookie = await house.begin()
    other, others = await house.begin()
    name = cookie.partition("=")[0]
    await house.refused(f"code=good&state={state}", "", "elsewhere", 403)
    await house.refused(f"code=good&state={state}", others, "elsewhere", 403)
    await house.refused("code=good", cookie, "elsewhere", 403)
    for forged in ("made-up", "a.9999999999." + "0" * 64, other[:-1] + "x", "%C3%A9.1.%C3%A9"):
        await house.refused(f"code=good&state={forged}", f"{name}={forged}", _reason(forged), 403)
    house.clock.now += STATE_LIFE + timedelta(seconds=1)
    await house.refused(f"code=good&state={state}", cookie, "used", 403)
    assert house.oauth.asked == []


def _reason(forged: str) -> str:
    return "elsewhere" if "%" in forged else "used"


async def test_who_declines_and_what_is_incomplete_is_told_so(house: House) -> None:
    state, cookie = await house.begin()
    await house.refused(f"error=access_denied&state={state}", cookie, "cancelled", 403)
    await house.refused(f"error=%3Cscript%3E&state={state}", cookie, "refused", 400)
    await house.refused(f"state={state}", cookie, "strange", 400)
    state, cookie = await house.begin()
    await house.refused(f"code=bad&state={state}", cookie, "refused", 400)


@pytest.mark.parametrize(
    "reply",
    [
        lambda: web.Response(status=502, text="<html>upstream</html>", content_type="text/html"),
        lambda: web.Response(status=200, text="[]", content_type="application/json"),
        lambda: web.Response(status=200, text=f'{{"access_token": "{TOKEN}', content_type="application/json"),
        lambda: web.Response(status=500),
        lambda: web.json_response({"ok": True}),
        lambda: web.json_response({"ok": True, "team": "T1", "access_token": TOKEN}),
        lambda: web.json_response({"ok": True, "team": {"id": "../etc"}, "access_token": TOKEN}),
        lambda: web.json_response({"ok": True, "team": {"id": "T1"}}),
        lambda: web.json_response({"ok": True, "team": {"id": "T1"}, "access_token": 5}),
        lambda: web.json_response({"ok": True, "team": {"id": "T1"}, "access_token": "a\r\nX-Other: b"}),
        lambda: web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "9"}),
    ],
)
async def test_whatever_slack_answers_it_is_said_in_a_sentence_and_nothing_is_kept_or_logged(
    house: House, reply: Callable[[], web.Response], caplog: pytest.LogCaptureFixture
) -> None:
    house.oauth.reply = reply()
    state, cookie = await house.begin()
    with capture_logs() as lines:
        status, page = await house.back(f"code=good&state={state}", cookie)
    assert 400 <= status < 500
    assert WORDS("slack.install.failed") in page
    assert not await house.workspaces.all()
    logged = str(lines) + "\n".join(each.getMessage() for each in caplog.records if each.name.startswith("adapters"))
    assert TOKEN not in logged
    assert "code: good" not in logged


async def test_a_whole_organisation_and_a_store_that_fails_are_said(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.oauth.answer = {"is_enterprise_install": True, "team": None}
    state, cookie = await house.begin()
    await house.refused(f"code=good&state={state}", cookie, "whole", 400)

    async def down(*_: object) -> None:
        raise OperationalError("INSERT", {}, OSError())

    house.oauth.answer, house.oauth.codes = {}, {"good"}
    with monkeypatch.context() as broken:
        broken.setattr(Workspaces, "install", down)
        state, cookie = await house.begin()
        await house.refused(f"code=good&state={state}", cookie, "not_kept", 409)
    with monkeypatch.context() as broken:
        broken.setattr(UsedStates, "use", down)
        state, cookie = await house.begin()
        await house.refused(f"code=good&state={state}", cookie, "unanswered", 424)


async def test_a_name_that_no_page_can_show_and_a_bot_without_an_id_are_taken(house: House) -> None:
    house.oauth.answer = {"team": {"id": "T0LANTERN", "name": "\ud800"}}
    state, cookie = await house.begin()
    house.oauth.bot_id = False
    assert (await house.back(f"code=good&state={state}", cookie))[0] == 200
    assert await house.workspaces.token("T0LANTERN") == TOKEN


_WORD = st.sampled_from(["code", "state", "error", "team", "good", "access_denied", "\x00", "é", "&", "=", "%", "%zz"])
_QUERIES = st.one_of(st.text(max_size=60), st.lists(_WORD, max_size=8).map("".join))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=_QUERIES, cookie=st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), max_size=60))
@example(query="code=good&code=&state=%ff%fe&state", cookie="__Host-coach-slack-install=%ff%fe")
@example(query="error", cookie="")
@example(query="code[]=1&state=" + "9" * 4000, cookie="__Host-coach-slack-install=" + "9" * 4000)
async def test_no_query_ends_in_a_fault(house: House, query: str, cookie: str) -> None:
    for sent in (query, quote(query.encode("utf-8", "replace"), safe="=&%")):
        status, page = await house.back(quote(sent.encode("utf-8", "replace"), safe="=&%"), cookie)
        assert 400 <= status < 500
        assert WORDS("slack.install.failed") in page
    assert not await house.workspaces.all()


async def test_slack_is_asked_beside_its_own_api() -> None:
    assert authorize_address("https://slack.com/api/") == "https://slack.com/oauth/v2/authorize"
    assert authorize_address("http://127.0.0.1:4003/api") == "http://127.0.0.1:4003/oauth/v2/authorize"


async def test_slacks_own_pieces_find_and_forget_what_is_kept(house: House) -> None:
    state, cookie = await house.begin()
    await house.back(f"code=good&state={state}", cookie)
    store = Installations(house.workspaces, house.clock)
    bot = await store.async_find_bot(enterprise_id=None, team_id="T0LANTERN")
    assert bot is not None
    assert bot.bot_token == TOKEN
    assert await store.async_find_bot(enterprise_id=None, team_id="T0OTHER") is None
    await store.async_delete_all(enterprise_id=None, team_id="T0LANTERN")
    assert await store.async_find_bot(enterprise_id=None, team_id="T0LANTERN") is None
    assert json.dumps([each.team for each in await house.workspaces.all()]) == "[]"
