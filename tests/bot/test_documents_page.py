"""The documents of a partnership in a browser: only its lead gets in, and no partnership touches another's."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from aiohttp import FormData, web
from aiohttp.test_utils import TestClient

from adapters.web.documents_drawing import documents_drawing
from adapters.web.documents_page import DocumentsPage
from bot.coaching.answers.asking import eligible
from bot.coaching.digests.links import DigestLinks
from bot.coaching.library import documents as use_case
from bot.coaching.library.documents import Documents
from bot.coaching.library.links import LIFE, DocumentLinks
from bot.coaching.library.opening import DocumentsOpening
from bot.domain.cards import from_json
from bot.domain.membership import Standing
from bot.domain.messages import Place
from bot.domain.partnership import Lead, PartnershipPlan
from bot.domain.people import Audience, Identity, PartnerId, PartnershipId
from bot.store.agreements import Agreements
from bot.store.database import Database
from bot.store.digest_links import DigestCodes
from bot.store.homes import Homes
from bot.store.partnerships import Partnerships
from bot.store.people import People
from bot.store.tables import outbox
from knowledge.documents import Source, Unit
from knowledge.shelf import SetAside, Shelf, Volume
from prompts import words
from tests.bot.plans import COUNCIL, HOUSING, LEAD, PLAN
from tests.bot.store.rows import rows
from tests.fakes import NOON, FakeClock, counted
from tests.knowledge.shelves import ReadHere

WORDS = words()
Client = TestClient[web.Request, web.Application]
Open = Callable[[web.Application], Awaitable[Client]]
#: Another partnership of the same installation, with an organisation of the same name.
OTHER = replace(
    PLAN,
    id=PartnershipId("valley"),
    name="Valley",
    organisations=(replace(COUNCIL, email_domains=("valley.example",)),),
    leads=(Lead(name="Vera", organisation=COUNCIL.id, email="vera@valley.example"),),
    document_audiences={},
)
BEN = Lead(name="Ben", organisation=HOUSING.id, email="ben@housing.example")
TWO_LEADS = replace(
    PLAN, leads=(LEAD, BEN), organisations=(COUNCIL, replace(HOUSING, email_domains=("housing.example",)))
)
SIGNING = DigestLinks(secret=b"s" * 32, public_url="https://coach.example/us")
TEXT = b"# Trust\n\nSmall promises that are kept build trust between organisations.\n"


def volume(file: str, *audience: str, unit: Unit = Unit.LINE) -> Volume:
    source = Source(file=file, title=f"Title of {file}", audience=audience or ("partnership",))
    return Volume(source=source, version="1", unit=unit, text="", passages=())


@dataclass
class Site:
    """The mounted page over two partnerships, and who leads them."""

    database: Database
    folder: Path
    clock: FakeClock
    links: DocumentLinks
    leads: dict[str, PartnerId]
    client: Client = field(init=False)
    shelf: list[Volume] = field(default_factory=list)
    aside: list[SetAside] = field(default_factory=list)

    def token(self, who: str = "amara", partnership: PartnershipId = PLAN.id) -> str:
        return self.links.page(partnership, self.leads[who], self.clock()).rpartition("/")[2]

    async def plan(self, name: str = "harbour") -> PartnershipPlan:
        return await Partnerships(self.database).find(name)

    async def post(self, token: str, cookie: str = "", data: Any = None, **headers: str) -> tuple[int, str, Any]:
        more = {"Cookie": cookie, **headers} if cookie else headers
        sent = await self.client.post(f"/documents/{token}", data=data, allow_redirects=False, headers=more)
        return sent.status, await sent.text(), sent.headers

    async def get(self, token: str, cookie: str = "", **query: str) -> tuple[int, str]:
        headers = {"Cookie": cookie} if cookie else {}
        got = await self.client.get(f"/documents/{token}", headers=headers, params=query)
        assert "default-src 'none'" in got.headers["Content-Security-Policy"]
        return got.status, await got.text()

    async def opened(self, token: str) -> str:
        """The cookie of somebody who entered the code that was sent."""
        assert (await self.post(token, data={"send": "yes"}))[0] == 303
        cards = [from_json(row["payload"]) for row in await rows(self.database, outbox)]
        codes = [found[0] for card in cards if (found := re.findall(r"\d{3} \d{3}", card.plain))]
        status, _, headers = await self.post(token, data={"code": codes[-1]})
        assert status == 303
        return str(headers["Set-Cookie"].split(";")[0])

    async def enter(self, who: str = "amara", partnership: PartnershipId = PLAN.id) -> "Visit":
        token = self.token(who, partnership)
        return Visit(site=self, token=token, cookie=await self.opened(token))

    def files(self) -> set[str]:
        return {path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file()}


@dataclass
class Visit:
    """A lead who has entered their code."""

    site: Site
    token: str
    cookie: str

    async def page(self, **query: str) -> str:
        status, page = await self.site.get(self.token, self.cookie, **query)
        assert status == 200
        return page

    async def mark(self) -> str:
        return str(re.findall(r'name="mark" value="([^"]+)"', await self.page())[0])

    async def bring(self, name: str, content: bytes = TEXT, **fields: str) -> tuple[int, str]:
        form = FormData(quote_fields=False)
        form.add_field("mark", fields.pop("mark", None) or await self.mark())
        for each, value in fields.items():
            form.add_field(each, value)
        form.add_field("file", content, filename=name, content_type="application/octet-stream")
        status, page, headers = await self.site.post(self.token, self.cookie, form)
        return status, headers.get("Location", page)

    async def does(self, deed: str, file: str, **fields: Any) -> tuple[int, str]:
        data = {"mark": await self.mark(), "do": deed, "file": file, **fields}
        status, page, headers = await self.site.post(self.token, self.cookie, data)
        return status, headers.get("Location", page)


@pytest.fixture
async def site(sqlite: Database, aiohttp_client: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    people, homes, clock = People(sqlite, counted("p")), Homes(sqlite), FakeClock()
    partnerships, leads = Partnerships(sqlite), {}
    for plan in (TWO_LEADS, OTHER):
        await partnerships.save(plan, NOON)
        for lead in plan.leads:
            name = lead.name.split()[0].lower()
            identity = Identity(platform="slack", tenant="T0", user=name, email=lead.email)
            standing = Standing(partnership=plan.id, organisation=lead.organisation, lead=True)
            leads[name] = (await people.admit(identity, standing)).partner
            await homes.remember(leads[name], identity.key, "slack", Place(f"T0/{name}/"), NOON)
    links = DocumentLinks(signing=SIGNING)
    site = Site(database=sqlite, folder=tmp_path / "library", clock=clock, links=links, leads=leads)

    async def restore(_file: str) -> None:
        pass

    reader = ReadHere()
    monkeypatch.setattr(use_case, "load", lambda path, limits: _loaded(reader, path, limits))
    page = DocumentsPage(
        opening=DocumentsOpening(
            links=links,
            codes=DigestCodes(sqlite, "documents"),
            plans=partnerships.all,
            people=people,
            homes=homes,
            words=WORDS,
            clock=clock,
            new_id=counted("n"),
            pick=lambda alphabet: alphabet[3],
        ),
        documents=Documents(
            folder=site.folder,
            shelf=lambda: Shelf(generation=1, cutter="", volumes=tuple(site.shelf), set_aside=tuple(site.aside)),
            agreements=Agreements(sqlite),
            links=links,
            words=WORDS,
            clock=clock,
            restore=restore,
        ),
        drawing=documents_drawing(WORDS),
        new_id=counted("f"),
    )
    application = web.Application()
    page.mount(application)
    site.client = await aiohttp_client(application)
    return site


def _loaded(reader: ReadHere, path: Path, limits: Any) -> Any:
    ((_, loaded),) = list(reader([path], limits=limits))
    if isinstance(loaded, Exception):
        raise loaded
    return loaded


async def test_without_a_code_nothing_is_shown_or_taken(site: Site) -> None:
    site.shelf.append(volume("report.pdf"))
    token = site.token()
    status, gate = await site.get(token)
    assert (status, "report.pdf" in gate, WORDS("digest.page.send") in gate) == (200, False, True)
    form = FormData(quote_fields=False)
    form.add_field("mark", "x")
    form.add_field("file", TEXT, filename="a.md")
    assert (await site.post(token, data=form))[0] == 404
    assert (await site.post(token, data={"do": "remove", "file": "report.pdf", "mark": "x"}))[0] == 404
    assert site.files() == set()


@pytest.mark.parametrize("token", ["", "x", "x.y", "ä"])
async def test_a_link_that_is_none_leads_nowhere(site: Site, token: str) -> None:
    assert (await site.client.get(f"/documents/{token}")).status == 404


async def test_a_link_is_good_for_an_hour_and_for_its_lead(site: Site) -> None:
    token = site.token()
    assert (await site.get(site.token("vera")))[0] == 403
    site.clock.now += LIFE
    assert (await site.get(token))[0] == 403
    assert (await site.get(site.token()))[0] == 200
    digest = SIGNING.signed("digest-page", [PLAN.id, site.leads["amara"], int((NOON + LIFE + LIFE).timestamp())])
    assert (await site.get(digest))[0] == 404


async def test_whoever_leads_no_more_is_let_in_no_more(site: Site) -> None:
    visit = await site.enter()
    await Partnerships(site.database).save(replace(TWO_LEADS, leads=(BEN,)), NOON)
    assert (await site.get(visit.token, visit.cookie))[0] == 403
    assert (await visit.site.post(visit.token, visit.cookie, {"do": "remove", "file": "x", "mark": "x"}))[0] == 403


async def test_a_document_is_brought_for_the_partnership_alone(site: Site) -> None:
    visit = await site.enter()
    status, where = await visit.bring("Our plan.md")
    assert (status, where) == (303, f"/us/documents/{visit.token}?said=added")
    file = "@harbour/council/Our plan.md"
    assert site.files() == {file}
    page = await visit.page(said="added")
    for text in ("Our plan.md", WORDS("documents.for.whole"), WORDS("documents.state.waiting")):
        assert text in page
    harbour, valley = await site.plan("harbour"), await site.plan("valley")
    source = Source(file=file, title="Our plan", audience=("@harbour",))
    theirs = Audience(organisations=frozenset({COUNCIL.id}))
    assert eligible(theirs, harbour.document_audiences)(source)
    assert not eligible(theirs, valley.document_audiences)(source)


async def test_another_partnership_neither_sees_nor_changes_it(site: Site) -> None:
    await (await site.enter()).bring("plan.md")
    file = "@harbour/council/plan.md"
    site.shelf += [volume(file, "@harbour"), volume("shared.pdf")]
    site.aside.append(SetAside(file="@harbour/council/bad.pdf", version="1", reason="It is damaged."))
    vera = await site.enter("vera", OTHER.id)
    page = await vera.page()
    assert ("shared.pdf" in page, "plan.md" in page, "bad.pdf" in page) == (True, False, False)
    assert "plan.md" not in (await vera.page(file=file)).replace(file, "")
    for deed in ("remove", "audience"):
        status, said = await vera.does(deed, file, **{"for": "public"})
        assert (status, WORDS("documents.refused.unknown") in said) == (409, True)
    assert file in site.files()
    assert (await site.plan("valley")).document_audiences == {}
    status, _ = await vera.bring("plan.md", b"Ours.")
    assert status == 303
    assert site.files() == {file, "@valley/council/plan.md"}


async def test_a_lead_sees_what_their_organisation_may_see(site: Site) -> None:
    site.shelf += [volume("council.pdf", "council"), volume("housing.pdf", "housing"), volume("all.pdf")]
    amara, ben = await site.enter(), await site.enter("ben")
    assert [name in await amara.page() for name in ("council.pdf", "housing.pdf", "all.pdf")] == [True, False, True]
    assert [name in await ben.page() for name in ("council.pdf", "housing.pdf", "all.pdf")] == [False, True, True]
    assert (await ben.does("audience", "council.pdf", **{"for": "partnership"}))[0] == 409
    assert "council.pdf" not in (await site.plan()).document_audiences


async def test_who_sees_a_document_is_set_and_kept(site: Site) -> None:
    site.shelf.append(volume("all.pdf"))
    visit = await site.enter()
    choose = await visit.page(file="all.pdf")
    assert WORDS("documents.stays") in choose
    chosen = {"for": "some", "organisation": "council"}
    assert await visit.does("audience", "all.pdf", **chosen) == (303, f"/us/documents/{visit.token}?said=changed")
    assert (await site.plan()).document_audiences["all.pdf"] == ("council",)
    assert COUNCIL.name in await visit.page()
    await visit.does("audience", "all.pdf", **{"for": "public"})
    assert (await site.plan()).document_audiences["all.pdf"] == ("public",)
    assert (await site.plan("valley")).document_audiences == {}


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"for": "some"}, "nobody"),
        ({"for": "some", "organisation": "nowhere"}, "nobody"),
        ({"for": "some", "organisation": "housing"}, "not_own"),
        ({"for": "everybody"}, "nobody"),
        ({"for": "@valley"}, "nobody"),
    ],
)
async def test_an_audience_that_cannot_be_is_refused(site: Site, fields: dict[str, str], why: str) -> None:
    site.shelf.append(volume("all.pdf"))
    status, page = await (await site.enter()).does("audience", "all.pdf", **fields)
    assert (status, WORDS(f"documents.refused.{why}").replace("'", "&#39;") in page) == (409, True)
    assert "all.pdf" not in (await site.plan()).document_audiences


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.exe", TEXT, "I cannot read that kind of file"),
        ("noending", TEXT, "I cannot read that kind of file"),
        (".hidden.md", TEXT, "That name cannot be used"),
        ("@x.md", TEXT, "That name cannot be used"),
        ("n" * 300 + ".md", TEXT, "That name cannot be used"),
        ("empty.md", b"", "The file is empty"),
        ("broken.pdf", b"\0%PDF-nothing", "I could not read it"),
    ],
)
async def test_a_file_that_cannot_be_taken_is_refused_in_a_sentence(
    site: Site, name: str, content: bytes, why: str
) -> None:
    status, page = await (await site.enter()).bring(name, content)
    assert (status, why in page) == (409, True)
    assert site.files() == set()


async def test_a_file_that_is_too_large_is_not_kept(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.web.documents_page.LARGEST", 1000)
    status, page = await (await site.enter()).bring("large.md", b"x" * 5000)
    assert (status, "larger than" in page) == (409, True)
    assert site.files() == set()


@pytest.mark.parametrize("name", ["../../escape.md", "..\\escape.md", "/etc/escape.md"])
async def test_a_name_leads_out_of_no_folder(site: Site, name: str) -> None:
    assert (await (await site.enter()).bring(name))[0] == 303
    assert site.files() == {"@harbour/council/escape.md"}


async def test_one_of_the_same_name_gives_way_when_asked_to(site: Site) -> None:
    visit = await site.enter()
    file = "@harbour/council/plan.md"
    await visit.bring("plan.md")
    await visit.does("audience", file, **{"for": "some", "organisation": "council"})
    status, page = await visit.bring("plan.md", b"# Newer\n\nNewer words.")
    assert (status, "plan.md already" in page) == (409, True)
    assert (site.folder / file).read_bytes() == TEXT
    assert (await visit.bring("plan.md", b"# Newer\n\nNewer words.", replace="yes"))[0] == 303
    assert b"Newer" in (site.folder / file).read_bytes()
    assert (await site.plan()).document_audiences[file] == ("council",)


async def test_a_document_that_was_brought_can_be_taken_out(site: Site) -> None:
    visit = await site.enter()
    file = "@harbour/council/plan.md"
    await visit.bring("plan.md")
    site.shelf += [volume(file, "@harbour"), volume("all.pdf")]
    assert WORDS("documents.remove_text") in await visit.page(file=file)
    assert await visit.does("remove", file) == (303, f"/us/documents/{visit.token}?said=removed")
    assert site.files() == set()
    assert file not in (await site.plan()).document_audiences
    assert "plan.md" not in await visit.page()
    status, page = await visit.does("remove", "all.pdf")
    assert (status, WORDS("documents.refused.not_brought") in page) == (409, True)


async def test_what_another_site_sends_is_left_undone(site: Site) -> None:
    visit = await site.enter()
    site.shelf.append(volume("all.pdf"))
    data = {"do": "audience", "file": "all.pdf", "for": "public", "mark": await visit.mark()}
    status, *_ = await site.post(visit.token, visit.cookie, data, **{"Sec-Fetch-Site": "cross-site"})
    assert status == 404
    assert (await site.post(visit.token, visit.cookie, {**data, "mark": "x"}))[0] == 404
    assert (await visit.bring("a.md", mark="x"))[0] == 404
    assert "all.pdf" not in (await site.plan()).document_audiences


async def test_two_changes_at_once_both_hold(site: Site) -> None:
    site.shelf += [volume(f"{n}.pdf") for n in range(4)]
    visit = await site.enter()
    await asyncio.gather(*(visit.does("audience", f"{n}.pdf", **{"for": "public"}) for n in range(4)))
    assert {f"{n}.pdf" for n in range(4)} <= (await site.plan()).document_audiences.keys()


async def test_names_and_titles_are_shown_as_text(site: Site) -> None:
    odd = replace(volume("all.pdf"), source=Source(file="all.pdf", title="<script>alert(1)</script>"))
    site.shelf.append(odd)
    page = await (await site.enter()).page()
    assert "&lt;script&gt;" in page
    assert "<script" not in page


@pytest.mark.parametrize("body", [b"", b"\xff", b"--x", b"mark=1&mark=2", b"do=", b"code=1&send=1"])
@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "multipart/form-data", "text/plain", ""])
async def test_nothing_that_is_sent_breaks_it(site: Site, body: bytes, kind: str) -> None:
    visit = await site.enter()
    headers = {"Cookie": visit.cookie, "Content-Type": kind or "application/x-www-form-urlencoded"}
    sent = await site.client.post(f"/documents/{visit.token}", data=body, headers=headers, allow_redirects=False)
    assert 400 <= sent.status < 500


_ODD = (
    b"\r\n",
    b"--x",
    b"--x--",
    b"\x00",
    b"\xff",
    b":",
    b'"',
    b"base64",
    b"Content-Encoding: gzip\r\n",
    b"a" * 20_000,
)


def _bent(whole: bytes, chance: Random) -> bytes:
    """A body with a few of its bytes taken out, put in or changed."""
    body = bytearray(whole)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(body))
        body[at : at + chance.choice((0, 1, 30))] = chance.choice(_ODD)
    return bytes(body)


async def test_a_form_that_is_bent_out_of_shape_breaks_nothing(site: Site) -> None:
    visit, chance = await site.enter(), Random(7)
    head = f'--x\r\nContent-Disposition: form-data; name="mark"\r\n\r\n{await visit.mark()}\r\n--x\r\n'.encode()
    part = b'Content-Disposition: form-data; name="file"; filename="a.md"\r\nContent-Type: text/plain\r\n\r\n'
    kind = {"Cookie": visit.cookie, "Content-Type": "multipart/form-data; boundary=x"}
    for _ in range(150):
        body = _bent(head + part + TEXT + b"\r\n--x--\r\n", chance)
        sent = await site.client.post(f"/documents/{visit.token}", data=body, headers=kind, allow_redirects=False)
        assert sent.status in {303, 404, 409}, body
