"""`coach gaps` and `coach feedback`: what came back from the people who asked."""

import json
import sys
from datetime import timedelta
from zoneinfo import ZoneInfo

from rich.table import Column, Table

from bot.bootstrap import main_store, now
from bot.commands.screen import screen
from bot.domain.errors import CoachError
from bot.domain.heard import Gap, Vote
from bot.domain.partnership import PartnershipPlan
from bot.settings import Settings
from bot.store.feedback import Feedback
from bot.store.gaps import Gaps
from bot.store.partnerships import Partnerships


async def gaps(settings: Settings, partnership: str, *, as_json: bool) -> None:
    """Print the questions that were passed on and wait to be looked at: question, organisation and week."""
    async with main_store(settings) as database:
        plan = await Partnerships(database).find(partnership)
        await Gaps(database).forget(plan.id, now() - timedelta(days=plan.retention.questions))
        found = await Gaps(database).open(plan.id)
    items = [_gap_json(gap, plan) for gap in found]
    if as_json:
        sys.stdout.write(json.dumps(items, ensure_ascii=False, indent=2) + "\n")
        return
    table = Table("Week", "Organisation", Column("Question", overflow="fold"))
    table.columns.insert(0, Column("Id", overflow="fold", min_width=len(items[0]["id"]) if items else 0))
    for item in items:
        table.add_row(item["id"], item["week"], item["organisation"], item["question"])
    screen().print(table if items else "No question was passed on.", soft_wrap=False)


async def close_gap(settings: Settings, partnership: str, gap: str) -> None:
    """Close a gap and forget its question."""
    async with main_store(settings) as database:
        plan = await Partnerships(database).find(partnership)
        if not await Gaps(database).close(plan.id, gap):
            raise CoachError(f"There is no open gap “{gap}”. `coach gaps list` shows what there is.")
    screen().print(f"{gap}: closed, its question is forgotten.", markup=False)


async def export_feedback(settings: Settings, partnership: str, *, as_json: bool) -> None:
    """Print the feedback whose question its asker lets the leads see; as JSON, one candidate case a line.

    Candidates are cases for `coach evaluate` as soon as somebody has looked up their evidence.
    """
    async with main_store(settings) as database:
        plan = await Partnerships(database).find(partnership)
        await Feedback(database).forget(plan.id, now() - timedelta(days=plan.retention.questions))
        shared = await Feedback(database).shared(plan.id)
    if as_json:
        sys.stdout.writelines(json.dumps(_case(vote), ensure_ascii=False) + "\n" for vote in shared)
        return
    table = Table("Verdict", "Reason", Column("Comment", overflow="fold"), Column("Question", overflow="fold"))
    for vote in shared:
        table.add_row(vote.verdict.value, vote.trouble.value if vote.trouble else "", vote.comment, vote.question)
    screen().print(table if shared else "Nobody has shown a question to the leads.", soft_wrap=False)


def _gap_json(gap: Gap, plan: PartnershipPlan) -> dict[str, str]:
    names = {organisation.id: organisation.name for organisation in plan.organisations}
    year, week, _ = gap.at.astimezone(ZoneInfo(plan.zone)).isocalendar()
    return {
        "id": gap.id,
        "week": f"{year}-W{week:02}",
        "organisation": names.get(gap.organisation, gap.organisation),
        "question": gap.question,
    }


def _case(vote: Vote) -> dict[str, object]:
    return {
        "id": vote.id[:12],
        "question": vote.question,
        "kind": "feedback",
        "evidence": [],
        "verdict": vote.verdict.value,
        "reason": vote.trouble.value if vote.trouble else "",
        "comment": vote.comment,
    }
