"""`coach partnership`: describe the partnership in a file and apply it."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bot.bootstrap import main_store, new_id, now
from bot.coaching.changes import derived_id
from bot.coaching.settings.agreeing import announced
from bot.commands.screen import screen
from bot.domain.chat_agreements import BEFORE, agreed, disclosure_as_json
from bot.domain.chat_settings import file_may_say, overlaid
from bot.domain.partnership import PartnershipPlan
from bot.partnership_changes import Change, diff, set_in_chat
from bot.partnership_file import read, to_json
from bot.settings import Settings
from bot.store.agreements import Agreements
from bot.store.chat_settings import ChatSettings
from bot.store.database import Database
from bot.store.homes import Homes
from bot.store.partnerships import Partnerships
from bot.store.people import People
from prompts import words


async def apply(settings: Settings, path: Path, *, overwrite: bool = False) -> bool:
    """Apply a partnership file and show what it changes; applying it again changes nothing.

    What leads set in chat outranks the file, unless told to `overwrite` it. False where the file newly says something
    else about that: it is refused, while the rest is applied.
    """
    plan = read(path)
    async with main_store(settings) as database:
        partnerships, chat = Partnerships(database), ChatSettings(database)
        old = next((known for known in await partnerships.applied() if known.id == plan.id), None)
        changes = diff(old, plan)
        kept = await chat.of(plan.id)
        said = {key: value for key, value in kept.items() if file_may_say(key)}
        outranked = set_in_chat(plan, said)
        if changes:
            await partnerships.save(plan, now())
        for key in said if overwrite and outranked else ():
            await chat.drop(plan.id, key)
        if old is not None:
            await _tell_what_is_lowered(database, overlaid(old, kept), overlaid(plan, await chat.of(plan.id)))
    refused = {each.what for each in outranked} if not overwrite else set()
    _say(plan, old, [each for each in changes if each.what not in refused], outranked, overwrite=overwrite)
    return not any(each.what in refused for each in changes if old is not None)


async def _tell_what_is_lowered(database: Database, before: PartnershipPlan, after: PartnershipPlan) -> None:
    """Where figures need fewer people from now on: what was said before stays as it was agreed, and everybody hears."""
    rules, at = after.disclosure, now()
    if rules.k >= before.disclosure.k and rules.m >= before.disclosure.m:
        return
    lowered = agreed(before.disclosure, rules.k, rules.m, at)
    homes = await Homes(database).of(await People(database, new_id).active(after.id))
    told = announced(after, lowered, homes, derived_id(after.id, at.isoformat()), words())
    await Agreements(database).keep(after.id, {BEFORE: disclosure_as_json(lowered)[BEFORE]}, told, at)


def _say(
    plan: PartnershipPlan,
    old: PartnershipPlan | None,
    changes: Sequence[Change],
    outranked: Sequence[Change],
    *,
    overwrite: bool,
) -> None:
    console = screen()
    for change in changes:
        console.print(change.words)
    for each in outranked:
        console.print(_undone(each) if overwrite else _stays(each))
    console.print(
        f"{plan.name}: {f'{_counted(len(changes))} applied' if changes else 'nothing to change'}.", markup=False
    )
    if changes and old is None:
        console.print("From the next start on, `coach serve` closes the demo. To undo: `coach partnership remove`.")


def _undone(change: Change) -> str:
    if change.kind == "changed":
        return f"{change.what}: {change.after} (set in chat) → {change.before}"
    return f"{change.what} {change.kind} in chat: that is undone."


def _stays(change: Change) -> str:
    if change.kind == "changed":
        return f"{change.what} stays {change.after}: leads set that in chat. --overwrite makes it {change.before}."
    return f"{change.what} stays {change.kind}: leads did that in chat. --overwrite undoes it."


async def remove(settings: Settings, name: str, *, go_on: Callable[[str], bool]) -> None:
    """Forget a partnership's plan once it was confirmed; documents stay. The demo opens again when none is left."""
    async with main_store(settings) as database:
        partnerships = Partnerships(database)
        plan = await partnerships.find(name)
        if go_on(plan.name):
            await partnerships.remove(plan.id)
            screen().print(f"{plan.name}: removed.", markup=False)
        else:
            screen().print("Nothing was removed.")


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
    none = 'No partnership yet: `coach partnership new "NAME" --lead ADDRESS` makes one.'
    console.print("--json shows the rest." if plans else none)


def _counted(changes: int) -> str:
    return "1 change" if changes == 1 else f"{changes} changes"


def _described(plan: PartnershipPlan) -> Iterator[str]:
    yield f"{plan.name} ({plan.id}), {plan.zone}"
    names = {organisation.id: organisation.name for organisation in plan.organisations}
    yield from (f"  Organisation: {name} ({key})" for key, name in names.items())
    yield from (f"  Lead: {lead.name}, {names[lead.organisation]}" for lead in plan.leads)
    yield f"  Check-in: {plan.rhythm.weekday}, {plan.rhythm.hour}:00"
