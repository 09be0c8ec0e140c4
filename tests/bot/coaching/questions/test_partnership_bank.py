"""Each partnership has the coach's questions with its own file laid over them, as it is at the moment."""

import os
from dataclasses import replace
from pathlib import Path

from bot.coaching.questions.partnership_bank import PartnershipBank
from bot.domain.people import PartnershipId
from tests.bot.plans import PLAN

OTHER = replace(PLAN, id=PartnershipId("quay"))


def write(folder: Path, text: str, *, at: float) -> None:
    path = folder / "harbour.yaml"
    path.write_text(text, encoding="utf-8")
    os.utime(path, (at, at))


async def test_without_a_file_it_is_the_coachs_own(tmp_path: Path) -> None:
    bank = await PartnershipBank(folder=tmp_path)(PLAN)
    assert len(bank) >= 96
    assert all(name == each.id for name, each in bank.items())


async def test_a_file_changes_one_partnership_alone_and_is_read_again(tmp_path: Path) -> None:
    bank = PartnershipBank(folder=tmp_path)
    write(tmp_path, "questions:\n  - {id: trust-1, retired: true}\n", at=1)
    assert (await bank(PLAN))["trust-1"].retired
    assert not (await bank(OTHER))["trust-1"].retired
    write(tmp_path, "questions:\n  - {id: trust-2, retired: true}\n", at=2)
    assert [(await bank(PLAN))[name].retired for name in ("trust-1", "trust-2")] == [False, True]
    (tmp_path / "harbour.yaml").unlink()
    assert not (await bank(PLAN))["trust-2"].retired


async def test_what_cannot_be_read_changes_nothing(tmp_path: Path) -> None:
    bank, own = PartnershipBank(folder=tmp_path), await PartnershipBank(folder=tmp_path)(PLAN)
    for at, text in enumerate(("questions: [", "no list", "questions:\n  - {id: ours-1}\n")):
        write(tmp_path, text, at=at)
        assert await bank(PLAN) == own
