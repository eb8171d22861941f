"""What Apprise says while it sends, kept for the thread that sends and for nobody else. It goes into no log and onto
no disk: some of it holds tokens and words.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ritualsd.send.classify import LogLine

Records = list[logging.LogRecord]


class _Ear(logging.Handler):
    """Keeps the records of each thread apart, and only while that thread listens."""

    def __init__(self) -> None:
        super().__init__()
        self.here = threading.local()

    def handle(self, record: logging.LogRecord) -> bool:
        records: Records | None = getattr(self.here, "records", None)
        if records is not None:
            records.append(record)
        return True


_EAR = _Ear()


def hear_all() -> None:
    """Let everything Apprise has to say, down to the causes it tells at DEBUG only, come here and go nowhere else."""
    log = logging.getLogger("apprise")
    log.setLevel(logging.DEBUG)
    log.propagate = False
    log.handlers = [_EAR]
    # Nobody asks a line for them, and finding them out is half of what it costs.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


@contextmanager
def heard() -> Iterator[Records]:
    """The list into which falls what is said in this thread meanwhile."""
    records: Records = []
    _EAR.here.records = records
    try:
        yield records
    finally:
        _EAR.here.records = None


def lines(records: Records) -> Iterator[LogLine]:
    """What was said, made into words only when somebody reads it."""
    return ((record.levelname, record.getMessage()) for record in records)
