"""What cannot be done is said in a sentence, whichever use-case found out."""

from collections.abc import Mapping

from bot.coaching.directly import Act
from bot.coaching.recognising import Recognised
from bot.delivery.saying import Says
from bot.domain.barriers import Refused
from bot.domain.cards import Card, Paragraph
from bot.domain.messages import Incoming
from bot.domain.people import PartnerId
from prompts import Words


class Unconfirmed(Exception):
    """The platform did not confirm who it is, so nothing can be filed under them; they are told so."""


class DraftGone(Exception):
    """A draft was logged, cancelled or forgotten; its author is told to begin again."""


def confirmed(recognised: Recognised) -> PartnerId:
    """Under whom what somebody does is filed; raises `Unconfirmed`."""
    if recognised.partner is None:
        raise Unconfirmed
    return recognised.partner


def sentence(refused: Refused, words: Words) -> str:
    """Why a change was refused, for whoever asked for it."""
    return words(f"barrier.refused.{refused.reason.value}", **refused.values)


def refusing(acts: Mapping[str, Act], words: Words) -> Mapping[str, Act]:
    """The same acts, with a sentence for whatever they cannot do."""
    return {name: _refusing(act, words) for name, act in acts.items()}


def _refusing(act: Act, words: Words) -> Act:
    async def answer(incoming: Incoming, recognised: Recognised) -> Card | Says:
        try:
            return await act(incoming, recognised)
        except Refused as refused:
            text = sentence(refused, words)
        except DraftGone:
            text = words("barrier.draft_gone")
        except Unconfirmed:
            text = words("barrier.unsure")
        return Card(paragraphs=(Paragraph(text=text),))

    return answer
