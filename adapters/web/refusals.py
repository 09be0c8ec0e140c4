"""Why the page does not do what it was asked."""

from adapters.web.asked import Asked
from bot.domain.errors import CoachError


class Refused(CoachError):
    """A request is not taken. The person is told `page.refused.<reason>` under the HTTP status."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class NotKept(CoachError):
    """A message could not be made durable. The person is told, and gets their words back to send again."""

    def __init__(self, asked: Asked) -> None:
        super().__init__("not_kept")
        self.asked = asked
