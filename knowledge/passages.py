"""Passages: the pieces of at most 270 words that are indexed, ranked and cited."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from knowledge.documents import Block, Kind, Loaded, Passage, Role, Unit
from knowledge.folding import fold
from knowledge.positions import Positions
from knowledge.sentences import sentences
from knowledge.twins import Twins, find_twins

MOST_WORDS = 270
#: A passage is closed once it has this many words and the next block would take it over `_GOOD`.
_ENOUGH, _GOOD, _FEWEST = 110, 200, 60
_SHORT_LEAD = 30
_SPEECH = re.compile(
    r"\b(?:said|says|told|tells|asked|described|describes|commented|explained|explains|argued|argues|noted|wrote|writes"
    r"|put it|recalled|reflected|provides? an example|gave an example)\b"
)


@dataclass(frozen=True, kw_only=True)
class _Part:
    """A block, or as many of a long block's sentences as fit, with its place and its section."""

    block: Block
    text: str
    start: int
    end: int
    section: tuple[str, ...]
    twin: bool
    cut: bool = False

    @property
    def words(self) -> int:
        return len(self.text.split())


def cut(loaded: Loaded, *, file: str) -> tuple[Passage, ...]:
    """Cut a document into passages, in reading order.

    A passage keeps to one section and one role and has at most 270 words. A list stays with the line that leads
    into it, a block quotation with its lead-in and its speaker, as far as they fit. A passage all of whose words
    stand elsewhere in the document has `twin_of`; of two alike, the one outside a summary is ranked.
    """
    twins = find_twins(loaded.blocks)
    parts = list(_parts(loaded, twins))
    groups = _balanced([group for run in _runs(parts) for group in _grouped(run)])
    passages = [_passage(group, ordinal, loaded.unit, file) for ordinal, group in enumerate(groups)]
    return _with_twins(passages, groups, twins)


def _parts(loaded: Loaded, twins: Twins) -> Iterator[_Part]:
    positions = Positions(loaded.text, loaded.unit)
    path: list[tuple[int, str]] = []
    title = fold(loaded.guessed_title).text
    for block in loaded.blocks:
        if block.kind is Kind.HEADING:
            path = [step for step in path if step[0] < block.level]
            if not title or fold(block.text).text != title:
                path.append((block.level, block.text))
            continue
        section = tuple(text for _, text in path)
        whole = _Part(
            block=block, text=_shown(block), start=block.start, end=block.end, section=section, twin=block in twins
        )
        yield from [whole] if whole.words <= MOST_WORDS else _split(whole, positions)


def _shown(block: Block) -> str:
    if block.kind is Kind.LIST_ITEM and not block.text[:1].isdigit():
        return f"- {block.text}"
    return block.text


def _split(part: _Part, positions: Positions) -> Iterator[_Part]:
    """A long block in even pieces, cut between sentences; a monstrous sentence is cut between words."""
    units = [piece for unit in _units(part.text, table=part.block.kind is Kind.TABLE) for piece in _bounded(unit)]
    total = sum(len(unit.split()) for unit in units)
    share = total / -(-total // _GOOD)
    glue = "\n" if part.block.kind is Kind.TABLE else " "
    held: list[str] = []
    for unit in units:
        words = sum(len(each.split()) for each in held)
        if held and (words + len(unit.split()) > MOST_WORDS or words >= share - len(unit.split()) / 2):
            yield _located(part, glue.join(held), positions)
            held = []
        held.append(unit)
    if held:
        yield _located(part, glue.join(held), positions)


def _units(text: str, *, table: bool) -> list[str]:
    """The sentences or rows of a text, together holding every word of it."""
    if table:
        return text.split("\n")
    units: list[str] = []
    place = 0
    for sentence in sentences(text):
        found = text.index(sentence, place)
        lead = text[place:found].strip()
        units.append(f"{lead} {sentence}".strip() if lead else sentence)
        place = found + len(sentence)
    rest = text[place:].strip()
    return [*units, rest] if rest else units


def _bounded(unit: str) -> Iterator[str]:
    words = unit.split()
    if len(words) <= MOST_WORDS:
        yield unit
        return
    for start in range(0, len(words), _GOOD):
        yield " ".join(words[start : start + _GOOD])


def _located(part: _Part, text: str, positions: Positions) -> _Part:
    start, end = positions.of(text, part.start, part.end)
    return replace(part, text=text, start=start, end=end, cut=True)


def _runs(parts: Sequence[_Part]) -> Iterator[list[_Part]]:
    """Parts that may share a passage: one section, one role, alike in being twins or not.

    What stands between two paragraphs but is not ranked (a footnote, a caption, a twin) comes after its section's body.
    """
    for _, section in groupby(parts, key=lambda part: part.section):
        held = list(section)
        sorts = dict.fromkeys(((Role.BODY, False), *((part.block.role, part.twin) for part in held)))
        for sort in sorts:
            run = [part for part in held if (part.block.role, part.twin) == sort]
            if run:
                yield run


def _grouped(run: Sequence[_Part]) -> Iterator[list[_Part]]:
    group: list[_Part] = []
    words = 0
    for index, part in enumerate(run):
        if group and _closes(group, part, words, run[index + 1] if index + 1 < len(run) else None):
            group, carried = _carried(group, part)
            yield group
            group, words = carried, sum(each.words for each in carried)
        group.append(part)
        words += part.words
    if group:
        yield group


def _closes(group: Sequence[_Part], part: _Part, words: int, following: _Part | None) -> bool:
    """Whether the passage ends before this part."""
    if words + part.words > MOST_WORDS:
        return True
    if words < _FEWEST or _clings(group[-1], part):
        return False
    if words >= _ENOUGH and words + part.words > _GOOD:
        return True
    leads = following is not None and _clings(part, following)
    return leads and words >= _ENOUGH and words + part.words + (following.words if following else 0) > _GOOD


def _clings(before: _Part, part: _Part) -> bool:
    """Whether a part reads badly without the one before it."""
    if before.block.kind is Kind.PARAGRAPH and _leads_in(before):
        return True
    kinds = before.block.kind, part.block.kind
    return kinds in {
        (Kind.LIST_ITEM, Kind.LIST_ITEM),
        (Kind.PARAGRAPH, Kind.LIST_ITEM),
        (Kind.PARAGRAPH, Kind.TABLE),
        (Kind.TABLE, Kind.TABLE),
    }


def _leads_in(part: _Part) -> bool:
    """Whether the words announce what follows: a colon, or a short line that says that somebody said something."""
    if part.text.rstrip("'\"’”*").endswith((":", ",")):
        return True
    return part.words <= _SHORT_LEAD and bool(_SPEECH.search(part.text)) and part.text[-1:] not in "'\"’”"


def _carried(group: list[_Part], part: _Part) -> tuple[list[_Part], list[_Part]]:
    """A lead-in goes with what it leads into, if that leaves something behind."""
    lead = group[-1]
    fits = lead.words + part.words <= MOST_WORDS and len(group) > 1
    if fits and lead.block.kind is Kind.PARAGRAPH and not lead.cut and _clings(lead, part) and lead.words <= _FEWEST:
        return group[:-1], [lead]
    return group, []


def _balanced(groups: Sequence[list[_Part]]) -> list[list[_Part]]:
    """Tiny groups join the one before or after in the same run, if the two fit in one passage."""
    merged: list[list[_Part]] = []
    for group in groups:
        if merged and _small(merged[-1], group):
            merged[-1] = [*merged[-1], *group]
        else:
            merged.append(group)
    return merged


def _small(before: Sequence[_Part], group: Sequence[_Part]) -> bool:
    one, other = before[-1], group[0]
    same = (one.section, one.block.role, one.twin) == (other.section, other.block.role, other.twin)
    sizes = sum(part.words for part in before), sum(part.words for part in group)
    return same and min(sizes) < _FEWEST and sum(sizes) <= MOST_WORDS


def _passage(group: Sequence[_Part], ordinal: int, unit: Unit, file: str) -> Passage:
    return Passage(
        file=file,
        ordinal=ordinal,
        section=group[0].section,
        text="\n".join(part.text for part in group),
        start=min(part.start for part in group),
        end=max(part.end for part in group),
        unit=unit,
        role=group[0].block.role,
    )


def _with_twins(passages: list[Passage], groups: Sequence[Sequence[_Part]], twins: Twins) -> tuple[Passage, ...]:
    """Point every twin at the passage that holds the block kept in its place."""
    homes = {part.block: passage.ordinal for passage, group in zip(passages, groups, strict=True) for part in group}
    return tuple(
        replace(passage, twin_of=homes[twins.kept(group[0].block)]) if group[0].twin else passage
        for passage, group in zip(passages, groups, strict=True)
    )
