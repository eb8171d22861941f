"""What every Store promises about turns that change hands and promises that are made: each as one, and only once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from ritualsd.core.reasons import reason
from ritualsd.model import (
    ActionKind,
    Consequences,
    DeliveryState,
    Handover,
    Occurrence,
    OccurrenceState,
    Outcome,
    Promise,
    PromiseState,
    Settlement,
)
from ritualsd.ports import Store
from tests.contract.ledgers import DAY, KINDS, NOW, occurrence, planned, ready, reply, sending

A, S, D = ActionKind, OccurrenceState, DeliveryState
SENT = Settlement(state=D.SENT, code="ok", occurrence=(S.CLOSED, reason("sent")))
FREES = Consequences(frees=True)


def told(store: Store, each: Occurrence) -> Occurrence:
    """A stored occurrence whose message arrived."""
    (held,) = planned(store, each)
    store.settle(sending(store, held).id, SENT, Outcome(kind="sent", code="ok"), NOW)
    return held


def asked(store: Store, held: Occurrence, person: str) -> Occurrence:
    """A question to somebody who could take that turn, on record."""
    (question,) = planned(store, occurrence(person=person, ritual="~swap", slot=str(held.id)))
    return question


def handover(held: Occurrence, person: str) -> Consequences:
    turn = replace(held, id=0, person=person, state=S.PLANNED, due_utc=NOW + DAY)
    thanks = occurrence(person=held.person, ritual="~swap", slot=str(held.id), part="thanks")
    return Consequences(takes=Handover(given_back=held.id, turn=turn, thanks=thanks))


def states(store: Store) -> dict[str, tuple[str, str]]:
    return {
        each.occurrence.name: (str(each.occurrence.state), each.occurrence.reason)
        for each in store.history(ritual="thanks")
    }


def test_a_turn_given_back_counts_for_nobody_and_its_other_parts_go_with_it(store: Store) -> None:
    held = told(store, occurrence())
    (later,) = planned(store, occurrence(part="-0d"))
    ready(store, later)
    assert store.reply(reply(held, A.SKIP), None, NOW, FREES)
    assert store.counts_by_person("thanks") == {}
    assert set(states(store).values()) == {("skipped", "free")}
    assert store.next_delivery() is None
    assert len(states(store)) == 2


def test_the_turns_of_others_and_of_other_days_stay(store: Store) -> None:
    held, other, day_after = (told(store, each) for each in (occurrence(), occurrence(person="ben"), occurrence(1)))
    store.reply(reply(held, A.SKIP), None, NOW, FREES)
    assert {states(store)[each.name] for each in (other, day_after)} == {("closed", "sent")}


def test_whoever_takes_it_has_it_and_it_cannot_be_taken_twice(store: Store) -> None:
    held = told(store, occurrence())
    ben, cleo = (asked(store, held, person) for person in ("ben", "cleo"))
    store.reply(reply(held, A.SKIP), None, NOW, FREES)
    for number, question in enumerate((ben, cleo)):
        store.reply(reply(question, A.CHOICE, number, words="yes"), None, NOW, handover(held, question.person))
    assert states(store) == {
        "thanks@2026-03-02/ana": ("skipped", "swapped"),
        "thanks@2026-03-02/ben": ("planned", ""),
    }
    assert store.counts_by_person("thanks") == {"ben": 1}
    assert store.find(f"~swap@{held.id}/ana/thanks") is not None


def test_what_was_not_given_back_cannot_be_taken(store: Store) -> None:
    held = told(store, occurrence())
    question = asked(store, held, "ben")
    store.reply(reply(question, A.CHOICE, words="yes"), None, NOW, handover(held, "ben"))
    assert states(store) == {"thanks@2026-03-02/ana": ("closed", "sent")}
    assert store.find(f"~swap@{held.id}/ana/thanks") is None


@pytest.mark.parametrize("after", [A.DONE, A.UNDO])
def test_done_or_taken_back_while_it_is_free_it_is_theirs_again(store: Store, after: ActionKind) -> None:
    held = told(store, occurrence())
    store.reply(reply(held, A.SKIP, 1), None, NOW, FREES)
    store.reply(reply(held, A.FAVOURITE, 2, NOW + timedelta(seconds=1)), None, NOW)
    assert store.counts_by_person("thanks") == {}
    if after is A.UNDO:  # the first takes the verdict back
        store.reply(reply(held, A.UNDO, 3, NOW + timedelta(seconds=2)), None, NOW)
    store.reply(reply(held, after, 4, NOW + timedelta(seconds=3)), None, NOW)
    assert store.counts_by_person("thanks") == {"ana": 1}
    assert states(store) == {"thanks@2026-03-02/ana": ("closed", "sent")}


def test_once_somebody_has_it_nothing_brings_it_back(store: Store) -> None:
    held = told(store, occurrence())
    question = asked(store, held, "ben")
    store.reply(reply(held, A.SKIP, 1), None, NOW, FREES)
    store.reply(reply(question, A.CHOICE, 2, words="yes"), None, NOW, handover(held, "ben"))
    store.reply(reply(held, A.DONE, 3, NOW + timedelta(seconds=1)), None, NOW)
    assert store.counts_by_person("thanks") == {"ben": 1}


@pytest.fixture
def ledgers() -> Iterator[list[Store]]:
    """Two connections to the same file."""
    with KINDS["file"]() as again:
        yield [again(), again()]


def test_of_two_who_say_yes_at_once_one_has_it(ledgers: list[Store]) -> None:
    for day in range(10):
        held = told(ledgers[0], occurrence(day))
        questions = [asked(ledgers[0], held, person) for person in ("ben", "cleo")]
        ledgers[0].reply(reply(held, A.SKIP, f"{day}s"), None, NOW, FREES)
        start = Barrier(2)

        def say_yes(
            place: int, held: Occurrence = held, asked: list[Occurrence] = questions, at: Barrier = start
        ) -> None:
            at.wait()
            given = reply(asked[place], A.CHOICE, f"{held.slot}-{place}", words="yes")
            ledgers[place].reply(given, None, NOW, handover(held, asked[place].person))

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(say_yes, range(2)))
        assert len(ledgers[0].at_slot("thanks", held.slot)) == 2
    assert sum(ledgers[0].counts_by_person("thanks").values()) == 10


# promises


def promise(**over: object) -> Promise:
    given = {"person": "ana", "words": "call the plumber", "made_utc": NOW, "changed_utc": NOW, "due_utc": NOW + DAY}
    return Promise(**given | over)  # type: ignore[arg-type]  # the fields are as above


def reminder(day: str = "2026-03-03") -> Occurrence:
    return occurrence(ritual="~promise", slot="0", part=f"ahead-{day}")


def test_a_promise_gets_its_reminders_under_its_owners_own_number(store: Store) -> None:
    store.promises.make(promise(person="ben"))
    store.promises.make(promise())
    made = store.promises.make(promise(words="read"), [reminder()])
    assert store.promises.all("ana")[1] == made
    assert [each.occurrence.name for each in store.history(ritual="~promise")] == ["~promise@2/ana/ahead-2026-03-03"]


def test_a_promise_that_is_handed_in_again_is_the_same_promise(store: Store) -> None:
    made = store.promises.make(promise(), [reminder()])
    assert store.promises.make(promise(), [reminder()]) == made
    other = store.promises.make(promise(words="read"), [reminder()])
    assert store.promises.all() == (made, other)
    assert len(store.history(ritual="~promise")) == 2


def test_a_promise_in_a_reply_is_kept_with_it_and_once(store: Store) -> None:
    held = told(store, occurrence())
    given, also = reply(held, A.PROMISE, words="x"), Consequences(promise=promise(), reminders=(reminder(),))
    assert store.reply(given, None, NOW, also)
    assert not store.reply(given, None, NOW, also)
    (made,) = store.promises.all()
    assert len(store.history(ritual="~promise")) == 1
    kept = replace(made, state=PromiseState.KEPT)
    store.reply(reply(held, A.CHOICE, 2, words="kept"), None, NOW, Consequences(promise=kept))
    assert store.promises.all() == (kept,)


def test_a_change_takes_its_reminders_along_and_a_change_back_brings_them_again(store: Store) -> None:
    made = store.promises.make(promise(), [reminder()])
    name = "~promise@1/ana/ahead-2026-03-03"
    (held,) = (each.occurrence for each in store.history(ritual="~promise"))
    ready(store, held)
    store.promises.change(replace(made, due_utc=NOW + 3 * DAY), [reminder("2026-03-05")])
    assert states_of(store, "~promise") == {name: "cancelled", name.replace("03-03", "03-05"): "planned"}
    assert store.next_delivery() is None
    store.promises.change(made, [reminder()])
    assert states_of(store, "~promise") == {name: "planned", name.replace("03-03", "03-05"): "cancelled"}


def test_a_reminder_that_is_being_sent_is_left_to_arrive(store: Store) -> None:
    made = store.promises.make(promise(), [reminder()])
    (held,) = (each.occurrence for each in store.history(ritual="~promise"))
    sending(store, held)
    store.promises.change(replace(made, state=PromiseState.KEPT))
    assert set(states_of(store, "~promise").values()) == {"ready"}


def states_of(store: Store, ritual: str) -> dict[str, str]:
    return {each.occurrence.name: str(each.occurrence.state) for each in store.history(ritual=ritual)}


def test_nobody_else_changes_a_promise(store: Store) -> None:
    made = store.promises.make(promise())
    assert not store.promises.change(replace(made, person="ben", words="x"), [reminder()])
    assert store.promises.all() == (made,)
    assert store.history(ritual="~promise") == []
