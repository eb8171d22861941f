"""The control socket: private, bounded, and answering in words whatever it is sent."""

from __future__ import annotations

import json
import socket
import stat
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from ritualsd.daemon.client import LINE_LIMIT, NAME, call
from ritualsd.daemon.control import Control
from ritualsd.errors import AlreadyRunning, NotFound


def answer(command: str, fields: Mapping[str, Any]) -> Mapping[str, Any]:
    if command == "missing":
        raise NotFound("no ritual is called 'x'", todo="did you mean 'y'")
    if command == "held":
        raise AlreadyRunning("held")
    if command == "bug":
        raise ZeroDivisionError("words of a message")
    return {"command": command, "fields": dict(fields)}


@pytest.fixture
def control(tmp_path: Path) -> Iterator[Control]:
    made = Control(tmp_path, answer)
    yield made
    made.close()


def raw(state: Path, data: bytes) -> Any:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(10)
        line.connect(str(state / NAME))
        line.sendall(data)
        return json.loads(line.makefile("rb").readline())


def test_a_command_and_its_fields_reach_the_answerer(control: Control, tmp_path: Path) -> None:
    assert call(tmp_path, "pause", ritual="thänks", until=None) == {
        "ok": True, "command": "pause", "fields": {"ritual": "thänks", "until": None},
    }  # fmt: skip


def test_an_error_of_ours_comes_back_in_words_with_its_exit_code(control: Control, tmp_path: Path) -> None:
    assert call(tmp_path, "missing") == {"ok": False, "error": "no ritual is called 'x'; did you mean 'y'", "exit": 1}
    held = call(tmp_path, "held")
    assert held is not None
    assert held["exit"] == 3


def test_a_bug_comes_back_as_a_sentence_without_its_text(control: Control, tmp_path: Path) -> None:
    found = call(tmp_path, "bug")
    assert found is not None
    assert not found["ok"]
    assert "ZeroDivisionError" in found["error"]
    assert "words" not in found["error"]


@pytest.mark.parametrize(
    "data",
    [b"\n", b"nonsense\n", b"[1]\n", b'"text"\n', b"{}\n", b"\xff\xfe\n", b"[" * 5000 + b"\n", b"x" * (LINE_LIMIT + 9)],
    ids=["empty", "word", "list", "string", "no command", "not UTF-8", "nested", "too long"],
)
def test_what_is_no_request_is_refused(control: Control, tmp_path: Path, data: bytes) -> None:
    assert raw(tmp_path, data)["ok"] is False
    assert call(tmp_path, "status")


def test_the_socket_is_for_its_owner_alone(control: Control, tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600


def test_silent_callers_hold_up_nobody_for_long(control: Control, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("ritualsd.daemon.control.REQUEST_S", 0.3)
    silent = [socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) for _ in range(3)]
    for line in silent:
        line.connect(str(tmp_path / NAME))
    time.sleep(0.1)
    assert call(tmp_path, "status")
    time.sleep(0.5)
    for line in silent:
        assert line.recv(10) == b""
        line.close()


def test_nobody_there_is_none(tmp_path: Path) -> None:
    assert call(tmp_path, "status") is None
    assert call(tmp_path / "missing", "status") is None


def test_a_socket_left_behind_by_a_kill_is_nobody_and_is_taken_over(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as dead:
        dead.bind(str(tmp_path / NAME))
    assert call(tmp_path, "status") is None
    control = Control(tmp_path, answer)
    assert call(tmp_path, "status")
    control.close()
    control.close()
    assert call(tmp_path, "status") is None
    assert not (tmp_path / NAME).exists()


def test_a_state_folder_with_a_long_path_works(tmp_path: Path) -> None:
    state = tmp_path / ("n" * 90) / ("m" * 90)
    state.mkdir(parents=True)
    control = Control(state, answer)
    assert call(state, "status")
    control.close()
