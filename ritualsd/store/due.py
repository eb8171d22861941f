"""What is due over all households, for whoever runs deliveries: `ports.Outbox`. They come without words."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, func, literal, select

from ritualsd.model import Delivery, DeliveryState, Outcome, Settlement
from ritualsd.store import rows
from ritualsd.store.kinds import Utc
from ritualsd.store.ledger import Ledger
from ritualsd.store.tables import deliveries

_D = deliveries.c
_AT = bindparam("at_utc", type_=Utc())

MOST_SORTED = 20_000
"""So many due deliveries are put in turns at once: more of them only wait a little longer for their turn."""

WORDLESS = tuple(
    literal("").label(column.name) if column.name in ("title", "body", "reply_token") else column
    for column in rows.DELIVERY
)
_DUE = (
    select(*WORDLESS)
    .where(_D.state == DeliveryState.PENDING, _D.next_attempt_utc <= _AT)
    .order_by(_D.next_attempt_utc)
    .limit(MOST_SORTED)
    .subquery()
)
_TURN = func.row_number().over(partition_by=_DUE.c.household, order_by=(_DUE.c.next_attempt_utc, _DUE.c.id))
DUE_DELIVERIES = select(_DUE).order_by(_TURN, _DUE.c.next_attempt_utc, _DUE.c.id).limit(bindparam("at_most"))
NEXT_DELIVERY = (
    select(_D.next_attempt_utc).where(_D.state == DeliveryState.PENDING).order_by(_D.next_attempt_utc).limit(1)
)
OWNER = select(_D.household).where(_D.id == bindparam("of_delivery"))


class AllDeliveries:
    """`ports.Outbox`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger, self._database = ledger, ledger.database

    def due_deliveries(self, now: datetime, limit: int) -> list[Delivery]:
        values = {"at_utc": now, "at_most": limit}
        found = self._database.read(lambda connection: connection.execute(DUE_DELIVERIES, values).all())
        return [rows.delivery(row) for row in found]

    def next_delivery(self) -> datetime | None:
        return self._database.read(lambda connection: connection.execute(NEXT_DELIVERY).scalar())

    def settle(self, delivery: int, settlement: Settlement, outcome: Outcome | None, now: datetime) -> None:
        owner = self._database.read(lambda connection: connection.execute(OWNER, {"of_delivery": delivery}).scalar())
        if owner is not None:
            self._ledger.of(owner).settle(delivery, settlement, outcome, now)
