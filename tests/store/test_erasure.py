"""What is erased is gone to the last byte, whoever held it, and everybody else keeps what is theirs."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from ritualsd.core.reasons import reason
from ritualsd.errors import StoreBusy
from ritualsd.model import (
    ActionKind,
    DeliveryState,
    Fact,
    LifeSeason,
    Occurrence,
    OccurrenceState,
    Outcome,
    Pass,
    Pause,
    Promise,
    Purpose,
    Reason,
    Settlement,
    Taste,
    Verdict,
)
from ritualsd.ports import Store
from ritualsd.store import migrate, open_store, scrubbing
from ritualsd.store.peek import peek
from tests.contract.ledgers import DAY, NOW, drawn, occurrence, planned, ready, reply, stream

CANARY = "the heron by the mill"
BENS = "a wren in the hedge"


def bytes_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def store(state: Path) -> Iterator[Store]:
    opened = open_store(state, clock_now=NOW)
    yield opened
    opened.close()


def sent(store: Store, each: Occurrence, body: str) -> Occurrence:
    (kept,) = planned(store, each)
    delivery = ready(store, kept, draw=drawn(text=body), body=body)
    assert store.claim(delivery.id, "one", NOW)
    closed = (OccurrenceState.CLOSED, Reason(code="sent", detail="sent"))
    store.settle(
        delivery.id, Settlement(state=DeliveryState.SENT, occurrence=closed), Outcome(kind="sent", code=""), NOW
    )
    return kept


def live(store: Store) -> dict[str, Occurrence]:
    """Canaries of ana on every path, and a life of ben's beside it."""
    asked = {who: sent(store, occurrence(person=who), f"{words} was asked") for who, words in
             (("ana", CANARY), ("ben", BENS))}  # fmt: skip
    store.reply(reply(asked["ana"], ActionKind.TEXT, words=f"{CANARY}, and the\nboat under the old bridge"), None, NOW)
    store.reply(reply(asked["ben"], ActionKind.TEXT, number=2, words=BENS), None, NOW)
    revealed = sent(store, occurrence(person="ben", part="~reveal"), f"Ana: 4\n{BENS}")
    quoted = sent(store, occurrence(1, person="ben"), f"Bring her {CANARY.upper()} tea, under the  old bridge")
    for who, words in (("ana", CANARY), ("ben", BENS)):
        store.personal.tell(Fact(person=who, key="a-place", value=words, told_utc=NOW - DAY))
        store.promises.make(Promise(person=who, words=f"{words} again", made_utc=NOW, changed_utc=NOW))
        store.personal.set_own(who, "level", "3", NOW)
        store.personal.set_season(LifeSeason(name="grief", person=who, since_utc=NOW))
        store.personal.taste(Taste(person=who, kind="gratitude", prompt_id="x", verdict=Verdict.NEVER, at_utc=NOW))
        store.passes.issue(Pass(digest=who.encode() * 8, person=who, purpose=Purpose.SESSION, made_utc=NOW))
    return {**asked, "revealed": revealed, "quoted": quoted}


def test_after_an_erasure_no_byte_of_a_person_is_left_in_any_file(store: Store, state: Path) -> None:
    live(store)
    migrate.keep_copy(state / "ritualsd.db", state / "ritualsd.db.of-0002")
    assert bytes_in(state).lower().count(CANARY.encode()) > 5
    erased = store.erasure.person("ana", NOW)
    assert (erased.messages, erased.answers) == (1, 1)
    left = bytes_in(state).lower()
    for gone in (CANARY, "boat under", "old bridge", "ana: 4"):
        assert gone.encode() not in left, gone
    assert not list(state.glob("ritualsd.db.*"))


def test_what_is_anothers_own_is_as_it_was(store: Store) -> None:
    lived = live(store)
    before = store.find(lived["ben"].name)
    store.erasure.person("ana", NOW)
    assert store.find(lived["ben"].name) == before
    assert [kept.words for kept in store.replies(lived["ben"].id)] == [BENS]
    assert [fact.value for fact in store.personal.facts()] == [BENS]
    assert [promise.words for promise in store.promises.all()] == [f"{BENS} again"]
    assert set(store.personal.own()) == {"ben"}
    assert [taste.person for taste in store.personal.tastes()] == ["ben"]
    assert [season.person for season in store.personal.seasons()] == ["ben"]
    assert store.passes.of("ben", Purpose.SESSION)
    assert not store.passes.of("ana", Purpose.SESSION)


def test_what_both_saw_goes_for_both_and_says_nothing_of_why(store: Store) -> None:
    lived = live(store)
    store.erasure.person("ana", NOW)
    assert store.find(lived["revealed"].name) is None
    quoted = store.find(lived["quoted"].name)
    assert quoted is not None
    assert (quoted.occurrence.state, quoted.occurrence.reason) == (OccurrenceState.CLOSED, "sent")
    assert quoted.occurrence.body == ""
    assert [each.body for each in quoted.deliveries] == [""]


def test_a_message_that_would_quote_them_gets_new_words_before_it_is_sent(store: Store) -> None:
    store.personal.tell(Fact(person="ana", key="drink", value="tea", told_utc=NOW - DAY))
    coming, other = planned(store, occurrence(person="ben"), occurrence(person="ben", ritual="walk"))
    ready(store, coming, body="Bring Ana tea.")
    ready(store, other, body="The team meets, and steam rises.")
    store.erasure.person("ana", NOW)
    again = store.find(coming.name)
    assert again is not None
    assert again.occurrence.state is OccurrenceState.PLANNED
    assert {each.state for each in again.deliveries} == {DeliveryState.CANCELLED}
    assert "tea" not in again.deliveries[0].body
    assert store.find(other.name).occurrence.state is OccurrenceState.READY  # type: ignore[union-attr]  # just stored


def test_an_erased_slot_can_never_be_recorded_again(store: Store, state: Path) -> None:
    lived = live(store)
    store.erasure.person("ana", NOW)
    assert store.record([occurrence(person="ana"), occurrence(person="ben", part="~reveal")]) == 0
    assert store.find(lived["ana"].name) is None
    assert store.record([occurrence(2, person="ana")]) == 1
    with closing(sqlite3.connect(state / "ritualsd.db")) as database:
        keys = [key for (key,) in database.execute("SELECT key FROM memory")]
    assert len(keys) == 2
    assert not any("ana" in key or "thanks" in key for key in keys)


def test_turns_go_on_as_if_nothing_had_been_erased(store: Store, state: Path) -> None:
    store.sync_streams([stream("cook", key="turns")], [], [], NOW)
    for day, who in enumerate(("ana", "ben", "ana", "ben", "ana")):
        sent(store, occurrence(day, person=who, ritual="cook"), "Your turn.")
    (told_with_others,) = planned(store, occurrence(5, person="ben", ritual="cook"))
    store.end(told_with_others.id, OccurrenceState.SKIPPED, reason("digest"), NOW)
    before = dict(store.counts_by_person("cook"))
    store.erasure.person("ana", NOW)
    store.erasure.ritual("cook", NOW)
    assert store.counts_by_person("cook") == before == {"ana": 3, "ben": 3}
    seen = peek(state)
    assert seen is not None
    assert dict(seen.counts) == {("cook", "ana"): 3, ("cook", "ben"): 3}


def test_a_promise_made_after_an_erasure_is_spoken_of_like_any(store: Store) -> None:
    reminder = occurrence(ritual="~promise", part="ahead-2026-03-06")
    for _ in range(2):
        store.promises.make(Promise(person="ana", words="water it", made_utc=NOW, changed_utc=NOW), [reminder])
        assert store.find("~promise@1/ana/ahead-2026-03-06") is not None
        store.erasure.person("ana", NOW)
    assert store.find("~promise@1/ana/ahead-2026-03-06") is None


def test_what_counts_from_done_still_counts_from_there(store: Store) -> None:
    rule = stream("date", when="3 weeks after done", since_utc=NOW - 30 * DAY, next_due_utc=NOW + 21 * DAY)
    store.sync_streams([rule], [], [], NOW)
    asked = sent(store, occurrence(ritual="date"), "A date?")
    store.reply(reply(asked), None, NOW)
    store.erasure.person("ana", NOW)
    store.sync_streams([store.streams()["date", "UTC"]], [], [], NOW)
    done = store.streams()["date", "UTC"].done
    assert (done.last_utc, done.since_utc) == (None, NOW)


def test_a_pause_in_force_stays_and_one_that_ended_goes(store: Store) -> None:
    store.pause(Pause(person="ana", since_utc=NOW))
    store.pause(Pause(person="ana", ritual="walk", since_utc=NOW - DAY, until_utc=NOW - timedelta(hours=1)))
    store.erasure.everything(NOW)
    assert [pause.ritual for pause in store.pauses()] == [""]


def test_erasing_a_ritual_takes_its_messages_and_answers_and_nothing_else(store: Store, state: Path) -> None:
    lived = live(store)
    other = sent(store, occurrence(ritual="walk"), "Once round the lake.")
    echo = sent(store, occurrence(ritual="~echo", person="ben"), f"A year ago: {BENS}")
    store.erasure.ritual("thanks", NOW)
    assert not any(store.find(each.name) for each in lived.values())
    assert store.find(other.name).occurrence.body == "Once round the lake."  # type: ignore[union-attr]  # just stored
    assert store.find(echo.name).occurrence.body == ""  # type: ignore[union-attr]  # just stored
    assert len(store.personal.facts()) == len(store.promises.all()) == 2
    assert store.record([occurrence()]) == 0
    assert b"boat under" not in bytes_in(state)


def test_erasing_everything_leaves_the_same_installation_and_no_words(store: Store, state: Path) -> None:
    store.sync_streams([stream()], [], [], NOW)
    live(store)
    store.remember("source.telegram.7", "12")
    store.remember("guard:ana", "x")
    before = store.installation(), store.streams()
    assert store.erasure.everything(NOW)
    assert not store.erasure.everything(NOW)
    assert (store.installation(), store.streams()) == before
    assert (store.history(), store.personal.facts(), store.promises.all()) == ([], (), ())
    assert (store.recall("source.telegram.7"), store.recall("guard:ana")) == ("12", "")
    left = bytes_in(state).lower()
    assert CANARY.encode() not in left
    assert BENS.encode() not in left


def test_success_is_not_reported_while_somebody_reads_old_bytes(
    store: Store, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(store)
    monkeypatch.setattr(scrubbing, "PATIENCE_S", 0.2)
    with closing(sqlite3.connect(state / "ritualsd.db", isolation_level=None)) as reading:
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM replies").fetchone()
        with pytest.raises(StoreBusy, match="do this again"):
            store.erasure.person("ana", NOW)
    store.erasure.person("ana", NOW)
    assert CANARY.encode() not in bytes_in(state).lower()
