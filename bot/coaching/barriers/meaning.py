"""Meant as a barrier: the word of whoever was misjudged, which their next form brings back.

It holds for the same person and for the very words that they insisted on: what they change in the form is judged again.
"""

import hashlib
import hmac
from dataclasses import dataclass

from bot.domain.people import Identity

_MARK = 32


@dataclass(frozen=True, kw_only=True)
class Insistence:
    """Writes and knows marks; `secret` is the installation's."""

    secret: bytes

    def mark(self, person: Identity, text: str) -> str:
        """The mark of a person who says that they mean a barrier by these words."""
        # Platforms change white space and what cannot be drawn on its way, so letters and digits are what counts.
        kept = "".join(letter for letter in text if letter.isalnum())
        written = "\0".join(("meant", person.key, kept)).encode("utf-8", "replace")
        return hmac.new(self.secret, written, hashlib.sha256).hexdigest()[:_MARK]

    def holds(self, mark: str, person: Identity, text: str) -> bool:
        """Whether this is that mark."""
        return hmac.compare_digest(mark.encode("utf-8", "replace"), self.mark(person, text).encode())
