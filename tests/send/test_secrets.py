"""A canary in every secret and every word: it may reach the provider, and nothing else."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ritualsd.model import Event
from ritualsd.send.pool import SenderPool
from ritualsd.send.process import environment
from tests.send import sink as peer
from tests.send.conftest import to
from tests.send.sink import Sink
from tests.send.test_pool import sending, started

CANARY = "kanarienvogel"
TOKEN = f"tk_{CANARY}"
FORMS = (CANARY, base64.b64encode(CANARY.encode()).decode().rstrip("="), CANARY.encode().hex())

TALKATIVE = """
import logging, sys
from pathlib import Path
from ritualsd.model import Channel, Secret
from ritualsd.send.pool import SenderPool

logging.basicConfig(level=logging.DEBUG)
pool = SenderPool(Path(sys.argv[1]), emit=lambda event: print(event))
for line in sys.stdin.read().splitlines():
    channel = Channel(person="ana", name="phone", url=Secret(line))
    print(channel, pool.send(channel, "kanarienvogel", "kanarienvogel"))
pool.close()
print(vars(pool))
"""


def holds_a_canary(text: bytes) -> bool:
    return any(form.encode() in text for form in FORMS)


def test_nothing_a_send_prints_logs_or_writes_holds_a_secret_or_a_word(tmp_path: Path) -> None:
    leaky = peer.status(403, f'{{"code":40301,"error":"{CANARY}"}}'.encode())
    script = tmp_path / "talkative.py"
    script.write_text(TALKATIVE)
    state = tmp_path / "state"
    state.mkdir()
    with Sink(leaky) as refusing, Sink(peer.reset_after_the_body) as resetting, Sink(peer.status(200)) as taking:
        urls = [
            f"ntfy://{TOKEN}@{refusing.address}/{CANARY}",
            f"ntfy://{TOKEN}@{resetting.address}/{CANARY}",
            f"ntfy://{TOKEN}@{taking.address}/{CANARY}",
            f"json://user:{CANARY}@127.0.0.1:9/{CANARY}",
            f"discord://{CANARY}",
            f"bogus://{TOKEN}@{CANARY}/",
            f"{CANARY}",
        ]
        ran = subprocess.run(
            [sys.executable, str(script), str(state)],
            input="\n".join(urls).encode(), capture_output=True, timeout=60,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "RITUALSD_STRICT": "1"},
        )  # fmt: skip
    assert ran.returncode == 0
    assert [CANARY in request.body.decode() for request in taking.requests] == [True], "the provider does get it"
    assert ran.stdout.count(b"Outcome(") == len(urls)
    assert not holds_a_canary(ran.stdout + ran.stderr)
    assert not any(holds_a_canary(file.read_bytes()) for file in state.rglob("*") if file.is_file())


def test_neither_arguments_nor_environment_of_a_worker_hold_a_secret(
    own_pool: SenderPool, events: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("RITUALSD_SECRET_TOKEN", "CREDENTIALS_DIRECTORY", "NOTIFY_SOCKET", "HTTP_PROXY", "NETRC"):
        monkeypatch.setenv(name, f"/{CANARY}")
    with Sink(peer.hang) as sink:
        sending(own_pool, [sink])
        process = Path("/proc") / str(started(events)[0])
        visible = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        own_pool.close()
    assert b"ritualsd.send.worker" in visible
    assert b"RITUALSD_SECRET" not in visible
    assert not holds_a_canary(visible)


def test_a_worker_knows_only_where_its_modules_and_its_trust_are() -> None:
    ours = {
        "RITUALSD_SECRET_X": "s",
        "NOTIFY_SOCKET": "/run/n",
        "HTTPS_PROXY": "p",
        "TZ": "Europe/Berlin",
        "HOME": "/h",
    }
    theirs = environment(ours)
    assert set(theirs) == {"PATH", "LANG", "HOME", "MALLOC_ARENA_MAX", "PYTHONPATH", "TZ"}
    assert theirs["HOME"] != "/h", "a .netrc there would add a password to requests"


def test_events_carry_process_ids_and_codes_only(own_pool: SenderPool, events: list[Event]) -> None:
    with Sink(peer.status(200)) as sink:
        own_pool.send(to(f"ntfy://{TOKEN}@{sink.address}/{CANARY}"), CANARY, CANARY)
    assert [set(event.fields) for event in events] == [{"pid"}]


def test_what_a_service_keeps_between_sends_is_private_and_used_again(own_pool: SenderPool, tmp_path: Path) -> None:
    answer = peer.status(200, b'{"access_token":"x","user_id":"@u:h","device_id":"D","room_id":"!r:h","event_id":"$e"}')
    with Sink(answer) as matrix:
        for _ in range(2):
            assert own_pool.send(to(f"matrix://user:{CANARY}@{matrix.address}/!r:h"), "", "x").kind == "sent"
    assert [request.path.endswith("/login") for request in matrix.requests].count(True) == 1
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert kept
    assert all(path.stat().st_mode & 0o077 == 0 for path in [*kept, tmp_path / "apprise"])
