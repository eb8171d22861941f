"""The record on a server that is restarted, frozen, cut off or taken over while it is written. Nothing is lost."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from psycopg import errors
from sqlalchemy import event, text

from ritualsd.errors import RitualsdError, StoreBusy
from ritualsd.model import DeliveryState, Outcome, Promise, PromiseState, Settlement
from ritualsd.store import open_store, pooled
from ritualsd.store.ledger import Ledger
from ritualsd.store.pooled import Pooled
from tests.contract.ledgers import NOW, occurrence, planned, ready
from tests.postgres import (
    PASSWORD,
    name_of,
    needs_postgres,
    new_server,
    remove,
    standby_of,
    the_server,
    until_answered,
)

pytestmark = needs_postgres

SENT = Settlement(state=DeliveryState.SENT)
ACCEPTED = Outcome(kind="sent", code="")
DAYS, HANDS = 40, 4


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine: what is looked at here is what happens, not how soon."""
    monkeypatch.setattr(pooled, "PATIENCE_S", 100.0)


@pytest.fixture
def store(url: str, tmp_path: Path) -> Iterator[Ledger]:
    opened = open_store(tmp_path / "state", url=url, clock_now=NOW)
    yield opened
    opened.close()


def under(trouble: Callable[[], None], hands: list[Callable[[], None]]) -> None:
    """Do all this at once, and make trouble again and again until it is done. Raises what any of it raised."""
    wrong: list[BaseException] = []

    def work(hand: Callable[[], None]) -> None:
        try:
            hand()
        except BaseException as error:  # noqa: BLE001 - told to the test
            wrong.append(error)

    threads = [threading.Thread(target=work, args=[hand]) for hand in hands]
    for thread in threads:
        thread.start()
    trouble()
    for thread in threads:
        thread.join(120)
    assert not wrong, wrong


def restart() -> None:
    for how in ("fast", "immediate"):
        time.sleep(0.1)
        the_server().restart(how)


def freeze() -> None:
    with the_server().paused():
        time.sleep(2)


def cut(url: str) -> Callable[[], None]:
    def again() -> None:
        for _ in range(15):
            the_server().cut_off(name_of(url))
            time.sleep(0.05)

    return again


@pytest.mark.parametrize("kind", ["restarted", "frozen", "cut off"])
def test_through_any_trouble_each_message_is_claimed_by_one_hand_and_settled_once(store, url, kind) -> None:
    deliveries = [ready(store, each).id for each in planned(store, *(occurrence(day) for day in range(DAYS)))]
    claims: Counter[int] = Counter()
    lock = threading.Lock()

    def hand(boot: str) -> None:
        for delivery in deliveries:
            if store.claim(delivery, boot, NOW) is not None:
                with lock:
                    claims[delivery] += 1
                store.settle(delivery, SENT, ACCEPTED, NOW)

    trouble = {"restarted": restart, "frozen": freeze, "cut off": cut(url)}[kind]
    under(trouble, [lambda boot=str(number): hand(boot) for number in range(HANDS)])
    until_answered(the_server())
    entries = store.history(limit=DAYS)
    assert claims == Counter(deliveries)
    assert all(entry.deliveries[0].state is DeliveryState.SENT for entry in entries)
    assert all(entry.deliveries[0].attempts == 1 for entry in entries)


def test_what_has_no_key_to_be_known_by_is_kept_once_too(store, url) -> None:
    promise = Promise(person="ana", words="to call", made_utc=NOW, changed_utc=NOW, state=PromiseState.OPEN)

    def hand(number: int) -> None:
        for each in range(10):
            store.promises.make(replace(promise, words=f"{number}/{each}"))

    under(cut(url), [lambda number=number: hand(number) for number in range(HANDS)])
    words = Counter(each.words for each in store.promises.all())
    assert words == Counter(f"{number}/{each}" for number in range(HANDS) for each in range(10))


def broken_at_commit(database: Pooled, monkeypatch: pytest.MonkeyPatch, *, before: bool) -> None:
    """Let the next commit lose its connection: before the server heard of it, or right after."""
    fired: list[bool] = []

    def end_of(connection) -> None:
        if fired:
            return
        fired.append(True)
        raw = connection.connection.dbapi_connection
        if before:
            the_server().ask(f"SELECT pg_terminate_backend({raw.info.backend_pid})")
        else:
            raw.commit()
            raw.close()

    event.listen(database._engine, "commit", end_of)


@pytest.mark.parametrize("before", [True, False])
def test_a_commit_nobody_answered_is_asked_about(store, monkeypatch, before) -> None:
    store.recall("warm")
    broken_at_commit(store.database, monkeypatch, before=before)
    runs: list[int] = []

    def verb(connection) -> int:
        runs.append(1)
        row = {"household": "default", "key": str(len(runs)), "value": ""}
        connection.execute(text("INSERT INTO memory VALUES (:household, :key, :value)"), row)
        return len(runs)

    answer = store.database.write(verb)
    assert answer == (2 if before else 1)
    assert store.recall_all("") == {str(answer): ""}


def test_a_commit_that_never_comes_through_is_given_up(url) -> None:
    database, written = Pooled(url, patience_s=0.2), list[bool]()

    def break_off(connection) -> None:
        if written:
            written.clear()
            the_server().ask(f"SELECT pg_terminate_backend({connection.connection.dbapi_connection.info.backend_pid})")

    event.listen(database._engine, "commit", break_off)
    with pytest.raises(StoreBusy):
        database.write(lambda connection: written.append(True))
    database.close()


def test_a_server_that_stays_away_is_named_and_its_password_is_not(url) -> None:
    database = Pooled(url.replace(str(the_server().port), "1"), patience_s=0.2)
    with pytest.raises(StoreBusy, match="cannot be reached") as caught:
        database.read(lambda connection: None)
    assert "127.0.0.1:1" in str(caught.value)
    assert name_of(url) in str(caught.value)
    assert PASSWORD not in str(caught.value) + repr(caught.value.__cause__)


def test_a_wrong_password_is_not_repeated(url) -> None:
    database = Pooled(url.replace(PASSWORD, "hush"), patience_s=0.2)
    with pytest.raises(StoreBusy, match="lets this user in") as caught:
        database.write(lambda connection: None)
    assert "hush" not in str(caught.value)


def test_whoever_closes_waits_for_no_server(url) -> None:
    database = Pooled(url.replace(str(the_server().port), "1"), patience_s=600)

    def ask() -> None:
        with pytest.raises(RitualsdError, match="closed"):
            database.read(lambda connection: None)

    waiting = threading.Thread(target=ask)
    waiting.start()
    time.sleep(0.2)
    database.close()
    waiting.join(60)
    assert not waiting.is_alive()


def test_a_server_that_syncs_nothing_is_refused(tmp_path) -> None:
    server = new_server()
    try:
        server.ask("ALTER SYSTEM SET fsync = off")
        server.restart()
        with pytest.raises(RitualsdError, match="fsync"):
            open_store(tmp_path / "state", url=server.url(), clock_now=NOW)
    finally:
        remove(server)


def test_a_standby_that_takes_over_goes_on_with_the_same_record(tmp_path) -> None:
    first = new_server()
    standby = standby_of(first)
    both = f"postgresql://ritualsd:{PASSWORD}@127.0.0.1:{first.port},127.0.0.1:{standby.port}/postgres"
    try:
        store = open_store(tmp_path / "state", url=f"{both}?target_session_attrs=read-write", clock_now=NOW)
        store.remember("before", "kept")
        until_there(standby, "before")
        first.stop("immediate")
        standby.promote()
        store.remember("after", "kept too")
        assert store.recall_all("") == {"before": "kept", "after": "kept too"}
        store.close()
    finally:
        remove(standby)
        remove(first)


def until_there(standby, key: str) -> None:
    for _ in range(600):
        with suppress(errors.UndefinedTable):  # it has not even heard of the tables yet
            if standby.ask(f"SELECT 1 FROM memory WHERE key = '{key}'"):
                return
        time.sleep(0.1)
    raise AssertionError("the standby never heard of it")


def test_two_of_one_household_take_turns_and_two_households_need_not(store) -> None:
    order: list[str] = []
    inside, go_on = threading.Event(), threading.Event()

    def first(connection) -> None:
        inside.set()
        go_on.wait(60)
        order.append("first")

    slow = threading.Thread(target=lambda: store.database.write(first, household="default"))
    slow.start()
    assert inside.wait(60)
    second = threading.Thread(
        target=lambda: store.database.write(lambda connection: order.append("second"), household="default")
    )
    second.start()
    store.database.write(lambda connection: order.append("neighbour"), household="neighbour")
    go_on.set()
    slow.join(60)
    second.join(60)
    assert order == ["neighbour", "first", "second"]
