"""A crowd on both platforms: 500 workspaces of 20 people each, every one alone with the coach.

What the double and the tests must agree on, and nothing of the product's.
"""

from collections.abc import Iterator
from dataclasses import dataclass

WORKSPACES, PEOPLE = 500, 20
#: Where the double has Teams' connector.
CONNECTOR = "/teams/"


@dataclass(frozen=True, kw_only=True)
class Person:
    """One of them; every other workspace is in Teams."""

    workspace: int
    number: int

    @property
    def platform(self) -> str:
        return "teams" if self.workspace % 2 else "slack"

    @property
    def team(self) -> str:
        """Their workspace or tenant, as the platform names it."""
        return f"tenant-{self.workspace:03}" if self.platform == "teams" else f"T{self.workspace:03}"

    @property
    def channel(self) -> str:
        """Their conversation with the coach, as the platform names it. Whose workspace it is can be read from it."""
        if self.platform == "teams":
            return f"a:{self.workspace:03}x{self.number:03}"
        return f"D{self.workspace:03}X{self.number:03}"

    @property
    def place(self) -> str:
        """The same, as the coach writes it down."""
        return self.channel if self.platform == "teams" else f"{self.team}/{self.channel}/"


def people(workspaces: int = WORKSPACES, each: int = PEOPLE) -> Iterator[Person]:
    """Everybody, workspace after workspace."""
    for workspace in range(workspaces):
        for number in range(each):
            yield Person(workspace=workspace, number=number)


def workspace_of(channel: str) -> str:
    """The workspace of a conversation."""
    return channel.lstrip("Da:")[:3]
