"""A plain function as a courier: each delivery is claimed, sent and recorded inside one call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ritualsd.model import Delivery

Handle = Callable[[Delivery], None]


class OneByOne:
    """`ports.Courier` around a function that does it all."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    def __call__(self, delivery: Delivery) -> None:
        self._handle(delivery)

    def claim(self, deliveries: Sequence[Delivery]) -> Mapping[int, Delivery]:
        return {each.id: each for each in deliveries}

    def carry(self, parcel: Delivery) -> Delivery:
        self._handle(parcel)
        return parcel

    def record(self, parcels: Sequence[Delivery]) -> None:
        """It is recorded."""
