"""The log: one line an event, nothing forged into it, and nobody who does not read it can stop the daemon."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time

import pytest

from ritualsd.core.events import E
from ritualsd.daemon.hidden import Hidden
from ritualsd.daemon.logs import LEVELS, LINE_LIMIT, is_journal, open_log
from ritualsd.model import Event


def lines(events: list[Event], journal: bool = False, hidden: Hidden | None = None) -> list[str]:
    reader, writer = os.pipe()
    status = os.fstat(writer)
    emit = open_log(writer, {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"} if journal else {}, hidden)
    for event in events:
        emit(event)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        return stream.read().decode().splitlines()


def test_an_event_is_a_time_a_name_and_its_fields_in_order() -> None:
    event = Event(name=E.DELIVERY_SENT, fields={"ritual": "thanks", "channel": "ana/phone", "attempt": 1})
    (line,) = lines([event])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z delivery\.sent ritual=thanks channel=ana/phone attempt=1", line)


def test_the_journal_gets_a_priority_and_keeps_the_time_itself() -> None:
    events = [Event(name=E.DELIVERY_SENT, fields={"attempt": 1}), Event(name=E.STORE_FAILED), Event(name=E.BEAT_FAILED)]
    assert lines(events, journal=True) == ["<6>delivery.sent attempt=1", "<2>store.failed", "<3>beat.failed"]


def test_a_stream_that_is_not_the_journal_is_not_taken_for_it() -> None:
    assert not is_journal(2, "")
    assert not is_journal(2, "1:2")
    assert not is_journal(9999, "1:2")


@pytest.mark.parametrize("evil", ["a\nb", "a b=c", "\x1b[31m", "", '"', "x\u2028y", "a\rb"])
def test_no_value_can_forge_a_line_or_a_field(evil: str) -> None:
    (line,) = lines([Event(name=E.BEAT_FAILED, fields={"error": evil, "last": 1})])
    assert line.isprintable()
    assert line.endswith(" last=1")
    assert ' error="' in line


def test_every_level_belongs_to_an_event_of_the_vocabulary() -> None:
    assert set(LEVELS) <= set(E)


def test_a_full_pipe_that_nobody_reads_costs_lines_and_no_time() -> None:
    reader, writer = os.pipe()
    emit = open_log(writer, {})
    started = time.monotonic()
    for _ in range(5000):
        emit(Event(name=E.DELIVERY_SENT, fields={"ritual": "x" * 100}))
    assert time.monotonic() - started < 60
    os.close(reader)
    emit(Event(name=E.DELIVERY_SENT))
    os.close(writer)
    emit(Event(name=E.DELIVERY_SENT))


def test_a_long_line_is_cut() -> None:
    (line,) = lines([Event(name=E.BEAT_FAILED, fields={"error": "x" * 9000})])
    assert len(line) == LINE_LIMIT - 1


def test_libraries_cannot_log_through_us() -> None:
    code = (
        "import logging; from ritualsd.daemon.logs import open_log; open_log(2, {});"
        "logging.getLogger('apprise').error('ntfys://token@host'); logging.warning('token')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == ""
