"""Limited: whoever sends more than the coach takes is told that it did not read the last of it, and when to go on."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.coaching.directly import Act
from bot.coaching.recognising import Recognised
from bot.delivery.limiting import LIMITED
from bot.domain.cards import Card, Paragraph
from bot.domain.messages import Incoming
from prompts import Words


@dataclass(frozen=True, kw_only=True)
class SlowDown:
    """The use-case."""

    words: Words

    @property
    def actions(self) -> Mapping[str, Act]:
        """What answers what takes the place of the first message over a limit."""
        return {LIMITED: self.say}

    async def say(self, incoming: Incoming, _recognised: Recognised) -> Card:
        """When to go on."""
        minutes = incoming.values.get("minutes", "")
        wait = int(minutes) if minutes.isdecimal() else 1
        return Card(paragraphs=(Paragraph(text=self.words.count("limits.over", wait)),))
