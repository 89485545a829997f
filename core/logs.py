"""Log lines as JSON. They carry no local variable, no exception text and no free field: those can hold a child's data."""

import traceback
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

ALLOWED_EXTRAS = {"job", "kind", "count", "seconds", "status_code", "message_pk", "print_pk", "attempts", "error"}


def fault(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Replaces exc_info by the class of the exception and the places it passed; its text may quote a record."""
    error = event.pop("exc_info", None)
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["exception"] = type(error).__name__
        event["trace"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    return event


class JsonFormatter(structlog.stdlib.ProcessorFormatter):
    """What settings.LOGGING names: one JSON object a line, with time, level, logger, event and the few allowed extras."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder(allow=ALLOWED_EXTRAS),
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                fault,
                structlog.processors.JSONRenderer(),
            ],
        )
