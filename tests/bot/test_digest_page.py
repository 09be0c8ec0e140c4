"""The digest in a browser: only its lead gets in, only with the code of the moment, and no request breaks it."""

import html
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.web.digest_drawing import Pictures
from bot.bootstrap import open_coach
from bot.charts import Chart
from bot.coaching.digests.digesting import Digesting
from bot.coaching.digests.links import LIFE, DigestLinks, Grant
from bot.coaching.digests.opening import DigestOpening
from bot.desks.digests import digesting_of, mount_digest_page
from bot.digest_page import digest_page
from bot.domain.barrier_views import Reader
from bot.domain.cards import from_json
from bot.domain.digest import Scope
from bot.domain.membership import Standing
from bot.domain.messages import Place
from bot.domain.own_settings import PartnerSettings
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import Identity, PartnerId
from bot.settings import load_settings
from bot.store.barriers import Barriers
from bot.store.database import Database
from bot.store.digest_links import DigestCodes
from bot.store.gaps import Gaps
from bot.store.homes import Homes
from bot.store.people import People
from bot.store.preferences import OwnSettings
from bot.store.snapshots import Snapshots
from bot.store.tables import outbox
from prompts import entries, words
from tests.bot.coach_home import coach_home
from tests.bot.coaching.barriers_at_hand import BEN, Shelf, part
from tests.bot.plans import COUNCIL, LEAD, PLAN
from tests.bot.store.rows import rows
from tests.fakes import NOON, FakeClock, counted

WORDS, WELSH = words(), entries("cy")
LINKS = DigestLinks(secret=b"s" * 32, public_url="https://coach.example/us")
Client = TestClient[web.Request, web.Application]
Open = Callable[[web.Application], Awaitable[Client]]
MINUTE = timedelta(minutes=1)


@dataclass
class Site:
    """The page over a real database, and a browser in front of it."""

    database: Database
    opening: DigestOpening
    clock: FakeClock
    plans: list[PartnershipPlan]
    amara: PartnerId
    client: Client

    def token(self, **changes: Any) -> str:
        given = {"partnership": PLAN.id, "partner": self.amara, "scope": Scope(weeks=4), "expires": NOON + LIFE}
        return self.opening.links.sign(Grant(**{**given, **changes}))

    async def post(self, token: str, cookie: str = "", **form: str) -> tuple[int, str, Any]:
        sent = await self.client.post(f"/digest/{token}", data=form, allow_redirects=False, headers=_cookie(cookie))
        return sent.status, await sent.text(), sent.headers

    async def get(self, path: str, cookie: str = "") -> tuple[int, str]:
        got = await self.client.get(path, headers=_cookie(cookie))
        return got.status, await got.text()

    async def codes(self) -> list[str]:
        """The codes that went out, oldest first."""
        notices = [from_json(row["payload"]) for row in await rows(self.database, outbox)]
        return [found[0].replace(" ", "") for card in notices if (found := re.findall(r"\d{3} \d{3}", card.plain))]

    async def opened(self, token: str) -> str:
        """The cookie of somebody who entered the code that was sent."""
        assert (await self.post(token, send="yes"))[0] == 303
        status, _, headers = await self.post(token, code=(await self.codes())[-1])
        assert status == 303
        return str(headers["Set-Cookie"].split(";")[0])


def _cookie(cookie: str) -> dict[str, str]:
    return {"Cookie": cookie} if cookie else {}


async def no_picture(_chart: Chart, form: str) -> bytes:
    return b"<svg></svg>" if form == "svg" else b"\x89PNG"


@pytest.fixture
async def site(sqlite: Database, aiohttp_client: Open) -> Site:
    people, homes, clock = People(sqlite, counted("p")), Homes(sqlite), FakeClock()
    amara = Identity(platform="slack", tenant="T0", user="UAMARA", email=LEAD.email)
    standing = Standing(partnership=PLAN.id, organisation=COUNCIL.id, lead=True)
    held = await people.admit(amara, standing)
    shelf, plans = await Shelf.open(sqlite), [PLAN]
    await homes.remember(held.partner, amara.key, "slack", Place("T0/D1/"), NOON)
    await shelf.raise_one(part(BEN, wording="<script>alert(1)</script> & nothing moves"))

    async def applied() -> list[PartnershipPlan]:
        return plans

    digesting = Digesting(
        barriers=Barriers(sqlite), snapshots=Snapshots(sqlite), gaps=Gaps(sqlite), words=WORDS, links=LINKS
    )
    opening = DigestOpening(
        links=LINKS,
        codes=DigestCodes(sqlite, "digest"),
        plans=applied,
        people=people,
        homes=homes,
        digesting=digesting,
        words=WORDS,
        clock=clock,
        new_id=counted("n"),
        pick=_picks(),
    )
    application = web.Application()
    page = digest_page(opening, WORDS)

    async def pictures(_digest: object) -> Pictures:
        return Pictures(heat="<svg></svg>", grid="<svg></svg>")

    replace(page, draw=no_picture, pictures=pictures).mount(application)
    client = await aiohttp_client(application)
    return Site(database=sqlite, opening=opening, clock=clock, plans=plans, amara=held.partner, client=client)


def _picks() -> Callable[[str], str]:
    """Digits that differ from code to code."""
    number = counted("")
    return lambda alphabet: alphabet[int(number()) * 7 % len(alphabet)]


async def test_a_lead_gets_a_code_in_chat_and_the_digest_for_it(site: Site) -> None:
    token = site.token()
    status, gate = await site.get(f"/digest/{token}")
    assert (status, WORDS("digest.page.send") in gate, "nothing moves" in gate) == (200, True, False)
    status, _, headers = await site.post(token, send="yes")
    assert (status, headers["Location"]) == (303, f"/us/digest/{token}?said=sent")
    (code,) = await site.codes()
    status, _, headers = await site.post(token, code=f"{code[:3]} {code[3:]}")
    assert (status, headers["Location"]) == (303, f"/us/digest/{token}")
    given = headers["Set-Cookie"].partition(";")
    assert {part.strip().lower() for part in given[2].split(";")} == {
        "httponly", "secure", "samesite=strict", "max-age=3600", f"path=/us/digest/{token}".lower()
    }  # fmt: skip
    status, page = await site.get(f"/digest/{token}", given[0])
    assert status == 200
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; nothing moves" in page
    assert "<script" not in page


async def test_the_notice_with_the_code_goes_to_that_lead_alone(site: Site) -> None:
    await site.post(site.token(), send="yes")
    (row,) = await rows(site.database, outbox)
    assert (row["platform"], row["place"], row["promise"]) == ("slack", "T0/D1/", "notice")


@pytest.mark.parametrize("wrong", ["000000", "", "12345", "１２３４５６", "9" * 900])
async def test_another_code_opens_nothing(site: Site, wrong: str) -> None:
    token = site.token()
    await site.post(token, send="yes")
    status, page, headers = await site.post(token, code=wrong)
    assert (status, "Set-Cookie" in headers, WORDS("digest.page.said.wrong") in page) == (403, False, True)


async def test_a_code_stands_five_tries_and_opens_once(site: Site) -> None:
    token = site.token()
    await site.opened(token)
    assert (await site.post(token, code=(await site.codes())[0]))[0] == 403
    await site.post(token, send="yes")
    for _ in range(5):
        assert (await site.post(token, code="000000"))[0] == 403
    assert (await site.post(token, code=(await site.codes())[-1]))[0] == 403


async def test_a_code_holds_ten_minutes_and_for_its_link_alone(site: Site) -> None:
    token = site.token()
    await site.post(token, send="yes")
    code = (await site.codes())[-1]
    assert (await site.post(site.token(scope=Scope()), code=code))[0] == 403
    site.clock.now += 10 * MINUTE
    assert (await site.post(token, code=code))[0] == 403


async def test_three_codes_an_hour_are_sent(site: Site) -> None:
    token = site.token()
    assert [(await site.post(token, send="yes"))[0] for _ in range(4)] == [303, 303, 303, 429]
    assert (await site.post(site.token(scope=Scope()), send="yes"))[0] == 429
    site.clock.now += 61 * MINUTE
    assert (await site.post(token, send="yes"))[0] == 303
    assert len(await site.codes()) == 4


async def test_the_session_ends_after_an_hour_and_is_good_for_one_link(site: Site) -> None:
    token, other = site.token(), site.token(scope=Scope())
    cookie = await site.opened(token)
    assert "nothing moves" in (await site.get(f"/digest/{token}", cookie))[1]
    assert "nothing moves" not in (await site.get(f"/digest/{other}", cookie))[1]
    assert "nothing moves" not in (await site.get(f"/digest/{token}", cookie[:-2]))[1]
    site.clock.now += 60 * MINUTE
    assert "nothing moves" not in (await site.get(f"/digest/{token}", cookie))[1]


async def test_who_leads_no_more_is_let_in_no_more(site: Site) -> None:
    token = site.token()
    cookie = await site.opened(token)
    site.plans[:] = [replace(PLAN, leads=(replace(LEAD, email="joe@council.example"),))]
    status, page = await site.get(f"/digest/{token}", cookie)
    assert (status, WORDS("digest.page.unopened.no_lead") in page) == (403, True)
    assert (await site.post(token, send="yes"))[0] == 403


async def test_a_link_ends_after_a_week(site: Site) -> None:
    token = site.token()
    cookie = await site.opened(token)
    site.clock.now += LIFE
    status, page = await site.get(f"/digest/{token}", cookie)
    assert (status, WORDS("digest.page.unopened.expired") in page) == (403, True)


async def test_a_lead_who_never_spoke_to_the_coach_is_told_so(site: Site) -> None:
    await site.database.write(lambda connection: connection.exec_driver_sql("DELETE FROM home"))
    status, page, _ = await site.post(site.token(), send="yes")
    assert (status, WORDS("digest.page.said.nowhere").replace("'", "&#39;") in page) == (409, True)


async def test_a_form_of_another_site_sends_nothing(site: Site) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    sent = await site.client.post(f"/digest/{site.token()}", data={"send": "yes"}, headers=headers)
    assert sent.status == 403
    assert await site.codes() == []


@pytest.mark.parametrize(("form", "kind"), [("pdf", "application/pdf"), ("csv", "text/csv")])
async def test_the_digest_can_be_had_as_a_file(site: Site, form: str, kind: str) -> None:
    token = site.token()
    cookie = await site.opened(token)
    got = await site.client.get(f"/digest/{token}?format={form}", headers=_cookie(cookie))
    assert (got.status, got.content_type) == (200, kind)
    assert got.headers["Content-Disposition"] == f'attachment; filename="digest-harbour-2026-W09.{form}"'
    assert (await site.get(f"/digest/{token}?format=exe", cookie))[0] == 400
    body = await (await site.client.get(f"/digest/{token}?format={form}")).text()
    assert WORDS("digest.page.send") in body


async def test_every_answer_is_sealed(site: Site) -> None:
    for path in (f"/digest/{site.token()}", "/digest/x", "/digest/chart/x.png"):
        got = await site.client.get(path)
        policy = got.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert got.headers["Referrer-Policy"] == "no-referrer"
        assert got.headers["Cache-Control"] == "no-store"


async def test_the_picture_in_a_chat_needs_its_own_link_and_lasts_a_day(site: Site) -> None:
    reader = Reader(partner=site.amara, organisation=COUNCIL.id, lead=True)
    made = await site.opening.digesting.made(PLAN, Scope(), reader, NOON)
    image = LINKS.chart(made, WORDS)
    assert image is not None
    path = image.url.removeprefix("https://coach.example/us")
    got = await site.client.get(path)
    assert (got.status, got.content_type) == (200, "image/png")
    assert (await site.client.get(f"/digest/chart/{site.token()}.png")).status == 404
    assert (await site.client.get(f"/digest/{path.rsplit('/')[-1][:-4]}")).status == 404
    site.clock.now += timedelta(days=1)
    assert (await site.client.get(path)).status == 404


def _mangled(token: str) -> st.SearchStrategy[str]:
    """Tokens that were not signed, most of them near one that was."""
    places = st.integers(0, len(token) - 1)
    changed = st.tuples(places, st.characters(max_codepoint=0x2FF)).map(
        lambda at: token[: at[0]] + at[1] + token[at[0] + 1 :]
    )
    return (
        st.text(max_size=60) | changed | places.map(lambda at: token[:at]) | places.map(lambda at: token + token[:at])
    )


@given(data=st.data())
@settings(max_examples=200)
def test_a_token_that_was_not_signed_is_nothing(data: st.DataObject) -> None:
    grant = Grant(partnership=PLAN.id, partner=BEN, scope=Scope(factor="trust"), expires=NOON)
    token = LINKS.sign(grant)
    assert LINKS.read(token) == grant
    other = data.draw(_mangled(token))
    assert other == token or LINKS.read(other) is None
    assert LINKS.plot(other, NOON) is None
    assert not LINKS.admits(other, token, NOON)
    assert replace(LINKS, secret=b"t" * 32).read(token) is None


JUNK = [
    b"", b"code", b"code=1&send=yes", b"=", b"&&&", b"code=" + b"9" * 5000, bytes(range(256)), b"code=%ff%fe",
    b'{"code": 1}', b"send=yes;code=2", b"code=\x00",
]  # fmt: skip
KINDS = ["application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=x", "", "nonsense"]
PATHS = ["..%2f..", "%00", "%ff", "a.b", ".", "a" * 4000, "é", "{token}", "chart/x.png", "chart/.png"]


async def test_no_request_breaks_the_page(site: Site) -> None:
    token = site.token()
    tried = await _statuses(site, [token, token[:-1], *PATHS])
    assert all(400 <= status < 500 for status in tried), tried


async def test_no_reading_breaks_the_page(site: Site) -> None:
    token = site.token()
    cookie = await site.opened(token)
    for path in [*PATHS, *(f"chart/{path}.png" for path in PATHS)]:
        assert 400 <= (await site.get(f"/digest/{path}", 'coach-digest="; ;=;x'))[0] < 500
    for query in (
        "format=%00",
        "format=",
        "format=pdf%0d%0a",
        "said=<b>",
        "said=sent&said=x",
        "%ff=%fe",
        "&&=",
        "format=exe",
    ):
        assert (await site.get(f"/digest/{token}?{query}", cookie))[0] in (200, 400)
    assert (await site.client.head(f"/digest/{token}")).status == 200


async def _statuses(site: Site, tokens: Iterable[str]) -> list[int]:
    found = []
    for token in tokens:
        for body in JUNK:
            for kind in KINDS:
                headers = {"Content-Type": kind, "Cookie": 'coach-digest="\\777; x=y'}
                found.append((await site.client.post(f"/digest/{token}", data=body, headers=headers)).status)
    return found


@pytest.mark.parametrize(("public", "status"), [("https://coach.example", 404), ("", None)])
async def test_the_page_is_there_where_people_can_reach_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, aiohttp_client: Open, public: str, status: int | None
) -> None:
    home = coach_home(tmp_path, monkeypatch, [])
    environ = {"COACH_DATA_DIR": "data", "COACH_LIBRARY_DIR": "library", "COACH_PUBLIC_URL": public}
    async with open_coach(load_settings(environ, folder=home.folder)) as coach:
        application = web.Application()
        mount_digest_page(coach, application)
        assert bool(application.router.resources()) is bool(public)
        links = digesting_of(coach).links
        assert links is not None
        made = await digesting_of(coach).made(PLAN, Scope(), Reader(partner=BEN, organisation=COUNCIL.id), NOON)
        reader = Reader(partner=BEN, organisation=COUNCIL.id, lead=True)
        card = digesting_of(coach).card(made, reader)
        assert [link.url.startswith("https://coach.example/digest/") for link in card.links] == [True] * bool(public)
        assert any(each.image for each in card.more) is bool(public)
        if status:
            client = await aiohttp_client(application)
            assert (await client.get("/digest/x")).status == status


async def test_a_lead_who_chose_welsh_gets_the_code_and_the_page_in_welsh(site: Site) -> None:
    await OwnSettings(site.database).keep(site.amara, PartnerSettings(locale="cy"), NOON)
    token = site.token()
    gate = (await site.get(f"/digest/{token}"))[1]
    assert '<html lang="cy"' in gate
    assert WELSH["digest.page.send"] in gate
    cookie = await site.opened(token)
    (code,) = [from_json(row["payload"]) for row in await rows(site.database, outbox)]
    assert (code.note, code.locale) == (WELSH["digest.page.code_note"], "cy")
    page = (await site.get(f"/digest/{token}", cookie))[1]
    assert html.escape(WELSH["digest.new.title"]) in page
    assert WORDS("digest.new.title") + "<" not in page
