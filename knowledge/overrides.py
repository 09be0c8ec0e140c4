"""Reading `library.yaml`: every key optional, every mistake told by its line."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import yaml

from knowledge.documents import Chapter

_STR, _INT, _NULL = "tag:yaml.org,2002:str", "tag:yaml.org,2002:int", "tag:yaml.org,2002:null"
_ALONE = ("public", "partnership")
_YEARS = range(1000, 3000)
_T = TypeVar("_T")


class CatalogueError(Exception):
    """`library.yaml` has a mistake. Whoever keeps the library is told the file, the line and what to do."""

    def __init__(self, file: Path, line: int, problem: str) -> None:
        super().__init__(f"{file}, line {line}: {problem}")
        self.file = file
        self.line = line
        self.problem = problem


@dataclass(frozen=True, kw_only=True)
class Override:
    """What the catalogue says of one document. Empty or None where it says nothing."""

    title: str = ""
    author: str = ""
    publisher: str = ""
    year: int | None = None
    audience: tuple[str, ...] = ()
    chapters: tuple[Chapter, ...] | None = None


def parse_overrides(path: Path, text: str) -> dict[str, Override]:
    """The documents of a catalogue by file name. Raises `CatalogueError`."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        said = getattr(problem, "problem", None) or "it is not YAML"
        line = mark.line + 1 if mark else 1
        raise CatalogueError(
            path, line, f"This is not valid YAML ({said}). Check indents, colons and quotes."
        ) from problem
    if root is None or root.tag == _NULL:
        return {}
    return _Catalogue(path).documents(root)


class _Catalogue:
    """Walks the nodes of a catalogue, so that each mistake is told by its line."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def documents(self, root: yaml.Node) -> dict[str, Override]:
        found: dict[str, Override] = {}
        fields = self._mapping(root, {"documents"}, "The catalogue")
        if "documents" not in fields or fields["documents"].tag == _NULL:
            return found
        for node in self._items(fields["documents"], "documents"):
            file, override = self._document(node)
            if file in found:
                raise self._error(node, f"{file} is listed twice. Keep one of the two.")
            found[file] = override
        return found

    def _document(self, node: yaml.Node) -> tuple[str, Override]:
        allowed = {"file", "title", "author", "publisher", "year", "audience", "chapters"}
        fields = self._mapping(node, allowed, "A document")
        if "file" not in fields:
            raise self._error(node, "This document has no file. Add `file:` with the name of the file.")
        override = Override(
            title=self._read(fields, "title", self._string, ""),
            author=self._read(fields, "author", self._string, ""),
            publisher=self._read(fields, "publisher", self._string, ""),
            year=self._read(fields, "year", self._year, None),
            audience=self._read(fields, "audience", self._audience, ()),
            chapters=self._read(fields, "chapters", self._chapters, None),
        )
        return self._string(fields["file"], "file").removeprefix("./"), override

    def _read(self, fields: Mapping[str, yaml.Node], name: str, read: Callable[[yaml.Node, str], _T], absent: _T) -> _T:
        node = fields.get(name)
        return absent if node is None or node.tag == _NULL else read(node, name)

    def _chapters(self, node: yaml.Node, name: str) -> tuple[Chapter, ...]:
        chapters = [self._chapter(item) for item in self._items(node, name)]
        return tuple(sorted(chapters, key=lambda chapter: chapter.start))

    def _chapter(self, node: yaml.Node) -> Chapter:
        fields = self._mapping(node, {"start", "title", "author"}, "A chapter")
        if "start" not in fields:
            raise self._error(node, "This chapter has no start. Add `start:` with the line (or page) where it begins.")
        return Chapter(
            start=self._number(fields["start"], "start"),
            title=self._read(fields, "title", self._string, ""),
            author=self._read(fields, "author", self._string, ""),
        )

    def _audience(self, node: yaml.Node, name: str) -> tuple[str, ...]:
        if isinstance(node, yaml.SequenceNode):
            keys = tuple(self._string(item, name) for item in node.value)
        else:
            keys = (self._string(node, name),)
        if not keys:
            raise self._error(node, "audience is empty. Write public, partnership, or keys of organisations.")
        if len(keys) > 1 and any(key in _ALONE for key in keys):
            raise self._error(node, "public and partnership stand alone. Remove them, or the organisations.")
        return tuple(dict.fromkeys(keys))

    def _year(self, node: yaml.Node, name: str) -> int:
        year = self._number(node, name)
        if year not in _YEARS:
            raise self._error(node, f"{year} is no year. Write four digits.")
        return year

    def _number(self, node: yaml.Node, name: str) -> int:
        if node.tag != _INT or not str(node.value).isdecimal() or int(node.value) < 1:
            raise self._error(node, f"{name} must be a whole number from 1. Write digits without quotes.")
        return int(node.value)

    def _string(self, node: yaml.Node, name: str) -> str:
        if node.tag != _STR or not isinstance(node, yaml.ScalarNode):
            raise self._error(node, f"{name} must be words. Put them in quotes.")
        words = str(node.value).strip()
        if not words:
            raise self._error(node, f"{name} is empty. Write something or remove the line.")
        return words

    def _items(self, node: yaml.Node, name: str) -> Iterator[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            raise self._error(node, f"{name} must be a list. Start each entry with a dash.")
        yield from node.value

    def _mapping(self, node: yaml.Node, allowed: set[str], what: str) -> dict[str, yaml.Node]:
        known = ", ".join(sorted(allowed))
        if not isinstance(node, yaml.MappingNode):
            raise self._error(node, f"{what} must have keys: {known}.")
        fields: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = str(key.value)
            if name not in allowed:
                raise self._error(key, f"{what} has no key {name}. Use one of: {known}.")
            if name in fields:
                raise self._error(key, f"{name} is given twice. Keep one of the two.")
            fields[name] = value
        return fields

    def _error(self, node: yaml.Node, problem: str) -> CatalogueError:
        return CatalogueError(self._path, node.start_mark.line + 1, problem)
