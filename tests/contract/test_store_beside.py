"""What every Store promises about a reply's company: all of it is kept in the same moment, or none of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ritualsd.core.notices import about
from ritualsd.core.reasons import reason
from ritualsd.errors import RitualsdError
from ritualsd.model import (
    ActionKind,
    Consequences,
    DeliveryState,
    Message,
    OccurrenceState,
    Outcome,
    Pass,
    Pause,
    Promise,
    Purpose,
    Redraw,
    Settlement,
    Taste,
    Verdict,
)
from tests.contract.ledgers import DAY, NOW, drawn, occurrence, planned, ready, reply, sending

A, S, D = ActionKind, OccurrenceState, DeliveryState
HOUR = timedelta(hours=1)
SENT = Settlement(state=D.SENT, code="ok", occurrence=(S.CLOSED, reason("sent")))
GRANT = Pass(digest=b"d" * 32, person="ana", purpose=Purpose.REPLY, made_utc=NOW, until_utc=NOW + DAY, occurrence=1)
TASTE = Taste(person="ana", kind="gratitude", prompt_id="warm.1", verdict=Verdict.FAVOURITE, at_utc=NOW)


def parts(store, name):
    held = store.find(name).occurrence
    return {row.part: (row.state, row.reason) for row in store.at_slot(held.ritual, held.slot) if row.part}


def test_everything_that_comes_with_a_reply_is_kept_with_it(store) -> None:
    (held,) = planned(store, occurrence())
    promise = Promise(person="ana", words="the fern", made_utc=NOW, changed_utc=NOW)
    also = Consequences(
        grant=GRANT, taste=TASTE, promise=promise, pause=Pause(ritual="thanks", person="ana", since_utc=NOW),
        cursor=("source.test", "17"), notices=(about(held, "reveal", NOW),),
    )  # fmt: skip
    assert store.reply(reply(held), None, NOW, also)
    assert store.passes.find(GRANT.digest) == GRANT
    assert store.personal.tastes("ana") == (TASTE,)
    assert [each.words for each in store.promises.all("ana")] == ["the fern"]
    assert [pause.ritual for pause in store.pauses()] == ["thanks"]
    assert store.recall("source.test") == "17"
    assert parts(store, held.name) == {"~reveal": (S.PLANNED, "")}


def test_of_a_message_told_of_again_only_the_cursor_is_kept(store) -> None:
    (held,) = planned(store, occurrence())
    store.reply(reply(held), None, NOW)
    also = Consequences(taste=TASTE, cursor=("source.test", "18"), notices=(about(held, "reveal", NOW),))
    assert not store.reply(reply(held), None, NOW, also)
    assert (store.personal.tastes(), parts(store, held.name)) == ((), {})
    assert store.recall("source.test") == "18"


def test_where_the_reply_cannot_be_kept_nothing_is(store) -> None:
    (held,) = planned(store, occurrence())
    under_way = sending(store, held)
    again = replace(under_way, id=0, state=D.PENDING, attempts=0)
    also = Consequences(grant=GRANT, taste=TASTE, cursor=("source.test", "19"))
    with pytest.raises(RitualsdError):
        store.reply(reply(held, A.SNOOZE), again, NOW, also)
    assert store.replies(held.id) == []
    assert (store.passes.find(GRANT.digest), store.personal.tastes(), store.recall("source.test")) == (None, (), "")


def test_a_verdict_is_taken_back_with_its_reply(store) -> None:
    (held,) = planned(store, occurrence())
    other = replace(TASTE, prompt_id="warm.2")
    store.reply(reply(held, A.FAVOURITE), None, NOW, Consequences(taste=TASTE))
    store.personal.taste(other)
    store.reply(reply(held, A.UNDO, 2), None, NOW, Consequences(untaste=TASTE))
    assert store.personal.tastes() == (other,)


def test_notices_wait_until_each_of_those_named_has_an_answer_standing(store) -> None:
    ana, ben, cy = planned(store, *(occurrence(person=who) for who in ("ana", "ben", "cy")))
    also = Consequences(
        notices=tuple(about(each, "reveal", NOW) for each in (ana, ben, cy)), when_all=frozenset({"ana", "ben", "cy"})
    )
    store.reply(reply(ana, A.TEXT, 1, words="one"), None, NOW, also)
    store.reply(reply(ben, A.TEXT, 2, words="two"), None, NOW, also)
    store.reply(reply(cy, A.SKIP, 3), None, NOW, also)
    store.reply(replace(reply(cy, A.TEXT, 4, words="three"), late=True), None, NOW, also)
    assert parts(store, ana.name) == {}
    store.reply(reply(ben, A.SKIP, 5, NOW + HOUR), None, NOW, also)
    store.reply(reply(cy, A.TEXT, 6, NOW + HOUR, words="three"), None, NOW, also)
    assert parts(store, ana.name) == {}
    store.reply(reply(ben, A.DONE, 7, NOW + 2 * HOUR), None, NOW, also)
    assert [row.person for row in store.at_slot("thanks", ana.slot) if row.part] == ["ana", "ben", "cy"]
    assert {who: each.action for who, each in store.answers_at("thanks", ana.slot, "").items()} == {
        "ana": A.TEXT, "ben": A.DONE, "cy": A.TEXT,
    }  # fmt: skip


def test_another_slot_or_another_reminder_of_it_does_not_count(store) -> None:
    ana, ahead, tomorrow = planned(
        store, occurrence(), occurrence(person="ben", part="-3d"), occurrence(1, "ben")
    )  # fmt: skip
    also = Consequences(notices=(about(ana, "reveal", NOW),), when_all=frozenset({"ana", "ben"}))
    for number, each in enumerate((ana, ahead, tomorrow)):
        store.reply(reply(each, A.DONE, number), None, NOW, also)
    assert parts(store, ana.name) == {"-3d": (S.SKIPPED, "answered")}


@pytest.mark.parametrize("action", list(A))
def test_any_reply_ends_the_nudges_of_its_person_and_slot_and_no_others(store, action) -> None:
    ana, ben, tomorrow = planned(store, occurrence(), occurrence(person="ben"), occurrence(1))
    later = [about(each, name, NOW + HOUR) for each in (ana, ben, tomorrow) for name in ("nudge-1", "offer")]
    kept = {each.name: each for each in planned(store, *later)}
    ready(store, kept[f"{ana.name}/~nudge-1"])
    store.reply(reply(ana, action), None, NOW)
    ended = {name for name in kept if store.find(name).occurrence.state is S.SKIPPED}
    assert ended == {f"{ana.name}/~nudge-1", f"{ana.name}/~offer"}
    assert store.find(f"{ana.name}/~nudge-1").deliveries[0].state is D.CANCELLED


def test_a_reveal_that_was_not_tried_yet_is_worded_anew(store) -> None:
    ana, ben = planned(store, occurrence(), occurrence(person="ben"))
    waiting, tried = planned(store, about(ana, "reveal", NOW), about(ben, "reveal", NOW))
    ready(store, waiting)
    store.claim(ready(store, tried).id, "one", NOW)
    store.reply(reply(ben, A.TEXT, words="after all"), None, NOW)
    found = store.find(waiting.name)
    assert (found.occurrence.state, found.deliveries[0].state) == (S.PLANNED, D.CANCELLED)
    assert found.deliveries[0].reply_token == ""
    found = store.find(tried.name)
    assert (found.occurrence.state, found.deliveries[0].state) == (S.READY, D.SENDING)


def test_other_words_take_the_place_of_the_ones_before_and_are_remembered_as_drawn(store) -> None:
    (held,) = planned(store, occurrence())
    first = ready(store, held, draw=drawn())
    store.settle(store.claim(first.id, "one", NOW).id, SENT, Outcome(kind="sent", code="ok"), NOW)
    other = drawn("warm.2", text="What was funny?")
    redraw = Redraw(
        message=Message(title="A note", body="What was funny?", source="deck:warm"), drawn=other, scope="ana",
        kind="gratitude",
    )  # fmt: skip
    again = replace(first, id=0, state=D.PENDING, attempts=0, body="What was funny?", sent_utc=None)
    store.reply(reply(held, A.NOT_TONIGHT), again, NOW, Consequences(redraw=redraw))
    entry = store.find(held.name)
    assert (entry.occurrence.body, entry.occurrence.state) == ("What was funny?", S.READY)
    assert [each.body for each in entry.deliveries] == [first.body, "What was funny?"]
    assert store.drawn(held.id) == other
    assert set(store.seen("ana", "gratitude")) == {"warm.1", "warm.2"}


def test_a_link_is_kept_with_the_words_and_its_token_until_the_message_is_over(store) -> None:
    (held,) = planned(store, occurrence())
    delivery = replace(ready(store, occurrence_of(store)), id=0, occurrence=held.id, reply_token="t" * 22)
    message = Message(title="A note", body="words", source="deck:warm")
    store.commit_ready(held.id, message, [delivery], None, "ana", "gratitude", NOW, GRANT)
    assert store.passes.find(GRANT.digest) == GRANT
    (kept,) = store.find(held.name).deliveries
    assert kept.reply_token == "t" * 22
    claimed = store.claim(kept.id, "one", NOW)
    later = Settlement(state=D.PENDING, code="refused", next_attempt_utc=NOW + HOUR)
    store.settle(claimed.id, later, Outcome(kind="transient", code="refused"), NOW)
    assert store.find(held.name).deliveries[0].reply_token == "t" * 22
    store.settle(store.claim(kept.id, "one", NOW).id, SENT, Outcome(kind="sent", code="ok"), NOW)
    assert store.find(held.name).deliveries[0].reply_token == ""


def occurrence_of(store):
    """Some other stored occurrence."""
    (other,) = planned(store, occurrence(9))
    return other


def test_what_is_to_be_said_next_is_recorded_with_the_outcome(store) -> None:
    (held,) = planned(store, occurrence())
    claimed = sending(store, held)
    store.settle(
        claimed.id, replace(SENT, notices=(about(held, "nudge-1", NOW + HOUR),)), Outcome(kind="sent", code="ok"), NOW
    )
    assert parts(store, held.name) == {"~nudge-1": (S.PLANNED, "")}
    assert store.last_notice("thanks", "ana", "nudge-1") == NOW + HOUR
    assert store.last_notice("thanks", "ana", "offer") is None


def test_slots_without_any_reply_are_counted_back_to_the_last_one_that_had(store) -> None:
    rows = planned(store, *(occurrence(day) for day in range(5)), occurrence(2, part="-3d"), occurrence(3, "ben"))
    for each in rows:
        claimed = sending(store, each)
        store.settle(claimed.id, SENT, Outcome(kind="sent", code="ok"), NOW)
    (planned_only,) = planned(store, occurrence(5))
    assert store.unanswered("thanks", "ana", planned_only.due_utc) == 5
    store.reply(reply(rows[1], A.SKIP), None, NOW)
    assert store.unanswered("thanks", "ana", planned_only.due_utc) == 3
    assert store.unanswered("thanks", "ana", rows[4].due_utc) == 2
    assert store.unanswered("thanks", "cy", NOW + 9 * DAY) == 0


def test_what_was_just_done_is_let_go_for_everyone_in_the_same_moment(store) -> None:
    done, other, hers, ahead, under_way = planned(
        store, occurrence(), occurrence(-1), occurrence(0, "ben"), occurrence(2), occurrence(-2)
    )
    ready(store, other)
    sending(store, under_way)
    store.reply(reply(done), None, NOW, Consequences(lets_go=("ana", "ben")))
    found = [store.find(each.name).occurrence for each in (done, other, hers, ahead, under_way)]
    assert [(each.state, each.reason) for each in found] == [
        (S.SKIPPED, "answered"), (S.SKIPPED, "done"), (S.SKIPPED, "done"), (S.PLANNED, ""), (S.READY, "")
    ]  # fmt: skip
    assert store.pending() == 1
