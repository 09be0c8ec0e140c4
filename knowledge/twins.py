"""Twins: blocks of a document that repeat another block word for word."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.documents import Block, Kind, Role
from knowledge.folding import fold

_SUMMARY = re.compile(
    r"(?:executive )?summary\b|abstract|key (?:findings|points|messages)|at a glance|in brief|overview"
)
_FEWEST_WORDS = 5


@dataclass(frozen=True)
class Twins:
    """Which blocks repeat another, and which block is kept in the place of each."""

    places: Mapping[Block, Block]

    def __contains__(self, block: Block) -> bool:
        return block in self.places

    def kept(self, block: Block) -> Block:
        """The block that is ranked instead of this one."""
        return self.places[block]


def find_twins(blocks: Sequence[Block]) -> Twins:
    """The blocks of the body that say the same words as another one (after folding).

    Of two alike, the one under a heading such as "Executive summary" gives way. Otherwise the earlier is kept, but
    within one section the later, because there the earlier is a teaser that stands before the full text.
    """
    alike: dict[str, list[_Copy]] = {}
    summary, depth, section = False, 0, 0
    for block in blocks:
        if block.kind is Kind.HEADING:
            section += 1
            if not summary or block.level <= depth:
                summary, depth = bool(_SUMMARY.match(fold(block.text).text)), block.level
        elif block.role is Role.BODY and len(block.text.split()) >= _FEWEST_WORDS:
            alike.setdefault(fold(block.text).text, []).append(_Copy(block, summary, section))
    places: dict[Block, Block] = {}
    for copies in alike.values():
        kept = _kept(copies)
        places.update({copy.block: kept for copy in copies if copy.block is not kept})
    return Twins(places)


@dataclass(frozen=True)
class _Copy:
    block: Block
    summary: bool
    section: int


def _kept(copies: Sequence[_Copy]) -> Block:
    ranked = [copy for copy in copies if not copy.summary] or copies
    return [copy for copy in ranked if copy.section == ranked[0].section][-1].block
