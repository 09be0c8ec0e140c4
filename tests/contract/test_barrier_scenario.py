"""A barrier's whole way on doubles: `barriers.yaml`, told the same in Slack, in Teams and in every file."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.bootstrap import main_store
from bot.commands.digesting import print_digest
from bot.desks import barriers as raising_desk
from bot.domain.partnership import Lead
from bot.settings import load_settings
from bot.store.partnerships import Partnerships
from tests.adapters.slack.conftest import user
from tests.bot.coaching.raising_room import FakeTwins
from tests.contract.chat_scenario import play, scenario
from tests.contract.chat_stages import DoublesStage
from tests.contract.digest_numbers import FORMS, check_the_same
from tests.contract.house import PLAN, House
from tests.contract.slack_chat import SlackChat
from tests.contract.teams_chat import TeamsChat
from tests.fakes import NOON
from tests.slack_double import BOT, SlackDouble
from tests.teams_double import TENANT, TeamsDouble

pytestmark = pytest.mark.process

LEADS = (
    Lead(name="Amara Okafor", organisation=PLAN.organisations[0].id, email="amara@council.example"),
    Lead(name="Priya Shah", organisation=PLAN.organisations[1].id, email="priya@charity.example"),
)


@pytest.fixture(autouse=True)
def alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every barrier that may be offered is: `tests/clients` has the real weights."""
    monkeypatch.setattr(raising_desk, "twins_for", lambda _model: FakeTwins())


@pytest.fixture
async def stage(chats: House, slack: SlackDouble, teams: TeamsDouble, tmp_path: Path) -> DoublesStage:
    async with main_store(load_settings({"COACH_DATA_DIR": "data"}, folder=tmp_path)) as database:
        await Partnerships(database).save(replace(PLAN, leads=LEADS), NOON)
    for name in ("tom", "priya"):
        slack.users[f"U0{name.upper()}"] = user(
            f"U0{name.upper()}", profile={"email": f"{name}@charity.example", "real_name": name.title()}
        )
        slack.members[f"DU0{name.upper()}"] = [f"U0{name.upper()}", BOT]
    teams.members = [_person(name) for name in ("joe", "amara")]
    return DoublesStage(
        house=chats,
        chats={
            **{name: SlackChat(house=chats, slack=slack, user=f"U0{name.upper()}") for name in ("tom", "priya")},
            **{name: TeamsChat(house=chats, teams=teams, person=_person(name)) for name in ("joe", "amara")},
        },
        database=tmp_path / "data" / "coach.sqlite",
    )


def _person(name: str) -> dict[str, object]:
    known = {"id": f"29:{name}", "name": name.title(), "aadObjectId": name, "tenantId": TENANT}
    return {**known, "userPrincipalName": f"{name}@council.example"}


async def test_a_barrier_goes_its_whole_way_and_every_digest_tells_the_same(
    stage: DoublesStage, tmp_path: Path
) -> None:
    told = await play(scenario("barriers"), stage)
    settings = load_settings({"COACH_DATA_DIR": "data"}, folder=tmp_path)
    for form in FORMS:
        await print_digest(settings, "", LEADS[0].email, "", form, tmp_path / f"digest.{form}")
    files = {form: (tmp_path / f"digest.{form}").read_bytes() for form in FORMS}
    check_the_same(files, {person: told[person] for person in ("amara", "priya")})
