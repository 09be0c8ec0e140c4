"""The journal: one's own past questions and replies. Nobody but their author ever sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.coaching.barriers.raising_cards import beginning
from bot.coaching.check_ins.cards import EXPORT, asked
from bot.coaching.check_ins.reply_cards import entry_card
from bot.coaching.check_ins.reply_saving import Own, ReplySaving, declining, says
from bot.coaching.commands import JOURNAL
from bot.coaching.directly import Act
from bot.coaching.recognising import Recognised
from bot.coaching.refusing import confirmed
from bot.domain.cards import Button, Card, Paragraph
from bot.domain.messages import Incoming
from prompts import Words

#: The actions of the buttons: one entry in full, and those before.
OPEN, EARLIER = "journal-open", "journal-earlier"
#: Entries on a card.
_ON_A_CARD = 5
#: In characters: of a question and of a reply, as much as tells which it was.
_BEGINNING = 160


@dataclass(frozen=True, kw_only=True)
class Journal:
    """The use-case."""

    saving: ReplySaving
    words: Words

    @property
    def commands(self) -> Mapping[str, Act]:
        """What answers the command."""
        return declining({JOURNAL: self.read}, self.words)

    @property
    def actions(self) -> Mapping[str, Act]:
        """What answers the buttons."""
        return declining({JOURNAL: self.read, EARLIER: self.read, OPEN: self.open}, self.words)

    async def read(self, incoming: Incoming, recognised: Recognised) -> Card:
        """Somebody's check-ins, newest first; a button's value says how many of them came before."""
        before = incoming.values.get("value", "")
        start = int(before) if before.isdecimal() and len(before) <= 4 else 0  # noqa: PLR2004
        found = await self.saving.check_ins.of(confirmed(recognised))
        mine = [each for each in found if each.partnership == recognised.plan.id]
        shown = [await self.saving.own(each.id, recognised) for each in mine[start : start + _ON_A_CARD]]
        if not shown:
            return says(self.words("journal.empty"))
        return self._page(shown, start, len(mine), recognised.plan.zone)

    async def open(self, incoming: Incoming, recognised: Recognised) -> Card:
        """One entry in full, with what can be done about it."""
        own = await self.saving.own(incoming.values.get("value", ""), recognised)
        return entry_card(own, recognised.plan, self.words, incoming.received_at)

    def _page(self, shown: Sequence[Own], start: int, count: int, zone: str) -> Card:
        further = start + len(shown)
        earlier = Button(label=self.words("journal.earlier"), action=EARLIER, value=str(further))
        export = Button(label=self.words("journal.export"), action=EXPORT)
        return Card(
            title=self.words("journal.title"),
            paragraphs=(Paragraph(text=self.words.count("journal.count", count)),),
            items=tuple(self._line(each, zone) for each in shown),
            buttons=(
                *(self._opening(each, zone) for each in shown),
                *([earlier] if further < count else []),
                export,
            ),
            note=self.words("journal.note"),
        )

    def _line(self, own: Own, zone: str) -> str:
        day, question = self._day(own, zone), beginning(asked(own.shown).text, _BEGINNING)
        if own.reply is None:
            return self.words("journal.silent", day=day, question=question)
        return self.words("journal.line", day=day, question=question, reply=beginning(own.reply.text, _BEGINNING))

    def _opening(self, own: Own, zone: str) -> Button:
        return Button(label=self.words("journal.open", day=self._day(own, zone)), action=OPEN, value=own.check_in.id)

    def _day(self, own: Own, zone: str) -> str:
        return self.words.day(own.check_in.asked_at.astimezone(ZoneInfo(zone)).date())
