"""What systemd hears, on a real datagram socket; and that nobody hears anything where there is none."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ritualsd.daemon.notify import UNWATCHED_S, Notifier


@pytest.fixture
def ear(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as made:
        made.bind(str(tmp_path / "notify"))
        made.settimeout(5)
        yield made


def heard(ear: socket.socket) -> list[str]:
    return ear.recv(4096).decode().split("\n")


def test_each_moment_is_told_in_systemds_words(ear: socket.socket) -> None:
    notifier = Notifier(ear.getsockname())
    notifier.ready("3 rituals")
    assert heard(ear) == ["READY=1", "STATUS=3 rituals"]
    notifier.alive()
    assert heard(ear) == ["WATCHDOG=1"]
    notifier.stopping()
    assert heard(ear)[0] == "STOPPING=1"


def test_reloading_carries_the_monotonic_time_systemd_compares(ear: socket.socket) -> None:
    before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    Notifier(ear.getsockname()).reloading()
    first, second = heard(ear)
    assert first == "RELOADING=1"
    assert second.startswith("MONOTONIC_USEC=")
    assert before <= int(second.partition("=")[2]) <= time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000


def test_an_abstract_socket_is_reached_too() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(f"\0ritualsd-test-{os.getpid()}")
        ear.settimeout(5)
        Notifier(f"@ritualsd-test-{os.getpid()}").alive()
        assert heard(ear) == ["WATCHDOG=1"]


def test_without_systemd_or_with_its_socket_gone_nothing_happens(tmp_path: Path) -> None:
    Notifier().ready("fine")
    Notifier(str(tmp_path / "gone")).ready("fine")


def test_its_variables_are_taken_out_of_the_environment_of_children() -> None:
    env = {"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "90000000", "WATCHDOG_PID": str(os.getpid()), "LANG": "C"}
    assert Notifier.from_env(env).watchdog_s == 90.0
    assert env == {"LANG": "C"}


@pytest.mark.parametrize(
    "env",
    [
        {},
        {"WATCHDOG_USEC": "nonsense"},
        {"WATCHDOG_USEC": "0"},
        {"WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"},
    ],
)
def test_a_watchdog_that_is_not_ours_changes_nothing(env: dict[str, str]) -> None:
    assert Notifier.from_env(env).watchdog_s == UNWATCHED_S
