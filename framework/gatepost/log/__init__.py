"""Structured logs: events with values, in front of every sink one redactor.

``Logging`` belongs to one execution. Its loggers have structlog's methods and read structlog's context, and its console is
structlog's, which is imported with the first line that a person watches and not before: that takes as long as a small job.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.exports import lazy_exports

if TYPE_CHECKING:
    from gatepost.log.hooks import RedactedHooks as RedactedHooks
    from gatepost.log.hooks import install_redaction as install_redaction
    from gatepost.log.hooks import log_thread_exceptions as log_thread_exceptions
    from gatepost.log.hooks import route_standard_logging as route_standard_logging
    from gatepost.log.logger import Logger as Logger
    from gatepost.log.logger import Logging as Logging
    from gatepost.log.logger import LogSettings as LogSettings
    from gatepost.log.logger import bound_context as bound_context
    from gatepost.log.logger import configure as configure
    from gatepost.log.record import LEVELS as LEVELS
    from gatepost.log.record import TRACE as TRACE
    from gatepost.log.record import Record as Record
    from gatepost.log.record import level_number as level_number
    from gatepost.log.sinks import Sink as Sink

__all__ = [
    "LEVELS",
    "TRACE",
    "LogSettings",
    "Logger",
    "Logging",
    "Record",
    "RedactedHooks",
    "Sink",
    "bound_context",
    "configure",
    "install_redaction",
    "level_number",
    "log_thread_exceptions",
    "route_standard_logging",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "hooks": ("RedactedHooks", "install_redaction", "log_thread_exceptions", "route_standard_logging"),
        "logger": ("LogSettings", "Logger", "Logging", "bound_context", "configure"),
        "record": ("LEVELS", "Record", "TRACE", "level_number"),
        "sinks": ("Sink",),
    },
)
