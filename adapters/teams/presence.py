"""Who would read an answer in Teams, from the conversation's roster."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from adapters.teams.activity import Json, text
from adapters.teams.events import PLATFORM
from adapters.teams.references import SHARED, Reference, References, conversation_of
from adapters.teams.transport import TeamsTransport
from bot.delivery.ports import Present
from bot.domain.messages import Place
from bot.domain.people import Identity

#: A roster is believed for this long.
LIFETIME_S = 60.0
#: Conversations with more people than these are not counted through.
MOST_PEOPLE = 500
_MOST_PAGES = 20
_MOST_ROSTERS = 500
_TIMEOUT_S = 15

_UNKNOWN = Present(complete=False)


@dataclass(frozen=True, kw_only=True)
class _Roster:
    present: Present
    read_at: float


class TeamsPresence:
    """A `Presence` over the connector's rosters."""

    def __init__(self, *, transport: TeamsTransport, references: References, monotonic: Callable[[], float]) -> None:
        self._transport = transport
        self._references = references
        self._monotonic = monotonic
        self._rosters: OrderedDict[Reference, _Roster] = OrderedDict()
        self._forgotten = 0

    async def present(self, place: Place) -> Present:
        """See `Presence`. The roster of a shared channel is never complete: it leaves out other teams' members."""
        try:
            async with asyncio.timeout(_TIMEOUT_S):
                reference = await self._references.find(conversation_of(place))
                return _UNKNOWN if reference is None else await self._known(reference)
        except Exception:
            # Whatever it is, it is not known who is there: the caller then shows the least.
            return _UNKNOWN

    async def _known(self, reference: Reference) -> Present:
        """The roster as it was read, if that was a moment ago and by the same reference, which names the tenant."""
        known, forgotten, now = self._rosters.get(reference), self._forgotten, self._monotonic()
        if known and now - known.read_at < LIFETIME_S:
            return known.present
        found = await self._read(reference)
        if found.complete and forgotten == self._forgotten:  # nobody came while it was read
            self._keep(reference, _Roster(present=found, read_at=now))
        return found

    def forget(self) -> None:
        """Read every roster again before it is next believed: somebody came or left.

        Whoever joins a team is in all of its channels, and Teams names one of them.
        """
        self._rosters.clear()
        self._forgotten += 1

    async def _read(self, reference: Reference) -> Present:
        people: dict[str, Identity] = {}
        after = ""
        for _ in range(_MOST_PAGES):
            page = await self._transport.members(reference, after)
            for member in page.members:
                if text(member, "id") != reference.bot:
                    identity = identity_of(member, reference.tenant)
                    people[identity.key] = identity
            after = page.after
            if not after or len(people) > MOST_PEOPLE:
                break
        whole = not after and len(people) <= MOST_PEOPLE and reference.kind != SHARED
        return Present(people=tuple(people.values())[:MOST_PEOPLE], complete=whole)

    def _keep(self, reference: Reference, roster: _Roster) -> None:
        self._rosters[reference] = roster
        self._rosters.move_to_end(reference)
        if len(self._rosters) > _MOST_ROSTERS:
            self._rosters.popitem(last=False)


def identity_of(member: Json, tenant: str) -> Identity:
    """A member of a conversation of this tenant, under the same key as in what they write there.

    Only the name that a member of the tenant signs in with is verified; guests and the e-mail field prove nothing.
    """
    user = text(member, "aadObjectId") or text(member, "objectId")
    signs_in_as = text(member, "userPrincipalName")
    own = text(member, "tenantId").lower()
    guest = (
        not tenant
        or not user
        or (own or tenant) != tenant
        or text(member, "userRole").lower() in {"guest", "anonymous"}
        or "#ext#" in signs_in_as.lower()
    )
    return Identity(
        platform=PLATFORM,
        tenant=tenant,
        user=user.lower() or text(member, "id"),
        email="" if guest or "@" not in signs_in_as else signs_in_as.lower(),
        name=text(member, "name"),
        guest=guest,
    )
