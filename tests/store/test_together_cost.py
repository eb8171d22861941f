"""What a batch of messages costs the ledger depends on the batch, and not on what else waits or was sent.

Counted in steps of SQLite's own machine, which are the same on every computer.
"""

from __future__ import annotations

import pytest

from ritualsd.core.reasons import reason
from ritualsd.model import DeliveryState, Outcome, Settled, Settlement
from ritualsd.model import OccurrenceState as S
from ritualsd.store import memory_store
from ritualsd.store.sqlite import raw_of
from tests.contract.ledgers import NOW, occurrence, planned, ready

BATCH = 8
SENT = Settlement(state=DeliveryState.SENT, occurrence=(S.CLOSED, reason("sent")), healthy=True)
STEP = 50


def steps_of_a_batch(*, waiting: int, sent: int) -> int:
    """Steps to find, claim and settle a batch, beside so many that wait and so many that were sent."""
    store = memory_store()
    made = planned(store, *(occurrence(-n, "ben") for n in range(waiting + sent)))
    others = [ready(store, each) for each in made]
    for each in store.claim_each(others[:sent], "one", NOW):
        store.settle(each.id, SENT, Outcome(kind="sent", code=""), NOW)
    batch = [ready(store, each) for each in planned(store, *(occurrence(person=f"p{n}") for n in range(BATCH)))]
    steps = [0]

    def count() -> None:
        steps[0] += 1

    raw = raw_of(store.database.connection)
    raw.set_progress_handler(count, STEP)
    found = store.due_among([each.id for each in batch], NOW)
    won = store.claim_each([each.delivery for each in found], "one", NOW)
    store.settle_each([
        Settled(delivery=each.id, settlement=SENT, outcome=Outcome(kind="sent", code=""), at_utc=NOW) for each in won
    ])  # fmt: skip
    raw.set_progress_handler(None, 0)
    assert len(won) == BATCH
    store.close()
    return steps[0]


@pytest.mark.parametrize(("waiting", "sent"), [(400, 0), (0, 400)])
def test_a_batch_costs_the_same_however_much_waits_or_was_sent(waiting: int, sent: int) -> None:
    alone, beside = steps_of_a_batch(waiting=0, sent=0), steps_of_a_batch(waiting=waiting, sent=sent)
    assert beside < 2 * alone
