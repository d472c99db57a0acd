"""Lines of the log: text for people or JSON for a collector, each with the id of the request it belongs to.

Nothing personal: no path (tickets are in it), only the route's pattern; no query; of an unexpected error its type and
where it was raised, not its message, which may quote what somebody typed. EXAM_ENGINE_LOG_LEVEL=debug shows messages.

Where standard error is systemd's journal, each line begins with its priority (`<4>`), which the journal takes off
again: `journalctl -p warning` finds what is one.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from exam_engine.kit.settings import Settings

REQUEST: ContextVar[str] = ContextVar("request", default="")
WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")
#: Extra fields of a record that are shown.
FIELDS = ("method", "route", "status", "ms")

#: From this level on, the journal's number (sd-daemon(3)); what is less is 7, debug.
PRIORITIES = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))

#: Of the parent's lines.
NAME = "exam_engine.parent"

Error = tuple[type[BaseException], BaseException, TracebackType | None]


def configure(settings: Settings) -> None:
    logging.basicConfig(level=settings.log_level.upper(), force=True)
    debug = settings.log_level.lower() == "debug"
    kind = JsonLines if settings.log_format == "json" else TextLines
    made = kind(debug=debug, journal=reaches_journal())
    for handler in logging.getLogger().handlers:
        handler.setFormatter(made)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    if settings.demo and not debug:  # a person reads this terminal
        logging.getLogger("exam_engine.access").setLevel(logging.WARNING)


def reaches_journal() -> bool:
    """Whether standard error is what systemd connected to its journal: the variable alone is inherited by everything
    that is started below, wherever its output goes."""
    try:
        found = os.fstat(sys.stderr.fileno())
    except (OSError, ValueError, AttributeError):  # closed, or in place of it something without a number
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{found.st_dev}:{found.st_ino}"


def with_priority(text: str, level: int) -> str:
    """For the journal, where every line is an entry of its own."""
    priority = next((number for least, number in PRIORITIES if level >= least), 7)
    return "\n".join(f"<{priority}>{line}" for line in text.split("\n"))


def aside(line: str, level: int) -> None:
    """To standard error, by a process that keeps no log: the parent, which forks, and a start that fails."""
    sys.stderr.write(line_aside(line, level, as_json=json_wanted()) + "\n")
    sys.stderr.flush()


def line_aside(line: str, level: int, *, as_json: bool) -> str:
    """As the service's own lines in this format; `exam-engine: …` in that for people."""
    if as_json:
        record = logging.LogRecord(NAME, level, "", 0, line.removeprefix("exam-engine: "), None, None)
        return JsonLines(debug=False, journal=reaches_journal()).format(record)
    return with_priority(line, level) if reaches_journal() else line


def json_wanted() -> bool:
    """By the environment itself: a setting that is misspelt is told before there are settings."""
    return os.environ.get("EXAM_ENGINE_LOG_FORMAT") == "json"


_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [first + second for first in _LETTERS for second in _LETTERS]


def new_request_id() -> str:
    """Short enough to be read to a teacher; no 0, 1, 8 or 9 that could be letters."""
    number = int.from_bytes(os.urandom(5), "big")
    return _PAIRS[number >> 30] + _PAIRS[number >> 20 & 1023] + _PAIRS[number >> 10 & 1023] + _PAIRS[number & 1023]


class _Lines(logging.Formatter):
    def __init__(self, *, debug: bool, journal: bool = False) -> None:
        super().__init__()
        self._debug = debug
        self._journal = journal

    def format(self, record: logging.LogRecord) -> str:
        told = self.told(record)
        return with_priority(told, record.levelno) if self._journal else told

    def told(self, record: logging.LogRecord) -> str:
        raise NotImplementedError

    def shown_error(self, record: logging.LogRecord) -> str:
        if record.exc_info is None or record.exc_info[1] is None:
            return ""
        if self._debug:
            return self.formatException(record.exc_info)
        return "\n".join(_told(record.exc_info[1]))


class TextLines(_Lines):
    def told(self, record: logging.LogRecord) -> str:
        request = REQUEST.get() or "-"
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = f"{at} {record.levelname} {record.name} {request} {record.getMessage()}"
        error = self.shown_error(record)
        return f"{line}\n{error}" if error else line


class JsonLines(_Lines):
    def told(self, record: logging.LogRecord) -> str:
        found: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "pid": record.process,
        }
        if request := REQUEST.get():
            found["request"] = request
        found["message"] = record.getMessage()
        found |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if error := self.shown_error(record):
            found["error"] = error
        return json.dumps(found, ensure_ascii=False, default=str)


def _told(error: BaseException) -> list[str]:
    """Types and places of an error and of what caused it, innermost first."""
    lines: list[str] = []
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        frames = traceback.extract_tb(cause.__traceback__)
        places = [f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}' for frame in frames]
        lines = [*places, _named(cause), *lines]
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return lines


def _named(error: BaseException) -> str:
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    if isinstance(error, OSError) and error.strerror:
        return f"{name}: {error.strerror}"
    state = getattr(error, "sqlstate", None)
    return f"{name}: SQLSTATE {state}" if state else name
