"""A process that lives a daemon's life on a ledger until it is stopped, telling what it is sure of.

`python -m tests.store.crash STATE COUNT`: each turn plans two messages, makes their words, claims and settles them,
then prints the turn's number. A number printed is a promise: all of it is on disk.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from ritualsd.core.reasons import reason
from ritualsd.errors import StoreError
from ritualsd.model import DeliveryState, OccurrenceState, Outcome, Settlement
from ritualsd.ports import Store
from ritualsd.store import open_store
from tests.contract.ledgers import DAY, NOW, drawn, occurrence, plan, ready, stream

EVER = NOW + 10_000 * DAY
SENT = Settlement(
    state=DeliveryState.SENT, code="ok", healthy=True, occurrence=(OccurrenceState.CLOSED, reason("sent"))
)


def turns(store: Store) -> int:
    """How many turns were planned so far."""
    found = store.streams().get(("thanks", "UTC"))
    return 0 if found is None or found.next_due_utc is None else (found.next_due_utc - NOW) // DAY


def turn(store: Store) -> int:
    """Plan one day more, then do whatever is to be done; returns the day's number."""
    number = turns(store)
    before = store.streams()["thanks", "UTC"]
    store.commit_plan([plan(before, occurrence(number), occurrence(number, "ben"))])
    for held in store.to_prepare(EVER, 10):
        ready(store, held, draw=drawn(held.name))
    for delivery in store.due_deliveries(EVER, 10):
        claimed = store.claim(delivery.id, "one", NOW)
        assert claimed is not None
        store.settle(claimed.id, SENT, Outcome(kind="sent", code="ok"), NOW)
    return number


def live(state: Path, count: int, tell: Callable[[int], object]) -> None:
    """Go on from where the ledger stands, for so many turns."""
    store = open_store(state, clock_now=NOW)
    if not store.streams():
        store.sync_streams([stream()], [], [], NOW)
    store.recover("two", NOW)
    for _ in range(count):
        tell(turn(store))
    store.close()


def main() -> None:
    """Print the turns, then how it ended if it could not go on."""
    try:
        live(Path(sys.argv[1]), int(sys.argv[2]), lambda number: print(number, flush=True))
    except StoreError as error:
        print(type(error).__name__, flush=True)


if __name__ == "__main__":
    main()
