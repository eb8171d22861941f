"""The log: one line an event, `event key=value`. Must never wait for a reader, nor see words or URLs.

Under systemd each line starts with its priority and the journal keeps the time; elsewhere it starts with the time.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import select
from collections.abc import Mapping, MutableMapping
from threading import Lock
from typing import Any

import structlog

from ritualsd.core.events import E
from ritualsd.daemon.hidden import Hidden
from ritualsd.model import Event
from ritualsd.ports import Emit

LINE_LIMIT = 4096  # what a pipe takes in one piece
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@+,%")
LEVELS: Mapping[str, str] = {
    E.BEAT_FAILED: "error",
    E.ALARM_FAILED: "error",
    E.THREAD_FAILED: "error",
    E.STORE_FAILED: "critical",
    E.CONFIG_REFUSED: "error",
    E.DELIVERY_FAILED: "error",
    E.CLOCK_STEPPED: "warning",
    E.CHANNEL_FAILING: "warning",
    E.DELIVERY_UNKNOWN: "warning",
    E.DELIVERY_RETRY: "warning",
    E.OCCURRENCE_MISSED: "warning",
    E.PLUGIN_FAILED: "warning",
    E.PLUGIN_TRIPPED: "warning",
    E.SOURCE_FAILING: "warning",
    E.WEB_FAILED: "warning",
    E.WORKER_KILLED: "warning",
}
PRIORITIES = {"critical": 2, "error": 3, "warning": 4, "info": 6}


class LineWriter:
    """Writes whole lines to a file descriptor, and drops a line rather than wait for whoever reads it."""

    def __init__(self, fd: int, hidden: Hidden | None = None) -> None:
        self._fd, self._hidden = fd, hidden or Hidden()
        self._lock = Lock()
        self._poll = select.poll()
        with contextlib.suppress(OSError):
            self._poll.register(fd, select.POLLOUT)

    def msg(self, line: str) -> None:
        """One line, cut where a pipe would have to cut it. Never raises."""
        data = self._hidden.without(line).encode("utf-8", "replace")[: LINE_LIMIT - 1] + b"\n"
        with self._lock, contextlib.suppress(OSError):
            if self._poll.poll(0):
                os.write(self._fd, data)

    debug = info = warning = error = critical = msg


def open_log(fd: int, env: Mapping[str, str], hidden: Hidden | None = None) -> Emit:
    """An Emit that writes to `fd`, without what is `hidden`. Silences the logging of every library: their records may
    hold addresses."""
    logging.getLogger().addHandler(logging.NullHandler())
    journal = is_journal(fd, env.get("JOURNAL_STREAM", ""))
    stamp = [] if journal else [structlog.processors.TimeStamper(fmt="iso", utc=True)]
    logger = structlog.wrap_logger(
        LineWriter(fd, hidden),
        processors=[structlog.stdlib.add_log_level, *stamp, render_for_journal if journal else render_plain],
        wrapper_class=structlog.BoundLogger,
    )

    def emit(event: Event) -> None:
        getattr(logger, LEVELS.get(event.name, "info"))(event.name, **event.fields)

    return emit


def is_journal(fd: int, stream: str) -> bool:
    """Whether `fd` is the very stream that systemd named in JOURNAL_STREAM (`device:inode`)."""
    try:
        status = os.fstat(fd)
    except OSError:
        return False
    return stream == f"{status.st_dev}:{status.st_ino}"


def render_plain(logger: Any, method: str, event: MutableMapping[str, Any]) -> str:
    event.pop("level", None)
    return f"{event.pop('timestamp')} {_line(event)}"


def render_for_journal(logger: Any, method: str, event: MutableMapping[str, Any]) -> str:
    return f"<{PRIORITIES[event.pop('level', 'info')]}>{_line(event)}"


def _line(event: MutableMapping[str, Any]) -> str:
    name = event.pop("event")
    return " ".join([str(name), *(f"{key}={_value(value)}" for key, value in event.items())])


def _value(value: object) -> str:
    """Plain where that cannot be misread, else quoted with every control character escaped."""
    text = str(value)
    return text if text and PLAIN.issuperset(text) else json.dumps(text)
