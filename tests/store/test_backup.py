"""A backup is one moment, opens only for whom it should, and restored it says nothing twice."""

from __future__ import annotations

import io
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ritualsd.core.keys import key_text
from ritualsd.errors import NotFound, RitualsdError, StoreError
from ritualsd.model import DeliveryState, OccurrenceState, Pass, Purpose
from ritualsd.ports import Store
from ritualsd.store.backing_up import back_up
from ritualsd.store.container import PIECE, Secrets, pack, unpack
from ritualsd.store.restoring import restore
from tests.contract.ledgers import DAY, KEYRING, NOW, occurrence, planned, ready, sending
from tests.store.test_sealing import CANARY, OTHER, fill, opened, words
from tests.store.test_store_from_first import first as first  # a fixture, which pytest finds by its name

KEY = Secrets(keys=KEYRING.text.reveal())
PHRASE = Secrets(passphrase="four rooks on one roof")
OPEN = Secrets()
HOUR = timedelta(hours=1)


def backup_of(state: Path, secrets: Secrets = OPEN) -> bytes:
    target = io.BytesIO()
    back_up(state, target, secrets, NOW)
    return target.getvalue()


def restored(state: Path, backup: bytes, secrets: Secrets = OPEN, *, force: bool = False, at: object = None) -> None:
    state.mkdir(mode=0o700, exist_ok=True)
    now = at or NOW
    restore(state, io.BytesIO(backup), secrets, sealing=None, now=now, force=force)  # type: ignore[arg-type]  # a datetime


def packed(data: bytes, secrets: Secrets) -> bytes:
    target = io.BytesIO()
    pack(io.BytesIO(data), target, {"made_utc": "then"}, secrets)
    return target.getvalue()


def unpacked(backup: bytes, secrets: Secrets) -> bytes:
    target = io.BytesIO()
    unpack(io.BytesIO(backup), target, secrets)
    return target.getvalue()


@pytest.mark.parametrize("secrets", [KEY, PHRASE, OPEN], ids=["key", "passphrase", "open"])
@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_was_packed_comes_out_again(secrets: Secrets, size: int) -> None:
    data = bytes(range(256)) * (size // 256 + 1)
    assert unpacked(packed(data[:size], secrets), secrets) == data[:size]


@pytest.mark.parametrize("secrets", [KEY, OPEN], ids=["key", "open"])
@given(where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_no_bit_of_a_backup_can_change_unseen(secrets: Secrets, where: float, bit: int) -> None:
    backup = bytearray(packed(CANARY.encode() * 4000, secrets))
    backup[int(where * len(backup))] ^= 1 << bit
    with pytest.raises(RitualsdError) as caught:
        unpacked(bytes(backup), secrets)
    assert CANARY[:8] not in str(caught.value)


@pytest.mark.parametrize("secrets", [KEY, OPEN], ids=["key", "open"])
@given(keep=st.floats(0, 1, exclude_max=True))
def test_a_backup_cut_short_anywhere_is_refused(secrets: Secrets, keep: float) -> None:
    backup = packed(bytes(3 * PIECE), secrets)
    with pytest.raises(RitualsdError):
        unpacked(backup[: int(keep * len(backup))], secrets)


@pytest.mark.parametrize("secrets", [KEY, OPEN], ids=["key", "open"])
@pytest.mark.parametrize(
    "mangled",
    [
        lambda head, pieces: [head, *pieces[1:]],
        lambda head, pieces: [head, *pieces[:-1]],
        lambda head, pieces: [head, pieces[1], pieces[0], *pieces[2:]],
        lambda head, pieces: [head, *pieces, pieces[-1]],
    ],
    ids=["first missing", "last missing", "swapped", "last twice"],
)
def test_pieces_stay_in_their_place(secrets: Secrets, mangled: Callable[..., list[bytes]]) -> None:
    backup = packed(bytes(3 * PIECE + 5), secrets)
    start = len(backup) - (4 * 16 + 3 * PIECE + 5)
    pieces = [backup[at : at + PIECE + 16] for at in range(start, len(backup), PIECE + 16)]
    with pytest.raises(RitualsdError, match="cut short or changed"):
        unpacked(b"".join(mangled(backup[:start], pieces)), secrets)


@pytest.mark.parametrize(
    ("made", "tried", "says"),
    [
        (KEY, Secrets(keys=OTHER.text.reveal()), "another key"),
        (KEY, PHRASE, "sealed with a key"),
        (PHRASE, KEY, "--passphrase-file"),
        (PHRASE, Secrets(passphrase="three rooks"), "another passphrase"),
    ],
)
def test_the_wrong_key_is_told_from_a_damaged_file(made: Secrets, tried: Secrets, says: str) -> None:
    with pytest.raises(RitualsdError, match=says):
        unpacked(packed(b"x", made), tried)


def test_an_older_key_in_the_key_file_opens_an_older_backup() -> None:
    both = Secrets(keys=f"{key_text(bytes(range(32)))}\n{KEY.keys}")
    assert unpacked(packed(b"x", KEY), both) == b"x"


@pytest.fixture
def store(state: Path) -> Iterator[Store]:
    with opened(state, None) as one:
        yield one


def test_a_sealed_backup_shows_no_words_and_an_open_one_does(store: Store, state: Path) -> None:
    fill(store)
    assert CANARY.encode() not in backup_of(state, KEY) + backup_of(state, PHRASE)
    assert CANARY.encode() in backup_of(state)
    assert [path.name for path in state.iterdir() if ".new" in path.name] == []


def test_a_backup_holds_what_was_there_and_nothing_is_changed_by_making_it(store: Store, state: Path) -> None:
    fill(store)
    restored(state.with_name("fresh"), backup_of(state, KEY), KEY)
    with opened(state.with_name("fresh"), None) as fresh:
        assert words(fresh)[3:] == words(store)[3:]
        assert fresh.installation() == store.installation()
    files = [path for path in state.with_name("fresh").iterdir() if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_a_backup_taken_while_it_is_written_to_is_one_moment(store: Store, state: Path) -> None:
    stop = Event()

    def live() -> None:
        for number in range(100_000):
            if stop.is_set():
                return
            store.remember("first", str(number))
            store.remember("second", str(number))

    writer = Thread(target=live)
    writer.start()
    try:
        backups = [backup_of(state) for _ in range(5)]
    finally:
        stop.set()
        writer.join()
    for number, backup in enumerate(backups):
        restored(state.with_name(f"fresh{number}"), backup)
        with opened(state.with_name(f"fresh{number}"), None) as fresh:
            first, second = int(fresh.recall("first") or 0), int(fresh.recall("second") or 0)
            assert first - second in (0, 1)


def test_there_is_nothing_to_back_up_before_the_first_start(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        backup_of(tmp_path)


@pytest.mark.parametrize(
    "backup",
    [b"", b"SQLite format 3\0" * 20, b"ritualsd backup 1\n", b"ritualsd backup 1\n[[[[", packed(b"no database", OPEN)],
)
def test_what_cannot_be_used_leaves_everything_as_it_was(store: Store, state: Path, backup: bytes) -> None:
    fill(store)
    store.close()
    before = {path.name: path.read_bytes() for path in state.iterdir()}
    with pytest.raises(RitualsdError):
        restored(state, backup, force=True)
    assert {path.name: path.read_bytes() for path in state.iterdir()} == before


def test_a_foreign_or_damaged_database_in_a_backup_is_refused(state: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "foreign.db")) as database:
        database.execute("CREATE TABLE x (y)")
    with pytest.raises(RitualsdError, match="damaged"):
        restored(state, packed((tmp_path / "foreign.db").read_bytes(), OPEN))
    assert list(state.iterdir()) == []


def test_a_record_that_is_there_is_replaced_only_on_request_and_kept(store: Store, state: Path) -> None:
    backup = backup_of(state)
    fill(store)
    before = words(store)
    store.close()
    with pytest.raises(RitualsdError, match="--force"):
        restored(state, backup)
    restored(state, backup, force=True)
    (old,) = state.glob("ritualsd.db.old-*")
    with opened(state, None) as now:
        assert now.history() == []
    (state / "ritualsd.db").unlink()
    old.rename(state / "ritualsd.db")
    with opened(state, None) as again:
        assert words(again) == before


def test_a_damaged_record_can_be_replaced_and_is_kept_with_its_journal(store: Store, state: Path) -> None:
    backup = backup_of(state)
    store.close()
    (state / "ritualsd.db").write_bytes(b"not any more")
    (state / "ritualsd.db-wal").write_bytes(b"nor this")
    for path in state.glob("ritualsd.db*"):
        path.chmod(0o600)
    restored(state, backup, force=True)
    kept = {path.read_bytes() for path in state.glob("ritualsd.db.old-*")}
    assert kept == {b"not any more", b"nor this"}
    with opened(state, None) as again:
        assert again.history() == []


def test_a_sealed_record_comes_back_only_with_its_key(tmp_path: Path) -> None:
    with opened(tmp_path / "state") as store:
        fill(store)
        before = words(store)
        backup = backup_of(tmp_path / "state")
    assert CANARY.encode() not in backup
    fresh = tmp_path / "fresh"
    with pytest.raises(StoreError, match="no key"):
        restored(fresh, backup)
    assert list(fresh.iterdir()) == []
    restore(fresh, io.BytesIO(backup), OPEN, sealing=KEYRING, now=NOW - DAY, force=False)
    with opened(fresh) as again:
        assert words(again) == before


def test_what_was_on_its_way_is_not_said_again_but_what_still_waits_is(store: Store, state: Path) -> None:
    asked, flying, quiet, later, _ = planned(
        store, occurrence(ritual="asked"), occurrence(ritual="flying"), occurrence(ritual="quiet"),
        occurrence(1, ritual="later"), occurrence(ritual="plain"),
    )  # fmt: skip
    ready(store, asked)
    sending(store, flying)
    ready(store, quiet, next_attempt_utc=NOW + 8 * HOUR)
    ready(store, later)
    fresh = state.with_name("fresh")
    restored(fresh, backup_of(state), at=NOW + HOUR)
    with opened(fresh, None) as again:
        again.recover("two", NOW + HOUR)
        fates = {each.occurrence.ritual: each for each in again.history()}
        for gone in ("asked", "flying", "plain"):
            assert (fates[gone].occurrence.state, fates[gone].occurrence.reason) == (OccurrenceState.MISSED, "restored")
            assert {each.state for each in fates[gone].deliveries} <= {DeliveryState.CANCELLED}
        assert fates["quiet"].deliveries[0].state is DeliveryState.PENDING
        assert fates["later"].occurrence.state is OccurrenceState.READY
        assert [each.ritual for each in again.due_deliveries(NOW + DAY, 10)] == ["quiet", "later"]


def test_neither_a_sign_in_nor_a_calendar_taken_back_since_comes_to_life_again(store: Store, state: Path) -> None:
    for number, purpose in enumerate(Purpose):
        store.passes.issue(Pass(digest=bytes([number]) * 32, person="ana", purpose=purpose, made_utc=NOW))
    restored(state.with_name("fresh"), backup_of(state))
    with opened(state.with_name("fresh"), None) as again:
        assert [purpose for purpose in Purpose if again.passes.of("ana", purpose)] == [Purpose.REPLY]


def test_an_older_schema_in_a_backup_is_brought_up_to_date(first: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    restored(fresh, packed((first / "ritualsd.db").read_bytes(), OPEN))
    assert [path.name for path in fresh.iterdir()] == ["ritualsd.db"]
    with opened(fresh, None) as again:
        assert again.find("filter@2026-03-02/ana") is not None
