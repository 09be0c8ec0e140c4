"""Gaps: a question that the library does not answer goes to the leads, if the one who asked it taps “pass it on”."""

from dataclasses import dataclass
from datetime import timedelta

from bot.coaching.recognising import Recognised
from bot.coaching.slips import Slips, is_cut
from bot.domain.cards import Button, Card, Paragraph
from bot.domain.heard import Gap
from bot.domain.messages import Incoming
from bot.store.gaps import Gaps
from prompts import Words

#: The action of the button.
TO_LEADS = "pass-on"


@dataclass(frozen=True, kw_only=True)
class PassingOn:
    """The use-case. Nothing of a question is kept before the tap: the button itself carries it."""

    gaps: Gaps
    slips: Slips
    words: Words

    def offer(self, question: str, incoming: Incoming) -> Button:
        """The button under a refusal of what this message asked."""
        value = self.slips.write(incoming.key, incoming.sender, question)
        return Button(label=self.words("gap.offer"), action=TO_LEADS, value=value)

    def note(self, question: str) -> str:
        """What is said beside the button: who would see what."""
        return self.words("gap.note_cut" if is_cut(question) else "gap.note")

    async def __call__(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Log the question that a tap brought back; once an answer, and only for the one who asked."""
        slip = self.slips.read(incoming.values.get("value", ""), incoming.sender)
        if slip is None or not slip.own:
            return _says(self.words("gap.not_yours"))
        plan = recognised.plan
        kept_for = timedelta(days=plan.retention.questions)
        await self.gaps.forget(plan.id, incoming.received_at - kept_for)
        await self.gaps.add(
            Gap(
                id=slip.answer,
                partnership=plan.id,
                organisation=recognised.standing.organisation,
                question=slip.question,
                at=incoming.received_at,
            ),
            self.slips.author(incoming.sender.key),
        )
        return _says(self.words.count("gap.passed_on", plan.retention.questions))


def _says(text: str) -> Card:
    return Card(paragraphs=(Paragraph(text=text),))
