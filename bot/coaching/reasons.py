"""Why somebody is asked what they are asked, as a line."""

from collections.abc import Callable, Mapping
from datetime import date

from bot.domain.choosing import Reason
from bot.domain.people import OrganisationId
from prompts import Words


def reason_line(
    reason: Reason,
    factors: Mapping[str, str],
    organisations: Mapping[OrganisationId, str],
    month: Callable[[date], str],
    words: Words,
) -> str:
    """The sentence that stands with a question: says no more than the reason, which names nobody.

    `factors` and `organisations` are what partners call them; `month` writes a month and its year in their language.
    """
    name = f"reason.{reason.kind}"
    values = {"factor": factors[reason.factor]}
    if reason.organisation is not None:
        values["organisation"] = organisations[reason.organisation]
        name += "_from"
    if reason.since is not None:
        values["month"] = month(reason.since)
        name += "_since"
    return words(name, **values)
