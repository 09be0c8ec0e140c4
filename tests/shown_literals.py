"""Finds words in the code that somebody would read: they belong to `prompts/words`, in every language.

Two rules. What is given to a part of a card, or stands under a key that a platform shows, must not hold letters that
the code wrote itself, however it got there within one function. And no text of four words or more stands in the code
of what partners read, but for what `TOLD_TO_OTHERS` lists.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

#: The parts of what is shown, with those of their fields that are read.
SHOWN = {
    "Card": ("title", "items", "note"),
    "Paragraph": ("text",),
    "Button": ("label",),
    "Link": ("label",),
    "Form": ("submit",),
    "Field": ("label", "hint", "choices"),
    "Fact": ("name", "value"),
    "Image": ("alt",),
    "Section": ("title", "rows", "empty"),
    "Row": ("label", "text"),
    "Heat": ("title", "total_label"),
    "plain_text": ("text", "label"),
}
#: Keys of what adapters draw that are shown as they are.
KEYS = frozenset({"text", "title", "label", "placeholder", "altText", "alt_text", "fallbackText", "errorMessage"})
#: Whose texts are for those who run the coach, at the command line or in a file that they wrote; or are no texts.
TOLD_TO_OTHERS = {
    "questions/rules.py": "what is wrong with a file of questions",
    "questions/shape.py": "what is wrong with a file of questions",
    "questions/twins.py": "what is wrong with a file of questions",
    "partnership_rules.py": "what is wrong with a partnership's file",
    "rhythm_rules.py": "what is wrong with a partnership's file",
    "problems.py": "what is wrong with a partnership's file",
    "curating.py": "words by which questions are told apart",
    "streams.py": "what Teams says when it refuses",
    "guard.py": "the header of a page",
}
#: The fields of an expression that its text is made of.
_MADE_OF: Mapping[type[ast.AST], tuple[str, ...]] = {
    ast.JoinedStr: ("values",),
    ast.FormattedValue: ("value",),
    ast.BoolOp: ("values",),
    ast.BinOp: ("left", "right"),
    ast.IfExp: ("body", "orelse"),
    ast.Tuple: ("elts",),
    ast.List: ("elts",),
    ast.ListComp: ("elt",),
    ast.GeneratorExp: ("elt",),
    ast.Starred: ("value",),
    ast.Subscript: ("value",),
    ast.Dict: ("values",),
}
#: Methods that make a text of texts.
_TEXTUAL = frozenset({"format", "join", "lower", "removesuffix", "replace", "rstrip", "strip", "title", "upper"})
_GATHERING = frozenset({"list", "sorted", "str", "tuple"})
_LETTERS = re.compile(r"[^\W\d_]{2}")
_SENTENCE = re.compile(r"[^\W\d_]+(?:[^\w\n]* [^\w\n]*[^\W\d_]+){3}")
#: Calls that show nothing: logs, and patterns.
_SILENT = frozenset(
    {"debug", "info", "warning", "error", "exception", "compile", "fullmatch", "match", "sub", "search"}
)

Found = Iterator[tuple[int, str]]


def found_in(source: str, *, sentences: bool = True) -> list[str]:
    """The words in one file's source that somebody would read, each with its line."""
    tree = ast.parse(source)
    hits = {*_given(tree), *(_sentences(tree) if sentences else ())}
    return [f"{line}: {text}" for line, text in sorted(hits)]


def _given(tree: ast.Module) -> Found:
    """By the first rule: each function by itself, and with what its module holds."""
    held = _assigned(tree.body)
    inner = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    for scope, own in [(tree, {}), *((each, _assigned(list(ast.walk(each)))) for each in inner)]:
        trace = _Trace(known={**held, **own})
        for node in ast.walk(scope):
            for value in _shown(node):
                yield from trace.letters(value)


def _shown(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        for each in node.keywords:
            if each.arg in SHOWN.get(name, ()):
                yield from _labels(each.value) if each.arg == "choices" else [each.value]
        yield from node.args if name in ("plain_text",) else ()
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value in KEYS:
                yield value


def _labels(choices: ast.expr) -> Iterator[ast.expr]:
    """Of choices, pairs of a value and its label, the labels."""
    pairs = [node for node in ast.walk(choices) if isinstance(node, ast.Tuple) and len(node.elts) == 2]
    yield from (pair.elts[1] for pair in pairs if not isinstance(pair.elts[1], ast.Tuple))


def _assigned(body: list[ast.AST] | list[ast.stmt]) -> Mapping[str, list[ast.expr]]:
    """What each name is set to, in the order of the code."""
    held: dict[str, list[ast.expr]] = {}
    for node in body:
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AnnAssign | ast.AugAssign) and node.value is not None:
            targets = [node.target]
        for target in targets:
            for name, value in _pairs(target, node.value):  # type: ignore[attr-defined]
                held.setdefault(name, []).append(value)
    return held


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        for one, other in zip(target.elts, value.elts, strict=True):
            yield from _pairs(one, other)


@dataclass(frozen=True, kw_only=True)
class _Trace:
    """Follows an expression back to the texts that it is made of. What a function returns is that function's own."""

    known: Mapping[str, list[ast.expr]]
    _seen: set[str] = field(default_factory=set)

    def letters(self, node: ast.AST) -> Found:
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str) and _LETTERS.search(node.value):
                yield node.lineno, node.value
        elif isinstance(node, ast.Name):
            if node.id not in self._seen:
                self._seen.add(node.id)
                for value in self.known.get(node.id, ()):
                    yield from self.letters(value)
        else:
            for part in _parts(node):
                yield from self.letters(part)


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """What an expression's text is made of; nothing of what a function makes, but for those that put texts together."""
    for name in _MADE_OF.get(type(node), ()):
        part = getattr(node, name)
        yield from part if isinstance(part, list) else [part]
    match node:
        case ast.Call(func=ast.Attribute(value=value, attr=attr), args=args) if attr in _TEXTUAL:
            yield from (value, *(args if attr in ("join", "format") else ()))
        case ast.Call(func=ast.Name(id=name), args=args) if name in _GATHERING:
            yield from args


def _sentences(tree: ast.Module) -> Found:
    """By the second rule."""
    silent = {id(part) for node in ast.walk(tree) if _is_silent(node) for part in ast.walk(node)}
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in silent)
    for node in texts:
        if isinstance(node.value, str) and _SENTENCE.search(node.value):
            yield node.lineno, node.value


def _is_silent(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Call):
        return getattr(node.func, "attr", "") in _SILENT
    return isinstance(node, ast.Raise)
