"""What the page is given to work with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from adapters.web.refusals import Refused
from bot.delivery.ports import Clock, NewId, Receive, Transcript
from bot.domain.people import Organisation, OrganisationId, Partner
from prompts import Words


@dataclass(frozen=True, kw_only=True)
class Page:
    """One demo partnership, its people, and the ports through which they reach the coach.

    `port` is the one that the browser's address shows: requests that name another are refused.
    `healthy` says whether the loop that answers is alive.
    """

    partnership_name: str
    organisations: tuple[Organisation, ...]
    partners: tuple[Partner, ...]
    receive: Receive
    transcript: Transcript
    clock: Clock
    new_id: NewId
    words: Words
    port: int
    healthy: Callable[[], Awaitable[bool]]

    def partner(self, name: str) -> Partner:
        """The demo partner with this id; anybody else is refused."""
        for partner in self.partners:
            if partner.id == name:
                return partner
        raise Refused(404, "unknown_partner")

    def organisation_name(self, wanted: OrganisationId) -> str:
        """What the organisation is called; its id where the page was not told of it."""
        return next((body.name for body in self.organisations if body.id == wanted), wanted)

    @property
    def groups(self) -> tuple[tuple[Organisation, tuple[Partner, ...]], ...]:
        """Every organisation that has a partner to be, with its partners."""
        members = ((body, tuple(p for p in self.partners if p.organisation == body.id)) for body in self.organisations)
        return tuple((body, partners) for body, partners in members if partners)
