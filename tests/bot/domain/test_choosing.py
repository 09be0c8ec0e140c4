"""Which question a partner gets: where least was heard, never twice within twenty weeks, and for a true reason."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.choosing import NO_REPEAT, Choice, Kind, Reason, choose, choose_all
from bot.domain.evidence import HALF_LIFE, Asked, Evidence, Observation, Outcome, Person, faded, standing
from bot.domain.people import OrganisationId, PartnerId
from tests.bot.domain.a_bank import AQuestion, a_bank
from tests.bot.domain.told_reasons import untrue

NOW = datetime(2026, 11, 17, 10, tzinfo=UTC)
THREE = ("trust", "power", "money")
BANK = a_bank(4, THREE)
COUNCIL, CHARITY = OrganisationId("council"), OrganisationId("charity")


def _people(count: int, organisation: OrganisationId = COUNCIL) -> list[Person]:
    return [
        Person(partner=PartnerId(f"{organisation}{number}"), organisation=organisation, lead=number % 3 == 0)
        for number in range(count)
    ]


def _heard(factor: str, *weeks_ago: float, organisation: OrganisationId = COUNCIL) -> list[Observation]:
    return [Observation(factor=factor, organisation=organisation, at=NOW - timedelta(weeks=each)) for each in weeks_ago]


def _asked(person: Person, question: str, weeks_ago: float, outcome: Outcome = Outcome.UNANSWERED) -> Asked:
    return Asked(partner=person.partner, question=question, at=NOW - timedelta(weeks=weeks_ago), outcome=outcome)


def _chosen(evidence: Evidence, person: Person | None = None, seed: str = "") -> Choice:
    choice = choose(person or evidence.people[0], evidence, NOW, seed)
    assert choice is not None
    return choice


SOME = Evidence(people=[*_people(6), *_people(2, CHARITY)], questions=BANK)
WEEKS = st.floats(0, 40)
HEARD = st.builds(
    Observation,
    factor=st.sampled_from(THREE),
    organisation=st.sampled_from((COUNCIL, CHARITY)),
    at=st.builds(lambda weeks: NOW - timedelta(weeks=weeks), WEEKS),
    weight=st.sampled_from((1.0, 0.5)),
)
ASKED = st.builds(
    Asked,
    partner=st.sampled_from([each.partner for each in SOME.people]),
    question=st.sampled_from([each.id for each in BANK]),
    at=st.builds(lambda weeks: NOW - timedelta(weeks=weeks), WEEKS),
    outcome=st.sampled_from(Outcome),
)
EVIDENCE = st.builds(
    lambda observations, asked, disputed, blocked, k: replace(
        SOME, observations=observations, asked=asked, disputed=disputed, blocked=blocked, k=k
    ),
    st.lists(HEARD, max_size=30),
    st.lists(ASKED, max_size=40),
    st.frozensets(st.sampled_from(THREE)),
    st.frozensets(st.sampled_from(THREE)),
    st.sampled_from((2, 3, 5)),
)


@given(evidence=EVIDENCE, seed=st.text(max_size=3), order=st.permutations(SOME.people))
def test_the_same_evidence_clock_and_seed_give_the_same_choices(
    evidence: Evidence, seed: str, order: list[Person]
) -> None:
    assert choose_all(order, evidence, NOW, seed) == choose_all(SOME.people, evidence, NOW, seed)


def test_another_seed_or_week_breaks_ties_otherwise() -> None:
    firsts = {_chosen(SOME, seed=str(number)).question_id for number in range(20)}
    weeks = [choose(SOME.people[0], SOME, NOW + timedelta(weeks=number), "") for number in range(20)]
    assert min(len(firsts), len({each.question_id for each in weeks if each})) > 2


@given(evidence=EVIDENCE)
def test_nobody_is_asked_again_within_twenty_weeks_while_another_question_is_left(evidence: Evidence) -> None:
    for person in evidence.people:
        suited = [each for each in BANK if each.suits in {"everyone", "lead" if person.lead else "front line"}]
        last = {each.id: _last(evidence, person, each) for each in suited}
        chosen = _chosen(evidence, person).question_id
        assert NOW - last[chosen] >= NO_REPEAT or last[chosen] == min(last.values())


def _last(evidence: Evidence, person: Person, question: AQuestion) -> datetime:
    asked = [each.at for each in evidence.asked if (each.partner, each.question) == (person.partner, question.id)]
    return max(asked, default=datetime.min.replace(tzinfo=UTC))


@given(evidence=EVIDENCE)
def test_every_question_suits_the_role(evidence: Evidence) -> None:
    suits = {each.id: each.suits for each in BANK}
    for person in evidence.people:
        kept_for_others = "front line" if person.lead else "lead"
        assert suits[_chosen(evidence, person).question_id] != kept_for_others


@given(evidence=EVIDENCE, seed=st.text(max_size=3))
def test_every_reason_is_true_and_points_at_nobody(evidence: Evidence, seed: str) -> None:
    for partner, choice in choose_all(evidence.people, evidence, NOW, seed).items():
        person = next(each for each in evidence.people if each.partner == partner)
        assert untrue(choice, person, evidence, NOW) == ""


@pytest.mark.parametrize(
    "false",
    [
        Reason(kind=Kind.LITTLE, factor="money", organisation=CHARITY),
        Reason(kind=Kind.LITTLE, factor="money"),
        Reason(kind=Kind.LITTLE, factor="trust"),
        Reason(kind=Kind.LITTLE, factor="money", since=date(2026, 7, 1)),
        Reason(kind=Kind.LITTLE, factor="money", since=date(2026, 9, 1)),
        Reason(kind=Kind.LITTLE, factor="money", since=date(2026, 8, 4)),
        Reason(kind=Kind.DISPUTED, factor="money"),
        Reason(kind=Kind.BLOCKED, factor="money"),
        Reason(kind=Kind.TURN, factor="money", since=date(2026, 8, 1)),
    ],
)
def test_a_reason_that_is_not_true_is_found(false: Reason) -> None:
    evidence = replace(SOME, observations=_heard("money", 15, 14, 13), k=2)
    true = Reason(kind=Kind.LITTLE, factor="money", since=date(2026, 8, 1))
    choice = Choice(question_id="money-0", factor="money", reason=true)
    assert untrue(choice, SOME.people[0], evidence, NOW) == ""
    assert untrue(replace(choice, reason=false), SOME.people[0], evidence, NOW) != ""


@given(
    older=st.lists(st.tuples(WEEKS, st.floats(0, 1)), max_size=6),
    more=st.lists(WEEKS, min_size=1, max_size=3),
    pair=st.permutations(THREE[:2]),
    seed=st.text(max_size=3),
)
def test_a_cell_with_more_and_fresher_evidence_is_never_preferred(
    older: list[tuple[float, float]], more: list[float], pair: list[str], seed: str
) -> None:
    emptier, fuller = pair
    observations = [
        *_heard(emptier, *(weeks for weeks, _ in older)),
        *_heard(fuller, *(weeks * share for weeks, share in older), *more),
    ]
    evidence = replace(SOME, questions=a_bank(4, THREE[:2]), observations=observations)
    assert _chosen(evidence, seed=seed).factor == emptier


def test_the_factor_of_the_last_question_does_not_come_again() -> None:
    person = SOME.people[0]
    asked = [_asked(person, "money-0", 1)]
    full = [*_heard("trust", 0, 0, 0), *_heard("power", 0, 0, 0)]
    assert _chosen(replace(SOME, observations=full)).factor == "money"
    assert _chosen(replace(SOME, observations=full, asked=asked)).factor != "money"
    only = replace(SOME, observations=full, asked=asked, questions=a_bank(4, ["money"]))
    assert _chosen(only).question_id not in {"", "money-0"}


def test_those_who_are_asked_together_are_spread_over_the_empty_cells() -> None:
    people = _people(9)
    evidence = Evidence(people=people, questions=BANK)
    together = Counter(each.factor for each in choose_all(people, evidence, NOW, "").values())
    assert together == dict.fromkeys(THREE, 3)
    asked: list[Asked] = []
    for person in people:
        choice = _chosen(replace(evidence, asked=asked), person)
        asked.append(_asked(person, choice.question_id, 0, Outcome.WAITING))
    assert Counter(each.question.partition("-")[0] for each in asked) == together


def test_replies_are_expected_for_a_week_and_as_often_as_the_organisation_replies() -> None:
    people = _people(2)
    waiting = [_asked(people[0], "trust-0", 0.5, Outcome.WAITING), _asked(people[0], "power-0", 1, Outcome.WAITING)]
    answered = [_asked(people[1], "money-0", 2, Outcome.ANSWERED) for _ in range(15)]
    known = standing(Evidence(people=people, questions=BANK, asked=[*waiting, *answered]), NOW)
    assert known.rates == {COUNCIL: pytest.approx(17 / 21)}
    assert known.expected == {("trust", COUNCIL): pytest.approx(17 / 21)}


def test_what_was_said_a_quarter_ago_counts_half() -> None:
    assert faded(1, HALF_LIFE) == pytest.approx(0.5)
    assert faded(1, -HALF_LIFE) == 1


def test_what_nobody_cares_to_answer_does_not_take_every_question() -> None:
    asked = [_asked(each, "money-0", 2) for each in SOME.people[1:6]]
    assert _chosen(replace(SOME, asked=asked)).factor != "money"


def test_a_dispute_or_a_barrier_decides_only_where_about_as_little_is_known() -> None:
    heard = [*_heard("trust", 0), *_heard("power", 0), *_heard("money", 0)]
    for kind, disputed, blocked in ((Kind.DISPUTED, "power", ""), (Kind.BLOCKED, "", "power")):
        signals = replace(SOME, disputed=frozenset({disputed}), blocked=frozenset({blocked}))
        tipped = [*_heard("power", 0.5), *heard[:1], *heard[2:], *_heard("power", 40)]
        assert _chosen(replace(signals, observations=tipped)).reason == Reason(kind=kind, factor="power")
        assert _chosen(replace(signals, observations=[*heard, *_heard("power", 0)])).factor != "power"


def test_an_organisation_is_named_only_with_k_people_in_it_and_k_outside() -> None:
    for inside, outside, named in ((3, 3, COUNCIL), (2, 3, None), (3, 2, None)):
        evidence = replace(SOME, people=[*_people(inside), *_people(outside, CHARITY)], k=3)
        assert _chosen(evidence).reason.organisation == named


def test_the_month_is_told_after_which_little_was_heard() -> None:
    evidence = replace(SOME, k=2, questions=a_bank(4, ["money"]))
    long_ago = _heard("money", 30, 15, 14, 13)
    assert _chosen(replace(evidence, observations=long_ago)).reason.since == date(2026, 8, 1)
    assert _chosen(replace(evidence, observations=long_ago[:2])).reason.since is None
    lately = replace(evidence, observations=_heard("money", 5, 4, 3), asked=[_asked(SOME.people[0], "money-0", 9)])
    assert _chosen(lately).reason == Reason(kind=Kind.TURN, factor="money", since=date(2026, 9, 1))


def test_what_is_retired_is_not_asked_and_still_counts_as_asked() -> None:
    retired = frozenset(each.id for each in BANK if each.factor != "money")
    assert _chosen(replace(SOME, retired=retired)).factor == "money"
    asked = [_asked(SOME.people[0], "trust-0", 1)]
    assert _chosen(replace(SOME, retired=frozenset({"trust-0"}), asked=asked)).factor != "trust"


def test_whom_nothing_suits_gets_nothing() -> None:
    nothing = replace(SOME, questions=[AQuestion(id="a", factor="money", suits="lead")])
    assert choose(SOME.people[1], nothing, NOW, "") is None
    assert set(choose_all(SOME.people, nothing, NOW, "")) == {each.partner for each in SOME.people if each.lead}


def test_depth_follows_the_reason_and_a_lead_gets_what_is_meant_for_leads() -> None:
    bank = [
        AQuestion(id=f"{suits}-{depth}", factor="money", suits=suits, depth=depth)
        for suits in ("everyone", "lead")
        for depth in ("noticing", "relating", "acting")
    ]
    thin = replace(SOME, questions=bank)
    full = replace(thin, observations=_heard("money", 0, 0, 0))
    assert _chosen(thin).question_id == "lead-noticing"
    assert _chosen(thin, SOME.people[1]).question_id == "everyone-noticing"
    assert _chosen(replace(full, disputed=frozenset({"money"}))).question_id == "lead-relating"
    assert _chosen(full).question_id == "lead-acting"
