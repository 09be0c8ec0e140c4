"""Who may read and write the page, and that nobody's text becomes part of it."""

import html
import re
from collections.abc import Mapping

import pytest

from adapters.web.app import demo_app
from bot.domain.cards import straight
from tests.adapters.web.fakes import HERE, PORT, QUESTION, TRUST_CARD, Client, FakeCoach, Open, fake_page, with_text

HOSTS = [
    (HERE, 200),
    (f"localhost:{PORT}", 200),
    (f"LOCALHOST:{PORT}", 200),
    ("127.0.0.1", 421),
    (f"127.0.0.1:{PORT + 1}", 421),
    (f"evil.example:{PORT}", 421),
    (f"127.0.0.1.evil.example:{PORT}", 421),
    (f"[::1]:{PORT}", 421),
    ("", 421),
]


@pytest.mark.parametrize(("host", "status"), HOSTS)
@pytest.mark.parametrize("path", ["/", "/healthz", "/static/page.css", "/conversation.json?as=amira"])
async def test_only_its_own_name_is_answered(client: Client, host: str, status: int, path: str) -> None:
    async with client.get(path, headers={"Host": host}) as response:
        assert response.status == status


ORIGINS: list[tuple[Mapping[str, str], int]] = [
    ({}, 202),
    ({"Origin": f"http://{HERE}"}, 202),
    ({"Origin": f"http://{HERE}", "Sec-Fetch-Site": "same-origin"}, 202),
    ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 202),
    ({"Origin": "null"}, 403),
    ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
    ({"Origin": f"http://localhost:{PORT}"}, 403),
    ({"Origin": f"https://{HERE}"}, 403),
    ({"Origin": "http://evil.example"}, 403),
    ({"Origin": f"http://{HERE}", "Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "same-site"}, 403),
]


@pytest.mark.parametrize(("headers", "status"), ORIGINS)
async def test_only_its_own_pages_may_write(
    client: Client, coach: FakeCoach, headers: Mapping[str, str], status: int
) -> None:
    async with client.post("/messages", json=QUESTION, headers=headers) as response:
        assert response.status == status
    assert len(coach.received) == (status == 202)


@pytest.mark.parametrize("path", ["/", "/?as=amira", "/?as=nobody", "/static/page.js", "/healthz", "/nowhere"])
async def test_every_answer_is_sealed(client: Client, path: str) -> None:
    async with client.get(path) as response:
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self';")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Cache-Control"] == "no-store"


TAGS = set(
    re.findall(
        r"\w+",
        "div article h2 h3 p a span ol li blockquote cite bdi details summary mark ul button dl dt dd form fieldset "
        "legend label input textarea select option",
    )
)
HOSTILE = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>'",
    "</textarea></details><b>bold</b>",
    "{{ page.port }} {% raw %} $name",
    "javascript:alert(1)",
    "\u202eevil\u202c <!channel> &amp; &lt;",
]


@pytest.mark.parametrize("text", HOSTILE)
async def test_text_is_shown_as_text(aiohttp_client: Open, text: str) -> None:
    coach = FakeCoach(card=with_text(TRUST_CARD, text))
    client = await aiohttp_client(demo_app(fake_page(coach)), headers={"Host": HERE})
    async with client.post("/messages", json=QUESTION | {"text": text}):
        pass
    async with client.get("/conversation?as=amira") as response:
        page = await response.text()
    if "<" in text:
        assert text not in page
    assert html.unescape(page).count(straight(text)) >= 26
    assert "secret" not in page
    assert set(re.findall(r"<(\w+)", page)) <= TAGS
    assert not re.search(r"\s(on\w+|src|style)=", re.sub(r'"[^"]*"', '""', re.sub(r">[^<]*<", "><", page)))
