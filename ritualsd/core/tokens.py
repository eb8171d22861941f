"""Tokens: the 22 characters of a secret link, and the digest by which the ledger knows them. Finds and opens nothing.

128 random bits, so that nobody can guess one; opaque, so that there is no key to lose and one can be taken back.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256

RANDOM_BYTES = 16
AFTER_WINDOW = timedelta(days=7)
"""How long a message can be answered by its link after the time to answer is over."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)


def token_of(bits: bytes) -> str:
    """The token that stands for 16 random bytes."""
    return urlsafe_b64encode(bits).decode().rstrip("=")


def is_token(text: str) -> bool:
    """Whether a text has the form of a token."""
    return _TOKEN.fullmatch(text) is not None


def token_digest(text: str) -> bytes:
    """SHA-256 of a token, which is all the ledger keeps. Any text has one, so that a wrong token costs the same."""
    return sha256(text.encode("utf-8", "replace")).digest()
