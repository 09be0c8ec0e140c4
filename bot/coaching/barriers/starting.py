"""The ways to raising a barrier: each ends in a form that shows what would be stored, and stores nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.coaching.barriers.meaning import Insistence
from bot.coaching.barriers.raising_cards import LOG, OFFER, SHORTCUT, Start, form_card
from bot.coaching.changes import change_id
from bot.coaching.commands import INSIST, RAISE
from bot.coaching.directly import Act
from bot.coaching.drafting import STATEMENT, Draft
from bot.coaching.recognising import Recognised
from bot.coaching.safeguarding import Safeguarding
from bot.coaching.slips import Slips, is_cut
from bot.domain.cards import Button, Card, Paragraph
from bot.domain.messages import Incoming
from knowledge.triage.judging import Judgement
from prompts import Words

#: What the shortcut brings that nobody wrote.
LINK, OWN = "link", "own"
_TEXT, _YES = "text", "yes"
#: In UTF-16 code units: what every platform holds in a field.
_LONGEST_TYPED = 2_800
#: Under an answer, a barrier is offered only to whoever surely speaks of one.
_SURE = 0.8


@dataclass(frozen=True, kw_only=True)
class Starting:
    """The use-case."""

    safeguard: Safeguarding
    insistence: Insistence
    slips: Slips
    words: Words

    @property
    def commands(self) -> Mapping[str, Act]:
        """What answers the commands."""
        return {RAISE: self.typed, INSIST: self.insisted}

    @property
    def actions(self) -> Mapping[str, Act]:
        """What answers the button under an answer, and the shortcut on a message."""
        return {OFFER: self.offered, SHORTCUT: self.shortcut}

    async def typed(self, incoming: Incoming, recognised: Recognised) -> Card:
        """The form for what was typed after a command; an empty one where nothing was."""
        return await self._form(incoming.text, incoming, recognised)

    async def insisted(self, incoming: Incoming, recognised: Recognised) -> Card:
        """The same for somebody who was misjudged: these words are theirs to log, and are not judged again."""
        mark = self.insistence.mark(incoming.sender, incoming.text)
        said = self.words("barrier.form.insisted")
        return await self._form(incoming.text, incoming, recognised, said, mark=mark)

    async def offered(self, incoming: Incoming, recognised: Recognised) -> Card:
        """The form for what somebody had asked before they tapped; nobody else can tap for them."""
        slip = self.slips.read(incoming.values.get("value", ""), incoming.sender)
        if slip is None or not slip.own:
            return self._says("barrier.offer.not_yours")
        return await self._form(slip.question, incoming, recognised)

    async def shortcut(self, incoming: Incoming, recognised: Recognised) -> Card:
        """The form for a message in a channel: one's own words, or of somebody else's a link and no word."""
        values = incoming.values
        if values.get(OWN) == _YES:
            return await self._form(values.get(_TEXT, ""), incoming, recognised)
        link = values.get(LINK, "")
        text = self.words("barrier.form.about", link=link) if link else ""
        start = await self._start("", incoming, recognised, self.words("barrier.form.others_words"))
        return self._card(replace(start, draft=replace(start.draft, statement=text)), recognised)

    def sounds(self, card: Card, question: str, incoming: Incoming, judgement: Judgement) -> Card:
        """An answer, with an offer to log what was said where it sounds like a barrier."""
        sure = judgement.intent == "barrier" and judgement.confidence >= _SURE
        if not sure or is_cut(question):
            return card
        value = self.slips.write(incoming.key, incoming.sender, question)
        offer = Button(label=self.words("barrier.offer.button"), action=OFFER, value=value)
        line = Paragraph(text=self.words("barrier.offer.text"))
        return replace(card, paragraphs=(*card.paragraphs, line), buttons=(*card.buttons, offer))

    def meant(self, incoming: Incoming) -> bool:
        """Whether a form brings back the very words that its sender insisted on."""
        mark = incoming.values.get("value", "").partition(".")[2]
        text = incoming.values.get(STATEMENT, "")
        return incoming.action == LOG and self.insistence.holds(mark, incoming.sender, text)

    async def _form(self, text: str, incoming: Incoming, recognised: Recognised, *said: str, mark: str = "") -> Card:
        units = len(text.encode("utf-16-le", "surrogatepass")) // 2
        if units > _LONGEST_TYPED:
            long = self.words("barrier.form.too_long", length=f"{units:,}", limit=f"{_LONGEST_TYPED:,}")
            return self._card(await self._start("", incoming, recognised, long), recognised)
        return self._card(await self._start(text, incoming, recognised, *said, mark=mark), recognised)

    def _card(self, start: Start, recognised: Recognised) -> Card:
        if recognised.partner is None:
            return self._says("barrier.unsure")
        return form_card(start, recognised.plan, self.words)

    async def _start(self, text: str, incoming: Incoming, recognised: Recognised, *said: str, mark: str = "") -> Start:
        likely = (await self.safeguard.look(text)).factors if text.strip() else ()
        draft = Draft(
            statement=text.strip(),
            factor=likely[0] if likely else "",
            organisations=(recognised.standing.organisation,),
        )
        form = change_id(incoming, "form")
        return Start(draft=draft, value=f"{form}.{mark}" if mark else form, next_factors=likely[1:3], said=said)

    def _says(self, name: str) -> Card:
        return Card(paragraphs=(Paragraph(text=self.words(name)),))
