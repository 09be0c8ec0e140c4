"""Follow: what somebody asked before, in the same conversation and not long ago, makes sense of what they ask next."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.messages import Incoming, Place
from bot.store.last_questions import LastQuestions
from knowledge.answers import Answer
from knowledge.following import Before, kept

#: A conversation goes on for so long; what was asked is not used after, and erased soon after that.
GOES_ON_FOR = timedelta(hours=4)


@dataclass(frozen=True, kw_only=True)
class Following:
    """Remembers each asker's own last question: never for anybody else, nor in any other conversation.

    What it is used for is a search, among the documents that everyone present may see then.
    """

    last: LastQuestions

    async def before(self, incoming: Incoming) -> Before | None:
        """What the sender asked before in this conversation, None when there was nothing or too long ago."""
        since = incoming.received_at - GOES_ON_FOR
        return await self.last.find(incoming.sender.key, _where(incoming), since)

    async def remember(self, incoming: Incoming, question: str, before: Before | None, answer: Answer) -> None:
        """Keep a question that was looked up, for the next one; and erase what nobody will go on from."""
        if answer.answered or answer.nearest:
            latest = kept(question, before, answer)
            await self.last.keep(incoming.sender.key, _where(incoming), latest, incoming.received_at)
        await self.last.forget(incoming.received_at - GOES_ON_FOR)


def _where(incoming: Incoming) -> Place:
    return incoming.conversation or incoming.place
