"""The registry of households: which there are, when each is to be looked at, and how many messages wait in all.

It reads no words. Its statements cross households, as those of `due` and `queueing` do, and no others.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Connection,
    Executable,
    bindparam,
    delete,
    func,
    select,
    type_coerce,
    update,
)
from sqlalchemy.exc import DBAPIError

from ritualsd.errors import StoreError
from ritualsd.model import DeliveryState, OccurrenceState
from ritualsd.ports import Store
from ritualsd.ports.households import Adopt, Census, Registered
from ritualsd.store import keeping, rows
from ritualsd.store.due import AllDeliveries
from ritualsd.store.joined import Joined
from ritualsd.store.kinds import MICROSECOND, Utc
from ritualsd.store.ledger import Ledger
from ritualsd.store.preparing import UNDER_WAY
from ritualsd.store.tables import deliveries, households, occurrences, passes, streams
from ritualsd.store.tx import batches, hold, put_over

_H, _D, _O, _S = households.c, deliveries.c, occurrences.c, streams.c
_COLUMNS = (_H.household, _H.source, _H.stamp, _H.hash, _H.problems, _H.rituals, _H.wake_utc)
_NAMED: BindParameter[str] = bindparam("named", expanding=True)
_AT = bindparam("at_utc", type_=Utc())

STAMPS = select(_H.household, _H.stamp).where(
    _H.household > bindparam("after"), (_H.household <= bindparam("upto")) | (bindparam("upto") == "")
)
FIND = select(*_COLUMNS).where(_H.household == bindparam("name"))
FOUND = select(*_COLUMNS).where(_H.household.in_(_NAMED))
LISTED = select(*_COLUMNS).where(_H.household > bindparam("after")).order_by(_H.household).limit(bindparam("at_most"))
REFUSED = select(*_COLUMNS).where(_H.problems != "").order_by(_H.household).limit(bindparam("at_most"))
CENSUS = select(
    func.count(),
    func.count().filter(_H.hash != ""),
    func.count().filter(_H.problems != ""),
    func.count().filter((_H.hash == "") & (_H.problems == "")),
    func.coalesce(func.sum(_H.rituals), 0),
)
PUT = put_over(households)
KEEP = put_over(households, keep=["wake_utc"])
DROP = delete(households).where(_H.household == bindparam("name"))
DUE = (
    select(*_COLUMNS)
    .where(_H.wake_utc <= _AT)
    .order_by(_H.wake_utc)
    .limit(bindparam("at_most"))
    .with_for_update(skip_locked=True)
)
LEASE = update(households).where(_H.household.in_(_NAMED)).values(wake_utc=_AT)
REST = (
    update(households)
    .where(_H.household == bindparam("name"), _H.wake_utc == bindparam("leased_utc", type_=Utc()))
    .values(wake_utc=_AT)
)
WAKE = (
    update(households)
    .where(_H.household == bindparam("name"), _H.wake_utc.is_(None) | (_H.wake_utc > _AT))
    .values(wake_utc=_AT)
)
ANEW = update(households).values(stamp="", wake_utc=_AT)
ANEW_BEYOND = ANEW.where(
    _H.household.in_(select(_S.household).where(_S.mark_utc > bindparam("beyond_utc", type_=Utc())))
)
ANEW_ASLEEP = ANEW.where(_H.wake_utc > bindparam("beyond_utc", type_=Utc()))
LAST = select(func.max(_H.household))
LAST_OF_SOME = (
    select(_H.household)
    .where(_H.household > bindparam("after"))
    .order_by(_H.household)
    .offset(bindparam("more"))
    .limit(1)
)
_IN_TIME = type_coerce(_H.wake_utc, BigInteger) + bindparam("lead", type_=BigInteger())
_ASLEEP = bindparam("later_utc", type_=Utc()) < _IN_TIME  # of a sum, so that no index of all who sleep answers
_SLOT = select(_S.household).where(_S.household == _H.household, _S.next_due_utc < _IN_TIME)
_UNWORDED = select(_O.household).where(
    _O.household == _H.household, _O.state == OccurrenceState.PLANNED, _O.due_utc < _IN_TIME
)
_PUT_OFF = select(_D.household).where(
    _D.household == _H.household,
    _D.state == DeliveryState.PENDING,
    _D.next_attempt_utc < _H.wake_utc,
    _D.attempts == 0,
    _D.code.in_(bindparam("codes", expanding=True)),
)
OVERSLEEPING = (
    select(_H.household)
    .where(
        _H.household > bindparam("after"),
        _H.household <= bindparam("upto"),
        _ASLEEP,
        _SLOT.exists() | _UNWORDED.exists() | _PUT_OFF.exists(),
    )
    .with_for_update(skip_locked=True)
)
ROUSE = update(households).where(_H.household.in_(OVERSLEEPING)).values(wake_utc=_AT)
NEXT_WAKE = select(_H.wake_utc).where(_H.wake_utc.is_not(None)).order_by(_H.wake_utc).limit(1)
HOLDER = select(passes.c.household).where(passes.c.digest == bindparam("of_digest"))
INTERRUPTED = select(_D.household).where(_D.state == DeliveryState.SENDING).distinct()

OVERDUE = (
    select(_D.code, func.count().label("times"))
    .where(_D.state == DeliveryState.PENDING, _D.next_attempt_utc < bindparam("before_utc", type_=Utc()))
    .group_by(_D.code)
)
WAITING = (
    select(_D.state, _D.code, func.count().label("times")).where(_D.state.in_(UNDER_WAY)).group_by(_D.state, _D.code)
)


class HouseholdRegistry:
    """`ports.Registry` on the database of a ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger, self._database = ledger, ledger.database
        self.outbox = AllDeliveries(ledger)

    def store_of(self, household: str) -> Store:
        return self._ledger.of(household)

    def stamps(self, after: str, upto: str) -> Mapping[str, str]:
        values = {"after": after, "upto": upto}
        found = self._database.read(lambda connection: connection.execute(STAMPS, values).all())
        return {row.household: row.stamp for row in found}

    def find(self, household: str) -> Registered | None:
        row = self._database.read(lambda connection: connection.execute(FIND, {"name": household}).one_or_none())
        return None if row is None else _registered(row)

    def found(self, households: Collection[str]) -> Mapping[str, Registered]:
        def work(connection: Connection) -> dict[str, Registered]:
            found = (row for named in batches(households) for row in connection.execute(FOUND, {"named": named}))
            return {row.household: _registered(row) for row in found}

        return self._database.read(work)

    def listed(self, after: str, limit: int) -> list[Registered]:
        values = {"after": after, "at_most": limit}
        found = self._database.read(lambda connection: connection.execute(LISTED, values).all())
        return [_registered(row) for row in found]

    def refused(self, limit: int) -> list[Registered]:
        found = self._database.read(lambda connection: connection.execute(REFUSED, {"at_most": limit}).all())
        return [_registered(row) for row in found]

    def census(self) -> Census:
        row = self._database.read(lambda connection: connection.execute(CENSUS).one())
        return Census(households=row[0], loaded=row[1], refused=row[2], waiting=row[3], rituals=int(row[4]))

    def keep(self, each: Registered) -> None:
        self._run(KEEP, rows.values(each))

    def bring_in(self, homes: Sequence[tuple[str, Adopt]], now: datetime) -> Mapping[str, Exception]:
        def work(connection: Connection) -> dict[str, Exception]:
            failed: dict[str, Exception] = {}
            within = Joined(connection, self._database.where)
            for household, adopt in homes:
                store = self._ledger.of(household, within)
                try:
                    with connection.begin_nested():
                        hold(connection, household)
                        store.write(keeping.identify, now)
                        connection.execute(PUT, rows.values(adopt(store)))
                except (DBAPIError, StoreError):
                    raise  # the ledger's own trouble is nobody's in particular
                except Exception as error:  # noqa: BLE001 - whatever is wrong with one, the others go on
                    failed[household] = error
            return failed

        return self._database.write(work)

    def drop(self, household: str) -> None:
        self._run(DROP, {"name": household})

    def take_due(self, now: datetime, limit: int, lease_until: datetime) -> list[Registered]:
        def work(connection: Connection) -> list[Registered]:
            due = [_registered(row) for row in connection.execute(DUE, {"at_utc": now, "at_most": limit})]
            if due:
                connection.execute(LEASE, {"named": [each.household for each in due], "at_utc": lease_until})
            return [replace(each, wake_utc=lease_until) for each in due]

        return self._database.write(work)

    def rest(self, household: str, leased: datetime, until: datetime) -> None:
        self._run(REST, {"name": household, "leased_utc": leased, "at_utc": until})

    def wake(self, household: str, at: datetime) -> None:
        self._run(WAKE, {"name": household, "at_utc": at})

    def look_again(self, households: Collection[str], now: datetime) -> None:
        def work(connection: Connection) -> None:
            for named in batches(households):
                connection.execute(LEASE, {"named": named, "at_utc": now})

        self._database.write(work)

    def take_up_anew(self, now: datetime, after_utc: datetime | None = None, asleep_utc: datetime | None = None) -> int:
        beyond = ((ANEW_BEYOND, after_utc), (ANEW_ASLEEP, asleep_utc))
        chosen = [(statement, {"beyond_utc": utc}) for statement, utc in beyond if utc is not None] or [(ANEW, {})]

        def work(connection: Connection) -> int:
            return sum(connection.execute(statement, {"at_utc": now, **then}).rowcount for statement, then in chosen)

        return self._database.write(work)

    def rouse(self, now: datetime, lead: timedelta, codes: Collection[str], after: str, limit: int) -> str:
        def work(connection: Connection) -> str:
            upto = connection.execute(LAST_OF_SOME, {"after": after, "more": limit - 1}).scalar()
            some = {"after": after, "upto": upto or connection.execute(LAST).scalar() or ""}
            sooner = {"lead": lead // MICROSECOND, "later_utc": now + 2 * lead, "codes": list(codes)}
            connection.execute(ROUSE, {"at_utc": now, **some, **sooner})
            return upto or ""

        return self._database.write(work)

    def next_wake(self) -> datetime | None:
        return self._database.read(lambda connection: connection.execute(NEXT_WAKE).scalar())

    def holder(self, digest: bytes) -> str:
        found = self._database.read(lambda connection: connection.execute(HOLDER, {"of_digest": digest}).scalar())
        return found or ""

    def waiting(self) -> Mapping[tuple[str, str], int]:
        found = self._database.read(lambda connection: connection.execute(WAITING).all())
        return {(str(row.state), row.code): row.times for row in found}

    def overdue(self, before_utc: datetime) -> Mapping[str, int]:
        values = {"before_utc": before_utc}
        found = self._database.read(lambda connection: connection.execute(OVERDUE, values).all())
        return {row.code: row.times for row in found}

    def interrupted(self) -> list[str]:
        return list(self._database.read(lambda connection: connection.execute(INTERRUPTED).scalars().all()))

    def _run(self, statement: Executable, values: dict[str, Any]) -> None:
        def work(connection: Connection) -> None:
            connection.execute(statement, values)

        self._database.write(work)


def _registered(row: Any) -> Registered:
    return Registered(**row._mapping)
