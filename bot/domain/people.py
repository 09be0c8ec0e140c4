"""Partnerships, organisations, partners, and who may see what."""

from dataclasses import dataclass, field
from typing import NewType

PartnershipId = NewType("PartnershipId", str)
OrganisationId = NewType("OrganisationId", str)
PartnerId = NewType("PartnerId", str)

#: The audience of a document that every organisation of the partnership may see.
WHOLE_PARTNERSHIP = "partnership"
#: The audience of a document that anybody may see.
PUBLIC = "public"


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """A member body, known by what its platforms say of it and never by a name typed in chat."""

    id: OrganisationId
    name: str
    slack_teams: tuple[str, ...] = ()
    teams_tenants: tuple[str, ...] = ()
    email_domains: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who a platform says somebody is: unique by platform, tenant (Slack team, Teams tenant) and user.

    `email` is only ever one that the platform has verified, and empty otherwise. `guest` marks a visitor to the
    tenant, a bot or a stranger from a shared channel: the tenant then says nothing about the person. `zone` is the IANA
    time zone that the platform has them in, empty where it does not say.
    """

    platform: str
    tenant: str
    user: str
    email: str = ""
    name: str = ""
    guest: bool = False
    zone: str = ""

    @property
    def key(self) -> str:
        """What the identity is filed under."""
        return f"{self.platform}:{self.tenant}:{self.user}"


@dataclass(frozen=True, kw_only=True)
class Partner:
    """A person in one organisation; may hold several identities."""

    id: PartnerId
    name: str
    organisation: OrganisationId
    lead: bool = False


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Every organisation present in a conversation; `complete` is False when somebody is unidentified."""

    organisations: frozenset[OrganisationId] = field(default_factory=frozenset)
    complete: bool = True

    def may_see(self, document_audience: tuple[str, ...]) -> bool:
        """Whether a document with this audience may be used in front of everyone present.

        Unidentified people, and conversations with nobody in them, get public documents only.
        """
        if PUBLIC in document_audience:
            return True
        if not self.complete or not self.organisations:
            return False
        return WHOLE_PARTNERSHIP in document_audience or self.organisations <= set(document_audience)
