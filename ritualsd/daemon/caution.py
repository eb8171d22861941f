"""A worker's courier: it leaves alone for a while what its own configuration knows nothing of.

A planner on another machine may have read a newer one already. The gate would end such a delivery for good.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from ritualsd.core.notices import ritual_called
from ritualsd.flow.deliver import Parcel
from ritualsd.model import Delivery, Settings
from ritualsd.ports import Clock, Courier, Queue

UNKNOWN_FOR = timedelta(minutes=15)
AGAIN = timedelta(seconds=20)


class CautiousCourier:
    """`ports.Courier` around another. `settings_of` gives a household's settings, None where there is no such; `look`
    is called to have them read anew."""

    def __init__(
        self, courier: Courier[Parcel], queue: Queue, clock: Clock,
        settings_of: Callable[[str], Settings | None], look: Callable[[], None],
    ) -> None:  # fmt: skip
        self._courier, self._queue, self._clock = courier, queue, clock
        self._settings_of, self._look = settings_of, look

    def __call__(self, delivery: Delivery) -> None:
        for parcel in self.claim([delivery]).values():
            self.record([self.carry(parcel)])

    def claim(self, deliveries: Sequence[Delivery]) -> Mapping[int, Parcel]:
        now = self._clock.now()
        settings = self._settings_of(deliveries[0].household)
        strange = [each for each in deliveries if now < each.due_utc + UNKNOWN_FOR and not knows(settings, each)]
        for each in strange:
            self._queue.put_off(each, "config", now + AGAIN, now)
        if strange:
            self._look()
        known = [each for each in deliveries if each not in strange]
        return self._courier.claim(known) if known else {}

    def carry(self, parcel: Parcel) -> Parcel:
        return self._courier.carry(parcel)

    def record(self, parcels: Sequence[Parcel]) -> None:
        self._courier.record(parcels)


def knows(settings: Settings | None, delivery: Delivery) -> bool:
    """Whether these settings have its ritual, its person and its channel."""
    if settings is None:
        return False
    ritual = ritual_called(settings.household, delivery.ritual)
    person = settings.household.people.get(delivery.person)
    if ritual is None or person is None or person.id not in ritual.to:
        return False
    return any(channel.name == delivery.channel for channel in person.channels)
