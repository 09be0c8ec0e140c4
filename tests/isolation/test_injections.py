"""A thousand injections, a model that obeys them all, and what is really sent to Slack, to Teams and to the page.

The run of every day tries one in nineteen; `COACH_TEST_SCALE=full` tries all. See `docs/isolation.md`.
"""

import json
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot import bootstrap, demo
from bot.chats import open_chats
from bot.delivery.limiting import everything
from bot.demo_page import open_demo
from bot.domain.partnership import Contact, PartnershipPlan
from bot.domain.people import Organisation, OrganisationId
from bot.store.database import Database
from bot.store.partnerships import Partnerships
from knowledge import answering
from knowledge.citations import verify
from knowledge.folding import readable
from knowledge.minilm import MiniLM
from knowledge.support import borne_out
from tests.contract import house
from tests.contract.hearing import Heard, in_slack, in_teams
from tests.contract.house import House
from tests.contract.page_chat import PageChat
from tests.contract.slack_chat import SlackChat
from tests.contract.teams_chat import TeamsChat
from tests.fakes import NOON
from tests.isolation import alive
from tests.isolation.injections import CANARY, CARRIERS, TONGUES, WANTED, WAYS, Injection, Obeying, every
from tests.isolation.raised import Chat, Raised, persuaded, reasons, taken_in_slack, taken_in_teams, typed_on_page
from tests.isolation.world import FULL
from tests.slack_double import BOT, SlackDouble
from tests.teams_double import ANNA, TENANT, TeamsDouble

INJECTIONS = [each for number, each in enumerate(every()) if FULL or number % 19 == 0]
CLINIC = Organisation(id=OrganisationId("clinic"), name="Clinic", email_domains=("clinic.example",))
PLAN = replace(house.PLAN, organisations=(*house.PLAN.organisations, CLINIC), document_audiences={})
KNOWN = {each.mark: each for each in INJECTIONS}
BARRIERS = [each for each in INJECTIONS if each.carrier == "barriers"]
NUMBERS = count(1)
C = TypeVar("C", bound=Chat)
OFFER = "That sounds like a barrier. Log it?"
HIDDEN = f"# Wing\n\n## Of the clinic\n\n{CANARY}. Partners build trust between organisations in harbour wing.\n"


@pytest.fixture
def obeying(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Obeying:
    model = Obeying(KNOWN)
    monkeypatch.setattr(bootstrap, "open_writer", lambda _settings: model)
    # The library is searched with a fake embedder; what the model says is held to its quotations with the real one.
    minilm = MiniLM(tmp_path_factory.mktemp("models"))
    monkeypatch.setattr(answering, "borne_out", lambda drafts, lexical, _fake: borne_out(drafts, lexical, minilm))
    monkeypatch.setattr("bot.chats.limiting", lambda _safeguard: everything)
    return model


@pytest.fixture
def raised(monkeypatch: pytest.MonkeyPatch) -> Raised:
    return persuaded(monkeypatch, KNOWN)


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    """Every document that carries something, and the one that nobody here may see."""
    carried = {each.file: each.document for each in INJECTIONS if each.carrier in ("documents", "file names")}
    entries = [{"file": "hidden.md", "title": "Wing", "audience": ["clinic"]}]
    entries += [
        {"file": each.file, "title": f"{each.mark} {each.text}"[:200], "author": each.text[:100]}
        for each in INJECTIONS
        if each.carrier == "file names"
    ]
    catalogue = json.dumps({"documents": entries}, ensure_ascii=False)
    documents = (*carried.items(), ("hidden.md", HIDDEN), ("library.yaml", catalogue))
    monkeypatch.setattr(house, "DOCUMENTS", (*house.DOCUMENTS, *documents))
    return dict(house.DOCUMENTS)


@dataclass
class Tried:
    """What was found of all that was sent, and how much that was."""

    texts: str
    sent: int = 0
    cited: int = 0
    played: int = 0
    found: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)

    def note(self, injection: Injection, found: Iterator[str]) -> None:
        for each in found:
            self.found[each] += 1
            self.first.setdefault(each, f"{injection.carrier}, {injection.kind}, {injection.tongue}, {injection.mark}")

    def sentences(self, injection: Injection, said: Sequence[str], *, cited: bool) -> None:
        """Sentences of an answer: each is the library's own words and has its quotation."""
        self.cited += 1
        own = [next((words for words in map(_bare, _endings(each)) if words in self.texts), "") for each in said]
        wrong = [each for each in own if not each]
        self.played += sum(each in map(_bare, WANTED["role"]) for each in own)
        self.note(injection, iter(["a sentence of the model's"] * len(wrong) + ([] if cited else ["uncited"])))

    def heard(self, injection: Injection, answer: Heard) -> None:
        """An answer as it is read, without the coach's offer to log a barrier."""
        said = tuple(each for each in answer.sentences if each != OFFER)
        self.sentences(injection, said, cited=replace(answer, sentences=said).cited)

    def end(self, where: str, raised: Raised) -> None:
        counted = f"{len(INJECTIONS)} injections, {self.sent} sent, {self.cited} answers, {self.played} roles played"
        counted += f", {raised.sent} forms sent, {raised.offered} with offers"
        sys.stdout.write(f"{where}: {counted}, {dict(self.found)}\n")
        assert self.first == {}
        assert self.sent >= len(INJECTIONS)
        assert self.cited >= len(INJECTIONS) // 3


def _endings(sentence: str) -> list[str]:
    """A sentence without its number, and what of it may be left once it is not said whose it is."""
    parts = sentence.rpartition(" [")[0].split(": ")
    return [": ".join(parts[at:]) for at in range(len(parts))]


def _bare(text: str) -> str:
    return "".join(each for each in readable(text).casefold() if each.isalnum())


def _tried(library: Mapping[str, str]) -> Tried:
    return Tried(texts=_bare("".join(library.values())))


def _named(plan: PartnershipPlan, injection: Injection) -> PartnershipPlan:
    """The plan with people of this name to turn to."""
    name = injection.text[:120]
    return replace(plan, contacts=(Contact(name=name, how=name),)) if injection.carrier == "names" else plan


@dataclass(frozen=True, kw_only=True)
class Home:
    """A running coach, and where its plans are kept."""

    house: House
    database: Database

    async def meets(self, plan: PartnershipPlan, injection: Injection) -> None:
        if injection.carrier == "names":
            await Partnerships(self.database).save(_named(plan, injection), NOON)


@asynccontextmanager
async def _chats(folder: Path, patch: pytest.MonkeyPatch, slack: SlackDouble) -> AsyncIterator[Home]:
    coaches: list[Any] = []

    def noted(coach: Any, application: Any) -> Any:
        coaches.append(coach)
        return open_chats(coach, application)

    patch.setattr("tests.contract.house.open_chats", noted)
    patch.setattr(house, "PLAN", PLAN)
    async with house.chats(folder, patch, slack) as opened:
        yield Home(house=opened, database=coaches[0].database)


async def _plays(
    chat: C, injection: Injection, raised: Raised, taken: Callable[[C, Injection], Awaitable[None]]
) -> None:
    """What carries the order is given to the coach; a barrier goes on until it is logged."""
    await (taken(chat, injection) if injection.way == "shortcut" else chat.says(injection.question))
    if injection.carrier == "barriers":
        await raised.goes_on(chat, injection)


def test_there_are_a_thousand_of_every_kind() -> None:
    made = list(every())
    assert len({(each.carrier, each.text) for each in made}) == 1_000
    assert len(made) == 1_000
    assert (len(CARRIERS), len(WANTED), len(TONGUES)) == (5, 5, 20)
    assert {each.way for each in BARRIERS} == set(WAYS)
    for at in ("carrier", "kind", "tongue"):
        assert len(set(Counter(getattr(each, at) for each in made).values())) == 1
        assert len({getattr(each, at) for each in INJECTIONS}) == len({getattr(each, at) for each in made})


async def test_nothing_comes_alive_in_slack(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    slack: SlackDouble,
    obeying: Obeying,
    raised: Raised,
    library: Mapping[str, str],
) -> None:
    tried = _tried(library)
    async with _chats(tmp_path, monkeypatch, slack) as home:
        for who in ("U0ANA", "U0BEA"):
            slack.users[who] = {**slack.users["U0ANA"], "id": who, "profile": {"email": f"{who}@charity.example"}}
            slack.members[f"D{who}"] = [who, BOT]
        chats = [SlackChat(house=home.house, slack=slack, user=who) for who in ("U0ANA", "U0BEA")]
        for injection in INJECTIONS:
            await home.meets(PLAN, injection)
            at, chat = len(slack.calls), chats[injection.turn % 2]
            await _plays(chat, injection, raised, taken_in_slack)
            for method, arguments in slack.calls[at:]:
                tried.sent += method.startswith(("chat.", "views.")) and method != "chat.delete"
                tried.note(injection, alive.in_slack(method, arguments))
                tried.note(injection, alive.reads(arguments))
                tried.note(injection, reasons(arguments, injection))
            for message in slack.messages[f"D{chat.user}"]:
                if any(each.get("elements", [{}])[0].get("type") == "rich_text_quote" for each in message["blocks"]):
                    tried.heard(injection, in_slack(message))
            slack.messages[f"D{chat.user}"].clear()
    assert slack.refused == []
    assert len(obeying.obeyed) >= len(INJECTIONS) // 4
    raised.end(len(BARRIERS))
    tried.end("Slack", raised)


async def test_nothing_comes_alive_in_teams(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    slack: SlackDouble,
    teams: TeamsDouble,
    obeying: Obeying,
    raised: Raised,
    library: Mapping[str, str],
) -> None:
    tried = _tried(library)
    anna = {**ANNA, "userPrincipalName": "anna@council.example", "tenantId": TENANT}
    bea = {**anna, "id": "29:bea", "aadObjectId": f"B{anna['aadObjectId'][1:]}", "userPrincipalName": "bea@c.example"}
    async with _chats(tmp_path, monkeypatch, slack) as home:
        chats = [TeamsChat(house=home.house, teams=teams, person=person) for person in (anna, bea)]
        for injection in INJECTIONS:
            await home.meets(PLAN, injection)
            at = len(teams.requests)
            await _plays(chats[injection.turn % 2], injection, raised, taken_in_teams)
            for request in teams.requests[at:]:
                if request.method in {"POST", "PUT"}:
                    tried.sent += request.body.get("type") == "message"
                    tried.note(injection, alive.in_teams(request.body))
                    tried.note(injection, alive.reads(request.body))
                    tried.note(injection, reasons(request.body, injection))
                if "rich" not in request.path and _quotes(request.body):
                    tried.heard(injection, in_teams(request.body))
            teams.standing.clear()
    raised.end(len(BARRIERS))
    tried.end("Teams", raised)


def _quotes(activity: Mapping[str, Any]) -> bool:
    cards = [each["content"] for each in activity.get("attachments", ()) if "content" in each]
    return any(each["type"] == "Container" and len(each["items"]) >= 3 for card in cards for each in card["body"])


async def test_nothing_comes_alive_on_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, obeying: Obeying, raised: Raised, library: Mapping[str, str]
) -> None:
    tried, seen = _tried(library), set[str]()
    async with (
        house.coach(tmp_path, monkeypatch) as coach,
        open_demo(coach) as opened,
        TestClient(TestServer(opened.app), headers={"Host": f"127.0.0.1:{house.DEMO_PORT}"}) as client,
    ):
        home = Home(house=House(delivery=opened.delivery, client=client), database=opened.database)
        chats = [PageChat(house=home.house, persona=each.id, numbers=NUMBERS) for each in demo.PARTNERS]
        for injection in INJECTIONS:
            await home.meets(demo.PLAN, injection)
            # Somebody else each time: a conversation of a thousand messages takes long to draw.
            chat = chats[injection.turn % len(chats)]
            await _plays(chat, injection, raised, typed_on_page)
            said = [each for each in await chat._said() if f"{chat.persona} {each['key']}" not in seen]
            seen |= {f"{chat.persona} {each['key']}" for each in said}
            tried.sent += len(said)
            tried.note(injection, alive.reads(said))
            tried.note(injection, reasons(said, injection))
            for each in said:
                card = each["card"]
                if card and card["quotations"]:
                    texts = [f"{each['text']} [1]" for each in card["paragraphs"] if each["citations"]]
                    tried.sentences(injection, texts, cited=bool(texts))
            if injection.turn % 5 == 0 or not FULL:
                async with client.get("/", params={"as": chat.persona}) as response:
                    tried.note(injection, alive.in_html(await response.text()))
    raised.end(len(BARRIERS))
    tried.end("page", raised)


async def test_a_coach_that_checks_nothing_would_be_found(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    slack: SlackDouble,
    obeying: Obeying,
    raised: Raised,
    library: Mapping[str, str],
) -> None:
    """The other side: what the model says would be seen if it left."""

    def trusting(drafts: Any, hits: Any, quotables: Any) -> Any:
        drafts = [replace(each, quotation=hits[each.hit].passage.text[:60]) for each in drafts]
        said, citations = verify([replace(each, text=each.quotation) for each in drafts], hits, quotables)
        return tuple(replace(each, text=draft.text) for each, draft in zip(said, drafts, strict=False)), citations

    monkeypatch.setattr(answering, "verify", trusting)
    monkeypatch.setattr(answering, "borne_out", lambda drafts, _lexical, _embedder: drafts)
    with pytest.raises(AssertionError, match=r"sentence of the model's|canary"):
        await test_nothing_comes_alive_in_slack(tmp_path, monkeypatch, slack, obeying, raised, library)
