"""What people said about a factor: how many, in bands, and a few words of those who let them be read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from bot.domain.barrier_views import Reader
from bot.domain.barriers import Consent
from bot.domain.check_ins import Reflection
from bot.domain.disclosure import Band, Measure
from bot.domain.people import OrganisationId, PartnerId

#: Quotations under a theme.
_MOST = 3
#: What is told of a theme, in its order.
TOLD = (Measure.REPLIED, Measure.WELL, Measure.MIXED, Measure.HARD)


@dataclass(frozen=True, kw_only=True)
class Quote:
    """What somebody replied, word for word. Whose words they are stands beside them only if they want it to."""

    text: str
    name: str = ""
    organisation: OrganisationId | None = None


@dataclass(frozen=True, kw_only=True)
class Theme:
    """One factor: the people who replied, and how they said it goes. `bands` has every measure of `TOLD`."""

    factor: str
    bands: Mapping[Measure, Band | None]
    quotes: tuple[Quote, ...]


def quotes(replies: Iterable[Reflection], reader: Reader, drawn_by: str, *, unnamed: bool) -> tuple[Quote, ...]:
    """At most three, no two of one person: those who are named to this reader first, newest first.

    Others' wordings, where they were shared and only if `unnamed` says that enough replied, follow by lot: an order
    by time would tell who. The same seed `drawn_by` draws the same.
    """
    counting = [each for each in replies if each.counts and each.text.strip()]
    named = [each for each in counting if each.name and _named_to(each, reader)]
    others = [each for each in counting if unnamed and each.shared and each not in named]
    named.sort(key=lambda each: (each.at, each.check_in), reverse=True)
    others.sort(key=lambda each: sha256(f"{drawn_by}\0{each.check_in}".encode()).hexdigest())
    said = [*(_signed(each) for each in _once(named)), *(Quote(text=each.text) for each in _once(others, named))]
    return tuple(said[:_MOST])


def _named_to(reflection: Reflection, reader: Reader) -> bool:
    if reflection.consent is Consent.NAMED:
        return reader.lead
    own = reflection.organisation == reader.organisation
    return reflection.consent is Consent.OWN_LEADS and reader.lead and own


def _signed(reflection: Reflection) -> Quote:
    return Quote(text=reflection.text, name=reflection.name, organisation=reflection.organisation)


def _once(replies: Sequence[Reflection], besides: Sequence[Reflection] = ()) -> Iterator[Reflection]:
    """The first of each person who has none besides."""
    seen: set[PartnerId] = {each.partner for each in besides}
    for each in replies:
        if each.partner not in seen:
            seen.add(each.partner)
            yield each
