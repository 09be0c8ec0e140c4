"""Help-lines: people outside the partnership who listen."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class HelpLine:
    """`how` is a number or an address, `when` one sentence on what it is for and when it answers.

    `wordings` are the same in other languages, by locale.
    """

    name: str
    how: str
    when: str
    wordings: Mapping[str, "HelpLine"] = field(default_factory=dict)

    def worded(self, locale: str) -> "HelpLine":
        """The help-line in a language, or as it was written where nobody translated it."""
        return self.wordings.get(locale, self)
