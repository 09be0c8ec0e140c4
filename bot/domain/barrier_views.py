"""What a reader may see of a barrier: as its raisers consented, and nothing that tells of the others."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.domain.barriers import Barrier, Consent, Raiser
from bot.domain.partnership import Disclosure
from bot.domain.people import OrganisationId, PartnerId

#: Before anything was said.
EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who looks: a partner of one organisation, lead or not."""

    partner: PartnerId
    organisation: OrganisationId
    lead: bool = False


@dataclass(frozen=True, kw_only=True)
class View:
    """A barrier in front of one reader.

    `own` is the reader's part in it. `named` are the raisers shown by name, organisation and wording. `shared` are
    wordings of others, without whose they are. `unnamed` is True where enough people stand behind it unseen for that
    to be said; False means none or too few to say.
    """

    barrier: Barrier
    own: Raiser | None
    named: tuple[Raiser, ...]
    shared: tuple[str, ...]
    unnamed: bool

    @property
    def affects(self) -> tuple[OrganisationId, ...]:
        """The organisations that it affects, where the reader may know who said so: it may tell where they are."""
        first = self.barrier.raisers[0]
        return self.barrier.organisations if first is self.own or first in self.named else ()


def seen_by(barrier: Barrier, reader: Reader, rules: Disclosure) -> View | None:
    """What of a barrier this reader may see, or None for nothing at all.

    Somebody private is seen by themselves alone. Unseen raisers are hinted at when they are `k` people in `m`
    organisations, so that nobody among them is singled out.
    """
    own = barrier.raiser(reader.partner)
    others = tuple(each for each in barrier.raisers if each is not own and each.consent is not Consent.PRIVATE)
    named = tuple(each for each in others if shows_name(each, reader))
    unseen = tuple(each for each in others if each not in named)
    enough = are_enough(unseen, rules)
    if own is None and not (reader.lead and (named or enough)):
        return None
    shared = tuple(each.wording for each in unseen if each.shared) if own is not None else ()
    return View(barrier=barrier, own=own, named=named, shared=shared, unnamed=enough)


def shows_name(raiser: Raiser, reader: Reader) -> bool:
    """Whether a raiser lets this reader see who they are and what they wrote."""
    if raiser.consent is Consent.NAMED:
        return reader.lead
    return raiser.consent is Consent.OWN_LEADS and reader.lead and raiser.organisation == reader.organisation


def are_enough(raisers: Collection[Raiser], rules: Disclosure) -> bool:
    """Whether so many people in so many organisations are there that none of them is singled out.

    Whoever raised it while more were needed counts under those rules alone.
    """
    moments = [EVER, *(each.until for each in rules.earlier)]
    return any(_enough([each for each in raisers if each.at >= at], rules.since(at)) for at in moments)


def _enough(raisers: Collection[Raiser], rules: Disclosure) -> bool:
    people, organisations = {each.partner for each in raisers}, {each.organisation for each in raisers}
    return len(people) >= rules.k and len(organisations) >= rules.m
