"""A record that moves to a server: nothing is lost, nothing repeated, and what was cut off is gone on with."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ritualsd.cli.main import cli
from ritualsd.errors import NotFound, StoreError
from ritualsd.model import DeliveryState, Keyring, Outcome, Pause, Settlement
from ritualsd.store import moving, open_reader, open_store
from ritualsd.store.carrying import TABLES, print_of
from ritualsd.store.folder import lock
from ritualsd.store.peek import put_aside
from tests.cli.home import TWO, Home
from tests.contract.ledgers import DAY, KEYRING, NOW, drawn, occurrence, planned, ready, reply, sending, stream
from tests.postgres import PASSWORD, fresh_database, name_of, needs_postgres, the_server

pytestmark = needs_postgres
CANARY = "the heron by the mill"


def lived(state: Path, sealing: Keyring | None = None) -> dict[str, str]:
    """A household in the midst of things; what `told` says of it."""
    store = open_store(state, clock_now=NOW, sealing=sealing)
    store.sync_streams([stream(), stream("other", next_due_utc=NOW + DAY)], [], [], NOW)
    waits, flies, over, gone = planned(store, *(occurrence(day) for day in range(4)))
    ready(store, waits, draw=drawn())
    sending(store, flies, boot="the old one")
    sent = sending(store, over)
    store.settle(sent.id, Settlement(state=DeliveryState.SENT), Outcome(kind="sent", code=""), NOW)
    store.reply(reply(over, words="Danke, das war schön 🌿"), None, NOW)
    store.pause(Pause(ritual="other", person="ben", since_utc=NOW, until_utc=NOW + DAY))
    store.remember("source.test", "17")
    for day in range(40, 60):
        planned(store, occurrence(day, person="ben"))
    ready(store, gone)
    store.erasure.person("ben", NOW)
    told = what_it_says(store)
    store.close()
    return told


def what_it_says(store) -> dict[str, str]:
    return {
        "identity": repr(store.installation()),
        "streams": repr(sorted(store.streams().items())),
        "history": repr(store.history(limit=1000)),
        "pending": repr(store.due_deliveries(NOW + 90 * DAY, 100)),
        "replies": repr([store.replies(entry.occurrence.id) for entry in store.history(limit=1000)]),
        "seen": repr(sorted(store.seen("ana", "gratitude").items())),
        "pauses": repr(store.pauses()),
        "cursor": store.recall("source.test"),
    }


def move(state: Path, url: str, told=lambda rows: None) -> Path:
    return moving.move(state, url, NOW, told, lambda rows: None)


@pytest.mark.parametrize("sealing", [None, KEYRING])
def test_a_household_that_moved_is_the_same_household(state, url, sealing) -> None:
    before = lived(state, sealing)
    aside = move(state, url)
    with_url = open_store(state, url=url, clock_now=NOW + DAY, sealing=sealing)
    assert what_it_says(with_url) == before
    assert aside.exists()
    assert not (state / "ritualsd.db").exists()
    with_url.close()


def test_what_was_in_flight_is_sent_again_and_nothing_else_is(state, url) -> None:
    lived(state)
    move(state, url)
    store = open_store(state, url=url, clock_now=NOW)
    waiting = {each.id for each in store.due_deliveries(NOW + 90 * DAY, 100)}
    assert store.recover("the new one", NOW) == 1
    again = {each.id for each in store.due_deliveries(NOW + 90 * DAY, 100)}
    assert len(again - waiting) == 1
    assert all(store.claim(each, "the new one", NOW) for each in again)
    assert not any(store.claim(each, "another", NOW) for each in again)
    store.close()


def test_no_number_and_no_day_is_given_a_second_time(state, url) -> None:
    lived(state)
    old = open_store(state, clock_now=NOW)
    highest = max(entry.occurrence.id for entry in old.history(limit=1000))
    old.close()
    move(state, url)
    store = open_store(state, url=url, clock_now=NOW)
    assert store.record([occurrence(0), occurrence(1)]) == 0
    (fresh,) = planned(store, occurrence(99))
    assert fresh.id > highest + 20  # those of whoever was erased are not given again either
    assert store.record([occurrence(45, person="ben")]) == 0  # nor is what was erased planned again
    store.close()


def test_a_move_that_was_cut_off_goes_on_where_it_was(state, url, tmp_path, monkeypatch) -> None:
    before = lived(state)
    monkeypatch.setattr("ritualsd.store.carrying.AT_A_TIME", 2)
    pages = 0

    def cut_off(rows: int) -> None:
        nonlocal pages
        pages += 1
        if pages % 4 == 0:
            raise KeyboardInterrupt

    for _ in range(50):
        try:
            move(state, url, cut_off)
            break
        except KeyboardInterrupt:
            assert (state / "ritualsd.db").exists()
            with pytest.raises(StoreError, match="not all here yet"):
                open_store(tmp_path / "another machine", url=url, clock_now=NOW)
    assert pages > 8
    store = open_store(state, url=url, clock_now=NOW)
    assert what_it_says(store) == before
    store.close()


def test_a_move_cut_off_before_its_last_word_is_ended_by_the_next(state, url, monkeypatch) -> None:
    before = lived(state)
    with monkeypatch.context() as broken:
        broken.setattr(moving, "say", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            move(state, url)
    assert not (state / "ritualsd.db").exists()
    ended = run(state, "migrate", "--to", url)
    assert ended.output.endswith(f"The record is on the server. The file is now {put_aside(state).name}.\n")
    store = open_store(state, url=url, clock_now=NOW)
    assert what_it_says(store) == before
    store.close()


def cut_off_half_way(state: Path, url: str) -> None:
    with pytest.raises(KeyboardInterrupt):
        move(state, url, _interrupt)


@pytest.mark.parametrize("whose", ["theirs", "state"])
def test_a_half_record_is_not_declared_whole_for_one_that_was_moved_elsewhere(state, url, tmp_path, whose) -> None:
    """Whether the half is of another installation, or of this one, which then went to another server after all."""
    for each in {tmp_path / whose, state}:
        lived(each)
    cut_off_half_way(tmp_path / whose, url)
    with fresh_database() as elsewhere:
        aside = move(state, elsewhere)
    with pytest.raises(StoreError, match=f"another record, or a part of one.*{aside.name}"):
        move(state, url)
    with pytest.raises(StoreError, match="not all here yet"):
        open_store(tmp_path / "another machine", url=url, clock_now=NOW)


def test_a_record_that_was_moved_and_erased_ends_nobodys_move(state, url, tmp_path) -> None:
    lived(state)
    cut_off_half_way(state, url)
    with fresh_database() as elsewhere:
        move(state, elsewhere)
        store = open_store(state, url=elsewhere, clock_now=NOW)
        store.erasure.everything(NOW)
        store.close()
    with pytest.raises(NotFound):
        move(state, url)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_row_that_came_out_different_stops_the_move(state, url) -> None:
    lived(state)
    with pytest.raises(KeyboardInterrupt):
        moving.move(state, url, NOW, lambda rows: None, _interrupt)
    the_server().ask("UPDATE installation SET id = 'somebody else'", name_of(url))
    with pytest.raises(StoreError, match="installation came out different") as caught:
        move(state, url)
    assert PASSWORD not in str(caught.value)
    assert (state / "ritualsd.db").exists()


def test_a_database_with_a_record_of_its_own_is_left_alone(state, url, tmp_path) -> None:
    lived(state)
    theirs = open_store(tmp_path / "theirs", url=url, clock_now=NOW)
    theirs.remember("a", "b")
    with pytest.raises(StoreError, match="another record"):
        move(state, url)
    assert theirs.recall("a") == "b"
    theirs.close()


def test_after_a_move_nobody_begins_anew_in_the_folder(state, url) -> None:
    lived(state)
    move(state, url)
    for again in (lambda: open_store(state, clock_now=NOW), lambda: open_reader(state)):
        with pytest.raises(StoreError, match="moved to a PostgreSQL server"):
            again()
    with pytest.raises(NotFound):
        move(state, url)


def test_an_erasure_empties_the_file_put_aside_and_still_nobody_begins_anew(url, tmp_path) -> None:
    home = Home(tmp_path)
    home.write(TWO)
    store = open_store(home.state, clock_now=NOW)
    ready(store, *planned(store, occurrence()), body=CANARY)
    store.close()
    home.write(f"{TWO}\n[storage]\nurl = {url!r}\n")
    home.text("migrate")
    aside = put_aside(home.state)
    assert CANARY.encode() in aside.read_bytes()
    backup = tmp_path / "a backup"
    backup.hardlink_to(aside)
    home.text("erase", "--all", "--yes")
    assert aside.read_bytes() == b""
    assert CANARY.encode() in backup.read_bytes()  # backups are whose they are
    home.text("erase", "--all", "--yes")
    home.write(TWO)
    refused = home.run("send", "tea").exception
    assert "moved to a PostgreSQL server" in str(refused)
    assert str(aside) in str(refused)
    assert not (home.state / "ritualsd.db").exists()


def test_before_a_move_nobody_begins_anew_on_the_server(state, url) -> None:
    before = lived(state)
    with pytest.raises(StoreError, match="run `ritualsd migrate`"):
        open_store(state, url=url, clock_now=NOW)
    move(state, url)
    store = open_store(state, url=url, clock_now=NOW)
    assert what_it_says(store) == before
    store.close()


def test_every_table_has_the_same_print_on_both_sides(state, url) -> None:
    lived(state)
    old = open_store(state, clock_now=NOW)
    here = old.database.read(lambda connection: [print_of(connection, table) for table in TABLES])
    old.close()
    move(state, url)
    new = open_store(state, url=url, clock_now=NOW)
    assert new.database.read(lambda connection: [print_of(connection, table) for table in TABLES]) == here
    new.close()


def test_a_record_moves_in_which_only_one_of_many_households_ever_spoke(state, url) -> None:
    old = open_store(state, clock_now=NOW, household="oak")
    planned(old, occurrence())
    before = what_it_says(old)
    old.close()
    rows = moving.how_many(state, NOW)
    copied: list[int] = []
    move(state, url, copied.append)
    assert sum(copied) == rows
    new = open_store(state, url=url, clock_now=NOW + DAY, household="oak")
    assert what_it_says(new) == before
    new.close()


def test_a_database_that_cannot_hold_every_word_is_refused_before_anything_moves(state) -> None:
    lived(state)
    server, name = the_server(), "latin_to_move_to"
    server.ask(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    try:
        with pytest.raises(StoreError, match="LATIN1"):
            move(state, server.url(name))
    finally:
        server.ask(f"DROP DATABASE {name} WITH (FORCE)")
    assert (state / "ritualsd.db").exists()


def run(state: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--state", str(state), *words])


def test_the_command_moves_and_says_what_became_of_the_file(state, url) -> None:
    lived(state)
    done = run(state, "migrate", "--to", url)
    assert "the same as in the file" in done.output
    assert "ritualsd.db.moved-" in done.output
    assert PASSWORD not in done.output


def test_a_folder_that_somebody_holds_is_not_moved(state, url) -> None:
    lived(state)
    with lock(state):
        refused = run(state, "migrate", "--to", url)
    assert "already running" in str(refused.exception)
