"""The line that says why a question was chosen."""

from datetime import date

import pytest

from bot.coaching.check_ins.reasons import reason_line
from bot.domain.choosing import Kind, Reason
from bot.domain.people import OrganisationId
from prompts import words

FACTORS = {"power": "Sharing power and decisions"}
ORGANISATIONS = {OrganisationId("vol"): "Voluntary partners"}
_OPENING = "Why this one: Sharing power and decisions."


@pytest.mark.parametrize(
    ("kind", "named", "dated", "said"),
    [
        (Kind.LITTLE, True, True, "We have heard little about it from Voluntary partners since August 2026."),
        (Kind.LITTLE, True, False, "We have heard little about it from Voluntary partners so far."),
        (Kind.LITTLE, False, True, "We have heard little about it since August 2026."),
        (Kind.LITTLE, False, False, "We have heard little about it so far."),
        (Kind.DISPUTED, False, False, "Organisations see it differently at present."),
        (Kind.BLOCKED, False, False, "Barriers about it were open at the end of last week."),
        (Kind.TURN, False, True, "It is its turn: I last asked you about it in August 2026."),
        (Kind.TURN, False, False, "It is its turn: I have not asked you about it yet."),
    ],
)
def test_a_reason_becomes_a_line(kind: Kind, named: bool, dated: bool, said: str) -> None:
    organisation = OrganisationId("vol") if named else None
    reason = Reason(kind=kind, factor="power", organisation=organisation, since=date(2026, 8, 1) if dated else None)
    assert reason_line(reason, FACTORS, ORGANISATIONS, "{:%B %Y}".format, words()) == f"{_OPENING} {said}"
