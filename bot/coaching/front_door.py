"""The front door: which use-case a message is for."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

from bot.coaching.answers.card import help_card
from bot.coaching.check_ins.reflecting_text import Otherwise, nothing_asked
from bot.coaching.commands import CHECK_IN, INSIST, Command, command_in
from bot.coaching.directly import Act
from bot.coaching.recognising import Recognised
from bot.coaching.roles.joining import code_in
from bot.coaching.safeguarding import Safeguarding
from bot.delivery.checkpoints import Point, Reached, pass_by
from bot.delivery.saying import SILENT, Says, in_full
from bot.domain.cards import Card, Paragraph
from bot.domain.messages import Became, Incoming
from knowledge.triage.judging import Judgement
from prompts import Words, current_locale, speaking

#: Only a short message that is surely small talk is answered as such: a question that is not answered is a defect.
_SMALLTALK_WORDS, _SMALLTALK_SURE = 8, 0.8

#: An answer, with what else may be offered under it for what a message sounds like.
Sounds = Callable[[Card, str, Incoming, Judgement], Card]


#: Answers what somebody typed as the reply to a check-in, where it is one.
Plainly = Callable[[Incoming, Recognised, Judgement, Otherwise], Awaitable[Card | Says]]


#: Adds what somebody is told once, when they first write.
Welcome = Callable[[Incoming, Recognised, Card | Says], Awaitable[Card | Says]]
#: The action of somebody who only opened the chat; `values["why"]` says more where they did more than that.
OPENED = "opened"


async def installed_language(_recognised: Recognised | None) -> str:
    """Where everybody is spoken to in the installation's own language."""
    return ""


def nothing_more(card: Card, _question: str, _incoming: Incoming, _judgement: Judgement) -> Card:
    """Where nothing is offered."""
    return card


async def nobody_is_new(_incoming: Incoming, _recognised: Recognised, said: Card | Says) -> Card | Says:
    """Where nobody is told anything once."""
    return said


def nothing_meant(_incoming: Incoming) -> bool:
    """Where every form is judged."""
    return False


@dataclass(frozen=True, kw_only=True)
class FrontDoor:
    """Routes a message. What is sensitive gets the human route before anything else, whoever wrote it.

    A stranger gets a friendly line and nothing else, unless they bring a one-time code. Somebody who was misjudged
    may insist, which shows them a form and keeps nothing; `meant` knows that form again.
    """

    recognise: Callable[[Incoming], Awaitable[Recognised | None]]
    join: Callable[[Incoming, str], Awaitable[Card]]
    ask: Callable[[str, Recognised, Incoming], Awaitable[Card]]
    safeguard: Safeguarding
    words: Words
    #: What answers a button or a form, by its action up to the first point.
    actions: Mapping[str, Act] = field(default_factory=dict)
    #: What answers a command, by its name; a command that is not here is a question.
    commands: Mapping[str, Act] = field(default_factory=dict)
    #: The fields of forms that hold choices, which nobody wrote.
    chosen: frozenset[str] = frozenset()
    meant: Callable[[Incoming], bool] = nothing_meant
    sounds: Sounds = nothing_more
    plainly: Plainly = nothing_asked
    welcome: Welcome = nobody_is_new
    #: In which language somebody is spoken to.
    language: Callable[[Recognised | None], Awaitable[str]] = installed_language
    reached: Reached = pass_by

    async def __call__(self, incoming: Incoming) -> Says:
        """What answers a message, and what became of it."""
        question, command = self._written(incoming), self._command(incoming)
        code = code_in(question)
        if code is not None:
            return in_full(await self.join(incoming, code))
        judgement = await self.safeguard.look(question if command is None else command.rest)
        recognised = await self.recognise(incoming)
        self.reached(Point.AUDIENCE_KNOWN)
        language = await self.language(recognised)
        with speaking(language):
            said = await self._routed(incoming, command, judgement, recognised)
            return _in(current_locale() if language else "", in_full(said))

    async def _routed(
        self, incoming: Incoming, command: Command | None, judgement: Judgement, recognised: Recognised | None
    ) -> Card | Says:
        if judgement.sensitive and (recognised is None or not self._insisted(incoming, command)):
            return _answer(await self.safeguard.human_route(incoming, recognised))
        if recognised is None:
            return self._to_a_stranger(incoming)
        said = await self._done(incoming, command, judgement, recognised)
        return await self.welcome(incoming, recognised, said)

    async def _done(
        self, incoming: Incoming, command: Command | None, judgement: Judgement, recognised: Recognised
    ) -> Card | Says:
        self.reached(Point.ROUTED)
        act, said = self.actions.get(incoming.action.partition(".")[0]), incoming
        if act is None and command is not None:
            act, said = self.commands[command.name], replace(incoming, text=command.rest)
        if act is None:
            return await self._answered(incoming, judgement, recognised)
        card = await act(said, recognised)
        self.reached(Point.CARD_MADE)
        return card

    async def _answered(self, incoming: Incoming, judgement: Judgement, recognised: Recognised) -> Card | Says:
        question = self._written(incoming)
        if question.strip().lower().rstrip("!?. ") in self._calls_for_help:
            return _answer(self._help())
        asked = False

        async def otherwise() -> Card:
            nonlocal asked
            asked = True
            return await self._asked(question, incoming, judgement, recognised)

        said = await self.plainly(incoming, recognised, judgement, otherwise)
        return _answer(said) if asked else said

    def _to_a_stranger(self, incoming: Incoming) -> Says:
        """A friendly line; whoever merely opened the chat is not written to."""
        if incoming.action == OPENED and not incoming.values.get("why"):
            return SILENT
        return _answer(Card(paragraphs=(Paragraph(text=self.words("join.stranger")),)))

    async def _asked(self, question: str, incoming: Incoming, judgement: Judgement, recognised: Recognised) -> Card:
        if _is_smalltalk(judgement, question):
            return replace(help_card(self.words), title="", paragraphs=(Paragraph(text=self.words("smalltalk.text")),))
        card = await self.ask(question, recognised, incoming)
        return self.sounds(card, question, incoming, judgement)

    def _help(self) -> Card:
        """What the coach can do, with the commands where whoever asks can use them."""
        card, more = help_card(self.words), []
        if INSIST in self.commands:
            more.append(self.words("help.barriers"))
        if CHECK_IN in self.commands:
            more.append(self.words("help.check_ins"))
        return replace(card, paragraphs=(*card.paragraphs, *(Paragraph(text=text) for text in more)))

    def _command(self, incoming: Incoming) -> Command | None:
        """The command that was typed, where something answers it."""
        if incoming.action or not self.commands:
            return None
        command = command_in(incoming.text, self.words)
        return command if command is not None and command.name in self.commands else None

    def _insisted(self, incoming: Incoming, command: Command | None) -> bool:
        return (command is not None and command.name == INSIST) or self.meant(incoming)

    def _written(self, incoming: Incoming) -> str:
        """What a person wrote: a message, the question on a button, or what they filled into a form."""
        if incoming.action == "ask":
            return incoming.values.get("value", "")
        if incoming.action:
            chosen = {"value", *self.chosen}
            return "\n".join(text for name, text in incoming.values.items() if name not in chosen)
        return incoming.text

    @property
    def _calls_for_help(self) -> frozenset[str]:
        return frozenset(call for text in self.words.in_every_language("help.calls") for call in text.split(", "))


def _answer(said: Card | Says) -> Says:
    """The same where nothing was done but answering."""
    return replace(in_full(said), became=Became.ANSWERED)


def _in(locale: str, said: Says) -> Says:
    """The same, marked with the language that it is said in, unless it says itself or nothing."""
    if said.card == Card():
        return said
    return replace(said, card=replace(said.card, locale=said.card.locale or locale))


def _is_smalltalk(judgement: Judgement, text: str) -> bool:
    sure = judgement.intent == "smalltalk" and judgement.confidence >= _SMALLTALK_SURE
    return sure and len(text.split()) <= _SMALLTALK_WORDS
