"""Sealing: words become AES-256-GCM, bound to the row and owner they belong to. Knows no query and no table's rows.

A sealed value opens only where it was sealed: moved to another row, column, owner or household it is damage.
Empty words stay empty, and what was kept before sealing began stays readable until it is sealed as well.
"""

from __future__ import annotations

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hmac import digest
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ritualsd.core.keys import SEAL, key_id, read_keys
from ritualsd.errors import StoreDamaged
from ritualsd.store.kinds import EPOCH, MICROSECOND

MARK = f"{SEAL}1:"  # begins every sealed value, then the key's id; the number is the version of this format
NONCE = 12


@dataclass(frozen=True, slots=True)
class Words:
    """Which columns of a table are sealed, and which say whose they are: the row by its nature, never by a number
    that the database gives, where it has one."""

    columns: tuple[str, ...]
    whose: tuple[str, ...]


SEALED = {
    "occurrences": Words(("title", "body", "drawn"), ("ritual", "slot", "person", "part")),
    "deliveries": Words(("title", "body", "reply_token"), ("occurrence", "order", "person")),
    "replies": Words(("words",), ("occurrence", "person", "source", "source_msg_id")),
    "facts": Words(("value",), ("person", "key")),
    "promises": Words(("words",), ("person", "made_utc")),
}
BLINDED = {"occurrences": "words_hash"}
"""A plain fingerprint of short words could be guessed back, so it is keyed as well."""


class Opener(Protocol):
    """What stands between the words in memory and those on the disk."""

    def seal(self, value: Any, whose: bytes) -> Any:
        """The value as it may lie on the disk."""

    def open(self, kept: Any, whose: bytes) -> Any:
        """The value as it was; None where it is not for us to read. Raises StoreDamaged."""

    def blind(self, fingerprint: str) -> str:
        """The fingerprint, so that nobody without the key can guess what it is of."""


class Vault:
    """Seals with the first key it was given, and opens what any of them sealed."""

    def __init__(self, text: str) -> None:
        """`text` is the key file. Raises ValueError for one that holds no key."""
        keys = read_keys(text)
        self._ciphers = {key_id(key): AESGCM(key) for key in keys}
        self.current = key_id(keys[0])
        self._blinding = digest(keys[0], b"ritualsd fingerprints", "sha256")

    @property
    def stamp(self) -> str:
        """How everything begins that the current key sealed."""
        return f"{MARK}{self.current}:"

    def seal(self, value: Any, whose: bytes) -> str:
        nonce = os.urandom(NONCE)
        clear = json.dumps(value, ensure_ascii=False).encode()
        sealed = self._ciphers[self.current].encrypt(nonce, clear, whose)
        return self.stamp + b64encode(nonce + sealed).decode()

    def open(self, kept: Any, whose: bytes) -> Any:
        if not is_sealed(kept):
            return kept
        named, _, text = kept.removeprefix(MARK).partition(":")
        try:
            sealed = b64decode(text, validate=True)
            clear = self._ciphers[named].decrypt(sealed[:NONCE], sealed[NONCE:], whose)
        except (KeyError, ValueError, InvalidTag):
            raise StoreDamaged("the database holds words that its key does not open") from None
        return json.loads(clear)

    def blind(self, fingerprint: str) -> str:
        return digest(self._blinding, fingerprint.encode(), "sha256").hex()


class Blindfold:
    """For who was given no key: sealed words read as none at all, and nothing new is sealed."""

    def seal(self, value: Any, whose: bytes) -> Any:
        return value

    def open(self, kept: Any, whose: bytes) -> Any:
        return None if is_sealed(kept) else kept

    def blind(self, fingerprint: str) -> str:
        return fingerprint


def is_sealed(kept: Any) -> bool:
    return isinstance(kept, str) and kept.startswith(MARK)


def bound_to(household: str, table: str, column: str, whose: Sequence[Any]) -> bytes:
    """What a sealed value is bound to: where it stands and whose it is."""
    return json.dumps([MARK, household, table, column, *map(_plain, whose)], ensure_ascii=False).encode()


def _plain(value: Any) -> str | int:
    """One moment is one value, whatever zone it is told in."""
    if isinstance(value, datetime):
        return (value - EPOCH) // MICROSECOND
    return value if isinstance(value, int) else str(value)
