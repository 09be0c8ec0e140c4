"""Why somebody is asked what they are asked: kept with the check-in as parts, told as a line."""

from collections.abc import Callable, Mapping
from datetime import date

from bot.domain.check_ins import CheckIn
from bot.domain.choosing import Kind, Reason
from bot.domain.partnership import PartnershipPlan
from bot.domain.people import OrganisationId
from knowledge.triage.phrases import factor_names
from prompts import Words


def reason_parts(reason: Reason) -> dict[str, str]:
    """A reason as a check-in keeps it; its factor is the check-in's."""
    parts = {"kind": reason.kind.value}
    if reason.organisation is not None:
        parts["organisation"] = reason.organisation
    if reason.since is not None:
        parts["since"] = reason.since.isoformat()
    return parts


def reason_of(check_in: CheckIn) -> Reason | None:
    """The reason that a check-in was chosen for; None where none was kept, as after a change of the question."""
    parts = check_in.reason
    if "kind" not in parts:
        return None
    return Reason(
        kind=Kind(parts["kind"]),
        factor=check_in.factor,
        organisation=OrganisationId(parts["organisation"]) if "organisation" in parts else None,
        since=date.fromisoformat(parts["since"]) if "since" in parts else None,
    )


def why(check_in: CheckIn, plan: PartnershipPlan, words: Words) -> str:
    """The line of a check-in's reason in the language that is spoken; empty where nothing may be said.

    An organisation that has left since is not named any more: the rest of the sentence was about it.
    """
    reason, organisations = reason_of(check_in), {each.id: each.name for each in plan.organisations}
    if reason is None or (reason.organisation is not None and reason.organisation not in organisations):
        return ""
    return reason_line(reason, factor_names(), organisations, words.month, words)


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
