"""What raisers hear of their barrier: every change of its status, once, where they alone are written to."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

from bot.coaching.barriers.about import about_barrier
from bot.coaching.barriers.handling_cards import raiser_buttons, status_words
from bot.coaching.digests.told import shortened
from bot.coaching.languages import in_language_of
from bot.domain.barriers import Barrier, Kind, Raiser
from bot.domain.cards import Card, Paragraph
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnerId
from bot.store.homes import Home
from bot.store.inbox import Promise, Reply
from bot.store.notices import batch_of
from knowledge.triage.phrases import factor_names
from prompts import Words

#: Changes within this time of each other reach a raiser as one message.
TOGETHER = timedelta(seconds=60)
#: In characters: how much of their own wording reminds a raiser of what it is about.
_REMINDER = 120


def news(
    barrier: Barrier,
    plan: PartnershipPlan,
    homes: Mapping[PartnerId, Home],
    by: PartnerId | None,
    now: datetime,
    words: Words,
) -> tuple[Reply, ...]:
    """A notice of a barrier's new status to each of its raisers but the one who changed it."""
    return tuple(
        Reply(
            key=f"{batch_of(barrier.id, raiser.partner)}{barrier.version}",
            batch=batch_of(barrier.id, raiser.partner),
            platform=homes[raiser.partner].platform,
            place=homes[raiser.partner].place,
            card=in_language_of(homes[raiser.partner], plan, words, partial(news_card, barrier, raiser, plan, words)),
            promise=Promise.NOTICE,
            due=now + TOGETHER,
        )
        for raiser in barrier.raisers
        if raiser.partner != by and raiser.partner in homes
    )


def news_card(barrier: Barrier, raiser: Raiser, plan: PartnershipPlan, words: Words) -> Card:
    """The notice itself. Statuses that it passed through within the same message are named too."""
    leads = {lead.email: lead.name for lead in plan.leads}
    lines = [
        words(
            f"news.{barrier.status.name.lower()}",
            factor=factor_names()[barrier.factor],
        )
    ]
    lines += [words("news.because", because=barrier.because)] if barrier.because else []
    owner = leads.get(barrier.owner, "")
    lines += [words("news.owner", owner=owner)] if owner else []
    lines += [words("news.due", day=words.day(barrier.due))] if barrier.due else []
    return Card(
        title=words("news.title", status=status_words(barrier.status, words)),
        paragraphs=tuple(Paragraph(text=line) for line in lines),
        items=(words("news.yours", wording=shortened(raiser.wording, _REMINDER)), *_passed_through(barrier, words)),
        buttons=tuple(raiser_buttons(barrier, raiser, words)),
        note=words("news.note"),
        about=about_barrier(barrier.id),
    )


def _passed_through(barrier: Barrier, words: Words) -> tuple[str, ...]:
    last = barrier.history[-1]
    recent = [each for each in barrier.history[:-1] if each.kind is Kind.MOVED and last.at - each.at < TOGETHER]
    return tuple(words("news.before", status=status_words(each.status, words)) for each in reversed(recent))
