"""Feedback: whether an answer helped, and if not, why. The question goes with it only if its asker says so."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.coaching.recognising import Recognised
from bot.coaching.slips import Slip, Slips
from bot.domain.cards import Button, Card, Field, Form, Input, Paragraph
from bot.domain.heard import Trouble, Verdict, Vote
from bot.domain.messages import Incoming
from bot.store.feedback import Feedback
from prompts import Words

#: The actions of the buttons and of the form.
UP, DOWN, WHY = "rate-up", "rate-down", "rate-why"
#: The fields of the form.
_REASON, _COMMENT, _SHOW = "reason", "comment", "show"
_YES, _NO = "yes", "no"
_LONGEST_COMMENT = 1_000

#: Answers what a button or a form brought.
Act = Callable[[Incoming, Recognised], Awaitable[Card]]


@dataclass(frozen=True, kw_only=True)
class Rating:
    """The use-case: one vote a person and answer, changeable, kept without who it was."""

    feedback: Feedback
    slips: Slips
    words: Words

    def offer(self, question: str, incoming: Incoming) -> tuple[Button, ...]:
        """The two buttons under an answer to this message."""
        answer = self.slips.answer(incoming.key)
        slip = self.slips.write(incoming.key, incoming.sender, question)
        return (
            Button(label=self.words("feedback.up"), action=UP, value=answer),
            Button(label=self.words("feedback.down"), action=DOWN, value=slip),
        )

    @property
    def actions(self) -> Mapping[str, Act]:
        """What to do when one of the buttons is pressed or the form is sent."""
        return {UP: self.up, DOWN: self.down, WHY: self.why}

    async def up(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Count an answer as helpful; what was said against it before is forgotten."""
        answer = self.slips.answer_in(incoming.values.get("value", ""))
        if not answer:
            return self._says("feedback.lost")
        vote = self._new(answer, incoming, recognised)
        await self._keep(replace(vote, verdict=Verdict.UP), incoming, recognised)
        return self._says("feedback.thanks_up")

    async def down(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Count an answer as not helpful, and ask why."""
        slip = self.slips.read(incoming.values.get("value", ""), incoming.sender)
        if slip is None:
            return self._says("feedback.lost")
        await self._keep(await self._against(slip.answer, incoming, recognised), incoming, recognised)
        return why_card(slip, incoming.values["value"], self.words)

    async def why(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Keep the reason that somebody gave, and the question where they asked it and say that it may be seen."""
        values = incoming.values
        slip = self.slips.read(values.get("value", ""), incoming.sender)
        if slip is None:
            return self._says("feedback.lost")
        vote = await self._against(slip.answer, incoming, recognised)
        reason, comment = values.get(_REASON, ""), values.get(_COMMENT, "").strip()
        trouble = Trouble(reason) if reason in list(Trouble) else Trouble.OTHER
        question = slip.question if slip.own and values.get(_SHOW) == _YES else None
        said = replace(vote, trouble=trouble, comment=comment[:_LONGEST_COMMENT], question=question)
        await self._keep(said, incoming, recognised)
        if question is None:
            return self._says("feedback.noted")
        return _said(self.words.count("feedback.shown", recognised.plan.retention.questions))

    async def _against(self, answer: str, incoming: Incoming, recognised: Recognised) -> Vote:
        """The person's vote against an answer: the one they gave before, or a new one."""
        new = self._new(answer, incoming, recognised)
        former = await self.feedback.find(new.id)
        return new if former is None or former.verdict is Verdict.UP else replace(former, at=new.at)

    def _new(self, answer: str, incoming: Incoming, recognised: Recognised) -> Vote:
        return Vote(
            id=self.slips.voter(answer, incoming.sender),
            partnership=recognised.plan.id,
            verdict=Verdict.DOWN,
            at=incoming.received_at,
        )

    async def _keep(self, vote: Vote, incoming: Incoming, recognised: Recognised) -> None:
        """Keep a vote, and none for longer than the partnership keeps questions."""
        kept_for = timedelta(days=recognised.plan.retention.questions)
        await self.feedback.forget(vote.partnership, vote.at - kept_for)
        await self.feedback.save(vote, self.slips.author(incoming.sender.key))

    def _says(self, name: str) -> Card:
        return _said(self.words(name))


def _said(text: str) -> Card:
    return Card(paragraphs=(Paragraph(text=text),))


def why_card(slip: Slip, value: str, words: Words) -> Card:
    """The form that asks what was wrong and, of whoever asked the question, whether the leads may see it."""
    troubles = tuple((each.value, words(f"feedback.trouble.{each.value}")) for each in Trouble)
    shown = ((_NO, words("feedback.show.keep")), (_YES, words("feedback.show.give")))
    fields = [
        Field(id=_REASON, label=words("feedback.reason"), input=Input.CHOICE, choices=troubles),
        Field(id=_COMMENT, label=words("feedback.comment"), input=Input.TEXT, required=False),
    ]
    if slip.own:
        label = words("feedback.show.label")
        fields.append(Field(id=_SHOW, label=label, input=Input.CHOICE, choices=shown, required=False))
    return Card(
        paragraphs=(Paragraph(text=words("feedback.thanks_down")),),
        form=Form(id=WHY, submit=words("feedback.send"), fields=tuple(fields), value=value),
        note=words("feedback.note_own" if slip.own else "feedback.note"),
    )
