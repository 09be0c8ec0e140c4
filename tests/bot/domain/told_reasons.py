"""A second reading of the evidence: whether what a reason tells is so. Shares no rule with `bot.domain.choosing`."""

from datetime import UTC, date, datetime, timedelta

from bot.domain.choosing import Choice, Kind, Reason
from bot.domain.evidence import Evidence, Person


def untrue(choice: Choice, person: Person, evidence: Evidence, now: datetime) -> str:
    """What is wrong with the reason, "" if nothing is."""
    reason = choice.reason
    if {reason.factor, choice.factor} != {each.factor for each in evidence.questions if each.id == choice.question_id}:
        return "it is about another factor"
    if reason.since is not None and (reason.since.day != 1 or reason.since > now.date()):
        return "its date tells more than a month"
    if reason.organisation is not None and not _may_be_named(reason, person, evidence):
        return "it points at a few people"
    holds = {
        Kind.LITTLE: lambda: _little(reason, evidence, now),
        Kind.DISPUTED: lambda: reason.factor in evidence.disputed,
        Kind.BLOCKED: lambda: reason.factor in evidence.blocked,
        Kind.TURN: lambda: _last_asked(reason, person, evidence, now) == reason.since,
    }
    return "" if holds[reason.kind]() else f"{reason.kind} is not so"


def _may_be_named(reason: Reason, person: Person, evidence: Evidence) -> bool:
    homes = [each.organisation for each in evidence.people]
    inside = homes.count(person.organisation)
    return reason.organisation == person.organisation and inside >= evidence.k and len(homes) - inside >= evidence.k


def _little(reason: Reason, evidence: Evidence, now: datetime) -> bool:
    def heard(start: datetime) -> float:
        return sum(
            each.weight
            for each in evidence.observations
            if each.factor == reason.factor
            and reason.organisation in {None, each.organisation}
            and start <= each.at <= now
        )

    ever = heard(datetime.min.replace(tzinfo=UTC))
    if reason.since is None:
        return ever < 3
    begun = datetime(reason.since.year, reason.since.month, 1, tzinfo=UTC)
    over = (begun + timedelta(days=31)).replace(day=1)
    whole_month_passed = (over + timedelta(days=31)).replace(day=1) <= now
    return heard(over) < 3 <= heard(begun) and whole_month_passed


def _last_asked(reason: Reason, person: Person, evidence: Evidence, now: datetime) -> date | None:
    about_it = {each.id for each in evidence.questions if each.factor == reason.factor}
    mine = [
        each.at
        for each in evidence.asked
        if each.partner == person.partner and each.question in about_it and each.at <= now
    ]
    return max(mine).date().replace(day=1) if mine else None
