"""YAML text as plain values, each with its line; nothing in the text is ever constructed or expanded."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

from bot.domain.errors import PartnershipError
from bot.domain.problems import At, quoted

#: Levels of nesting; a partnership file needs five.
_DEEPEST = 12
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,9}")
_STANDARD = "tag:yaml.org,2002:"


@dataclass(frozen=True, kw_only=True)
class Odd:
    """A scalar that YAML takes for something else than text or a whole number, as it was written."""

    written: str


Plain = str | int | Odd | None | list["Plain"] | dict[str, "Plain"]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The values of a file, the 1-based line of each, and what is wrong with its keys by line."""

    value: Plain
    lines: Mapping[At, int]
    complaints: tuple[tuple[int, str], ...]

    def line(self, at: At) -> int:
        """The line of a value, or of what should hold it."""
        while at not in self.lines:
            at = at[:-1]
        return self.lines[at]


class _Loader(yaml.SafeLoader):
    """Composes nodes without aliases, which could make a small file a large value, and without great depth."""

    levels = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """The next node; raises `MarkedYAMLError` where it stands."""
        mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="an alias", problem_mark=mark, note="write the value out instead of *")
        if self.levels > _DEEPEST:
            raise yaml.MarkedYAMLError(problem="nested too deep", problem_mark=mark, note="remove the inner levels")
        self.levels += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.levels -= 1


def parse(file: str, text: str) -> Sheet:
    """The values in a YAML text; raises `PartnershipError` with file and line where there are none to be had."""
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = f"this is not YAML that I can read ({error.problem})"
        advice = error.note or "correct the indentation, colons and quotes here or just above"
        raise PartnershipError(f"{file} line {line}: {problem}; {advice}") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise PartnershipError(f"{file} line {line}: there is an unreadable character; remove it") from None
    if root is None:
        raise PartnershipError(f"{file} line 1: the file is empty; start from docs/partnership.example.yaml")
    lines: dict[At, int] = {(): 1}
    complaints: list[tuple[int, str]] = []
    return Sheet(value=_plain(root, (), lines, complaints), lines=lines, complaints=tuple(complaints))


def _plain(node: yaml.Node, at: At, lines: dict[At, int], complaints: list[tuple[int, str]]) -> Plain:
    if isinstance(node, yaml.MappingNode) and node.tag == f"{_STANDARD}map":
        entries = _entries(node, at, lines, complaints)
        return {key: _plain(value, (*at, key), lines, complaints) for key, value in entries}
    if isinstance(node, yaml.SequenceNode) and node.tag == f"{_STANDARD}seq":
        for index, item in enumerate(node.value):
            lines[*at, index] = item.start_mark.line + 1
        return [_plain(item, (*at, index), lines, complaints) for index, item in enumerate(node.value)]
    return _scalar(node)


def _entries(
    node: yaml.MappingNode, at: At, lines: dict[At, int], complaints: list[tuple[int, str]]
) -> Iterator[tuple[str, yaml.Node]]:
    """The first entry under each key; a block has the line of its key, a scalar its own."""
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            complaints.append((line, "a key must be a single word; write it as key: value"))
        elif (*at, key.value) in lines:
            complaints.append((line, f"{quoted(key.value)} is there twice; keep one"))
        else:
            lines[*at, key.value] = value.start_mark.line + 1 if isinstance(value, yaml.ScalarNode) else line
            yield key.value, value


def _scalar(node: yaml.Node) -> Plain:
    if not isinstance(node, yaml.ScalarNode):
        return Odd(written=node.tag)
    written = str(node.value)
    if node.tag == f"{_STANDARD}str":
        # YAML takes 08 and 09 for text, a person for hours.
        plain_digits = node.style is None and _WHOLE_NUMBER.fullmatch(written)
        return int(written) if plain_digits else written
    if node.tag == f"{_STANDARD}null":
        return None
    if node.tag == f"{_STANDARD}int" and _WHOLE_NUMBER.fullmatch(written):
        return int(written)
    return Odd(written=written or node.tag)
