"""Who stands behind the figures of a week: what replies to check-ins contribute to them, as their authors allow."""

from collections.abc import Iterable, Mapping

from bot.domain.barriers import Consent
from bot.domain.check_ins import Reflection, View
from bot.domain.counting import Counted, Span
from bot.domain.disclosure import Contribution, Measure

#: Some readers know who they are, so nobody may hide among them.
_KNOWN = frozenset({Consent.NAMED, Consent.OWN_LEADS})
_VIEWS: Mapping[View, Measure] = {View.WELL: Measure.WELL, View.MIXED: Measure.MIXED, View.HARD: Measure.HARD}


def reflected(reflections: Iterable[Reflection], week: Span) -> tuple[Counted, ...]:
    """What the replies that were first given in a week contribute to it. Nothing of what is private or withdrawn."""
    return tuple(
        Counted(contribution=_contribution(each, measure), source=each.check_in)
        for each in reflections
        if each.counts and each.at in week
        for measure in _measures(each)
    )


def _measures(reflection: Reflection) -> Iterable[Measure]:
    yield Measure.TOOK_PART
    yield Measure.REPLIED
    if reflection.view is not None:
        yield _VIEWS[reflection.view]
    if reflection.agenda:
        yield Measure.AGENDA


def _contribution(reflection: Reflection, measure: Measure) -> Contribution:
    factor = {} if measure is Measure.TOOK_PART else {"factor": reflection.factor}
    return Contribution(
        person=reflection.partner,
        organisation=reflection.organisation,
        measure=measure,
        named=reflection.consent in _KNOWN,
        **factor,
    )
