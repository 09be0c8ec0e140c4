"""Safeguarding: what is sensitive gets the human route at once, and is used for nothing else.

The text is neither kept, counted, logged nor sent to a model: judging runs on this machine, and what a page had
shown of it is taken away. Nobody is told either, and the person is told so.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.coaching.recognising import Recognised
from bot.domain.cards import Card, Fact, Paragraph
from bot.domain.help_lines import HelpLine
from bot.domain.messages import Incoming
from bot.domain.partnership import Contact
from knowledge.triage.judging import Judgement
from prompts import Words, current_locale

#: Makes what a place shows of a message unreadable. Only the page needs it: it stands in for a platform's memory.
Forget = Callable[[Incoming], Awaitable[None]]


async def nothing_shown(_incoming: Incoming) -> None:
    """For chat platforms, whose messages are not ours to remove."""


@dataclass(frozen=True, kw_only=True)
class Safeguarding:
    """The use-case. `judge` takes milliseconds and runs in a thread."""

    judge: Callable[[str], Judgement]
    lines: Sequence[HelpLine]
    words: Words
    forget: Forget = nothing_shown

    async def look(self, text: str) -> Judgement:
        """What a message seems to be."""
        return await asyncio.to_thread(self.judge, text)

    async def human_route(self, incoming: Incoming, recognised: Recognised | None) -> Card:
        """The people to turn to: the partnership's own, where the person belongs to one, and the help-lines."""
        await self.forget(incoming)
        return human_route_card(_contacts(recognised), self.lines, self.words)


def human_route_card(contacts: Sequence[Contact], lines: Sequence[HelpLine], words: Words) -> Card:
    """Says that this is software and nobody is watching, and whom to turn to instead."""
    return Card(
        title=words("sensitive.title"),
        paragraphs=(
            Paragraph(text=words("sensitive.person")),
            Paragraph(text=words("sensitive.software")),
            Paragraph(text=words("sensitive.welsh")),
        ),
        facts=(
            *(Fact(name=contact.name, value=contact.how) for contact in contacts),
            *(_line(each.worded(current_locale())) for each in lines),
        ),
        note=words("sensitive.note"),
    )


def _line(line: HelpLine) -> Fact:
    return Fact(name=line.name, value=f"{line.how}. {line.when}")


def _contacts(recognised: Recognised | None) -> tuple[Contact, ...]:
    """The partnership's contacts for every matter, for everybody or for the person's own organisation."""
    if recognised is None:
        return ()
    own = recognised.standing.organisation
    return tuple(
        contact
        for contact in recognised.plan.contacts
        if contact.for_factor is None and contact.for_organisation in (None, own)
    )
