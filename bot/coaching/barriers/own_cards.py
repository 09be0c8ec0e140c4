"""What somebody sees of their own barriers, and how they change who sees them or take them back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.coaching.barriers.handling_cards import barrier_card
from bot.coaching.barriers.raising_cards import (
    CONSENTED,
    WITHDRAWN,
    consent_fields,
    own_buttons,
    seen,
)
from bot.domain.barrier_views import View
from bot.domain.barriers import Barrier, Raiser
from bot.domain.cards import Button, Card, Form, Paragraph
from bot.domain.partnership import PartnershipPlan
from knowledge.triage.phrases import factor_names
from prompts import Words

#: As many are shown in full; of the others a line each.
MOST_SHOWN = 10


def own_card(view: View, own: Raiser, plan: PartnershipPlan, words: Words, now: datetime) -> Card:
    """One barrier as somebody who raised it sees it, with who sees their part in it."""
    card = barrier_card(view, plan, words, now, lead=False)
    return replace(
        card,
        paragraphs=(*card.paragraphs, *seen(own, words)),
        buttons=(*card.buttons, *own_buttons(view.barrier, words)),
    )


def list_card(cards: Sequence[Card], further: Sequence[Barrier], words: Words) -> Card:
    """All of somebody's barriers: how many, and each by itself."""
    if not cards:
        return Card(paragraphs=(Paragraph(text=words("barrier.own.none")),))
    count = len(cards) + len(further)
    said = words.count("barrier.own.list", count)
    return Card(
        title=words("barrier.own.title"),
        paragraphs=(Paragraph(text=said),),
        items=tuple(_line(each, words) for each in further),
        more=tuple(cards),
    )


def _line(barrier: Barrier, words: Words) -> str:
    status = words(f"handling.status.{barrier.status.name.lower()}")
    factor = factor_names()[barrier.factor]
    return words("barrier.own.further", label=barrier.label, factor=factor, status=status).strip()


def consent_card(barrier: Barrier, own: Raiser, words: Words) -> Card:
    """The form by which somebody changes who sees their part."""
    fields = consent_fields(own.consent, words, shared=own.shared)
    return Card(
        title=words("barrier.own.consent"),
        paragraphs=(Paragraph(text=words("barrier.own_wording", wording=own.wording)),),
        form=Form(id=CONSENTED, submit=words("barrier.own.save"), fields=fields, value=barrier.id),
        note=words("barrier.own.consent_note"),
    )


def withdraw_card(barrier: Barrier, own: Raiser, words: Words) -> Card:
    """Asks whether somebody really takes their part back, and says what that does."""
    return Card(
        title=words("barrier.own.withdraw_title"),
        paragraphs=(
            Paragraph(text=words("barrier.own_wording", wording=own.wording)),
            Paragraph(text=words("barrier.own.withdraw_text")),
        ),
        buttons=(Button(label=words("barrier.own.withdraw_yes"), action=WITHDRAWN, value=barrier.id),),
        note=words("barrier.own.withdraw_note"),
    )
