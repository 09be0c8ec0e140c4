"""A partnership in which some were asked and said nothing, for the test that nothing names them.

`RENDERERS` is every way in which something reaches a lead. Whoever adds another adds a line.
"""

import io
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from pypdf import PdfReader

from adapters.slack.render import render as in_slack
from adapters.teams.render import render as in_teams
from bot.charts import draw
from bot.coaching.digests.card import digest_card
from bot.coaching.digests.charts import grid_in_words, grid_of, heat_in_words, heat_of
from bot.coaching.digests.digesting import Digesting
from bot.coaching.digests.files import as_csv, as_json, as_markdown
from bot.coaching.digests.freezing import Freezing
from bot.coaching.digests.insight_gathering import InsightGathering
from bot.coaching.digests.links import DigestLinks
from bot.coaching.questions.bank import reflection_questions
from bot.digest_page import as_html
from bot.digest_pdf import as_pdf
from bot.domain.barrier_views import Reader
from bot.domain.barriers import Consent
from bot.domain.cards import Card, Image
from bot.domain.check_ins import CheckIn, CheckInId, Reflection, State, View
from bot.domain.digest import Digest, Scope
from bot.domain.membership import Standing
from bot.domain.messages import Place
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import Identity, OrganisationId, PartnerId
from bot.store.barriers import Barriers
from bot.store.check_in_rows import check_in_row, reflection_row
from bot.store.check_in_tables import check_in, reflection
from bot.store.database import Database
from bot.store.gaps import Gaps
from bot.store.homes import Homes
from bot.store.people import People
from bot.store.snapshots import Snapshots
from bot.store.told_replies import ToldReplies
from prompts import words
from tests.bot.plans import COUNCIL, HOUSING, PLAN

WORDS = words()
MONDAY = datetime(2026, 3, 9, 9, tzinfo=UTC)
ASKED = MONDAY - timedelta(days=6)
WEEK = "2026-W10"
AMARA = Reader(partner=PartnerId("amara"), organisation=COUNCIL.id, lead=True)
SPOKE, SIGNED = "We learn of it when it is done", "Dora Signed"
LINKS = DigestLinks(secret=b"s" * 32, public_url="https://coach.example")
_BOTH = (COUNCIL.id, HOUSING.id)


class Silent:
    """How somebody was asked and said nothing that others may read; the value marks all that is known of them."""

    WAITING, SKIPPED, SNOOZED, PRIVATE, WITHDRAWN, UNASKED = (f"zqxsilent{number}" for number in range(6))
    EVERY = (WAITING, SKIPPED, SNOOZED, PRIVATE, WITHDRAWN, UNASKED)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What a renderer may draw from."""

    database: Database
    plan: PartnershipPlan
    digest: Digest

    @property
    def card(self) -> Card:
        """The digest in chat, with both pictures."""
        chart, grid = LINKS.chart(self.digest, WORDS), LINKS.grid(self.digest, WORDS)
        return digest_card(self.digest, WORDS, chart, LINKS.page(self.digest, AMARA), grid)


async def scene(database: Database, *, silent: Iterable[str] = Silent.EVERY) -> Scene:
    """Sixteen who replied, two of whom let their words be read, and those who were silent in each way."""
    for number in range(16):
        await _speaks(database, number)
    for mark in silent:
        await _is_silent(database, mark)
    told, snapshots, barriers = ToldReplies(database), Snapshots(database), Barriers(database)
    await Freezing(plans=_plans, barriers=barriers, replies=told, snapshots=snapshots)(MONDAY)
    gathering = InsightGathering(replies=told.since, partners=told.partners, bank=reflection_questions(), words=WORDS)
    digesting = Digesting(barriers=barriers, snapshots=snapshots, gaps=Gaps(database), words=WORDS, gathering=gathering)
    return Scene(database=database, plan=PLAN, digest=await digesting.made(PLAN, Scope(weeks=4), AMARA, MONDAY))


async def known(database: Database, mark: str, organisation: OrganisationId = HOUSING.id) -> PartnerId:
    """Somebody of whom everything that is kept bears their mark."""
    person = Identity(platform="slack", tenant="T0", user=f"U{mark}", email=f"{mark}@housing.example", name=mark)
    people = People(database, lambda: f"id-{mark}")
    held = await people.admit(person, Standing(partnership=PLAN.id, organisation=organisation, lead=False))
    await Homes(database).remember(held.partner, person.key, "slack", Place(f"T0/D{mark}/"), ASKED)
    return held.partner


async def _plans() -> tuple[PartnershipPlan, ...]:
    return (PLAN,)


async def _speaks(database: Database, number: int) -> None:
    where = _BOTH[number % 2]
    partner = await known(database, f"speaker{number}", where)
    signs, shares = number == 0, number == 1
    said = replace(
        _reply(partner, where, f"{SPOKE} ({number})"),
        consent=Consent.NAMED if signs else Consent.COUNTED,
        name=SIGNED if signs else "",
        shared=shares,
    )
    await _keep(database, _asked(partner, where, State.ANSWERED), said)


async def _is_silent(database: Database, mark: str) -> None:
    partner = await known(database, mark)
    said = _reply(partner, HOUSING.id, f"What {mark} said")
    states = {Silent.SKIPPED: State.SKIPPED, Silent.SNOOZED: State.SNOOZED}
    kept = {
        Silent.PRIVATE: replace(said, consent=Consent.PRIVATE, shared=True, name=mark),
        Silent.WITHDRAWN: replace(said, consent=Consent.NAMED, shared=True, name=mark, withdrawn=True),
    }
    if mark != Silent.UNASKED:
        state = State.ANSWERED if mark in kept else states.get(mark, State.ASKED)
        await _keep(database, _asked(partner, HOUSING.id, state), kept.get(mark))


def _asked(partner: PartnerId, organisation: OrganisationId, state: State) -> CheckIn:
    return CheckIn(
        id=CheckInId(f"check-{partner}"),
        partner=partner,
        partnership=PLAN.id,
        organisation=organisation,
        week=WEEK,
        question="trust-1",
        factor="trust",
        asked_at=ASKED,
        until=ASKED + timedelta(days=3),
        state=state,
    )


def _reply(partner: PartnerId, organisation: OrganisationId, text: str) -> Reflection:
    return Reflection(
        check_in=CheckInId(f"check-{partner}"),
        partner=partner,
        partnership=PLAN.id,
        organisation=organisation,
        week=WEEK,
        question="trust-1",
        factor="trust",
        text=text,
        at=ASKED,
        view=View.HARD,
    )


async def _keep(database: Database, asked: CheckIn, said: Reflection | None) -> None:
    await database.write(lambda connection: connection.execute(check_in.insert(), [check_in_row(asked)]))
    if said is not None:
        row = {**reflection_row(said), "changes": ()}
        await database.write(lambda connection: connection.execute(reflection.insert(), [row]))


async def _slack(given: Scene) -> str:
    return "\n".join(
        json.dumps([each.text, list(each.blocks)], ensure_ascii=False)
        for card in (given.card, *given.card.more)
        for each in in_slack(card, WORDS)
    )


async def _teams(given: Scene) -> str:
    cards = (given.card, *given.card.more)
    return "\n".join(json.dumps(each, ensure_ascii=False) for card in cards for each in in_teams(card, WORDS))


async def _pdf(given: Scene) -> str:
    pages = PdfReader(io.BytesIO(await as_pdf(given.digest, WORDS))).pages
    return "\n".join(page.extract_text() for page in pages)


async def _drawings(given: Scene) -> str:
    charts = (heat_of(given.digest, WORDS), grid_of(given.digest, WORDS))
    return "\n".join([(await draw(each, "svg")).decode() for each in charts])


async def _alternatives(given: Scene) -> str:
    images: list[Image] = [each.image for each in given.card.more if each.image]
    addresses = [f"{each.url} {each.alt}" for each in images]
    return "\n".join([*addresses, heat_in_words(given.digest, WORDS), grid_in_words(given.digest, WORDS)])


async def _as_text(given: Scene, write: Callable[[Digest], str]) -> str:
    return write(given.digest)


Render = Callable[[Scene], Awaitable[str]]
RENDERERS: Mapping[str, Render] = {
    "slack": _slack,
    "teams": _teams,
    "page": lambda given: as_html(given.digest, WORDS),
    "markdown": lambda given: _as_text(given, lambda digest: as_markdown(digest, WORDS)),
    "csv": lambda given: _as_text(given, lambda digest: as_csv(digest, WORDS)),
    "json": lambda given: _as_text(given, lambda digest: as_json(digest, WORDS)),
    "pdf": _pdf,
    "drawings": _drawings,
    "alternatives": _alternatives,
}
#: Those that show what people wrote.
QUOTING = ("slack", "teams", "page", "markdown", "csv", "json", "pdf")
