"""The number of a form: proof that it was filled in on a page of ours, and what makes two taps one answer."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256
from hmac import compare_digest
from hmac import digest as keyed

RANDOM_BYTES = 12
MARK_LENGTH = 16  # 96 bits each, as 16 characters


def new_nonce(secret: bytes, about: bytes, random: bytes) -> str:
    """A nonce for a form about `about`, from RANDOM_BYTES random bytes. Nothing is stored for it."""
    number = urlsafe_b64encode(random).decode()
    return number + _mark(secret, about, number)


def is_ours(nonce: str, secret: bytes, about: bytes) -> bool:
    """Whether we made this nonce, for a form about just this."""
    number = nonce[:MARK_LENGTH]
    return compare_digest(
        nonce.encode("utf-8", "replace"), (number + _mark(secret, about, number)).encode("utf-8", "replace")
    )


def _mark(secret: bytes, about: bytes, number: str) -> str:
    digest = keyed(secret, b"form|" + about + b"|" + number.encode("utf-8", "replace"), sha256)
    return urlsafe_b64encode(digest).decode()[:MARK_LENGTH]
