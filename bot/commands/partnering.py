"""`coach partnership`: describe the partnership in a file and apply it."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from bot.bootstrap import main_store, now
from bot.commands.screen import screen
from bot.domain.partnership import PartnershipPlan
from bot.partnership_changes import diff
from bot.partnership_file import read, to_json
from bot.settings import Settings
from bot.store.partnerships import Partnerships


async def apply(settings: Settings, path: Path) -> None:
    """Apply a partnership file and show what it changes; applying it again changes nothing."""
    plan = read(path)
    async with main_store(settings) as database:
        partnerships = Partnerships(database)
        old = next((known for known in await partnerships.all() if known.id == plan.id), None)
        changes = diff(old, plan)
        if changes:
            await partnerships.save(plan, now())
    console = screen()
    for change in changes:
        console.print(change.words)
    console.print(
        f"{plan.name}: {f'{len(changes)} changes applied' if changes else 'nothing to change'}.", markup=False
    )
    if changes and old is None:
        console.print("From the next start on, `coach serve` closes the demo. To undo: `coach partnership remove`.")


async def remove(settings: Settings, name: str) -> None:
    """Forget a partnership's plan; documents stay. The demo opens again when none is left."""
    async with main_store(settings) as database:
        partnerships = Partnerships(database)
        plan = await partnerships.find(name)
        await partnerships.remove(plan.id)
    screen().print(f"{plan.name}: removed.")


async def show(settings: Settings, *, as_json: bool) -> None:
    """Print every partnership that was applied: the whole of it as JSON, or what a person looks for."""
    async with main_store(settings) as database:
        plans = await Partnerships(database).all()
    if as_json:
        sys.stdout.write(json.dumps([to_json(plan) for plan in plans], ensure_ascii=False, indent=2) + "\n")
        return
    console = screen()
    for plan in plans:
        console.print("\n".join(_described(plan)), end="\n\n")
    console.print("--json shows the rest." if plans else "No partnership yet: `coach partnership apply FILE` adds one.")


def _described(plan: PartnershipPlan) -> Iterator[str]:
    yield f"{plan.name} ({plan.id}), {plan.zone}"
    names = {organisation.id: organisation.name for organisation in plan.organisations}
    yield from (f"  Organisation: {name} ({key})" for key, name in names.items())
    yield from (f"  Lead: {lead.name}, {names[lead.organisation]}" for lead in plan.leads)
    yield f"  Check-in: {plan.rhythm.weekday}, {plan.rhythm.hour}:00"
