"""The demo page over HTTP: each route, what it refuses, and that it says everything in words."""

import contextlib
import html
import json
import re
from dataclasses import replace

import pytest
from aiohttp import ServerDisconnectedError
from structlog.testing import capture_logs

from adapters.web.app import demo_app
from bot.domain.cards import Card, to_json
from prompts import words
from tests.adapters.web.fakes import (
    HERE,
    LEAD,
    PARTNERS,
    QUESTION,
    TRUST_CARD,
    Client,
    FakeCoach,
    Open,
    fake_page,
    later,
)

WORDS = words()


def shown(name: str, **values: object) -> str:
    return html.escape(WORDS(name, **values), quote=False).replace("'", "&#39;")


async def text_of(client: Client, path: str, status: int = 200) -> str:
    async with client.get(path) as response:
        assert response.status == status
        return await response.text()


async def test_what_belongs_to_a_card_comes_right_after_it(aiohttp_client: Open) -> None:
    more = (Card(title="New this week"), Card(title="Worse this week"))
    coach = FakeCoach(card=Card(title="The digest", more=more))
    client = await aiohttp_client(demo_app(fake_page(coach)), headers={"Host": HERE})
    async with client.post("/messages", json=QUESTION):
        pass
    assert coach.received[0].direct == coach.received[0].place
    async with client.get("/conversation?as=amira") as response:
        page = await response.text()
    assert re.findall(r"<h3[^>]*>(.*?)</h3>", page) == ["The digest", "New this week", "Worse this week"]


async def test_the_chooser_shows_every_partner_and_that_it_is_a_demo(client: Client) -> None:
    page = await text_of(client, "/")
    assert shown("page.banner", partnership="Millbrook Together") in page
    assert re.findall(r'name="as" value="(\w+)"', page) == [partner.id for partner in PARTNERS]
    assert page.count(">Lead<") == 1


async def test_a_question_sent_by_form_is_kept_and_answered(client: Client, coach: FakeCoach) -> None:
    async with client.post("/messages", data=QUESTION, allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (303, "/?as=amira#latest")
    [message] = coach.received
    assert (message.key, message.place, message.sender.user) == ("web:amira:event-0001", "amira", LEAD.id)
    assert (message.platform, message.text) == ("web", QUESTION["text"])
    page = await text_of(client, "/?as=amira")
    assert QUESTION["text"] in page
    assert "<mark>Trust grows in a loop: modest aims, met together, make the next risk easier to take.</mark>" in page
    assert "Chapter 3 › Agreeing terms" in page
    assert "(2019)" in page
    assert WORDS("page.waiting") not in page.split("<form")[1]


async def test_a_question_sent_as_json_is_answered_202(client: Client) -> None:
    replies = []
    for _ in range(5):
        async with client.post("/messages", json=QUESTION) as response:
            assert response.status == 202
            replies.append(await response.json())
    assert replies == [{"event": "event-0001", "new": number == 0} for number in range(5)]
    assert (await text_of(client, "/conversation?as=amira")).count('class="asked"') == 1


async def test_two_partners_do_not_see_each_other(client: Client) -> None:
    async with client.post("/messages", json=QUESTION):
        pass
    assert QUESTION["text"] not in await text_of(client, "/conversation?as=joe")


async def test_the_same_event_of_two_partners_is_two_messages(client: Client, coach: FakeCoach) -> None:
    for who in ("amira", "joe"):
        async with client.post("/messages", json=QUESTION | {"as": who}) as response:
            assert (await response.json())["new"]
    assert len(coach.received) == 2


@pytest.mark.parametrize("text", ["", "   ", "x" * 100_000, "a\nb", "a & b = c + d", "é" * 20_000, "😀\u202e"])
async def test_any_text_is_taken(client: Client, coach: FakeCoach, text: str) -> None:
    async with client.post("/messages", data=QUESTION | {"text": text}, allow_redirects=False) as response:
        assert response.status == 303
    assert coach.received[0].text == text
    await text_of(client, "/?as=amira")


async def test_text_that_nothing_can_hold_is_mended(client: Client, coach: FakeCoach) -> None:
    body = json.dumps(QUESTION | {"text": "a\0b\ud800c\r\nd"})
    async with client.post("/messages", data=body, headers={"Content-Type": "application/json"}) as response:
        assert response.status == 202
    assert coach.received[0].text == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c\nd"


async def test_a_body_too_large_is_refused_in_words(client: Client, coach: FakeCoach) -> None:
    async with client.post("/messages", data=QUESTION | {"text": "x" * 270_000}) as response:
        assert response.status == 413
        assert shown("page.refused.too_large") in await response.text()
    async with client.post("/messages", json=QUESTION | {"text": "x" * 270_000}) as response:
        assert response.status == 413
        assert await response.json() == {"error": WORDS("page.refused.too_large")}
    assert not coach.received


FORM = "application/x-www-form-urlencoded"
WRONG = [
    (FORM, b"as=amira&event=event-0001"),
    (FORM, b"as=amira&text=hello"),
    (FORM, b"as=amira&event=short&text=hello"),
    (FORM, b"as=amira&event=" + b"e" * 65 + b"&text=hello"),
    (FORM, b"as=amira&event=event+0001%0a&text=hello"),
    (FORM, b"as=amira&event=event-0001&text=%ff"),
    (FORM, b"as=amira&event=event-0001&text=\xff"),
    (FORM, b"&".join([b"a=b"] * 30)),
    ("application/json", b"{"),
    ("application/json", b"[]"),
    ("application/json", b"[" * 200_000),
    ("application/json", b"\xff"),
    ("application/json", b'{"as": "amira", "event": "event-0001", "text": 7}'),
    ("application/json", b'{"as": ["amira"], "event": "event-0001", "text": "hello"}'),
    ("text/plain", b"as=amira&event=event-0001&text=hello"),
    ("multipart/form-data", b"hello"),
]


@pytest.mark.parametrize(("kind", "body"), WRONG)
async def test_anything_else_is_400_in_words(client: Client, coach: FakeCoach, kind: str, body: bytes) -> None:
    async with client.post("/messages", data=body, headers={"Content-Type": kind}) as response:
        assert response.status == 400
        assert html.escape(WORDS("page.refused.content")) in html.escape(html.unescape(await response.text()))
    assert not coach.received


async def test_a_broken_encoding_is_not_taken(client: Client, coach: FakeCoach) -> None:
    headers = {"Content-Type": FORM, "Content-Encoding": "gzip"}
    with contextlib.suppress(ServerDisconnectedError):  # aiohttp hangs up on a body that it cannot decode
        async with client.post("/messages", data=b"not gzip", headers=headers) as response:
            assert response.status == 400
    assert not coach.received


async def test_an_unknown_partner_is_told_so(client: Client, coach: FakeCoach) -> None:
    for path in ("/?as=nobody", "/?as=", "/conversation?as=nobody", "/conversation"):
        assert shown("page.refused.unknown_partner") in await text_of(client, path, 404)
    async with client.get("/conversation.json?as=nobody") as response:
        assert (response.status, await response.json()) == (404, {"error": WORDS("page.refused.unknown_partner")})
    async with client.post("/messages", data=QUESTION | {"as": "nobody"}) as response:
        assert response.status == 404
    assert not coach.received


async def test_unknown_addresses_and_methods_are_told_so(client: Client) -> None:
    assert shown("page.refused.not_found") in await text_of(client, "/static/../app.py", 404)
    async with client.delete("/messages") as response:
        assert (response.status, response.headers["Allow"]) == (405, "POST")
        assert shown("page.refused.method") in await response.text()


async def test_a_conversation_that_did_not_change_is_304(client: Client, coach: FakeCoach) -> None:
    async with client.get("/conversation?as=amira") as first:
        etag = first.headers["ETag"]
    async with client.get("/conversation?as=amira", headers={"If-None-Match": etag}) as second:
        assert (second.status, second.headers["ETag"], await second.read()) == (304, etag, b"")
    async with client.post("/messages", json=QUESTION):
        pass
    async with client.get("/conversation?as=amira", headers={"If-None-Match": etag}) as third:
        assert third.status == 200
        assert "<html" not in await third.text()


async def test_the_conversation_as_json(client: Client) -> None:
    async with client.post("/messages", json=QUESTION):
        pass
    async with client.get("/conversation.json?as=amira") as response:
        asked, answered = await response.json()
    assert asked == {
        "key": "web:amira:event-0001",
        "at": "2026-03-02T09:30:00+00:00",
        "text": QUESTION["text"],
        "card": None,
        "answers": "",
    }
    assert answered["answers"] == asked["key"]
    assert answered["card"] == json.loads(json.dumps(to_json(TRUST_CARD)))


async def test_waiting_is_said_and_ends(aiohttp_client: Open) -> None:
    coach = FakeCoach(answers_after=3)
    client = await aiohttp_client(demo_app(fake_page(coach)), headers={"Host": HERE})
    async with client.post("/messages", json=QUESTION):
        pass
    page = await text_of(client, "/?as=amira")
    assert WORDS("page.waiting") in page
    assert '<noscript><meta http-equiv="refresh" content="1;url=/?as=amira&amp;check=1#latest"></noscript>' in page
    assert 'content="4;url=/?as=amira&amp;check=4#latest"' in await text_of(client, "/?as=amira&check=3")
    assert 'http-equiv="refresh"' not in await text_of(client, "/?as=amira&check=20")
    assert 'data-waiting="no"' in await text_of(client, "/?as=amira&check=²")


async def test_a_long_wait_is_said_to_be_long(aiohttp_client: Open) -> None:
    coach = FakeCoach(answers_after=9)
    client = await aiohttp_client(demo_app(fake_page(coach, now=later(60))), headers={"Host": HERE})
    async with client.post("/messages", json=QUESTION):
        pass
    assert shown("page.overdue") in await text_of(client, "/conversation?as=amira")


async def test_a_message_that_could_not_be_kept_is_given_back(client: Client, coach: FakeCoach) -> None:
    coach.failures = [OSError("disk full: <b>secret words</b>"), OSError("disk full: secret words")]
    with capture_logs() as logged:
        async with client.post("/messages", data=QUESTION | {"text": "\n<b>secret words</b>"}) as response:
            page = await response.text()
            assert response.status == 503
        assert shown("page.refused.not_kept") in page
        assert 'name="event" value="event-0001"' in page
        assert "\n\n&lt;b&gt;secret words&lt;/b&gt;</textarea>" in page
        async with client.post("/messages", json=QUESTION) as response:
            assert (response.status, await response.json()) == (503, {"error": WORDS("page.refused.not_kept")})
    assert "secret" not in str(logged)
    assert {each["error"] for each in logged} == {"OSError"}


async def test_an_unforeseen_error_is_a_sentence_and_no_traceback(
    client: Client, coach: FakeCoach, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_: object) -> tuple[()]:
        raise RuntimeError("secret words")

    monkeypatch.setattr(coach, "read", broken)
    with capture_logs() as logged:
        page = await text_of(client, "/?as=amira", 500)
    assert shown("page.refused.failed") in page
    assert "secret" not in page + str(logged)
    assert [each["error"] for each in logged] == ["RuntimeError"]


async def test_health(aiohttp_client: Open, client: Client, coach: FakeCoach) -> None:
    async def stuck() -> bool:
        return False

    assert await text_of(client, "/healthz") == "ok"
    sick = await aiohttp_client(demo_app(replace(fake_page(coach), healthy=stuck)), headers={"Host": HERE})
    assert shown("page.refused.unhealthy") in await text_of(sick, "/healthz", 503)
