"""The daemon's life as systemd and a person see it: ready, watched, stopped; one at a time, kill -9 or not."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ritualsd.daemon.process import SENDS_END_S
from tests.system.daemon import House, Peer, config, until

pytestmark = pytest.mark.process

With = Callable[[str], House]

SURPRISE = """
[people.ben]
name = "Ben"
[rituals.surprise]
when = "every day at 03:00"
to = "ben"
secret_from = "others"
message = "SURPRISE-WORDS"
"""


# ── ready and watched ──


def test_systemd_hears_ready_watchdog_and_stopping_in_this_order(house: House) -> None:
    house.start()
    assert until(lambda: house.systemd.count("WATCHDOG=1") >= 3)
    house.signal(signal.SIGTERM)
    assert house.ended() == 0
    assert until(lambda: house.systemd.count("STOPPING=1") == 1)
    told = [line for line in house.systemd.heard if line.split("=")[0] in {"READY", "WATCHDOG", "STOPPING"}]
    assert told[0] == "READY=1"
    assert told[-1] == "STOPPING=1"
    assert "STATUS=1 ritual" in house.systemd.heard


def test_status_is_ok_while_it_runs_and_says_so_when_it_does_not(house: House) -> None:
    house.start()
    assert until(lambda: house.status()["ok"])
    status = house.status()
    assert status["running"] is True
    assert status["next_due_utc"].endswith("T04:00:00Z")
    assert status["pending"] == 0
    assert status["config"] == {"stale": False, "error": None}
    house.signal(signal.SIGINT)
    assert house.ended() == 0
    done = house.tell("status", "--json")
    assert done.returncode == 1
    status = house.status()
    assert status["running"] is False
    assert status["ok"] is False
    assert status["next_due_utc"].endswith("T04:00:00Z")


def test_an_idle_daemon_has_no_sender_beside_it(house_with: With, peer: Peer) -> None:
    house = house_with(config(peer.url)).start()
    time.sleep(1)
    assert house.process is not None
    children = Path(f"/proc/{house.process.pid}/task/{house.process.pid}/children").read_text().split()
    assert children == []
    assert "apprise" not in Path(f"/proc/{house.process.pid}/maps").read_text()


def test_idling_costs_next_to_nothing(house: House) -> None:
    house.start()
    assert house.process is not None
    assert until(lambda: house.status()["plugins"])
    time.sleep(1)
    before = cpu_s(house.process.pid)
    time.sleep(10)
    assert cpu_s(house.process.pid) - before < 0.15


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# ── one at a time ──


def test_a_second_daemon_is_refused_naming_the_first_and_kill_9_frees_the_place(house: House) -> None:
    house.start()
    assert house.process is not None
    second = house.tell("run")
    assert second.returncode == 3
    assert str(house.process.pid) in second.stderr
    assert "Traceback" not in second.stderr
    assert house.status()["running"]
    house.signal(signal.SIGKILL)
    house.ended()
    assert house.status()["running"] is False
    house.start()
    assert until(lambda: house.status()["ok"])


# ── refused starts ──


def test_a_broken_configuration_is_refused_with_every_problem_and_without_ready(house: House) -> None:
    house.config.write_text(config().replace("every day at 04:00", "every dya at 04:00") + "\nnonsense = 1\n")
    done = house.tell("run")
    assert done.returncode == 2
    assert "rituals.hello.when" in done.stderr
    assert "nonsense" in done.stderr
    assert "Traceback" not in done.stderr
    assert house.systemd.count("READY=1") == 0


def test_a_missing_configuration_is_said_in_words(house: House) -> None:
    house.config.unlink()
    done = house.tell("run")
    assert done.returncode == 2
    assert str(house.config) in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("damage", [b"this is no database" * 500, b"\0" * 8192])
def test_a_damaged_ledger_is_refused_and_kept(house: House, damage: bytes) -> None:
    house.state.mkdir(mode=0o700)
    ledger = house.state / "ritualsd.db"
    ledger.write_bytes(damage)
    ledger.chmod(0o600)
    done = house.tell("run")
    assert done.returncode == 4
    assert "Traceback" not in done.stderr
    assert ledger.read_bytes() == damage


def test_a_state_folder_others_can_read_is_refused(house: House) -> None:
    house.state.mkdir(mode=0o755)
    house.state.chmod(0o755)
    done = house.tell("run")
    assert done.returncode == 4
    assert "chmod" in done.stderr


# ── the end ──


def test_it_ends_while_a_peer_hangs_and_the_message_stays_to_be_sent(house_with: With, peer: Peer) -> None:
    peer.hangs.set()
    house = house_with(config(peer.url)).start()
    assert house.tell("send", "hello").returncode == 0
    assert until(lambda: peer.bodies)
    house.signal(signal.SIGTERM)
    assert house.ended() == 0
    assert "delivery.unknown ritual=hello channel=ana/phone attempt=1" in house.log
    assert house.status()["pending"] == 1


def test_a_message_in_flight_at_a_kill_9_goes_out_again_word_for_word(house_with: With, peer: Peer) -> None:
    peer.hangs.set()
    house = house_with(config(peer.url)).start()
    assert house.tell("send", "hello").returncode == 0
    assert until(lambda: peer.bodies)
    house.signal(signal.SIGKILL)
    house.ended()
    peer.hangs.clear()
    house.start()
    assert until(lambda: len(peer.bodies) == 2)
    assert peer.bodies[0] == peer.bodies[1]
    assert "delivery.recovered count=1" in house.log


def test_a_second_signal_ends_it_at_once(house_with: With, peer: Peer) -> None:
    peer.hangs.set()
    house = house_with(config(peer.url)).start()
    assert house.tell("send", "hello").returncode == 0
    assert until(lambda: peer.bodies)
    house.signal(signal.SIGINT)
    time.sleep(0.5)
    started = time.monotonic()
    house.signal(signal.SIGINT)
    assert house.ended() == 0
    assert time.monotonic() - started < SENDS_END_S


HANGING_PLUGIN = """
import time
time.sleep(1000)
"""


def test_a_plugin_that_hangs_delays_neither_ready_nor_the_end(house: House) -> None:
    (house.folder / "plugins").mkdir()
    (house.folder / "plugins" / "hang.py").write_text(HANGING_PLUGIN)
    house.start()
    house.signal(signal.SIGTERM)
    assert house.ended() == 0


def test_a_log_that_nobody_reads_stops_nothing(house_with: With, peer: Peer) -> None:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    while True:
        try:
            os.write(writer, b"x" * 4096)
        except BlockingIOError:
            break
    os.set_blocking(writer, True)
    house = house_with(config(peer.url)).start(stderr=writer)
    assert house.tell("send", "hello").returncode == 0
    assert until(lambda: len(peer.bodies) == 1)
    house.signal(signal.SIGTERM)
    assert house.ended() == 0
    os.close(reader)
    os.close(writer)


def test_closed_standard_streams_harm_nothing(house_with: With, peer: Peer) -> None:
    house = house_with(config(peer.url))
    shut = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh"]
    house.start(before=shut)
    assert house.tell("send", "hello").returncode == 0
    assert until(lambda: len(peer.bodies) == 1 and house.status()["ok"])
    house.signal(signal.SIGTERM)
    assert house.ended() == 0
    house.start(before=shut)


def test_a_closed_terminal_ends_it_instead_of_leaving_it_behind(house: House) -> None:
    terminal = house.start_in_terminal()
    assert terminal.shows("Ctrl-C")
    assert "Times are UTC" in terminal.shown
    os.close(terminal.fd)
    house.signal(signal.SIGHUP)
    assert house.ended() == 0


def test_a_terminal_shows_what_arrives_in_an_inbox_and_keeps_a_surprise(house_with: With) -> None:
    house = house_with(config() + SURPRISE)
    terminal = house.start_in_terminal()
    assert terminal.shows("Ctrl-C")
    assert house.tell("send", "surprise").returncode == 0
    assert house.tell("send", "hello").returncode == 0
    assert terminal.shows("CANARY-WORDS for Ana")
    assert "SURPRISE-WORDS" not in terminal.shown
    assert "Ben" not in terminal.shown.split("Ctrl-C")[1]
    house.signal(signal.SIGINT)
    assert house.ended() == 0
    os.close(terminal.fd)
