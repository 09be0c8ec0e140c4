"""Two digests or exports, whatever they were asked for and whenever, never let anybody be singled out by subtraction.

The small run is for every day; `COACH_TEST_SCALE=full` looks at 10,000 pairs.
"""

from collections.abc import Collection, Iterator
from random import Random

import pytest

from bot.domain.disclosure import Band, Snapshot
from bot.domain.disclosure_freezing import freeze
from bot.domain.disclosure_table import Table
from bot.domain.partnership import Disclosure
from tests.conftest import FULL
from tests.isolation.disclosure_adversary import Adversary, Digest, Finding, two_digests
from tests.isolation.disclosure_world import History, Publisher, World, behind, make_world

PAIRS = 10_000 if FULL else 500
PER_WORLD = 100 if FULL else 50
SEED = 20260


def _worlds(count: int, publisher: Publisher = freeze, *, lowered_by_withdrawal: bool = False) -> Iterator[World]:
    for number in range(count):
        yield make_world(Random(SEED + number), publisher, lowered_by_withdrawal=lowered_by_withdrawal)


def _attack(world: World, *, presumes: bool = False) -> Iterator[list[Finding]]:
    """Of some pairs, each read by somebody of an organisation or of none: whom they isolate."""
    for adversary, pair in _readers(world, presumes=presumes):
        yield adversary.isolated(pair)


def _readers(world: World, *, presumes: bool = False) -> Iterator[tuple[Adversary, tuple[Digest, Digest]]]:
    random = Random(SEED)
    for _ in range(PER_WORLD):
        own = None if presumes else random.choice((None, *world.organisations))
        yield Adversary(world, own=own, presumes=presumes), two_digests(random, world)


def test_nobody_is_isolated() -> None:
    cells = 0
    for world in _worlds(PAIRS // PER_WORLD):
        cells += sum(len(each.shown) for each in world.moments[-1].shown.values())
        for isolated in _attack(world):
            assert isolated == []
    # There would be something to find: much is shown.
    assert cells >= PAIRS // PER_WORLD * 200


def test_whoever_has_kept_everything_isolates_nobody() -> None:
    for world in _worlds(25 if FULL else 1):
        for own in (None, world.organisations[0]):
            assert Adversary(world, own=own, presumes=False).isolated_by_all(world.moments[-1]) == []


def _live(week: str, history: History, rules: Disclosure, _members: Collection[str], _before: object) -> Snapshot:
    """What a digest would show that counts when it is asked: exact figures of k people."""
    counts = {cell: len(people) for (_, cell), people in behind(week, history, named_only=False).items()}
    shown = {cell: Band(low=count, high=count) for cell, count in counts.items() if count >= rules.k}
    return Snapshot(week=week, k=rules.k, m=rules.m, shown=shown)


def test_live_counts_would_be_found_leaking() -> None:
    found = [isolated for world in _worlds(2, _live, lowered_by_withdrawal=True) for isolated in _attack(world)]
    assert sum(map(bool, found)) >= len(found) // 4


@pytest.mark.parametrize(("publisher", "lowered"), [(_live, True), (freeze, False)])
def test_whatever_the_adversary_concludes_is_true(publisher: Publisher, *, lowered: bool) -> None:
    """Else it would find nobody by reckoning wrongly, or somebody who is not there."""
    findings = [
        finding
        for world in _worlds(4 if FULL else 1, publisher, lowered_by_withdrawal=lowered)
        for adversary, pair in _readers(world)
        for finding in adversary.findings(pair)
    ]
    assert len(findings) > 500
    assert [each for each in findings if not each.true] == []


def _guessed_rightly(count: int) -> int:
    """How many pairs tell of somebody to whoever takes "too few to say" for fewer than k."""
    return sum(
        any(0 < len(finding.truly) < world.rules.k for finding in isolated)
        for world in _worlds(count)
        for isolated in _attack(world, presumes=True)
    )


def test_without_keeping_more_back_a_guess_would_be_right(monkeypatch: pytest.MonkeyPatch) -> None:
    """With it, a guess hits by luck now and then: where a cell was withheld, too few is not few."""
    worlds = PAIRS // PER_WORLD // 4
    lucky = _guessed_rightly(worlds)
    monkeypatch.setattr(Table, "settle", lambda _table: None)
    assert _guessed_rightly(worlds) >= max(worlds, 8 * lucky)
