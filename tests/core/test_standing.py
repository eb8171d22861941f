"""Which reply stands: the last answer, skip or snooze that was not taken back. The ledger agrees with the pure rule."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ritualsd.core.replies import standing, undoable
from ritualsd.model import ActionKind, Reply
from ritualsd.store import memory_store
from tests.contract.ledgers import occurrence, planned

A = ActionKind
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
KINDS = st.lists(st.sampled_from(list(A)), max_size=12)


def replies(kinds, to=1):
    return [reply(kind, number, to) for number, kind in enumerate(kinds)]


def reply(kind, number, to):
    return Reply(
        occurrence=to, ritual="thanks", person="ana", action=kind, source="test", source_msg_id=str(number),
        received_utc=NOW + timedelta(minutes=number), id=number + 1,
    )  # fmt: skip


def stands(*kinds):
    found = standing(replies(kinds))
    return (found.action, found.id - 1) if found else None


def test_the_last_of_them_stands():
    assert stands() is None
    assert stands(A.DONE) == (A.DONE, 0)
    assert stands(A.DONE, A.SKIP, A.TEXT) == (A.TEXT, 2)


def test_what_is_said_beside_an_answer_leaves_it_standing():
    assert stands(A.SCALE, A.FAVOURITE, A.NOT_TONIGHT, A.NEVER, A.PROMISE) == (A.SCALE, 0)


def test_each_undo_takes_one_back():
    assert stands(A.DONE, A.SKIP, A.UNDO) == (A.DONE, 0)
    assert stands(A.DONE, A.SKIP, A.UNDO, A.UNDO) is None
    assert stands(A.DONE, A.FAVOURITE, A.UNDO) == (A.DONE, 0)
    assert stands(A.UNDO, A.DONE) == (A.DONE, 1)
    assert stands(A.DONE, A.PROMISE, A.UNDO) is None


def test_two_that_name_the_same_reply_take_back_one():
    done, skip, one, other = replies([A.DONE, A.SKIP, A.UNDO, A.UNDO])
    one, other = (replace(each, words=str(skip.id)) for each in (one, other))
    assert standing([done, skip, one, other]) == done
    assert standing([one, done, skip]) == done  # wherever it stands, by whose clock it may be


@given(KINDS)
def test_undo_is_as_if_the_last_had_never_been_said(kinds):
    said = replies(kinds)
    taken = undoable(said)
    if taken is None:
        return
    (undo,) = replies([A.UNDO])
    assert standing([*said, undo]) == standing([each for each in said if each != taken])


@given(KINDS)
@settings(max_examples=60)
def test_the_ledger_marks_the_reply_that_stands(kinds):
    store = memory_store()
    (held,) = planned(store, occurrence())
    for each in replies(kinds, held.id):
        store.reply(each, None, NOW)
    expected = standing(store.replies(held.id))
    answers = store.answers_at("thanks", held.slot, "")
    wanted = {"ana": expected} if expected is not None and expected.action.answers else {}
    assert answers == wanted
    assert store.last_done("thanks") == (wanted["ana"].received_utc if wanted else None)
    store.close()
