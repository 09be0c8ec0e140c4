"""`coach export` and `coach erase`: what is kept of one person, handed over or erased when they ask for it."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

from bot.bootstrap import main_store, new_id, now
from bot.coaching.own_data.taking_out import counts
from bot.commands.screen import screen
from bot.desks.settings import erasing_from, taking_out_from
from bot.domain.cards import to_json
from bot.domain.errors import CoachError
from bot.own_page import as_html
from bot.settings import Settings, secret
from bot.store.database import Database
from bot.store.partnerships import Partnerships
from bot.store.personal import Erasure, Personal
from bot.store.personal_kinds import Person
from prompts import words

FORMATS = ("json", "html")


async def export(settings: Settings, name: str, form: str, out: Path | None) -> None:
    """Write what is kept of a person to a file, which only this user can read, or to standard output."""
    if form not in FORMATS:
        raise CoachError(f"“{form}” is not a format. Use one of: {', '.join(FORMATS)}.")
    copy = words(settings.locale)
    async with main_store(settings) as database:
        taking_out = taking_out_from(database, settings, Partnerships(database).all, copy)
        person = (await _known(database, name))[0]
        if form == "json":
            written = await taking_out.as_json(person.partner)
        else:
            written = as_html(await taking_out.sections(person.partner), copy)
    if out is None:
        sys.stdout.write(written)
        return
    try:
        await asyncio.to_thread(out.write_text, written, encoding="utf-8")
    except OSError as error:
        raise CoachError(f"{out} cannot be written ({error.strerror}). Name another file with --out.") from error
    screen().print(f"{out}: written. Hand it to that person, and delete it here.", markup=False)


async def erase(settings: Settings, name: str, go_on: Callable[[], bool]) -> bool:
    """Erase everything of a person once it was confirmed; a server that runs forgets who they are within a minute."""
    copy, console = words(settings.locale), screen()
    async with main_store(settings) as database:
        erasing = erasing_from(database, secret(settings), copy)
        person = (await _known(database, name))[0]
        found = await erasing.find(person.partner)
        rows = [await erasing.personal.taken_out(each) for each in found]
        for kind, count in counts(rows, copy):
            console.print(f"{kind}: {count}", markup=False)
        if not go_on():
            return False
        at, erasure = now(), new_id()
        for each in found:
            told = Erasure(id=f"{erasure}-{each.partner}", at=at, asked_by="", instead=to_json(erasing.instead()))
            await erasing.everything(each, told)
    console.print("Erased. A partner who was removed can now come back: nothing is left that says so.")
    return True


async def _known(database: Database, name: str) -> tuple[Person, ...]:
    found = await Personal(database).known_as(name)
    if not found:
        raise CoachError(f"Nobody is known here as “{name}”. Give an id, a verified e-mail address, or an account.")
    return found
