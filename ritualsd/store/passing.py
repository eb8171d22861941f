"""Secret links and cookies in the ledger, by the digest of their bits: the bits themselves are never kept.

The functions run inside the caller's transaction; `PassDrawer` gives each a transaction of its own.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, select

from ritualsd.model import Pass, Purpose
from ritualsd.store import rows
from ritualsd.store.kinds import Utc
from ritualsd.store.tables import passes
from ritualsd.store.tx import HOUSEHOLD, Transactions, Tx, put_over

_P = passes.c

PASS = select(*rows.PASS).where(_P.household == HOUSEHOLD, _P.digest == bindparam("of_digest"))
PASSES_OF = (
    select(*rows.PASS)
    .where(_P.household == HOUSEHOLD, _P.person == bindparam("of_person"), _P.purpose == bindparam("for_purpose"))
    .order_by(_P.made_utc)
)
REVOKE = delete(passes).where(_P.household == HOUSEHOLD, _P.digest == bindparam("of_digest"))
FORGET = delete(passes).where(_P.household == HOUSEHOLD, _P.until_utc < bindparam("before_utc", type_=Utc()))
PUT_PASS = put_over(passes)


def issue(tx: Tx, granted: Pass) -> None:
    """Keep one."""
    tx.put(PUT_PASS, [rows.values(granted)])


class PassDrawer:
    """`ports.Passes`."""

    def __init__(self, ledger: Transactions) -> None:
        self._ledger = ledger

    def issue(self, granted: Pass) -> None:
        with self._ledger.write() as tx:
            issue(tx, granted)

    def find(self, digest: bytes) -> Pass | None:
        with self._ledger.read() as tx:
            row = tx.run(PASS, of_digest=digest).one_or_none()
        return None if row is None else Pass(**row._mapping)

    def of(self, person: str, purpose: Purpose) -> tuple[Pass, ...]:
        with self._ledger.read() as tx:
            found = tx.run(PASSES_OF, of_person=person, for_purpose=purpose)
            return tuple(Pass(**row._mapping) for row in found)

    def revoke(self, digest: bytes) -> bool:
        with self._ledger.write() as tx:
            return bool(tx.run(REVOKE, of_digest=digest).rowcount)

    def forget_ended(self, before_utc: datetime) -> int:
        with self._ledger.write() as tx:
            return tx.run(FORGET, before_utc=before_utc).rowcount
