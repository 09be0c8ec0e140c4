"""Microsoft's clouds: who signs what comes in, and to which hosts the coach ever writes."""

import re
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

#: Strict on purpose: what two parsers could read in two ways is no address of a service.
_ADDRESS = re.compile(r"(https?)://([A-Za-z0-9.-]+)(?::([0-9]{1,5}))?((?:/[A-Za-z0-9._~%+-]*)*)")


@dataclass(frozen=True, kw_only=True)
class Cloud:
    """One cloud. A name in `hosts` that begins with a dot stands for everything under it."""

    issuer: str
    metadata_url: str
    login_url: str
    scope: str
    hosts: tuple[str, ...]
    #: Whether services may be reached without encryption and at any port: on this machine only.
    plain: bool = False

    def serves(self, url: str) -> bool:
        """Whether this is the address of one of the cloud's own services."""
        found = _ADDRESS.fullmatch(url)
        if found is None:
            return False
        scheme, host, port, path = found.groups()
        if not self.plain and (scheme != "https" or port not in {None, "443"}):
            return False
        named = any(host.lower() == name or (name[0] == "." and host.lower().endswith(name)) for name in self.hosts)
        return named and ".." not in path.split("/")

    def own_keys(self, url: str) -> bool:
        """Whether keys at this address are the cloud's: beside its metadata, as `jwks_uri` must be."""
        keys, metadata = urlsplit(url), urlsplit(self.metadata_url)
        return (keys.scheme, keys.netloc) == (metadata.scheme, metadata.netloc)


#: Microsoft 365, with the Government Community Cloud, which lives in it.
PUBLIC = Cloud(
    issuer="https://api.botframework.com",
    metadata_url="https://login.botframework.com/v1/.well-known/openidconfiguration",
    login_url="https://login.microsoftonline.com/",
    scope="https://api.botframework.com",
    hosts=("smba.trafficmanager.net", ".botframework.com", "smba.infra.gcc.teams.microsoft.com"),
)
#: GCC High and the Department of Defense.
GOVERNMENT = Cloud(
    issuer="https://api.botframework.us",
    metadata_url="https://login.botframework.azure.us/v1/.well-known/openidconfiguration",
    login_url="https://login.microsoftonline.us/",
    scope="https://api.botframework.us",
    hosts=(
        ".botframework.us",
        ".botframework.azure.us",
        "smba.infra.gov.teams.microsoft.us",
        "smba.infra.dod.teams.microsoft.us",
    ),
)
LOOPBACK_HOSTS = ("127.0.0.1", "localhost")
#: No cloud at all: a client on this machine, such as the Agents Playground.
DEVELOPMENT = replace(PUBLIC, hosts=LOOPBACK_HOSTS, plain=True)
