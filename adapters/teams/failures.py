"""What a failure of the connector means for a card on its way out."""

from collections.abc import Callable

from adapters.teams.transport import ConnectorFailed
from bot.delivery.ports import PostFailed

FORBIDDEN, NOT_FOUND = 403, 404
#: Refusals that pass, as Microsoft has it.
_TOO_MANY = 429
_PASSING = frozenset({_TOO_MANY, 412, 502, 504})
#: The coach was blocked or removed there, or there is no such conversation any more.
_GONE = frozenset({FORBIDDEN, NOT_FOUND})
_UNAUTHENTICATED = 401
_SERVER = 500
_WAIT_S = 2.0
_LONG_WAIT_S = 60.0

#: A number from 0 to 1.
Random = Callable[[], float]


def post_failed(failed: ConnectorFailed, rng: Random, *, changing: bool = False) -> PostFailed:
    """The same for the outbox. A refusal of a message that was there before says nothing of the place: `changing`."""
    status = failed.status
    reason = failed.reason if status is None else f"status {status}"
    if status is None:
        wait = None if failed.sent is None else _wait(failed, rng)
        return PostFailed(reason=reason, posted=failed.sent, retry_after=wait)
    if status in _PASSING:
        return PostFailed(reason=reason, retry_after=_wait(failed, rng), limited=status == _TOO_MANY)
    if status == _UNAUTHENTICATED:
        # A secret that expired: whoever renews it finds the messages still there.
        return PostFailed(reason=reason, retry_after=_jittered(_LONG_WAIT_S, rng))
    if status >= _SERVER:
        return PostFailed(reason=reason, posted=None)
    return PostFailed(reason=reason, final=True, gone=status in _GONE and not changing)


def _wait(failed: ConnectorFailed, rng: Random) -> float:
    """What the connector asked for and a little more, so that not everybody comes back at once."""
    return _jittered(_WAIT_S if failed.retry_after is None else failed.retry_after, rng)


def _jittered(seconds: float, rng: Random) -> float:
    return seconds + rng() * max(seconds, 1.0) / 2
