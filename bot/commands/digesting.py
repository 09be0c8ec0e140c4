"""`coach digest`: a lead's digest as a file."""

import asyncio
import sys
from pathlib import Path

from bot.bootstrap import main_store, new_id, now
from bot.coaching.digests.digesting import Digesting
from bot.coaching.digests.files import as_csv, as_json, as_markdown
from bot.coaching.digests.freezing import Freezing
from bot.commands.barring import reader_for
from bot.desks.digests import gathering_of
from bot.digest_page import as_html
from bot.digest_pdf import as_pdf
from bot.domain.digest import Digest
from bot.domain.errors import CoachError
from bot.settings import Settings
from bot.store.barriers import Barriers
from bot.store.database import Database
from bot.store.gaps import Gaps
from bot.store.partnerships import Partnerships
from bot.store.people import People
from bot.store.snapshots import Snapshots
from bot.store.told_replies import ToldReplies
from prompts import Words, words

FORMATS = ("md", "html", "csv", "json", "pdf")


async def print_digest(
    settings: Settings, partnership: str, lead: str, asked: str, form: str, out: Path | None
) -> None:
    """Write the digest to a file or to standard output."""
    if form not in FORMATS:
        raise CoachError(f"“{form}” is not a format. Use one of: {', '.join(FORMATS)}.")
    if form == "pdf" and out is None and sys.stdout.isatty():
        raise CoachError("A PDF is nothing for a screen: name a file with --out, such as --out digest.pdf.")
    copy = words(settings.locale)
    async with main_store(settings) as database:
        made = await _made(database, partnership, lead, asked, copy)
    content = await _written(made, form, copy)
    if out is None:
        sys.stdout.buffer.write(content)
        return
    try:
        await asyncio.to_thread(out.write_bytes, content)
    except OSError as error:
        raise CoachError(f"{out} cannot be written ({error.strerror}). Name another file with --out.") from error


async def _made(database: Database, partnership: str, lead: str, asked: str, copy: Words) -> Digest:
    plan = await Partnerships(database).find(partnership)
    barriers, snapshots, at = Barriers(database), Snapshots(database), now()

    replies, plans = ToldReplies(database), Partnerships(database).all
    await Freezing(plans=plans, barriers=barriers, replies=replies, snapshots=snapshots)(at)
    digesting = Digesting(
        barriers=barriers,
        snapshots=snapshots,
        gaps=Gaps(database),
        words=copy,
        gathering=gathering_of(database, copy),
    )
    scope, unknown = digesting.scope(asked, plan)
    if unknown:
        raise CoachError(copy("digest.unknown", what=unknown))
    reader = await reader_for(plan, lead, People(database, new_id))
    return await digesting.made(plan, scope, reader, at)


async def _written(made: Digest, form: str, copy: Words) -> bytes:
    if form == "pdf":
        return await as_pdf(made, copy)
    if form == "html":
        return (await as_html(made, copy)).encode()
    text = {"md": as_markdown, "csv": as_csv, "json": as_json}[form](made, copy)
    return text.encode("utf-8-sig" if form == "csv" else "utf-8")
