"""Logs: one line an event, for machines and people, with no message text, token or address in it."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog


def set_up(level: str) -> None:
    """Send structlog and the standard library's loggers to standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _frames_only,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    # Other libraries' messages may hold what a person wrote: their warnings are counted by name only.
    logging.captureWarnings(capture=True)
    logging.basicConfig(handlers=[_NameOnly(logging.WARNING)], level=logging.WARNING, force=True)


def _frames_only(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep where an error came from, and drop what it says: that may be what a person wrote."""
    if event.pop("exc_info", None):
        error = sys.exc_info()[1]
        frames = traceback.extract_tb(error.__traceback__ if error else None)
        event["frames"] = [f"{frame.filename}:{frame.lineno}" for frame in frames]
    return event


#: Loggers of ours that other libraries write to.
_SPEAKING_FOR_OTHERS = frozenset({"adapters.slack.sdk"})


class _NameOnly(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith("adapters.") and record.name not in _SPEAKING_FOR_OTHERS:
            # Our own words, which never hold a person's.
            structlog.get_logger().log(record.levelno, record.getMessage())
            return
        structlog.get_logger().warning(
            "library log", logger=record.name, line=f"{record.filename}:{record.lineno}", said=record.levelname
        )
