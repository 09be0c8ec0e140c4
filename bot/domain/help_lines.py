"""Help-lines: people outside the partnership who listen."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class HelpLine:
    """`how` is a number or an address, `when` one sentence on what it is for and when it answers."""

    name: str
    how: str
    when: str
