"""Sentences of English prose, each a verbatim slice of the text it came from."""

import re

_END = re.compile(
    r"""(?:\.{3,}|(?:\.\s){2,}\.|…|[.!?]+)(?P<close>['"’”)\]]*)(?P<gap>\s+)|:(?P<run>[ \t]?[-–][ \t]+)|\n+"""
)
_ABBREVIATIONS = frozenset(
    [
        "e.g",
        "i.e",
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "no",
        "nos",
        "vs",
        "v",
        "al",
        "cf",
        "viz",
        "ca",
        "approx",
        "fig",
        "figs",
        "eq",
        "ch",
        "chap",
        "sec",
        "vol",
        "pp",
        "p",
        "ed",
        "eds",
        "edn",
        "rev",
        "hon",
        "rt",
        "sr",
        "jr",
        "gen",
        "col",
        "sgt",
        "lt",
        "capt",
        "gov",
        "sen",
        "rep",
        "dept",
        "inc",
        "ltd",
        "co",
        "corp",
        "est",
        "min",
        "max",
        "para",
        "paras",
        "art",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "mon",
        "tue",
        "tues",
        "wed",
        "thu",
        "thur",
        "thurs",
        "fri",
        "sat",
        "sun",
    ]
)
#: Abbreviations that often end a sentence too: a capital after them opens a new one.
_EITHER = frozenset(
    ["etc", "inc", "ltd", "co", "corp", "al", "a.m", "p.m", "am", "pm", "u.s", "u.k", "d.c", "p", "v", "min", "max"]
)
_LONGEST_WORD = 40
_LAST_WORD = re.compile(r"([A-Za-z][\w.]*)\.$")
_OPENER = re.compile(r"""[\s"'“‘(\[*]*([A-Za-z0-9£$€])""")
_INITIAL = re.compile(r"(?:^|[\s.(])[A-Z]$")
_BULLET = re.compile(r"(?:[-*•–]\s+)+")
_WORD = re.compile(r"\w")


def sentences(text: str) -> list[str]:
    """Split a text into its sentences, in order.

    Each is a substring of `text`, without white space or a list mark around it. A line end always parts two
    sentences; a full stop does not after a title, an initial or an abbreviation, nor inside a number.
    """
    found: list[str] = []
    start = 0
    for end in _END.finditer(text):
        if _parts(text, end, start):
            found.append(text[start : end.start("run") if end["run"] else end.end()])
            start = end.end()
    found.append(text[start:])
    return [sentence for sentence in map(_bare, found) if _WORD.search(sentence)]


def _bare(sentence: str) -> str:
    stripped = sentence.strip()
    mark = _BULLET.match(stripped)
    return stripped[mark.end() :] if mark else stripped


def _parts(text: str, end: re.Match[str], start: int) -> bool:
    if "\n" in end[0] or end["run"]:
        return bool(text[start : end.start()].strip()) or "\n" in end[0]
    opener = _OPENER.match(text, end.end())
    if not opener:
        return True
    if opener[1].islower():
        return False
    if end[0].startswith(".") and not end[0].startswith(("..", ". .")) and not end["close"]:
        return not _abbreviated(text[max(start, end.start() - _LONGEST_WORD) : end.start() + 1], opener[1])
    return True


def _abbreviated(before: str, opener: str) -> bool:
    """Whether the full stop at the end belongs to an abbreviation, an initial or a list number."""
    if re.fullmatch(r"\W*(?:\d{1,3}|[a-z])\.", before, re.IGNORECASE):
        return True
    word = _LAST_WORD.search(before)
    if not word:
        return False
    low = word[1].lower()
    if low in _EITHER:
        return opener.isdigit()
    return low in _ABBREVIATIONS or bool(_INITIAL.search(before[:-1])) or bool(re.fullmatch(r"(?:[a-z]\.)+[a-z]", low))
