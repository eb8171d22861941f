"""Whether this key opens this ledger, and sealing what is not sealed by it yet: at first, and when the key changes.

A pass may be cut off anywhere: what it sealed stays sealed, what it did not reach stays readable, and the next start
goes on. Nothing is planned or sent before it is done.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, Text, and_, or_, select, type_coerce, update

from ritualsd.errors import StoreDamaged, StoreError
from ritualsd.model import Keyring
from ritualsd.store import keeping, rows
from ritualsd.store.ledger import Ledger
from ritualsd.store.scrubbing import remove_copies
from ritualsd.store.sealing import SEALED, Blindfold, Vault, Words, bound_to
from ritualsd.store.tables import installation, metadata, occurrences
from ritualsd.store.tx import AT_ONCE, Tx

CANARY = keeping.CANARY
DONE = "seal:done"  # the id of the key that has sealed everything
_SONG = "this key opens this record"


def unlock(ledger: Ledger, keyring: Keyring | None, state: Path, *, may_write: bool) -> None:
    """Let a ledger just opened read and write sealed words; whoever may write also seals what is not sealed yet.

    Without a key a reader of a sealed ledger sees no words, and a writer is refused. Raises StoreError for a key that
    is missing, wrong, or kept in the state folder; then nothing was changed.
    """
    if keyring is None and not may_write:
        ledger.speak_through(Blindfold())
        return
    vault, done = prove(ledger, keyring, state)
    if vault is None:
        return
    if may_write and done != vault.current:
        _seal_all(ledger, vault)
        remove_copies(state)
    ledger.speak_through(vault)


def prove(ledger: Ledger, keyring: Keyring | None, state: Path) -> tuple[Vault | None, str]:
    """What opens this ledger's words (None: nothing has to), and the id of the key that has sealed all of them.

    Raises StoreError as `unlock` does. Changes nothing.
    """
    canary, done = ledger.recall(CANARY), ledger.recall(DONE)
    if keyring is None:
        if canary:
            raise _no_key(ledger.database.where)
        return None, done
    vault = _vault(keyring, state)
    if canary:
        _prove(vault, canary, ledger)
    return vault, done


def _no_key(where: str) -> StoreError:
    return StoreError(
        "the words in this record are sealed, and there is no key to open them",
        where=where,
        todo='say encrypt = true and key = "${its_name}" under [storage]; nothing was changed',
    )


def _vault(keyring: Keyring, state: Path) -> Vault:
    if keyring.file and Path(keyring.file).resolve().is_relative_to(state.resolve()):
        raise StoreError(
            "the key that seals the record lies in the state folder, beside what it seals",
            where=keyring.file,
            todo="keep it in another folder, or hand it over as a systemd credential",
        )
    try:
        return Vault(keyring.text.reveal())
    except ValueError as error:
        raise StoreError(f"the key under [storage] cannot be used: {error}", todo="see: ritualsd key new") from None


def _prove(vault: Vault, canary: str, ledger: Ledger) -> None:
    try:
        vault.open(canary, _canarys(ledger))
    except StoreDamaged:
        raise StoreError(
            "this key does not open the words in this record",
            where=ledger.database.where,
            todo="give the key they were sealed with; nothing was changed, and nothing is sent meanwhile",
        ) from None


def _canarys(ledger: Ledger) -> bytes:
    return bound_to(ledger.household, "memory", "value", [CANARY])


def _seal_all(ledger: Ledger, vault: Vault) -> None:
    """Everything under the current key, then the mark that says so, then no trace of what it was."""
    canary = vault.seal(_SONG, _canarys(ledger))
    if not ledger.recall(CANARY):
        ledger.remember(CANARY, canary)  # from here on nobody opens it without a key
    if not ledger.read(_is_new):
        for table in metadata.sorted_tables:
            if table.name in SEALED:
                while ledger.write(_seal_some, table, SEALED[table.name], vault):
                    pass
        ledger.database.scrub()
    ledger.remember_all({CANARY: canary, DONE: vault.current})


def _is_new(tx: Tx) -> bool:
    """Whether nobody ever wrote here: then there is nothing to be sealed, and no trace of anything."""
    return tx.connection.execute(select(installation.c.household).limit(1)).first() is None


def _seal_some(tx: Tx, table: Table, words: Words, vault: Vault) -> bool:
    """Seal the next few rows, of every household: a key is the installation's. False when there are none."""
    found = _unsealed(tx, table, words, vault.stamp)
    for row in found:
        here = [column == row._mapping[column.name] for column in table.primary_key]
        tx.connection.execute(update(table).where(*here).values(_sealed(row, table, words, vault)))
    return bool(found)


def _unsealed(tx: Tx, table: Table, words: Words, stamp: str) -> list[Row[Any]]:
    def is_open(name: str) -> ColumnElement[bool]:
        kept = type_coerce(table.c[name], Text)
        return and_(kept != "", ~kept.contains(stamp, autoescape=True))

    statement = select(table).where(or_(*map(is_open, words.columns))).limit(AT_ONCE)
    return list(tx.connection.execute(statement))


def _sealed(row: Row[Any], table: Table, words: Words, vault: Vault) -> dict[str, Any]:
    kept, clear = row._mapping, dict[str, Any]()
    sealed = dict[str, Any]()
    for name in words.columns:
        if kept[name]:
            whose = bound_to(kept["household"], table.name, name, [kept[key] for key in words.whose])
            clear[name] = vault.open(kept[name], whose)
            sealed[name] = vault.seal(clear[name], whose)
    if table is occurrences and kept["words_hash"]:
        sealed["words_hash"] = vault.blind(rows.words_hash(clear.get("title", ""), clear.get("body", "")))
    return sealed
