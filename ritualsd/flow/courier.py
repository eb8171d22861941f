"""The courier of one household: what the engine of a daemon has carried. Decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ritualsd.flow import deliver
from ritualsd.flow.deliver import Parcel
from ritualsd.model import Delivery, Settings
from ritualsd.ports import World


class Courier:
    """`ports.Courier`. `home` gives the world, and the settings in force at that moment; `recorded` is called for each
    delivery once what came of it is on disk."""

    def __init__(
        self, home: Callable[[], tuple[World, Settings]], recorded: Callable[[Delivery], None] = lambda _: None
    ) -> None:
        self._home, self._recorded = home, recorded

    def __call__(self, delivery: Delivery) -> None:
        for parcel in self.claim([delivery]).values():
            self.record([self.carry(parcel)])

    def claim(self, deliveries: Sequence[Delivery]) -> dict[int, Parcel]:
        world, settings = self._home()
        return {parcel.delivery.id: parcel for parcel in deliver.claim(world, settings, deliveries)}

    def carry(self, parcel: Parcel) -> Parcel:
        return deliver.carry(parcel)

    def record(self, parcels: Sequence[Parcel]) -> None:
        deliver.record(parcels)
        for parcel in parcels:
            self._recorded(parcel.delivery)
