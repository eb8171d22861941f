"""Commands beside a daemon and without one: the same words, the same effect, and no secret on the way."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
import time
from collections.abc import Callable

import pytest

from tests.system.daemon import House, Peer, config, until

pytestmark = pytest.mark.process

With = Callable[[str], House]

SECRET = """
[people.ben]
name = "Ben"
[rituals.surprise]
when = "every day at 03:00"
to = "ben"
secret_from = "others"
message = "SURPRISE-WORDS"
"""


def test_send_goes_out_at_once_through_the_daemon(house_with: With, peer: Peer) -> None:
    house = house_with(config(peer.url)).start()
    done = house.tell("send", "hello", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["by"] == "daemon"
    assert until(lambda: len(peer.bodies) == 1)
    assert b"CANARY-WORDS for Ana" in peer.bodies[0]
    assert until(lambda: house.status()["pending"] == 0)


def test_send_works_without_a_daemon(house_with: With, peer: Peer) -> None:
    house = house_with(config(peer.url))
    done = house.tell("send", "hello", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["by"] == "command"
    assert len(peer.bodies) == 1
    log = json.loads(house.tell("log", "--json").stdout)
    assert [(row["occurrence"], row["state"]) for row in log] == [(answer["occurrences"][0], "sent")]


@pytest.mark.parametrize("running", [True, False], ids=["with a daemon", "without one"])
def test_a_name_that_stands_for_nothing_is_said_with_what_was_meant(house: House, running: bool) -> None:
    if running:
        house.start()
    for words in (["send", "helo"], ["pause", "--ritual", "helo"], ["pause", "--for", "anna"], ["test-channel", "ana"]):
        done = house.tell(*words)
        assert done.returncode == 1, words
        assert words[-1] in done.stderr
        assert "ana" in done.stderr or "hello" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("running", [True, False], ids=["with a daemon", "without one"])
def test_a_paused_ritual_is_not_sent_until_it_is_resumed(house_with: With, peer: Peer, running: bool) -> None:
    house = house_with(config(peer.url))
    if running:
        house.start()
    paused = house.tell("pause", "--ritual", "hello", "--until", "3 days")
    assert paused.returncode == 0, paused.stderr
    assert "Paused hello until" in paused.stdout
    assert house.tell("send", "hello").returncode == 0
    assert until(lambda: "paused" in house.tell("why", "--ritual", "hello").stdout)
    assert peer.bodies == []
    assert house.tell("resume", "--ritual", "hello").returncode == 0
    assert house.tell("resume", "--ritual", "hello").returncode == 1


@pytest.mark.parametrize("until_text", ["yesterday", "2020-01-01", "99999 weeks", "12-24"])
def test_a_time_that_cannot_be_meant_pauses_nothing(house: House, until_text: str) -> None:
    done = house.tell("pause", "--until", until_text)
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr
    assert done.stderr


def test_a_channel_is_tested_and_its_answer_told(house_with: With, peer: Peer) -> None:
    house = house_with(config(peer.url)).start()
    done = house.tell("test-channel", "ana/phone", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["kind"] == "sent"
    assert len(peer.bodies) == 1


def test_a_channel_nobody_answers_on_is_told_without_its_address(house_with: With) -> None:
    house = house_with(config("json://user:CANARY-TOKEN@127.0.0.1:9"))
    done = house.tell("test-channel", "ana/phone")
    assert done.returncode == 1
    assert "refused" in done.stdout
    assert "CANARY" not in done.stdout + done.stderr


def test_the_time_of_a_surprise_is_in_no_status(house_with: With) -> None:
    house = house_with(config() + SECRET).start()
    assert house.status()["next_due_utc"].endswith("T04:00:00Z")
    house.signal(signal.SIGTERM)
    house.ended()
    assert house.status()["next_due_utc"].endswith("T04:00:00Z")


def test_no_words_and_no_address_reach_the_log_or_systemd(house_with: With, peer: Peer) -> None:
    secret = peer.url.replace("json://", "json://user:CANARY-TOKEN@")
    house = house_with(config(secret) + SECRET).start()
    for words in (["send", "hello"], ["send", "surprise"], ["test-channel", "ana/phone"], ["send", "helo"]):
        house.tell(*words)
    assert until(lambda: len(peer.bodies) == 2 and house.status()["pending"] == 0)
    house.config.write_text("CANARY-TOKEN [")
    house.signal(signal.SIGHUP)
    assert until(lambda: house.status()["config"]["stale"])
    house.signal(signal.SIGTERM)
    assert house.ended() == 0
    spoken = house.log + "\n".join(house.systemd.heard)
    assert "delivery.sent" in spoken
    for canary in ("CANARY", "SURPRISE", "json://", "127.0.0.1"):
        assert canary not in spoken


@pytest.mark.parametrize("name", ["run", "status", "pause", "resume", "send", "test-channel", "service"])
def test_each_help_shows_an_example(house: House, name: str) -> None:
    done = house.tell(name, "--help")
    assert done.returncode == 0
    assert f"ritualsd {name}" in done.stdout.partition("Example:")[2]


def test_a_daemon_waits_for_a_command_at_work_and_then_starts(house_with: With, peer: Peer) -> None:
    peer.hangs.set()
    house = house_with(config(peer.url))
    sending = subprocess.Popen(house.words("send", "hello"), env=house.env, stdout=subprocess.DEVNULL)
    assert until(lambda: peer.bodies)
    starting = threading.Thread(target=house.start)
    starting.start()
    time.sleep(2)
    peer.hangs.clear()
    sending.kill()
    sending.wait(60)
    starting.join()
    assert until(lambda: house.status()["running"])
    assert until(lambda: sum(b"CANARY-WORDS" in body for body in peer.bodies) == 2)
