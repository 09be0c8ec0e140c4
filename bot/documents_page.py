"""Puts together the page of a partnership's documents, and what leads do with documents in chat."""

from aiohttp import web

from adapters.web.documents_drawing import documents_drawing
from adapters.web.documents_page import DocumentsPage
from bot.bootstrap import Coach, added_folder, new_id, now, pick
from bot.coaching.digests.links import DigestLinks
from bot.coaching.library.documents import Documents
from bot.coaching.library.links import DocumentLinks
from bot.coaching.library.opening import DocumentsOpening
from bot.settings import secret
from bot.store.agreements import Agreements
from bot.store.digest_links import DigestCodes
from bot.store.homes import Homes
from bot.store.people import People
from knowledge.shelf import Shelf


def documents_of(coach: Coach) -> Documents:
    """The documents of this installation, as leads look after them."""

    def shelf() -> Shelf | None:
        snapshot = coach.library.snapshot
        return None if snapshot is None else snapshot.shelf

    async def restore(file: str) -> None:
        await coach.store.set_removed(file, removed=False)

    return Documents(
        folder=added_folder(coach.settings),
        shelf=shelf,
        agreements=Agreements(coach.database),
        links=DocumentLinks(
            signing=DigestLinks(secret=secret(coach.settings), public_url=coach.settings.public_url or "")
        ),
        words=coach.words,
        clock=now,
        restore=restore,
    )


def mount_documents_page(coach: Coach, application: web.Application) -> None:
    """Let the links lead somewhere. Without a public address there are none."""
    if not coach.settings.public_url:
        return
    documents = documents_of(coach)
    opening = DocumentsOpening(
        links=documents.links,
        codes=DigestCodes(coach.database, "documents"),
        plans=coach.partnerships.all,
        people=People(coach.database, new_id),
        homes=Homes(coach.database),
        words=coach.words,
        clock=now,
        new_id=new_id,
        pick=pick,
    )
    drawing = documents_drawing(coach.words)
    DocumentsPage(opening=opening, documents=documents, drawing=drawing, new_id=new_id).mount(application)
