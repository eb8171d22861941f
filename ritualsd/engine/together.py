"""A courier for several threads: in each household one of them at a time claims or records, for all who wait.

Where more messages are being carried than wait, the first waits a moment for them; who is alone waits for nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
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


@dataclass(slots=True, eq=False)
class _Homes:
    """In which households a transaction runs, and how many messages of each are being carried."""

    changed: Condition = field(default_factory=Condition)
    busy: set[str] = field(default_factory=set)
    carried: Counter[str] = field(default_factory=Counter)


class _Shared:
    """One step that several threads take together."""

    def __init__(self, step: Step, homes: _Homes) -> None:
        self._step, self._homes = step, homes
        self._waiting: list[_Wish] = []

    def take(self, delivery: Delivery, thing: Any) -> Any:
        """Its answer, None where there is none. Raises what the step raised: for everybody where the ledger refused,
        else for the one that it was."""
        mine, home, homes = _Wish(delivery, thing), delivery.household, self._homes
        with homes.changed:
            self._waiting.append(mine)
            while home in homes.busy and not mine.done:
                homes.changed.wait()
            if mine.done:
                return mine.granted()
            homes.busy.add(home)
            if len(self._of(home)) < homes.carried[home]:
                homes.changed.wait(GATHER_S)
            batch = self._of(home)
            self._waiting = [each for each in self._waiting if each not in batch]
        try:
            self._grant(batch)
        finally:
            with homes.changed:
                for each in batch:
                    each.done = True
                homes.busy.remove(home)
                homes.changed.notify_all()
        return mine.granted()

    def _of(self, home: str) -> list[_Wish]:
        return [each for each in self._waiting if each.delivery.household == home]

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
    """`ports.Courier` around another, for one delivery at a time of each thread."""

    def __init__(self, courier: Courier[Any]) -> None:
        self._courier, self._homes = courier, _Homes()
        self._claims, self._records = _Shared(courier.claim, self._homes), _Shared(self._record, self._homes)

    def __call__(self, delivery: Delivery) -> None:
        for parcel in self.claim([delivery]).values():
            self.record([self.carry(parcel)])

    def claim(self, deliveries: Sequence[Delivery]) -> dict[int, tuple[Delivery, Any]]:
        parcels = {each.id: (each, self._claims.take(each, each)) for each in deliveries}
        return {id_: parcel for id_, parcel in parcels.items() if parcel[1] is not None}

    def carry(self, parcel: tuple[Delivery, Any]) -> tuple[Delivery, Any]:
        home = parcel[0].household
        self._count(home, 1)
        try:
            return parcel[0], self._courier.carry(parcel[1])
        finally:
            self._count(home, -1)

    def record(self, parcels: Sequence[tuple[Delivery, Any]]) -> None:
        for delivery, carried in parcels:
            self._records.take(delivery, carried)

    def _record(self, carried: Sequence[Any]) -> Mapping[int, Any]:
        self._courier.record(carried)
        return {}

    def _count(self, home: str, by: int) -> None:
        with self._homes.changed:
            self._homes.carried[home] += by
            if not self._homes.carried[home]:
                del self._homes.carried[home]
