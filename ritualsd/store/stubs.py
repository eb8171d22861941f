"""What stays of an erased occurrence: that its slot was taken, and whose turn it was. No words, no times.

Every function runs inside the caller's transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hmac import digest

from sqlalchemy import bindparam, select

from ritualsd.model import Occurrence
from ritualsd.store import keeping
from ritualsd.store.tables import memory
from ritualsd.store.tx import HOUSEHOLD, Tx, batches

TAKEN = "erased:"
TALLY = "tally:"
KEPT = (TAKEN, TALLY)
"""How the keys of such memories begin; an erasure leaves them alone."""

_M = memory.c
Slot = tuple[str, str, str, str]  # ritual, slot, person, part

ANY = select(_M.key).where(_M.household == HOUSEHOLD, _M.key.between(TAKEN, f"{TAKEN}~")).limit(1)
AMONG = select(_M.key).where(_M.household == HOUSEHOLD, _M.key.in_(bindparam("keys", expanding=True)))
TALLIES = select(_M.key, _M.value).where(
    _M.household == HOUSEHOLD, _M.key.startswith(bindparam("start"), autoescape=False)
)


def take(tx: Tx, slots: Iterable[Slot]) -> None:
    """Keep these slots from ever being recorded again."""
    secret = keeping.identity(tx).secret
    tx.put(keeping.PUT_MEMORY, [{"key": _key(secret, slot), "value": ""} for slot in slots])


def untaken(tx: Tx, planned: Sequence[Occurrence]) -> Sequence[Occurrence]:
    """Those of the occurrences whose slot was not erased. Costs one look where nothing ever was."""
    if not planned or tx.run(ANY).first() is None:
        return planned
    secret = keeping.identity(tx).secret
    keyed = {_key(secret, (each.ritual, each.slot, each.person, each.part)): each for each in planned}
    for keys in batches(list(keyed)):
        for taken in tx.run(AMONG, keys=keys).scalars().all():
            del keyed[taken]
    return list(keyed.values())


def tally(tx: Tx, turns: Mapping[tuple[str, str], int]) -> None:
    """Add to how often each (ritual, person) had a turn that is no longer on record."""
    for (ritual, person), times in turns.items():
        before = tallied(tx, ritual).get(person, 0)
        keeping.remember(tx, f"{TALLY}{ritual}:{person}", str(before + times))


def tallied(tx: Tx, ritual: str) -> Counter[str]:
    """How often each person had a turn that was erased."""
    start = f"{TALLY}{ritual}:"
    return Counter({row.key.removeprefix(start): int(row.value) for row in tx.run(TALLIES, start=start)})


def _key(secret: bytes, slot: Slot) -> str:
    return TAKEN + digest(secret, "\0".join(("erased", *slot)).encode(), "sha256").hex()[:32]
