"""Puts together the page with everything of somebody: as a document, and as what their link leads to."""

from collections.abc import Sequence

from aiohttp import web

from adapters.web.digest_drawing import digest_drawing
from adapters.web.own_page import OwnDrawing, OwnPage
from bot.bootstrap import Coach, new_id, now, pick
from bot.coaching.own_data.opening import OwnOpening
from bot.coaching.own_data.taking_out import Section
from bot.desks.settings import taking_out_of
from bot.store.digest_links import DigestCodes
from bot.store.homes import Homes
from bot.store.preferences import OwnSettings
from prompts import Words


def as_html(sections: Sequence[Section], words: Words) -> str:
    """A document that is complete in itself."""
    return _drawing(words).page(sections, downloads=False)


def mount_own_page(coach: Coach, application: web.Application) -> None:
    """Let the links lead somewhere. Without a public address there are none."""
    if not coach.settings.public_url:
        return
    taking_out = taking_out_of(coach)
    opening = OwnOpening(
        links=taking_out.links,
        taking_out=taking_out,
        codes=DigestCodes(coach.database, "own"),
        homes=Homes(coach.database),
        own=OwnSettings(coach.database),
        words=coach.words,
        clock=now,
        new_id=new_id,
        pick=pick,
    )
    OwnPage(opening=opening, drawing=_drawing(coach.words)).mount(application)


def _drawing(words: Words) -> OwnDrawing:
    return OwnDrawing(drawing=digest_drawing(words), words=words)
