"""Whoever allows less than before, or takes all of it back: nothing that is made from then on rests on it."""

import io
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from adapters.web.digest_drawing import Pictures, digest_drawing
from bot.charts import Chart, ChartFailed
from bot.coaching.barriers.handling import Handling
from bot.coaching.barriers.offering import Offering
from bot.coaching.barriers.owning import Owning
from bot.coaching.barriers.raising_cards import CONSENTED, WITHDRAWN
from bot.coaching.barriers.remedying import Remedying
from bot.coaching.barriers.saving import BarrierSaving
from bot.coaching.digests.digesting import Digesting
from bot.coaching.digests.files import as_csv, as_json, as_markdown
from bot.coaching.digests.freezing import Freezing
from bot.digest_pdf import as_pdf
from bot.domain.barrier_rules import moved
from bot.domain.barrier_views import Reader
from bot.domain.barriers import BarrierId, Consent, Status
from bot.domain.digest import Digest, Scope
from bot.domain.disclosure import Measure, iso_week, select
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnerId, PartnershipId
from bot.store.database import Database
from bot.store.gaps import Gaps
from bot.store.snapshots import Snapshots
from bot.store.told_replies import ToldReplies
from prompts import words
from tests.bot.coaching.barriers.test_remedying import Alike, FakeLibrary
from tests.bot.coaching.barriers_at_hand import AMARA, BEN, CHO, Shelf, part, recognised
from tests.bot.plans import COUNCIL, HOUSING, PLAN
from tests.fakes import NOON, message

WORDS = words()
CANARY = "Brackwater"
WORDING = f"Nobody in {CANARY} may open the shared folder."
BECAUSE = "Both directors signed the agreement in the end."
WEEK = iso_week(NOON.date())
#: The Monday after, and the one after that.
MONDAY = datetime.combine(NOON.date() + timedelta(days=7 - NOON.weekday()), datetime.min.time(), UTC)
LATER = MONDAY + timedelta(weeks=1, hours=1)
LEAD = Reader(partner=AMARA, organisation=COUNCIL.id, lead=True)
TELLINGS = {"chat", "markdown", "json", "csv", "page", "pdf"}


async def _no_chart(_chart: Chart, _kind: str) -> bytes:
    raise ChartFailed


async def _plans() -> tuple[PartnershipPlan, ...]:
    return (PLAN,)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Everything that could rest on what somebody raised, over a real database."""

    shelf: Shelf
    snapshots: Snapshots
    digesting: Digesting
    freezing: Freezing
    owning: Owning
    remedying: Remedying
    offering: Offering

    async def press(self, action: str, of: str, **values: str) -> None:
        """Have Ben change what he allows of a barrier."""
        pressed = self.shelf.press(action, of, **values)
        await self.owning.actions[action](pressed, recognised(BEN))

    async def told(self, now: datetime) -> set[str]:
        """The renderings of the digest in which Ben's words stand."""
        made = await self.digesting.made(PLAN, Scope(weeks=4), LEAD, now)
        said = {
            "chat": str(self.digesting.card(made, LEAD)),
            "markdown": as_markdown(made, WORDS),
            "json": as_json(made, WORDS),
            "csv": as_csv(made, WORDS),
            "page": digest_drawing(WORDS).page(made, Pictures()),
            "pdf": await _printed(made),
        }
        assert said.keys() == TELLINGS
        return {name for name, text in said.items() if CANARY in text}

    async def figure(self) -> bool:
        """Whether the figure of the week that counted Ben is still told."""
        return select((await self.snapshots.of(PLAN.id))[WEEK], Measure.OPEN, factor="information") is not None

    async def behind(self) -> set[str]:
        """The weeks whose figures Ben stands behind, as far as that is kept."""
        found = await self.snapshots.history(PLAN.id, [WEEK, iso_week(MONDAY.date())])
        return {week for week, each in found.items() if any(one.person == BEN for one in each)}

    async def rests(self, now: datetime) -> set[str]:
        """What rests on Ben's part in the barriers."""
        asked, cho = message("asked"), recognised(CHO)
        remedies = await self.remedying.find("The folder is shut.", ("information",), asked, cho)
        offered = await self.offering("The folder is shut.", CHO, PLAN.id, judged=False)
        shown = {
            "words": await self.told(now) == TELLINGS,
            "figure": await self.figure(),
            "twin": any(CANARY in each.wording for each in offered),
            "remedy": remedies.unlocked is not None,
        }
        return {name for name, rests in shown.items() if rests}


async def _printed(made: Digest) -> str:
    pages = PdfReader(io.BytesIO(await as_pdf(made, WORDS, _no_chart))).pages
    return "\n".join(page.extract_text() for page in pages)


@pytest.fixture
async def desk(database: Database) -> Desk:
    """Ben and enough others have an open barrier and one that was resolved; the week is over and was counted."""
    shelf, snapshots = await Shelf.open(database), Snapshots(database)
    own = part(BEN, consent=Consent.NAMED, shared=True, wording=WORDING)
    others = [
        part(PartnerId(f"p{number}"), (COUNCIL.id, HOUSING.id)[number % 2], consent=Consent.COUNTED, name="")
        for number in range(12)
    ]
    await shelf.raise_one(own, *others)
    await _resolve(shelf, await _raised_by_ben(shelf))
    saving = BarrierSaving(barriers=shelf.barriers)
    handling = Handling(barriers=shelf.barriers, homes=shelf.homes, words=WORDS)
    desk = Desk(
        shelf=shelf,
        snapshots=snapshots,
        digesting=Digesting(barriers=shelf.barriers, snapshots=snapshots, gaps=Gaps(database), words=WORDS),
        freezing=Freezing(plans=_plans, barriers=shelf.barriers, replies=ToldReplies(database), snapshots=snapshots),
        owning=Owning(
            saving=saving,
            words=WORDS,
            listed=handling.listed,
            numbered=handling.numbered,
            withholding=snapshots,
        ),
        remedying=Remedying(
            library=FakeLibrary(library=None, encode=None, has=0),  # type: ignore[arg-type]
            likeness=Alike(),
            barriers=shelf.barriers.all,
            bank=(),
            words=WORDS,
        ),
        offering=Offering(barriers=shelf.barriers, twins=Alike()),
    )
    await desk.freezing(MONDAY + timedelta(minutes=5))
    return desk


async def _raised_by_ben(shelf: Shelf) -> BarrierId:
    own = part(BEN, consent=Consent.NAMED, shared=True, wording=WORDING)
    return (await shelf.raise_one(own, named="b2", factor="trust")).id


async def _resolve(shelf: Shelf, name: BarrierId) -> None:
    before = await shelf.now(name)
    after = moved(before, Status.RESOLVED, "resolved", NOON + timedelta(days=1), AMARA, BECAUSE, shared=True)
    await shelf.barriers.save((before, after), now=NOON)


#: What is done, with what a form holds; and what may rest on it afterwards.
TAKEN_BACK = {
    "withdrawn": (WITHDRAWN, {}, set()),
    "private": (CONSENTED, {"consent": "private", "share": "yes"}, set()),
    "only counted": (CONSENTED, {"consent": "counted", "share": "yes"}, {"twin", "remedy"}),
    "counted and not shared": (CONSENTED, {"consent": "counted", "share": ""}, set()),
    "no longer shared": (CONSENTED, {"consent": "named", "share": ""}, {"words", "figure"}),
    "all as it was": (CONSENTED, {"consent": "named", "share": "yes"}, {"words", "figure", "twin", "remedy"}),
}


@pytest.mark.parametrize("taken", TAKEN_BACK)
async def test_what_is_made_next_rests_on_what_is_still_allowed(desk: Desk, taken: str) -> None:
    soon = MONDAY + timedelta(hours=1)
    assert await desk.rests(soon) == {"words", "figure", "twin", "remedy"}
    assert await desk.behind() == {WEEK}
    action, values, left = TAKEN_BACK[taken]
    for name in ("b1", "b2"):
        await desk.press(action, name, **values)
    assert await desk.rests(soon) == left
    assert await desk.told(soon) == (TELLINGS if "words" in left else set())
    assert bool(await desk.behind()) is ("figure" in left)


@pytest.mark.parametrize("taken", ["withdrawn", "private"])
async def test_weeks_counted_later_do_not_count_them_either(desk: Desk, taken: str) -> None:
    action, values, _ = TAKEN_BACK[taken]
    await desk.press(action, "b1", **values)
    await desk.press(action, "b2", **values)
    assert await desk.freezing(LATER) == 1
    assert await desk.behind() == set()
    assert await desk.rests(LATER) == set()


@dataclass(frozen=True, kw_only=True)
class Meanwhile:
    """Withholds, and the first time lets something else happen before the change itself is saved."""

    snapshots: Snapshots
    then: Callable[[], Awaitable[object]]
    done: list[BarrierId] = field(default_factory=list)

    async def withhold(self, partnership: PartnershipId, partner: PartnerId, barrier: BarrierId) -> None:
        await self.snapshots.withhold(partnership, partner, barrier)
        self.done.append(barrier)
        if len(self.done) == 1:
            await self.then()


@pytest.mark.parametrize("taken", ["withdrawn", "private"])
async def test_a_week_that_is_counted_during_the_change_does_not_rest_on_it(desk: Desk, taken: str) -> None:
    action, values, _ = TAKEN_BACK[taken]
    meanwhile = Meanwhile(snapshots=desk.snapshots, then=lambda: desk.freezing(LATER))
    changing = replace(desk, owning=replace(desk.owning, withholding=meanwhile))
    await changing.press(action, "b1", **values)
    assert iso_week(MONDAY.date()) in await desk.snapshots.of(PLAN.id)
    await desk.press(action, "b2", **values)
    assert await desk.behind() == set()


@pytest.mark.parametrize("taken", ["withdrawn", "private"])
async def test_a_change_while_a_week_is_counted_holds(desk: Desk, taken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    action, values, _ = TAKEN_BACK[taken]
    keep = desk.snapshots.keep

    async def late(*counted: Any) -> None:
        for name in ("b1", "b2"):
            await desk.press(action, name, **values)
        await keep(*counted)

    monkeypatch.setattr(desk.snapshots, "keep", late)
    assert await desk.freezing(LATER) == 1
    assert await desk.behind() == set()


async def test_what_the_others_allowed_stays(desk: Desk) -> None:
    await desk.press(WITHDRAWN, "b1")
    await desk.freezing(LATER)
    history = await desk.snapshots.history(PLAN.id, [WEEK, iso_week(MONDAY.date())])
    for each in history.values():
        assert len({one.person for one in each if one.factor == "information"}) == 12
    told = select((await desk.snapshots.of(PLAN.id))[iso_week(MONDAY.date())], Measure.OPEN, factor="information")
    assert told is None or told.low == 10
