"""What the page is given to work with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from adapters.web.refusals import Refused
from bot.delivery.ports import Clock, NewId, Receive, Transcript, Utterance
from bot.domain.messages import Place
from bot.domain.people import Identity, Organisation, OrganisationId, Partner
from prompts import Words

#: Notes what somebody pressed in a conversation, once per key.
Pressed = Callable[[Place, Utterance], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Page:
    """One demo partnership, its people, and the ports through which they reach the coach.

    `outside` are organisations that are no members of it: whoever is of one of them is a guest or a stranger.
    `port` is the one that the browser's address shows: requests that name another are refused.
    `healthy` says whether the loop that answers is alive.
    """

    partnership_name: str
    organisations: tuple[Organisation, ...]
    outside: tuple[Organisation, ...]
    partners: tuple[Partner, ...]
    identity: Callable[[Partner], Identity]
    receive: Receive
    transcript: Transcript
    pressed: Pressed
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

    def part(self, partner: Partner) -> str:
        """What somebody is to the partnership, where they are not simply a partner."""
        if partner.lead:
            return self.words("page.lead")
        if self.identity(partner).guest:
            return self.words("page.guest")
        outside = any(body.id == partner.organisation for body in self.outside)
        return self.words("page.stranger") if outside else ""

    def organisation_name(self, wanted: OrganisationId) -> str:
        """What the organisation is called; its id where the page was not told of it."""
        everywhere = (*self.organisations, *self.outside)
        return next((body.name for body in everywhere if body.id == wanted), wanted)

    @property
    def groups(self) -> tuple[tuple[Organisation, tuple[Partner, ...]], ...]:
        """Every organisation that has a partner to be, with its partners."""
        everywhere = (*self.organisations, *self.outside)
        members = ((body, tuple(p for p in self.partners if p.organisation == body.id)) for body in everywhere)
        return tuple((body, partners) for body, partners in members if partners)
