"""The storage key as a person keeps it: one line of text, made, read and named. Seals nothing itself."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

PREFIX = "ritualsd-key-1:"
BITS = 32  # bytes of a key

SEAL = "\u241f"
"""The sign that begins everything a key has sealed. Nobody's words may hold it, or they would be taken for sealed."""


def key_text(bits: bytes) -> str:
    """The line that stands for these 32 random bytes."""
    return PREFIX + urlsafe_b64encode(bits).decode().rstrip("=")


def read_keys(text: str) -> tuple[bytes, ...]:
    """The keys in a key file, one a line, the one that seals first; a line that begins with # is a note.

    Raises ValueError, which never repeats what was written.
    """
    lines = [line.strip() for line in text.splitlines()]
    keys = tuple(_read(line) for line in lines if line and not line.startswith("#"))
    if not keys:
        raise ValueError("there is no key in it")
    return keys


def key_id(key: bytes) -> str:
    """A short name of a key, which says nothing about it: it stands beside everything the key sealed."""
    return sha256(b"ritualsd key id\0" + key).hexdigest()[:8]


def _read(line: str) -> bytes:
    try:
        key = urlsafe_b64decode(line.removeprefix(PREFIX) + "=")
    except ValueError:
        key = b""
    if not line.startswith(PREFIX) or len(key) != BITS:
        raise ValueError("this is not a key")
    return key
