"""`coach partnership`: describe the partnership in a file and apply it."""

import json
import sys
from pathlib import Path

from rich.console import Console

from bot.bootstrap import main_store, now
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
    console = Console(highlight=False)
    for change in changes:
        console.print(change.words, markup=False)
    console.print(
        f"{plan.name}: {f'{len(changes)} changes applied' if changes else 'nothing to change'}.", markup=False
    )


async def show(settings: Settings) -> None:
    """Print every partnership that was applied, as JSON."""
    async with main_store(settings) as database:
        plans = await Partnerships(database).all()
    sys.stdout.write(json.dumps([to_json(plan) for plan in plans], ensure_ascii=False, indent=2) + "\n")
