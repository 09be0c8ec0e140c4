"""What PostgreSQL needs and SQLite does not: limits on waiting for a server that may be gone."""

from dataclasses import dataclass

from sqlalchemy import URL, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How many seconds a process waits before it counts on an error instead."""

    connection: float = 5.0
    #: For the server's work on one statement, waiting for a turn included.
    statement: float = 20.0
    #: For a server that may be gone without a word; longer, so that a living one answers for itself.
    answer: float = 25.0
    #: For a process that was stopped in the middle of a transaction and keeps the others from their turn.
    idle: float = 60.0
    #: For a connection of our own that is free.
    free: float = 10.0


PATIENCE = Patience()


def engine(url: URL, patience: Patience = PATIENCE) -> AsyncEngine:
    """Connections that are tried before they are used and that nobody waits for without end.

    Whatever goes wrong is a `SQLAlchemyError` or an `OSError`, such as `TimeoutError`.
    """
    made = create_async_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=patience.free,
        connect_args={
            "timeout": patience.connection,
            "command_timeout": patience.answer,
            "server_settings": {
                "application_name": "partnership-coach",
                "statement_timeout": _milliseconds(patience.statement),
                "idle_in_transaction_session_timeout": _milliseconds(patience.idle),
            },
        },
    )
    event.listen(made.sync_engine, "handle_error", _give_up_silent)
    return made


def _milliseconds(seconds: float) -> str:
    return str(int(seconds * 1000))


def _give_up_silent(context: ExceptionContext) -> None:
    """A connection that did not answer is used no more: undoing its transaction would wait as long again."""
    if isinstance(context.original_exception, OSError):
        context.is_disconnect = True
