"""A courier for several threads: who claims or records while another transaction runs shares the next with all who do.

Where many are at work, the first of them waits a moment for the others; who is alone waits for nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Condition
from typing import Any

from ritualsd.errors import StoreError
from ritualsd.model import Delivery
from ritualsd.ports import Courier

GATHER_S = 0.01

Step = Callable[[Sequence[Any]], Mapping[int, Any]]
"""Takes what several threads brought, of one household; answers by the ids of their deliveries."""


@dataclass(slots=True, eq=False)
class _Wish:
    """What one thread waits for."""

    delivery: Delivery
    thing: Any
    done: bool = False
    answer: Any = None
    error: Exception | None = None

    def granted(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.answer


class _Shared:
    """One step that several threads take together."""

    def __init__(self, step: Step, at_work: Callable[[], int]) -> None:
        self._step, self._at_work = step, at_work
        self._free = Condition()
        self._waiting: list[_Wish] = []
        self._busy = False

    def take(self, delivery: Delivery, thing: Any) -> Any:
        """Its answer, None where there is none. Raises what the step raised: for everybody where the ledger refused,
        else for the one that it was."""
        mine = _Wish(delivery, thing)
        with self._free:
            self._waiting.append(mine)
            while self._busy and not mine.done:
                self._free.wait()
            if mine.done:
                return mine.granted()
            self._busy = True
            if len(self._waiting) < self._at_work() // 2:
                self._free.wait(GATHER_S)
            batch = [each for each in self._waiting if each.delivery.household == delivery.household]
            self._waiting = [each for each in self._waiting if each not in batch]
        try:
            self._grant(batch)
        finally:
            with self._free:
                for each in batch:
                    each.done = True
                self._busy = False
                self._free.notify_all()
        return mine.granted()

    def _grant(self, batch: Sequence[_Wish]) -> None:
        try:
            answers = dict(self._step([each.thing for each in batch]))
        except StoreError as error:
            for each in batch:
                each.error = error
        except Exception as error:  # noqa: BLE001 - handed to the one whose it is
            if len(batch) == 1:
                batch[0].error = error
            for each in batch if len(batch) > 1 else ():
                self._grant([each])
        else:
            for each in batch:
                each.answer = answers.pop(each.delivery.id, None)  # once, where two jobs held the same delivery


class SharingCourier:
    """`ports.Courier` around another, for one delivery at a time of each thread; `at_work` says how many there are."""

    def __init__(self, courier: Courier[Any], at_work: Callable[[], int] = lambda: 1) -> None:
        self._courier = courier
        self._claims, self._records = _Shared(courier.claim, at_work), _Shared(self._record, at_work)

    def __call__(self, delivery: Delivery) -> None:
        for parcel in self.claim([delivery]).values():
            self.record([self.carry(parcel)])

    def claim(self, deliveries: Sequence[Delivery]) -> dict[int, tuple[Delivery, Any]]:
        parcels = {each.id: (each, self._claims.take(each, each)) for each in deliveries}
        return {id_: parcel for id_, parcel in parcels.items() if parcel[1] is not None}

    def carry(self, parcel: tuple[Delivery, Any]) -> tuple[Delivery, Any]:
        return parcel[0], self._courier.carry(parcel[1])

    def record(self, parcels: Sequence[tuple[Delivery, Any]]) -> None:
        for delivery, carried in parcels:
            self._records.take(delivery, carried)

    def _record(self, carried: Sequence[Any]) -> Mapping[int, Any]:
        self._courier.record(carried)
        return {}
