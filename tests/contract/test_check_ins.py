"""A check-in's way through Slack and Teams: asked for, answered by form and in plain words, and everything after."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.bootstrap import main_store
from bot.settings import load_settings
from bot.store.schema import metadata
from prompts import words
from tests.adapters.slack.conftest import user
from tests.bot.store.rows import rows
from tests.contract.chat_scenario import Chat
from tests.contract.house import House
from tests.contract.slack_chat import SlackChat
from tests.contract.teams_chat import TeamsChat
from tests.slack_double import BOT, SlackDouble
from tests.teams_double import TENANT, TeamsDouble

pytestmark = pytest.mark.process

WORDS = words()
CANARY = "Brackwater"
REPLY = f"The {CANARY} team never hears back from us."
ASKS = "How do organisations build trust between them?"


@dataclass
class Somebody:
    """One person's chat, and what the coach said since they did something last."""

    chat: Chat
    folder: Path
    heard: dict[str, str] = field(default_factory=dict)

    async def says(self, text: str) -> str:
        await self.chat.says(text)
        return await self._new()

    async def presses(self, name: str) -> str:
        await self.chat.presses(WORDS(name))
        return await self._new()

    async def sends(self, name: str, **answers: str) -> str:
        await self.chat.fills_in(answers, WORDS(name))
        return await self._new()

    async def kept(self) -> set[str]:
        """The tables in which their words stand."""
        async with main_store(load_settings({"COACH_DATA_DIR": "data"}, folder=self.folder)) as database:
            found = {table.name: await rows(database, table) for table in metadata.sorted_tables}
        return {name for name, each in found.items() if CANARY in str(each)}

    async def _new(self) -> str:
        told = dict(await self.chat.told())
        new, self.heard = [said for name, said in told.items() if self.heard.get(name) != said], told
        assert new
        return "\n".join(new)


@pytest.fixture(params=["slack", "teams"])
def ann(
    request: pytest.FixtureRequest, chats: House, slack: SlackDouble, teams: TeamsDouble, tmp_path: Path
) -> Somebody:
    """A partner in her own chat with the coach."""
    if request.param == "slack":
        slack.users["U0TOM"] = user("U0TOM", profile={"email": "tom@charity.example", "real_name": "Tom"})
        slack.members["DU0TOM"] = ["U0TOM", BOT]
        return Somebody(chat=SlackChat(house=chats, slack=slack, user="U0TOM"), folder=tmp_path)
    known = {"id": "29:joe", "name": "Joe", "aadObjectId": "joe", "tenantId": TENANT}
    person = {**known, "userPrincipalName": "joe@council.example"}
    teams.members = [person]
    return Somebody(chat=TeamsChat(house=chats, teams=teams, person=person), folder=tmp_path)


async def test_a_check_in_is_asked_for_answered_by_form_followed_edited_and_taken_back(ann: Somebody) -> None:
    asked = await ann.says("check-in")
    assert WORDS("check_in.sees") in asked
    await ann.presses("check_in.answer")
    kept = await ann.sends("check_in.form.send", reply=REPLY, consent="named", view="hard")
    assert WORDS("check_in.seen.named") in kept
    assert await ann.kept() == {"reflection"}
    followed = await ann.sends("check_in.form.send", follow_up="A call would do.")
    assert WORDS("check_in.kept.title") in followed
    await ann.presses("check_in.edit")
    assert WORDS("check_in.seen.counted") in await ann.sends("check_in.form.save", reply=REPLY, consent="counted")
    assert WORDS("check_in.seen.agenda") in await ann.presses("check_in.agenda")
    assert REPLY in await ann.says("my journal")
    await ann.presses("check_in.withdraw")
    assert WORDS("check_in.withdrawing.done") in await ann.presses("barrier.own.withdraw_yes")
    assert await ann.kept() == set()


async def test_what_is_typed_is_the_reply_unless_it_was_none(ann: Somebody) -> None:
    await ann.says("check-in")
    assert WORDS("check_in.plain.taken") in await ann.says(REPLY)
    assert WORDS("check_in.plain.taken") not in await ann.presses("check_in.plain.undo")
    assert "reflection" not in await ann.kept()
    answered = await ann.says(ASKS)
    assert WORDS("check_in.plain.taken") not in answered
    assert "keep small promises" in answered


async def test_a_question_is_answered_and_becomes_the_reply_at_a_tap(ann: Somebody) -> None:
    await ann.says("check-in")
    assert "keep small promises" in await ann.says(ASKS)
    assert WORDS("check_in.plain.taken") in await ann.presses("check_in.plain.meant")
    assert ASKS in await ann.says("journal")


async def test_a_reply_becomes_a_barrier_only_once_it_was_confirmed(ann: Somebody) -> None:
    await ann.says("check-in")
    await ann.says(REPLY)
    form = await ann.presses("check_in.barrier")
    assert WORDS("barrier.form.sees") in form
    assert await ann.kept() == {"reflection"}
    assert WORDS("barrier.logged.title") in await ann.sends("barrier.form.submit", factor="trust")


async def test_another_question_then_none_and_all_the_same_a_reply(ann: Somebody) -> None:
    first = await ann.says("check-in")
    other = await ann.presses("check_in.another")
    assert WORDS("check_in.sees") in other
    assert other != first
    assert WORDS("check_in.passed.skipped") in await ann.presses("check_in.skip")
    assert WORDS("check_in.entry.skipped") in await ann.says("check-in")
    await ann.presses("check_in.answer")
    assert WORDS("check_in.seen.counted") in await ann.sends("check_in.form.send", reply=REPLY)


async def test_who_sees_a_reply_can_be_changed_where_it_is_found_again(ann: Somebody) -> None:
    await ann.says("check-in")
    await ann.says(REPLY)
    await ann.presses("check_in.seen_by")
    assert WORDS("check_in.seen.private") in await ann.sends("check_in.form.save", consent="private")
    assert WORDS("check_in.seen.private") in await ann.says("check-in")
