"""The pool of sending processes: who starts, who ends, who is killed, and that one hung peer delays nobody else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from ritualsd.core.events import E
from ritualsd.model import Event, Outcome
from ritualsd.send import crew, doors, process
from ritualsd.send.pool import SenderPool
from tests.send import sink as peer
from tests.send.conftest import to, warmed
from tests.send.sink import Behaviour, Sink
from tests.servers import soon

MANY = 200


def started(events: list[Event]) -> list[int]:
    return [int(event.fields["pid"] or 0) for event in events if event.name == E.WORKER_STARTED]


def killed(events: list[Event]) -> list[str]:
    return [str(event.fields["code"]) for event in events if event.name == E.WORKER_KILLED]


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not waited for yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(") ")[2]
    except FileNotFoundError:
        return False
    return not state.startswith("Z")


def open_sinks(count: int, behaviour: Behaviour, closing: ExitStack) -> list[Sink]:
    return [closing.enter_context(Sink(behaviour)) for _ in range(count)]


def sending(pool: SenderPool, sinks: list[Sink], deadline_s: float = 60) -> list[Future[Outcome]]:
    """Start one send to each sink, and wait until every one of them has the request."""
    threads = ThreadPoolExecutor(len(sinks))
    under_way = [
        threads.submit(pool.send, to(f"json://{sink.address}/"), "", "x", deadline_s=deadline_s) for sink in sinks
    ]
    for sink in sinks:
        sink.wait_for(1)
    threads.shutdown(wait=False)
    return under_way


def test_the_inbox_is_answered_without_a_process(own_pool: SenderPool, events: list[Event]) -> None:
    outcome = own_pool.send(to("inbox://"), "Hello", "A word.")
    assert (outcome.kind, outcome.code) == ("sent", "inbox")
    assert events == []


def test_a_worker_serves_one_send_after_another(own_pool: SenderPool, events: list[Event]) -> None:
    with Sink(peer.status(200)) as sink:
        outcomes = {own_pool.send(to(f"json://{sink.address}/"), "", "x").kind for _ in range(5)}
    assert outcomes == {"sent"}
    assert len(started(events)) == 1


def test_warming_starts_one_worker_and_only_one(own_pool: SenderPool, events: list[Event]) -> None:
    for _ in range(5):
        own_pool.warm()
    assert len(started(events)) == 1
    with Sink(peer.status(200)) as sink:
        assert own_pool.send(to(f"json://{sink.address}/"), "", "x").kind == "sent"
    assert len(started(events)) == 1


def test_an_idle_worker_ends_and_the_next_send_starts_another(tmp_path: Path, events: list[Event]) -> None:
    before = set(threading.enumerate())
    pool = SenderPool(tmp_path, idle_s=0.2, emit=events.append)
    with Sink(peer.status(200)) as sink:
        pool.send(to(f"json://{sink.address}/"), "", "x")
        (first,) = started(events)
        assert soon(lambda: not alive(first))
        ours = [thread for thread in threading.enumerate() if thread.name == "sender-idle" and thread not in before]
        assert soon(lambda: not any(thread.is_alive() for thread in ours)), "nothing waits while nothing is left to end"
        assert pool.send(to(f"json://{sink.address}/"), "", "x").kind == "sent"
    assert len(started(events)) == 2
    assert killed(events) == []
    pool.close()


def test_warming_keeps_an_idle_worker_alive(tmp_path: Path, events: list[Event]) -> None:
    idle_s = 3.0
    pool, pauses = SenderPool(tmp_path, idle_s=idle_s, emit=events.append), []
    for _ in range(12):
        began = time.monotonic()
        pool.warm()
        time.sleep(0.3)
        pauses.append(time.monotonic() - began)
    pool.close()
    too_long = sum(pause + after >= idle_s for pause, after in pairwise(pauses))  # on a machine that stood still
    assert len(started(events)) <= 1 + too_long


def test_the_worker_that_passed_the_deadline_is_dead_and_replaced(own_pool: SenderPool, events: list[Event]) -> None:
    warmed(own_pool)
    with Sink(peer.drip) as dripping, Sink(peer.status(200)) as healthy:
        slow = own_pool.send(to(f"json://{dripping.address}/"), "", "x", deadline_s=3)
        assert (slow.kind, slow.code) == ("unknown", "deadline")
        assert not alive(started(events)[0])
        assert own_pool.send(to(f"json://{healthy.address}/"), "", "x").kind == "sent"
    assert killed(events) == ["deadline"]
    assert len(started(events)) == 2


@pytest.mark.parametrize("hung", [3, 8])
def test_hung_peers_delay_nobody_else(own_pool: SenderPool, hung: int) -> None:
    with ExitStack() as closing:
        under_way = sending(own_pool, open_sinks(hung, peer.drip, closing), deadline_s=600)
        healthy = closing.enter_context(Sink(peer.status(200)))
        assert own_pool.send(to(f"json://{healthy.address}/"), "", "x", deadline_s=600).kind == "sent"
        assert not any(one.done() for one in under_way)
        own_pool.close()


def test_a_provider_that_never_answers_keeps_nobody_else_from_their_pace(own_pool: SenderPool) -> None:
    with Sink(peer.hang) as hanging, Sink(peer.keep_alive()) as well, ThreadPoolExecutor(MANY) as crowd:
        hung = [
            crowd.submit(own_pool.send, to(f"json://{hanging.address}/"), "", "x", deadline_s=600) for _ in range(MANY)
        ]
        hanging.wait_for(1)
        try:
            with ThreadPoolExecutor(20) as others:
                channel = to(f"json://{well.address}/")
                kinds = others.map(lambda _: own_pool.send(channel, "", "x", deadline_s=600).kind, range(MANY))
                assert set(kinds) == {"sent"}
            assert len(well.requests) == MANY
            assert len(hanging.requests) <= doors.WIDE
            assert not any(one.done() for one in hung)
        finally:
            own_pool.close()
        assert {one.result(30).code for one in hung} == {"stopped"}


def test_a_message_beside_a_hung_one_is_not_cut_off_with_it(tmp_path: Path, events: list[Event]) -> None:
    pool, let_go = SenderPool(tmp_path, workers=1, emit=events.append), threading.Event()

    def answer_late(exchange: peer.Exchange) -> None:
        exchange.read()
        let_go.wait(60)
        exchange.say(peer.head(200, 0))

    warmed(pool)
    with Sink(answer_late) as late, Sink(peer.drip) as dripping:
        (beside,) = sending(pool, [late])
        assert pool.send(to(f"json://{dripping.address}/"), "", "x", deadline_s=3).code == "deadline"
        assert (len(started(events)), killed(events)) == (1, [])
        let_go.set()
        assert beside.result(30).kind == "sent"
    assert soon(lambda: killed(events) == ["deadline"])
    pool.close()


def test_many_at_once_share_a_few_processes(tmp_path: Path, events: list[Event]) -> None:
    pool = SenderPool(tmp_path, workers=2, emit=events.append)
    with ExitStack() as closing:
        sending(pool, open_sinks(6, peer.hang, closing))
        assert len(started(events)) == 2
        pool.close()


def test_warming_for_many_starts_as_many_processes_as_may_be(tmp_path: Path, events: list[Event]) -> None:
    pool = SenderPool(tmp_path, workers=2, emit=events.append)
    pool.warm(100)
    assert len(started(events)) == 2
    pool.close()


def test_an_account_that_was_told_to_slow_down_is_left_alone_for_a_while(
    own_pool: SenderPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "REST_S", 3600)
    with Sink(peer.status(429)) as sink:
        channel = to(f"json://{sink.address}/")
        assert own_pool.send(channel, "", "x").code == "http-429"
        again = own_pool.send(channel, "", "x")
    assert (again.kind, again.code) == ("transient", "busy")
    assert len(sink.requests) == 1


def test_when_every_worker_is_stuck_a_send_comes_back_untried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "LANES", 1)
    pool = SenderPool(tmp_path, workers=1, emit=lambda _: None)
    with ExitStack() as closing:
        under_way = sending(pool, open_sinks(3, peer.drip, closing), deadline_s=600)
        outcome = pool.send(to("json://127.0.0.1:9/"), "", "x", deadline_s=2)
        assert not any(one.done() for one in under_way)
        pool.close()
    assert (outcome.kind, outcome.code) == ("transient", "no-worker")


def test_a_worker_killed_in_the_middle_of_a_send_leaves_it_unknown(own_pool: SenderPool, events: list[Event]) -> None:
    with Sink(peer.hang) as sink:
        (under_way,) = sending(own_pool, [sink])
        os.kill(started(events)[0], signal.SIGKILL)
        outcome = under_way.result(30)
    assert (outcome.kind, outcome.code) == ("unknown", "crash")
    assert killed(events) == ["crash"]


def test_a_worker_that_died_while_idle_is_replaced_without_a_word(own_pool: SenderPool, events: list[Event]) -> None:
    with Sink(peer.status(200)) as sink:
        own_pool.send(to(f"json://{sink.address}/"), "", "x")
        os.kill(started(events)[0], signal.SIGKILL)
        time.sleep(0.2)
        outcome = own_pool.send(to(f"json://{sink.address}/"), "", "x")
    assert (outcome.kind, outcome.code) == ("sent", "ok")


def test_an_answer_without_end_takes_no_memory_from_those_who_share_its_process(
    own_pool: SenderPool, events: list[Event]
) -> None:
    with Sink(peer.flood(200)) as flooding, Sink(peer.status(200)) as healthy:
        codes = [own_pool.send(to(f"json://{at.address}/"), "", "x").code for at in (flooding, healthy)]
    assert codes == ["ok", "ok"]
    assert len(started(events)) == 1


def test_closing_ends_hung_sends_at_once_as_unknown(own_pool: SenderPool, events: list[Event]) -> None:
    with ExitStack() as closing:
        under_way = sending(own_pool, open_sinks(3, peer.hang, closing), deadline_s=600)
        own_pool.close()
        outcomes = [one.result(30) for one in under_way]
    assert {(outcome.kind, outcome.code) for outcome in outcomes} == {("unknown", "stopped")}
    assert soon(lambda: not any(alive(pid) for pid in started(events)))


def test_closing_twice_is_fine_and_nothing_is_sent_after_it(own_pool: SenderPool) -> None:
    own_pool.close()
    own_pool.close()
    own_pool.warm()
    with Sink(peer.status(200)) as sink:
        outcome = own_pool.send(to(f"json://{sink.address}/"), "", "x")
    assert (outcome.kind, outcome.code) == ("transient", "stopped")
    assert sink.requests == []


def test_stop_signals_to_the_whole_group_do_not_cut_a_send(own_pool: SenderPool, events: list[Event]) -> None:
    with Sink(peer.hang) as sink:
        (under_way,) = sending(own_pool, [sink])
        for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(started(events)[0], stop)
        time.sleep(0.2)
        sink.stopping.set()  # the peer lets go, without an answer
        outcome = under_way.result(30)
    assert (outcome.kind, outcome.code) == ("unknown", "reset")


def test_a_worker_that_cannot_start_is_transient(own_pool: SenderPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "COMMAND", (sys.executable, "-c", "raise SystemExit(1)"))
    ends_at_once = own_pool.send(to("json://127.0.0.1:9/"), "", "x")
    monkeypatch.setattr(process, "COMMAND", ("/nonexistent/python",))
    not_there = own_pool.send(to("json://127.0.0.1:9/"), "", "x", deadline_s=1)
    assert (ends_at_once.kind, ends_at_once.code) == ("transient", "worker-failed")
    assert (not_there.kind, not_there.code) == ("transient", "no-worker")


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"not json",
        b"[]",
        b"null",
        b'{"kind":"sent"}',
        b'{"kind":"perhaps","code":"ok","last":false}',
        b'{"kind":"sent","code":"the provider said: hello","last":false}',
        b"\xff\xfe",
    ],
)
def test_an_answer_that_is_not_as_agreed_counts_as_none(line: bytes) -> None:
    with pytest.raises(process.Gone) as gone:
        process.read_answer(line)
    assert gone.value.began


def test_a_state_folder_may_be_given_relative_to_where_the_daemon_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    pool = SenderPool(Path("state"), emit=lambda _: None)
    answer = b'{"access_token":"x","user_id":"@u:h","device_id":"D","room_id":"!r:h","event_id":"$e"}'
    with Sink(peer.status(200, answer)) as matrix:
        assert pool.send(to(f"matrix://user:word@{matrix.address}/!r:h"), "", "x").kind == "sent"
    pool.close()
    assert list((tmp_path / "state" / "apprise").iterdir())


PARENT = """
import sys, threading
from ritualsd.model import Channel, Secret
from ritualsd.send.pool import SenderPool

pool = SenderPool(None, emit=lambda event: print(event.fields["pid"], flush=True))
for url, deadline_s in zip(sys.argv[1:], (60, 2)):
    pool.send(Channel(person="a", name="b", url=Secret(url)), "", "x", deadline_s=deadline_s)
heavy = {"apprise", "requests", "urllib3", "multiprocessing", "asyncio"} & set(sys.modules)
print(sorted(heavy), flush=True)
threading.Event().wait(30)
"""


@contextmanager
def parent_sending_to(folder: Path, *sinks: Sink) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A daemon in small, in a process of its own, that sends to one sink after the other: it, and its worker's id."""
    script = folder / "parent.py"
    script.write_text(PARENT)
    command = [sys.executable, str(script), *(f"json://{sink.address}/" for sink in sinks)]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as parent:
        assert parent.stdout is not None
        yield parent, int(parent.stdout.readline())
        parent.kill()


def test_the_parent_never_imports_apprise_and_its_workers_end_with_it(tmp_path: Path) -> None:
    with Sink(peer.status(200)) as sink, parent_sending_to(tmp_path, sink) as (parent, worker):
        assert parent.stdout is not None
        assert parent.stdout.readline() == "[]\n"
        assert len(sink.requests) == 1
        assert alive(worker)
        parent.kill()
        assert soon(lambda: not alive(worker))


def test_a_worker_whose_parent_died_in_the_middle_of_a_send_ends_by_itself(tmp_path: Path) -> None:
    with (
        Sink(peer.status(200)) as healthy,
        Sink(peer.drip) as dripping,
        parent_sending_to(tmp_path, healthy, dripping) as (parent, worker),
    ):
        dripping.wait_for(1)
        parent.kill()
        assert soon(lambda: not alive(worker))
