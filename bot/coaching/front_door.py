"""The front door: which use-case a message is for."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

from bot.coaching.answer_card import help_card
from bot.coaching.feedback import Act
from bot.coaching.joining import code_in
from bot.coaching.recognising import Recognised
from bot.coaching.safeguarding import Safeguarding
from bot.delivery.checkpoints import Point, Reached, pass_by
from bot.domain.cards import Card, Paragraph
from bot.domain.messages import Incoming
from knowledge.triage.judging import Judgement
from prompts import Words

#: Only a short message that is surely small talk is answered as such: a question that is not answered is a defect.
_SMALLTALK_WORDS, _SMALLTALK_SURE = 8, 0.8


@dataclass(frozen=True, kw_only=True)
class FrontDoor:
    """Routes a message. What is sensitive gets the human route before anything else, whoever wrote it.

    A stranger gets a friendly line and nothing else, unless they bring a one-time code.
    """

    recognise: Callable[[Incoming], Awaitable[Recognised | None]]
    join: Callable[[Incoming, str], Awaitable[Card]]
    ask: Callable[[str, Recognised, Incoming], Awaitable[Card]]
    safeguard: Safeguarding
    words: Words
    #: What answers a button or a form, by its action up to the first point.
    actions: Mapping[str, Act] = field(default_factory=dict)
    reached: Reached = pass_by

    async def __call__(self, incoming: Incoming) -> Card:
        """The card that answers a message."""
        question = _written(incoming)
        code = code_in(question)
        if code is not None:
            return await self.join(incoming, code)
        judgement = await self.safeguard.look(question)
        recognised = await self.recognise(incoming)
        self.reached(Point.AUDIENCE_KNOWN)
        if judgement.sensitive:
            return await self.safeguard.human_route(incoming, recognised)
        if recognised is None:
            return Card(paragraphs=(Paragraph(text=self.words("join.stranger")),))
        self.reached(Point.ROUTED)
        return await self._routed(incoming, question, judgement, recognised)

    async def _routed(self, incoming: Incoming, question: str, judgement: Judgement, recognised: Recognised) -> Card:
        act = self.actions.get(incoming.action.partition(".")[0])
        if act is not None:
            return await act(incoming, recognised)
        if question.strip().lower().rstrip("!?. ") in self._calls_for_help:
            return help_card(self.words)
        if _is_smalltalk(judgement, question):
            return replace(help_card(self.words), title="", paragraphs=(Paragraph(text=self.words("smalltalk.text")),))
        return await self.ask(question, recognised, incoming)

    @property
    def _calls_for_help(self) -> frozenset[str]:
        return frozenset(self.words("help.calls").split(", "))


def _written(incoming: Incoming) -> str:
    """What a person wrote: a message, the question on a button, or what they filled into a form."""
    if incoming.action == "ask":
        return incoming.values.get("value", "")
    if incoming.action:
        return "\n".join(text for name, text in incoming.values.items() if name != "value")
    return incoming.text


def _is_smalltalk(judgement: Judgement, text: str) -> bool:
    sure = judgement.intent == "smalltalk" and judgement.confidence >= _SMALLTALK_SURE
    return sure and len(text.split()) <= _SMALLTALK_WORDS
