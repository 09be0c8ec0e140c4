"""Which language somebody is spoken to in: their own choice, else their partnership's, else the installation's."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from bot.coaching.recognising import Recognised
from bot.domain.cards import Card
from bot.domain.own_settings import PartnerSettings
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import PartnerId
from bot.store.homes import Home
from prompts import Words, speaking


class OwnSettings(Protocol):
    """What partners chose for themselves."""

    async def of(self, partners: Collection[PartnerId]) -> Mapping[PartnerId, PartnerSettings]:
        """The settings of those of these partners who have some."""


@dataclass(frozen=True, kw_only=True)
class Languages:
    """Tells locales for `prompts.speaking`."""

    own: OwnSettings
    words: Words

    async def of(self, recognised: Recognised | None) -> str:
        """The language of whoever writes: what they chose holds wherever they do, in a channel too."""
        if recognised is None:
            return self.words.locale
        partner = recognised.partner
        own = None if partner is None else (await self.own.of([partner])).get(partner)
        return (own.locale if own else None) or usual_language(recognised.plan, self.words)


def usual_language(plan: PartnershipPlan, words: Words) -> str:
    """The language of those who chose none."""
    return plan.language or words.locale


def language_of(home: Home | None, plan: PartnershipPlan, words: Words) -> str:
    """The language of whoever has this home."""
    return (home.locale if home else "") or usual_language(plan, words)


def in_language_of(home: Home, plan: PartnershipPlan, words: Words, made: Callable[[], Card]) -> Card:
    """A card in the language of whoever has this home, whoever it was that made it necessary."""
    locale = language_of(home, plan, words)
    with speaking(locale):
        return replace(made(), locale=locale)
