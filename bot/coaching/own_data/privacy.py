"""Privacy: what the coach keeps of whoever asks, who sees it, for how long, and who runs it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.coaching.commands import PRIVACY
from bot.coaching.directly import Act
from bot.coaching.humans.cards import MINE
from bot.coaching.own_data.erasing import ERASE_ASK
from bot.coaching.own_data.taking_out import EXPORT_NOW
from bot.coaching.recognising import Recognised
from bot.coaching.settings.cards import PRIVACY_SHOW, SHOW
from bot.domain.cards import Button, Card, Fact, Paragraph
from bot.domain.messages import Incoming
from bot.domain.partnership import PartnershipPlan
from prompts import Words

#: What is kept for a time that the partnership has agreed.
_AGREED = ("replies", "barriers", "questions")
#: What is kept for a time that is the same everywhere.
_ALWAYS = ("asked", "drafts", "figures", "settings")


@dataclass(frozen=True, kw_only=True)
class Privacy:
    """The use-case. `model` names the model that questions are sent to, "" where none is."""

    words: Words
    model: str = ""

    @property
    def commands(self) -> Mapping[str, Act]:
        """What answers the command."""
        return {PRIVACY: self}

    @property
    def actions(self) -> Mapping[str, Act]:
        """What answers the button."""
        return {PRIVACY_SHOW: self}

    async def __call__(self, incoming: Incoming, recognised: Recognised) -> Card:  # noqa: ARG002
        """Everything that is to be known, on one card."""
        plan, words = recognised.plan, self.words
        said = ["mine.privacy.i_see", "mine.privacy.others_see"]
        rules = {"k": plan.disclosure.k, "m": plan.disclosure.m}
        texts = [words(said[0]), words(said[1], **rules), words("mine.privacy.people")]
        texts += [words("mine.privacy.model", model=self.model)] if self.model else [words("mine.privacy.no_model")]
        return Card(
            title=words("mine.privacy.title"),
            paragraphs=tuple(Paragraph(text=text) for text in texts),
            facts=tuple(_kept(plan, words)),
            items=tuple(_runs(plan, words)),
            buttons=(
                Button(label=words("mine.export.button"), action=EXPORT_NOW),
                Button(label=words("mine.erase.button"), action=ERASE_ASK),
                Button(label=words("mine.privacy.settings"), action=SHOW),
                Button(label=words("human.mine"), action=MINE),
            ),
            note=words("mine.privacy.note"),
        )


def _kept(plan: PartnershipPlan, words: Words) -> Iterator[Fact]:
    """How long what is kept."""
    for name in _AGREED:
        days: int = getattr(plan.retention, name)
        yield Fact(name=words(f"mine.privacy.kept.{name}"), value=words.count(f"mine.privacy.for.{name}", days))
    for name in _ALWAYS:
        yield Fact(name=words(f"mine.privacy.kept.{name}"), value=words(f"mine.privacy.for.{name}"))


def _runs(plan: PartnershipPlan, words: Words) -> Iterator[str]:
    """Whom to turn to with questions about the coach."""
    for lead in plan.leads:
        yield words("mine.privacy.lead", name=lead.name)
