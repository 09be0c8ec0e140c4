"""Puts the digest together: for chats, for the weekly round, and for its page."""

from dataclasses import replace

from aiohttp import web

from bot.bootstrap import Coach, new_id, now, pick
from bot.coaching.digests.digesting import Digesting
from bot.coaching.digests.insight_gathering import InsightGathering
from bot.coaching.digests.links import DigestLinks
from bot.coaching.digests.opening import DigestOpening
from bot.coaching.questions.bank import reflection_questions
from bot.digest_page import digest_page
from bot.settings import secret
from bot.store.barriers import Barriers
from bot.store.database import Database
from bot.store.digest_links import DigestCodes
from bot.store.gaps import Gaps
from bot.store.homes import Homes
from bot.store.people import People
from bot.store.snapshots import Snapshots
from bot.store.told_replies import ToldReplies
from knowledge.minilm import MiniLM
from knowledge.remedies import Remedies
from prompts import Words


def digesting_of(coach: Coach) -> Digesting:
    """The digest of this installation; with ways to its page and its picture where people can reach those."""
    return Digesting(
        barriers=Barriers(coach.database),
        snapshots=Snapshots(coach.database),
        gaps=Gaps(coach.database),
        words=coach.words,
        links=DigestLinks(secret=secret(coach.settings), public_url=coach.settings.public_url or ""),
        gathering=replace(gathering_of(coach.database, coach.words), practices=_practices(coach)),
    )


def gathering_of(database: Database, words: Words) -> InsightGathering:
    """What a digest needs to tell what people replied, but for the library."""
    told = ToldReplies(database)
    return InsightGathering(replies=told.since, partners=told.partners, bank=reflection_questions(), words=words)


def _practices(coach: Coach) -> Remedies:
    """What is known of remedies was learned with MiniLM, also where another embedder is configured for searching."""
    embedder = coach.embedder
    model = embedder if isinstance(embedder, MiniLM) else MiniLM(coach.settings.data_dir / "models")
    return Remedies(library=coach.library, encode=model.encode)


def mount_digest_page(coach: Coach, application: web.Application) -> None:
    """Let the links lead somewhere. Without a public address there are none."""
    digesting = digesting_of(coach)
    if digesting.links is None or not digesting.links.public_url:
        return
    opening = DigestOpening(
        links=digesting.links,
        codes=DigestCodes(coach.database, "digest"),
        plans=coach.partnerships.all,
        people=People(coach.database, new_id),
        homes=Homes(coach.database),
        digesting=digesting,
        words=coach.words,
        clock=now,
        new_id=new_id,
        pick=pick,
    )
    digest_page(opening, coach.words).mount(application)
