"""Several threads that claim and record share transactions; what one of them brings about hits that one alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event as Flag
from threading import Lock

from hypothesis import given
from hypothesis import strategies as st

from ritualsd.engine.together import SharingCourier
from ritualsd.errors import StoreBusy
from ritualsd.model import DEFAULT_HOUSEHOLD, Delivery
from tests.builders import delivery
from tests.servers import soon

Parcel = tuple[int, str]
"""A delivery's id and its household."""


@dataclass
class Ledger:
    """A courier that remembers its transactions, and minds two at once in one household. `gate`: until it is set, the
    first claim takes."""

    gate: Flag = field(default_factory=Flag)
    left_out: frozenset[int] = frozenset()
    poisoned: frozenset[int] = frozenset()
    claims: list[list[int]] = field(default_factory=list)
    records: list[list[int]] = field(default_factory=list)
    refuses: bool = False
    locks: dict[str, Lock] = field(default_factory=lambda: defaultdict(Lock))

    def __call__(self, delivery: Delivery) -> None:
        raise AssertionError("it is asked in steps")

    def claim(self, deliveries: Sequence[Delivery]) -> Mapping[int, Parcel]:
        assert len({each.household for each in deliveries}) == 1
        with self._alone(deliveries[0].household):
            self.gate.wait(60)
        if self.poisoned & {each.id for each in deliveries}:
            raise ValueError
        self.claims.append([each.id for each in deliveries])
        return {each.id: (each.id, each.household) for each in deliveries if each.id not in self.left_out}

    def carry(self, parcel: Parcel) -> Parcel:
        return parcel

    def record(self, parcels: Sequence[Parcel]) -> None:
        if self.refuses:
            raise StoreBusy("not now")
        with self._alone(parcels[0][1]):
            self.records.append([id_ for id_, _ in parcels])

    @contextmanager
    def _alone(self, household: str) -> Iterator[None]:
        lock = self.locks[household]
        assert lock.acquire(blocking=False)
        yield
        lock.release()


def through(ledger: Ledger, deliveries: Sequence[Delivery]) -> list[object]:
    """Each on a thread of its own: its id once recorded, "" where it was left out, or what was raised."""
    courier = SharingCourier(ledger)

    def one(each: Delivery) -> object:
        try:
            parcels = courier.claim([each])
            courier.record([courier.carry(parcel) for parcel in parcels.values()])
        except (ValueError, StoreBusy) as error:
            return type(error)
        return each.id if parcels else ""

    with ThreadPoolExecutor(max(1, len(deliveries))) as threads:
        answers = [threads.submit(one, each) for each in deliveries]
        ledger.gate.set()
        return [answer.result(20) for answer in answers]


@given(
    homes=st.lists(st.sampled_from(["one", "two"]), max_size=8),
    left_out=st.frozensets(st.integers(0, 7)),
    poisoned=st.frozensets(st.integers(0, 7), max_size=2),
)
def test_each_gets_its_own_answer_whoever_came_along(
    homes: list[str], left_out: frozenset[int], poisoned: frozenset[int]
) -> None:
    ledger = Ledger(left_out=left_out, poisoned=poisoned)
    answers = through(ledger, [delivery(id=number, household=home) for number, home in enumerate(homes)])
    for number, answer in enumerate(answers):
        assert answer == (ValueError if number in poisoned else "" if number in left_out else number)
    recorded = [id_ for batch in ledger.records for id_ in batch]
    assert sorted(recorded) == [answer for answer in answers if isinstance(answer, int)]


def test_those_who_come_while_one_is_at_it_go_together() -> None:
    ledger = Ledger()
    courier = SharingCourier(ledger)
    with ThreadPoolExecutor(8) as threads:
        first = threads.submit(courier.claim, [delivery(id=0)])
        while not ledger.locks[DEFAULT_HOUSEHOLD].locked():
            pass
        others = [threads.submit(courier.claim, [delivery(id=number)]) for number in range(1, 8)]
        while len(courier._claims._waiting) < 7:
            pass
        ledger.gate.set()
        assert {id_ for answer in (first, *others) for id_ in answer.result(20)} == set(range(8))
    assert [len(batch) for batch in ledger.claims] == [1, 7]


def test_another_household_is_not_waited_for() -> None:
    ledger = Ledger()
    courier = SharingCourier(ledger)
    with ThreadPoolExecutor(2) as threads:
        claims = [threads.submit(courier.claim, [delivery(id=number, household=str(number))]) for number in range(2)]
        assert soon(lambda: all(ledger.locks[str(number)].locked() for number in range(2)))
        ledger.gate.set()
        assert [len(each.result(20)) for each in claims] == [1, 1]


def test_a_ledger_that_refuses_refuses_everybody_in_that_transaction() -> None:
    ledger = Ledger(refuses=True)
    assert set(through(ledger, [delivery(id=number) for number in range(3)])) == {StoreBusy}


def test_who_is_left_alone_waits_for_nobody() -> None:
    ledger = Ledger()
    assert through(ledger, [delivery(id=1)]) == [1]
    assert through(Ledger(poisoned=frozenset({2})), [delivery(id=2)]) == [ValueError]


def test_a_delivery_that_two_jobs_hold_at_once_goes_to_one_of_them() -> None:
    ledger = Ledger()
    courier = SharingCourier(ledger)
    with ThreadPoolExecutor(3) as threads:
        first = threads.submit(courier.claim, [delivery(id=0)])
        assert soon(ledger.locks[DEFAULT_HOUSEHOLD].locked)
        both = [threads.submit(courier.claim, [delivery(id=1)]) for _ in range(2)]
        assert soon(lambda: len(courier._claims._waiting) == 2)
        ledger.gate.set()
        assert len(first.result(20)) == 1
        assert sorted(len(each.result(20)) for each in both) == [0, 1]
