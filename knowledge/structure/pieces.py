"""The pieces that lines are gathered into before they become blocks."""

from dataclasses import dataclass

from knowledge.documents import Block, Kind, Role
from knowledge.structure.lines import unmarked


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A heading, paragraph, list item, quotation or table, still with its markup.

    `gap` says whether a blank line stands before it.
    """

    kind: Kind
    raw: str
    start: int
    end: int
    level: int = 0
    role: Role = Role.BODY
    gap: bool = True

    @property
    def flows(self) -> bool:
        """Whether it is running text of the body, which a page break may have cut."""
        return self.role is Role.BODY and self.kind in {Kind.PARAGRAPH, Kind.LIST_ITEM, Kind.QUOTE}

    def block(self) -> Block:
        """The piece as a block: markup gone. Table rows stay on lines of their own."""
        rows = self.raw.split("\n") if self.kind is Kind.TABLE else [self.raw]
        text = "\n".join(filter(None, (row if self.kind is Kind.TABLE else unmarked(row) for row in rows)))
        return Block(kind=self.kind, text=text, start=self.start, end=self.end, level=self.level, role=self.role)
