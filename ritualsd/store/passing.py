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


def find(tx: Tx, digest: bytes) -> Pass | None:
    """The one with this digest."""
    row = tx.run(PASS, of_digest=digest).one_or_none()
    return None if row is None else Pass(**row._mapping)


def passes_of(tx: Tx, person: str, purpose: Purpose) -> tuple[Pass, ...]:
    """A person's, for one purpose, the oldest first."""
    return tuple(Pass(**row._mapping) for row in tx.run(PASSES_OF, of_person=person, for_purpose=purpose))


def revoke(tx: Tx, digest: bytes) -> bool:
    """Let it open nothing any more; False when it did not."""
    return bool(tx.run(REVOKE, of_digest=digest).rowcount)


def forget_ended(tx: Tx, before_utc: datetime) -> int:
    """Drop those that ended before then; how many."""
    return tx.run(FORGET, before_utc=before_utc).rowcount


class PassDrawer:
    """`ports.Passes`."""

    def __init__(self, ledger: Transactions) -> None:
        self._ledger = ledger

    def issue(self, granted: Pass) -> None:
        self._ledger.write(issue, granted)

    def find(self, digest: bytes) -> Pass | None:
        return self._ledger.read(find, digest)

    def of(self, person: str, purpose: Purpose) -> tuple[Pass, ...]:
        return self._ledger.read(passes_of, person, purpose)

    def revoke(self, digest: bytes) -> bool:
        return self._ledger.write(revoke, digest)

    def forget_ended(self, before_utc: datetime) -> int:
        return self._ledger.write(forget_ended, before_utc)
