"""The ids of changes: the same message makes the same change, however often it is taken up."""

import hashlib

from bot.domain.messages import Incoming

_LENGTH = 40


def change_id(incoming: Incoming, *parts: str) -> str:
    """The id of the change that a message makes; `parts` tell apart the changes of one message."""
    return derived_id(incoming.key, *parts)


def derived_id(*parts: str) -> str:
    """An id that follows from others: the same for the same parts."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:_LENGTH]
