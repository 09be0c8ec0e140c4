"""What the value of a setting must be; each check returns the value to keep or raises `ValueError`."""

import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from pydantic import SecretStr

#: Characters; anything shorter could be guessed from one signed link.
SHORTEST_SECRET = 16
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
#: What may stand after `?` in the address of a PostgreSQL database; `host` may name the folder of its socket.
_POSTGRES_OPTIONS = {"sslmode", "ssl", "host", "port", "passfile", "target_session_attrs"}


def existing_folder(path: Path) -> Path:
    """The path of a folder that is there and can be looked into."""
    if not _is_folder(path):
        raise ValueError("not a folder")
    return path


def possible_folder(path: Path) -> Path:
    """A folder, or a path where one can be made; `?` would end the path in a database address."""
    standing = next((place for place in (path, *path.parents) if _exists(place)), None)
    if "~" in path.parts or "?" in str(path) or standing is None or not _is_folder(standing):
        raise ValueError("not a possible folder")
    return path


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def web_address(value: str) -> str:
    """An http(s) address without name, password, query or fragment; slashes at the end are dropped."""
    parts = urlsplit(value)
    plain = "@" not in parts.netloc and not re.search(r"[\s?#]", value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0 or not plain:
        raise ValueError("not a web address")
    return value.rstrip("/")


def database_address(value: str) -> str:
    """The address of a SQLite file, or of a PostgreSQL database with no options that its driver does not know."""
    scheme, _, rest = value.partition("://")
    parts = urlsplit(value)
    if scheme.startswith("postgresql"):
        possible = bool(rest) and {name for name, _ in parse_qsl(parts.query)} <= _POSTGRES_OPTIONS
    else:
        possible = rest.startswith("/") and len(rest) > 1
    if scheme not in _DRIVERS or not possible or parts.port == 0:
        raise ValueError("not a database address")
    return value


def asynchronous(address: str) -> str:
    """A checked database address with the name of its async driver, as SQLAlchemy takes it."""
    scheme, _, rest = address.partition("://")
    place, mark, query = rest.partition("?")
    # asyncpg knows libpq's `sslmode` as `ssl`.
    query = re.sub(r"(^|&)sslmode=", r"\1ssl=", query)
    return f"{_DRIVERS[scheme]}://{place}{mark}{query}"


def long_enough(value: SecretStr) -> SecretStr:
    """A secret that cannot be guessed at leisure."""
    if len(value.get_secret_value()) < SHORTEST_SECRET:
        raise ValueError("too short")
    return value
