"""Which part each piece plays: only the body is ranked."""

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.documents import Kind, Role
from knowledge.structure.contents import Contents
from knowledge.structure.lines import is_caption, is_closed, key
from knowledge.structure.pieces import Piece

_ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (
        Role.FRONT,
        re.compile(
            r"(?:acknowledge?ments?|thanks|about (?:the authors?|us|our .*|this series|"
            r"the (?:publisher|organisation).*)|"
            r"(?:notes on )?contributors|contribution statement|author contributions|suggested citation|how to cite.*|"
            r"contact(?: us| details)?|imprint|dedication|(?:appendix \w+ )?list of (?:interviewees|participants|"
            r"figures|tables|abbreviations|acronyms|contributors)|abbreviations|acronyms)$"
        ),
    ),
    (
        Role.SUMMARY,
        re.compile(r"(?:essay|chapter|article|paper|case study) (?:summaries|abstracts)$|abstracts?$|summaries$"),
    ),
    (Role.CONTENTS, re.compile(r"(?:table of )?contents$|index$|(?:in this|also in this) \w+$")),
    (
        Role.BIBLIOGRAPHY,
        re.compile(r"(?:selected |select )?(?:bibliography|references|works cited|further reading|sources)$"),
    ),
    (Role.NOTES, re.compile(r"(?:end|foot)?notes$|notes and references$")),
    (
        Role.BOILERPLATE,
        re.compile(
            r".*\blicen[cs]e(?: to publish)?$|open access.*|(?:terms and conditions|terms of use|disclaimer|copyright"
            r"|privacy policy|cookies?|some rights reserved|all rights reserved).*"
        ),
    ),
)
_PROLOGUE = re.compile(r"(?:foreword|preface|introduction|executive summary|summary|abstract|key findings)\b")
_COVER_WORDS = 14
_ANY = 9


def role_of(title: str) -> Role:
    """The role of what stands under a heading, by its words; `BODY` for an ordinary one."""
    words = key(title)
    for role, pattern in _ROLES:
        if pattern.match(words):
            return role
    return Role.BODY


def assign_roles(pieces: Sequence[Piece], contents: Contents) -> list[Piece]:
    """The pieces, each with the role of its section; what stands before the contents is front matter."""
    role, depth = Role.BODY, _ANY
    begun = False
    assigned: list[Piece] = []
    for piece in pieces:
        if piece.kind is Kind.HEADING and (role is Role.BODY or piece.level <= depth):
            role, depth = role_of(piece.raw), piece.level
            if role is Role.BODY and piece.start < contents.first:
                role = Role.BODY if _PROLOGUE.match(key(piece.raw)) else Role.FRONT
            begun = begun or role is Role.BODY
        elif not begun and role is Role.BODY and piece.start < contents.first:
            role = Role.FRONT
        assigned.append(replace(piece, role=role) if piece.role is Role.BODY else piece)
    return _without_captions(_without_cover(assigned))


def _without_cover(pieces: Sequence[Piece]) -> list[Piece]:
    """Short lines before the first heading or paragraph of prose belong to the cover."""
    covered = list(pieces)
    for index, piece in enumerate(pieces):
        prose = is_closed(piece.raw) or len(piece.raw.split()) > _COVER_WORDS
        if piece.kind is Kind.HEADING or (piece.role is Role.BODY and prose):
            break
        if piece.role is Role.BODY and piece.kind is Kind.PARAGRAPH:
            covered[index] = replace(piece, role=Role.FRONT)
    return covered


def _without_captions(pieces: Sequence[Piece]) -> list[Piece]:
    """A caption is kept beside its table; the caption of a figure that the text has lost says nothing."""
    kept = list(pieces)
    for index, piece in enumerate(pieces):
        if piece.role is not Role.BODY or piece.kind is not Kind.PARAGRAPH or not is_caption(piece.raw):
            continue
        beside = (*pieces[max(0, index - 1) : index], *pieces[index + 1 : index + 2])
        if not any(each.kind is Kind.TABLE for each in beside):
            kept[index] = replace(piece, role=Role.BOILERPLATE)
    return kept
