"""Barriers on the demo page, which has neither forms nor a place where a partner is alone with the coach."""

from collections.abc import Mapping

from bot.coaching.commands import ALL, MINE, NUMBER, RAISE
from bot.coaching.directly import Act
from bot.coaching.recognising import Recognised
from bot.domain.cards import Card, Paragraph
from bot.domain.messages import Incoming
from prompts import Words


def only_in_chats(words: Words) -> Mapping[str, Act]:
    """Says to whoever wants to raise or see a barrier where that is done.

    Nobody can insist here that they were misjudged: the page would go on showing what they typed.
    """

    async def say(_incoming: Incoming, _recognised: Recognised) -> Card:
        return Card(paragraphs=(Paragraph(text=words("barrier.elsewhere")),))

    return dict.fromkeys((RAISE, MINE, ALL, NUMBER), say)
