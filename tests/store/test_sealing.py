"""Sealed words: nothing readable lies on the disk, and a sealed value opens in its own row and nowhere else."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from ritualsd.core.keys import key_text
from ritualsd.errors import StoreDamaged, StoreError
from ritualsd.model import ActionKind, Fact, Keyring, Promise, Secret
from ritualsd.ports import Store
from ritualsd.store import migrate, open_reader, open_store, resealing
from ritualsd.store.ledger import Ledger
from tests.contract.ledgers import KEYRING, NOW, drawn, occurrence, planned, ready, reply
from tests.store.test_erasure import bytes_in

CANARY = "the heron by the mill"
OTHER = Keyring(text=Secret(key_text(b"\1" * 32)))
BOTH = Keyring(text=Secret(f"# new\n{OTHER.text.reveal()}\n{KEYRING.text.reveal()}\n"))


@contextmanager
def opened(state: Path, sealing: Keyring | None = KEYRING) -> Iterator[Store]:
    store = open_store(state, clock_now=NOW, sealing=sealing)
    try:
        yield store
    finally:
        store.close()


def fill(store: Store, person: str = "ana", number: int = 1) -> None:
    (each,) = planned(store, occurrence(person=person))
    ready(store, each, draw=drawn(text=CANARY), title=CANARY, body=f"{CANARY} for {person}")
    store.reply(reply(each, ActionKind.TEXT, number=number, words=f"{CANARY} said {person}"), None, NOW)
    store.personal.tell(Fact(person=person, key="a-place", value=f"{CANARY} near {person}", told_utc=NOW))
    store.promises.make(Promise(person=person, words=f"{CANARY} by {person}", made_utc=NOW, changed_utc=NOW))


def words(store: Store) -> list[Any]:
    (entry,) = store.history(person="ana")
    kept = entry.occurrence
    return [
        kept.title, kept.body, store.drawn(kept.id), [each.body for each in entry.deliveries],
        [each.words for each in store.replies(kept.id)], [each.value for each in store.personal.facts("ana")],
        [each.words for each in store.promises.all("ana")],
    ]  # fmt: skip


def read_everything(store: Store) -> None:
    for person in ("ana", "ben", "cem"):
        for entry in store.history(person=person):
            store.replies(entry.occurrence.id)
        store.personal.facts(person)
        store.promises.all(person)


def change(state: Path, *statements: str) -> None:
    with closing(sqlite3.connect(state / "ritualsd.db")) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()


def test_sealed_words_read_as_they_were_written_and_none_lie_on_the_disk(tmp_path: Path) -> None:
    with opened(tmp_path / "open", None) as plain, opened(tmp_path / "sealed") as store:
        fill(plain)
        fill(store)
        assert words(store) == words(plain)
        assert CANARY.encode() in bytes_in(tmp_path / "open")
        assert CANARY.encode() not in bytes_in(tmp_path / "sealed")
    with opened(tmp_path / "sealed") as again:
        assert again.history()[0].occurrence.title == CANARY


def test_who_when_and_which_ritual_stay_plain(tmp_path: Path) -> None:
    with opened(tmp_path / "state") as store:
        fill(store)
    left = bytes_in(tmp_path / "state")
    assert b"thanks" in left
    assert b"ana" in left


@pytest.mark.parametrize(
    "moved",
    [
        "UPDATE occurrences SET body = (SELECT body FROM occurrences WHERE person = 'ben') WHERE person = 'ana'",
        "UPDATE occurrences SET title = body",
        "UPDATE occurrences SET person = 'cem' WHERE person = 'ana'; ",
        "UPDATE deliveries SET person = 'cem'",
        "UPDATE replies SET words = (SELECT words FROM replies WHERE person = 'ben') WHERE person = 'ana'",
        "UPDATE facts SET value = (SELECT value FROM facts WHERE person = 'ben')",
        "UPDATE facts SET key = 'drink'",
        "UPDATE promises SET words = (SELECT words FROM promises WHERE person = 'ben')",
        "UPDATE promises SET person = 'cem'",
        "UPDATE occurrences SET household = 'other'; UPDATE deliveries SET household = 'other'",
        "UPDATE facts SET value = (SELECT title FROM occurrences WHERE person = 'ana')",
    ],
)
def test_a_sealed_value_that_was_moved_or_given_another_owner_does_not_open(tmp_path: Path, moved: str) -> None:
    state = tmp_path / "state"
    with opened(state) as store:
        fill(store)
        fill(store, "ben", 2)
    change(state, *(one for one in moved.split(";") if one.strip()))
    household = "other" if "household" in moved else "default"
    with closing(open_store(state, clock_now=NOW, sealing=KEYRING, household=household)) as store:
        with pytest.raises(StoreDamaged) as caught:
            read_everything(store)
        assert CANARY not in str(caught.value)


def test_what_was_kept_before_is_sealed_at_the_next_start_with_the_copies_gone(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with opened(state, None) as store:
        fill(store)
        before = words(store)
    migrate.keep_copy(state / "ritualsd.db", state / "ritualsd.db.of-0002")
    with opened(state) as store:
        assert words(store) == before
        assert CANARY.encode() not in bytes_in(state)
        assert not list(state.glob("*.of-*"))


def test_a_pass_that_was_cut_off_goes_on_and_what_it_did_not_reach_stays_readable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "state"
    with opened(state, None) as store:
        fill(store)
        before = words(store)
    some = resealing._seal_some
    left = [2]

    def cut_off(ledger: Ledger, *rest: Any) -> bool:
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        return some(ledger, *rest)

    monkeypatch.setattr(resealing, "_seal_some", cut_off)
    with pytest.raises(KeyboardInterrupt):
        open_store(state, clock_now=NOW, sealing=KEYRING)
    monkeypatch.setattr(resealing, "_seal_some", some)
    with closing(open_reader(state, sealing=KEYRING)) as reader:
        assert words(reader) == before
    with pytest.raises(StoreError, match="no key"):
        open_store(state, clock_now=NOW)
    with opened(state) as store:
        assert words(store) == before
        assert CANARY.encode() not in bytes_in(state)


def test_a_new_key_above_the_old_one_takes_its_place_and_the_old_one_can_go(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with opened(state) as store:
        fill(store)
        before = words(store)
    with opened(state, BOTH) as store:
        assert words(store) == before
    with opened(state, OTHER) as store:
        assert words(store) == before
    with pytest.raises(StoreError, match="does not open"):
        open_store(state, clock_now=NOW, sealing=KEYRING)


@pytest.mark.parametrize(("sealing", "says"), [(None, "no key"), (OTHER, "does not open")])
def test_without_its_key_nothing_starts_and_nothing_changes(tmp_path: Path, sealing: Keyring | None, says: str) -> None:
    state = tmp_path / "state"
    with opened(state) as store:
        fill(store)
    before = (state / "ritualsd.db").read_bytes()
    with pytest.raises(StoreError, match=says) as caught:
        open_store(state, clock_now=NOW, sealing=sealing)
    assert "nothing was changed" in str(caught.value)
    assert (state / "ritualsd.db").read_bytes() == before


def test_a_reader_without_the_key_sees_rows_without_words(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with opened(state) as store:
        fill(store)
        with closing(open_reader(state)) as reader:
            assert words(reader) == ["", "", None, [""], [""], [""], [""]]
        with pytest.raises(StoreError, match="does not open"):
            open_reader(state, sealing=OTHER)


def test_a_key_that_lies_beside_what_it_seals_is_refused(tmp_path: Path) -> None:
    state = tmp_path / "state"
    beside = Keyring(text=KEYRING.text, file=str(state / "keys" / ".." / "key"))
    with pytest.raises(StoreError, match="in the state folder"):
        open_store(state, clock_now=NOW, sealing=beside)


def test_the_fingerprint_of_sealed_words_cannot_be_guessed_from_the_words(tmp_path: Path) -> None:
    prints = []
    for name, sealing in (("open", None), ("sealed", KEYRING), ("other", OTHER)):
        with opened(tmp_path / name, sealing) as store:
            fill(store)
        with closing(sqlite3.connect(tmp_path / name / "ritualsd.db")) as database:
            prints += [database.execute("SELECT words_hash FROM occurrences").fetchone()[0]]
    assert len(set(prints)) == 3
    with opened(tmp_path / "open", KEYRING):
        pass
    with closing(sqlite3.connect(tmp_path / "open" / "ritualsd.db")) as database:
        assert database.execute("SELECT words_hash FROM occurrences").fetchone()[0] == prints[1]
