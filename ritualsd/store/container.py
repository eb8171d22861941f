"""The file a backup is: a line that says what it is, a line of facts in JSON, and the database in pieces.

Each piece is sealed (AES-256-GCM) under a key of this file alone, and knows its place and whether it is the last: what
was cut short, changed, reordered or put together from two files does not open. Knows no database.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from ritualsd.core.keys import key_id, read_keys
from ritualsd.errors import RitualsdError

MAGIC = b"ritualsd backup 1\n"
PIECE = 64 * 1024
TAG = 16
FACTS_MOST = 4096
_SCRYPT = {"length": 32, "n": 2**16, "r": 8, "p": 1}  # 64 MB and a fifth of a second for every guess


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What may open a backup: a key file's text, a passphrase, or neither."""

    keys: str = ""
    passphrase: str = ""


def pack(source: BinaryIO, target: BinaryIO, facts: Mapping[str, str], secrets: Secrets) -> None:
    """Write `source` as a backup: sealed with the passphrase, else with the first key, else open.

    `facts` stand in it for anyone to read.
    """
    salt = os.urandom(16)
    told, cover = _sealing(secrets, salt)
    line = json.dumps({**facts, **told, "salt": salt.hex()}).encode() + b"\n"
    target.write(MAGIC + line)
    for number, (piece, last) in enumerate(_pieces(source, PIECE)):
        target.write(cover.encrypt(_place(number, last), piece, line))


def unpack(source: BinaryIO, target: BinaryIO, secrets: Secrets) -> Mapping[str, str]:
    """Write what a backup holds; returns its facts. What was written is worth nothing unless this returns.

    Raises RitualsdError for a file that is none of ours, damaged, or sealed with something else.
    """
    line, facts = _facts(source)
    cover = _cover(facts, secrets)
    try:
        for number, (piece, last) in enumerate(_pieces(source, PIECE + TAG)):
            target.write(cover.decrypt(_place(number, last), piece, line))
    except (InvalidTag, ValueError):
        raise _damaged() from None
    return facts


class Cover(Protocol):
    """What is around each piece: `place` is never the same twice in one file, `line` is the file's own."""

    def encrypt(self, place: bytes, piece: bytes, line: bytes) -> bytes: ...

    def decrypt(self, place: bytes, covered: bytes, line: bytes) -> bytes: ...


class Checksum:
    """Around the pieces of an open backup: whoever wants to may read it, and what was changed by accident shows."""

    def encrypt(self, place: bytes, piece: bytes, line: bytes) -> bytes:
        return piece + sha256(place + line + piece).digest()[:TAG]

    def decrypt(self, place: bytes, covered: bytes, line: bytes) -> bytes:
        piece = covered[:-TAG]
        if self.encrypt(place, piece, line) != covered:
            raise InvalidTag
        return piece


def _place(number: int, last: bool) -> bytes:
    return number.to_bytes(11) + (b"\1" if last else b"\0")


def _pieces(source: BinaryIO, size: int) -> Iterator[tuple[bytes, bool]]:
    """The pieces of a stream, at least one, each with whether it is the last."""
    piece = source.read(size)
    while following := source.read(size):
        yield piece, False
        piece = following
    yield piece, True


def _sealing(secrets: Secrets, salt: bytes) -> tuple[Mapping[str, str], Cover]:
    """What the file says about its key, and what that key puts around the pieces."""
    if secrets.passphrase:
        key = _from_passphrase(secrets.passphrase, salt)
        return {"sealed": "passphrase", "check": _check(key)}, AESGCM(key)
    if secrets.keys:
        master = read_keys(secrets.keys)[0]
        key = _from_key(master, salt)
        return {"sealed": "key", "key": key_id(master), "check": _check(key)}, AESGCM(key)
    return {"sealed": "no"}, Checksum()


def _cover(facts: Mapping[str, str], secrets: Secrets) -> Cover:
    try:
        salt, sealed = bytes.fromhex(facts["salt"]), facts["sealed"]
    except (KeyError, ValueError):
        raise _damaged() from None
    if sealed == "no":
        return Checksum()
    key = _from_key_file(facts, secrets, salt) if sealed == "key" else _from_what_was_said(secrets, salt)
    if _check(key) != facts.get("check"):
        raise RitualsdError("this backup was sealed with another passphrase", todo="try the one it was made with")
    return AESGCM(key)


def _from_key_file(facts: Mapping[str, str], secrets: Secrets, salt: bytes) -> bytes:
    known = {key_id(key): key for key in read_keys(secrets.keys)} if secrets.keys else {}
    named = facts.get("key", "")
    if named not in known:
        what = "this backup was sealed with another key" if known else "this backup was sealed with a key"
        raise RitualsdError(what, todo="name the key file it was made with under [storage], as key")
    return _from_key(known[named], salt)


def _from_what_was_said(secrets: Secrets, salt: bytes) -> bytes:
    if not secrets.passphrase:
        raise RitualsdError("this backup is sealed with a passphrase", todo="say --passphrase-file FILE")
    return _from_passphrase(secrets.passphrase, salt)


def _from_passphrase(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, **_SCRYPT).derive(passphrase.encode())


def _from_key(master: bytes, salt: bytes) -> bytes:
    """A key for one file."""
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"ritualsd backup").derive(master)


def _check(key: bytes) -> str:
    """Tells a wrong passphrase from a damaged file."""
    return sha256(b"ritualsd backup check\0" + key).hexdigest()[:16]


def _facts(source: BinaryIO) -> tuple[bytes, Mapping[str, str]]:
    if source.read(len(MAGIC)) != MAGIC:
        raise RitualsdError("this is not a backup that ritualsd made", todo="name another file")
    line = source.readline(FACTS_MOST)
    try:
        facts: Any = json.loads(line)
    except (ValueError, RecursionError):
        facts = None
    if not isinstance(facts, dict) or not all(map(_is_told, facts.values())):
        raise _damaged()
    return line, facts


def _is_told(fact: Any) -> bool:
    """Whether it is a fact as we write them, which may be shown on a terminal."""
    return isinstance(fact, str) and fact.isprintable()


def _damaged() -> RitualsdError:
    return RitualsdError("this backup was cut short or changed", todo="use another one; nothing was done with it")
