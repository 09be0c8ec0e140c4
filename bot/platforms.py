"""What the chat platforms of one installation add to its delivery, and how their secrets are read."""

from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from bot.coaching.channels.reacting import Quoted
from bot.coaching.own_data.erasing import PageOf
from bot.delivery.ports import Presence, Sender
from bot.settings import Settings


@runtime_checkable
class Forgets(Protocol):
    """Holds in memory what it has looked up."""

    def forget(self) -> None:
        """Empty it."""


@dataclass(kw_only=True)
class Platforms:
    """What the platforms add to the delivery while it is put together."""

    senders: dict[str, Sender] = field(default_factory=dict)
    presences: dict[str, Presence] = field(default_factory=dict)
    #: Looks up what somebody reacted to, where a platform can.
    quoted: dict[str, Quoted] = field(default_factory=dict)
    #: Finds the page that a platform goes on showing somebody, such as Slack's Home tab.
    pages: dict[str, PageOf] = field(default_factory=dict)

    def forget(self) -> None:
        """Forget who was seen where: they are looked up again."""
        for each in (*self.presences.values(), *self.senders.values()):
            if isinstance(each, Forgets):
                each.forget()


def secret_of(settings: Settings, name: str) -> str:
    """A secret setting in the clear, empty when unset."""
    value = getattr(settings, name)
    return value.get_secret_value() if value else ""
