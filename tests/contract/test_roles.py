"""The table of docs/roles.md: every command, typed by everybody, at the front door with every desk behind it."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.bootstrap import Coach
from bot.coaching import commands
from bot.coaching.commands import command_in
from bot.coaching.roles import commands as role_commands
from bot.delivery.ports import Present
from bot.delivery.saying import in_full
from bot.delivery.worker import Answer
from bot.desks.chats import chat_desks
from bot.desks.front import front_door
from bot.desks.partners import roles_of
from bot.desks.safeguarding import safeguarding
from bot.domain.messages import EventKey, Place
from bot.domain.partnership import Lead, PartnershipPlan
from bot.domain.people import Identity, Organisation, OrganisationId, PartnershipId
from prompts import LOCALES, entries, words
from tests.contract.house import coach
from tests.fakes import NOON, FakePresence, message

pytestmark = pytest.mark.process

WORDS = words()
TABLE = Path(__file__).parent.parent.parent / "docs" / "roles.md"
ROLES = ("partner", "lead", "lead of another partnership", "unknown", "guest", "removed partner")
#: In the name of the partnership whose roles they are: nobody of another may read it.
MARK = "Zqharbour"
#: Every sentence that says to somebody that a thing is for leads.
REFUSALS = {text for locale in LOCALES for name, text in entries(locale).items() if name.endswith(".leads_only")}


def _plan(name: str, domain: str, team: str, lead: str) -> PartnershipPlan:
    own = Organisation(
        id=OrganisationId(domain.partition(".")[0]), name=f"{name} body", email_domains=(domain,), slack_teams=(team,)
    )
    more = Organisation(id=OrganisationId(f"second-{name.lower()}"), name=f"{name} second")
    return PartnershipPlan(
        id=PartnershipId(name.lower()),
        name=name,
        zone="UTC",
        organisations=(own, more),
        leads=(Lead(name=f"{name} lead", organisation=own.id, email=lead),),
    )


HARBOUR = _plan(MARK, "council.example", "TCOUNCIL", "lead@council.example")
QUAY = _plan("Quay", "quay.example", "TQUAY", "lead@quay.example")


def _person(user: str, email: str = "", *, team: str = "TCOUNCIL", guest: bool = False) -> Identity:
    return Identity(platform="slack", tenant=team, user=user, email=email, name=user, guest=guest)


PEOPLE: Mapping[str, Identity] = {
    "partner": _person("UPARTNER", "partner@council.example"),
    "lead": _person("ULEAD", "lead@council.example"),
    "lead of another partnership": _person("UOTHER", "lead@quay.example", team="TQUAY"),
    "unknown": _person("UNKNOWN", "somebody@elsewhere.example", team="TFAR"),
    "guest": _person("UGUEST", "guest@elsewhere.example", guest=True),
    "removed partner": _person("UGONE", "gone@council.example"),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A command, how it is typed, and what each role gets."""

    name: str
    typed: str
    gets: Mapping[str, str]


def _rows() -> list[Row]:
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert tuple(cells[0][2:]) == ROLES
    return [
        Row(name=each[0], typed=each[1].strip("`"), gets=dict(zip(ROLES, each[2:], strict=True))) for each in cells[1:]
    ]


ROWS = _rows()


def _names() -> set[str]:
    """The name of every command that there is."""
    found = {value for name, value in vars(commands).items() if name.isupper() and isinstance(value, str)}
    return {each for each in found if each.isidentifier()} | set(role_commands.ROLE_COMMANDS)


@pytest.fixture
async def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Coach]:
    async with coach(tmp_path, monkeypatch) as found:
        for plan in (HARBOUR, QUAY):
            await found.partnerships.save(plan, NOON)
        roles = roles_of(found.database, found.words)
        await roles.changes.remove(HARBOUR.id, PEOPLE["removed partner"].email, OrganisationId("council"))
        yield found


@pytest.fixture
def door(opened: Coach) -> Answer:
    places = {_place(each): Present(people=(each,), complete=True) for each in PEOPLE.values()}
    return front_door(opened, safeguarding(opened), {"slack": FakePresence(places)})


def _place(who: Identity) -> Place:
    return Place(f"{who.tenant}/D{who.user}/")


async def _told(door: Answer, who: Identity, typed: str) -> tuple[str, str]:
    """What somebody gets for a command, in the words of the table, and everything that was said."""
    place = _place(who)
    said = replace(
        message("m", text=typed, platform="slack"),
        key=EventKey(f"slack:{who.user}:{typed}"),
        sender=who,
        place=place,
        direct=place,
    )
    answer = in_full(await door(said))
    told = "\n".join(card.plain for card in (answer.card, *(each.card for each in answer.elsewhere)))
    if answer.card.plain == WORDS("join.stranger"):
        return "–", told
    return ("no" if answer.card.plain in REFUSALS else "yes"), told


def test_every_command_has_a_row_and_every_row_a_command() -> None:
    assert sorted(row.name for row in ROWS) == sorted(_names())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_is_typed_is_that_command(row: Row) -> None:
    found = command_in(row.typed, WORDS)
    assert found is not None
    assert found.name == row.name


async def test_everybody_gets_what_the_table_says(door: Answer) -> None:
    wrong = []
    for row in ROWS:
        for role in ROLES:
            gets, told = await _told(door, PEOPLE[role], row.typed)
            if gets != row.gets[role]:
                wrong.append((row.name, role, row.gets[role], gets, told[:80]))
            if role not in ("partner", "lead"):
                assert MARK not in told, (row.name, role)
    assert wrong == []


async def test_every_command_but_help_is_answered_by_a_desk(opened: Coach) -> None:
    desks = chat_desks(opened, safeguarding(opened))
    assert {row.name for row in ROWS} - desks.commands.keys() <= {"help"}


async def test_whoever_is_no_lead_changes_nothing(opened: Coach, door: Answer) -> None:
    """By no button and by no form, whatever it carries: neither their own partnership nor another's."""
    actions = chat_desks(opened, safeguarding(opened)).actions
    desk = [name for name in actions if name.startswith(("partners", "organisations", "lead-", "wind-up"))]
    assert len(desk) > 15
    people = [who for role, who in PEOPLE.items() if role != "lead"]
    before = await opened.partnerships.all()
    filled = {
        "partner_organisation": "council",
        "partner_email": "new@council.example",
        "organisation_name": "Fire",
        "email_domains": "fire.example",
        "organisation_which": "council",
        "lead_email": "new@council.example",
    }
    for who in people:
        for action in desk:
            for value in (HARBOUR.id, "council", "partner@council.example"):
                said = replace(
                    message("m", text="", platform="slack"),
                    key=EventKey(f"slack:{who.user}:{action}:{value}"),
                    sender=who,
                    place=_place(who),
                    direct=_place(who),
                    action=action,
                    values={"value": value, **filled},
                )
                await door(said)
    after = {plan.id: plan for plan in await opened.partnerships.all()}
    assert after[HARBOUR.id] == next(plan for plan in before if plan.id == HARBOUR.id)
    roles = roles_of(opened.database, opened.words)
    assert [email for email, _ in await roles.changes.named(HARBOUR.id, active=False)] == ["gone@council.example"]
    assert "winding_up" not in await roles.settings.of(HARBOUR.id)
