"""What is for one person alone is said to them alone, wherever they asked."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from bot.coaching.recognising import Recognised
from bot.delivery.saying import Says, in_full
from bot.domain.cards import Card, Paragraph
from bot.domain.messages import Incoming
from bot.domain.people import Audience
from bot.store.homes import Home, Homes
from bot.store.inbox import Reply
from prompts import Words

#: Answers what a button, a form or a command brought.
Act = Callable[[Incoming, Recognised], Awaitable[Card | Says]]


@dataclass(frozen=True, kw_only=True)
class Directly:
    """Wraps acts whose cards nobody else may read."""

    homes: Homes
    words: Words

    def all(self, acts: Mapping[str, Act]) -> Mapping[str, Act]:
        """The same acts, each told that nobody else reads along.

        In front of others the card goes to the person's direct messages, and a line says so. Where those are not
        known nothing is done: what would be shown could not be read by the person alone.
        """
        return {name: self._direct(act) for name, act in acts.items()}

    def _direct(self, act: Act) -> Act:
        async def answer(incoming: Incoming, recognised: Recognised) -> Card | Says:
            if is_alone(incoming, recognised):
                return await act(incoming, replace(recognised, alone=True))
            home = await self._home(incoming, recognised)
            if home is None:
                return _says(self.words("barrier.write_directly"))
            own = Audience(organisations=frozenset({recognised.standing.organisation}))
            said = in_full(await act(incoming, replace(recognised, alone=True, audience=own)))
            key = f"{incoming.platform}:direct:{incoming.key}"
            card = replace(said.card, locale=said.card.locale or self.words.spoken)
            reply = Reply(key=key, platform=home.platform, place=home.place, card=card)
            return Says(card=_says(self.words("barrier.written_directly")), elsewhere=(reply, *said.elsewhere))

        return answer

    async def _home(self, incoming: Incoming, recognised: Recognised) -> Home | None:
        if incoming.direct:
            return Home(platform=incoming.platform, place=incoming.direct)
        partner = recognised.partner
        return None if partner is None else (await self.homes.of([partner])).get(partner)


def is_alone(incoming: Incoming, recognised: Recognised) -> bool:
    """Whether nobody but the sender would read an answer where they asked."""
    return recognised.alone or (incoming.direct != "" and incoming.direct == incoming.place)


def _says(text: str) -> Card:
    return Card(paragraphs=(Paragraph(text=text),))
