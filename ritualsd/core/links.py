"""Private addresses: the token in a person's link, and whose token it is. It opens nothing and knows no request.

A token is a keyed hash of the person, so it survives restarts without being stored, and is told to nobody by the page.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from hashlib import sha256
from hmac import compare_digest
from hmac import digest as keyed
from ipaddress import ip_address

TOKEN_LENGTH = 22  # 132 bits of base64url
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
WILDCARD = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - recognised here, never bound


def inbox_token(secret: bytes, person: str) -> str:
    """The 22 characters that stand for one person's inbox. `secret` is the installation's."""
    digest = keyed(secret, f"inbox|{person}".encode(), sha256)
    return urlsafe_b64encode(digest).decode()[:TOKEN_LENGTH]


def reader(token: str, secret: bytes, people: Iterable[str]) -> str | None:
    """Whose inbox `token` opens, or None. Compares with every person, each in constant time."""
    found = None
    for person in people:
        if compare_digest(token.encode(), inbox_token(secret, person).encode()):
            found = person
    return found


def split_bind(bind: str) -> tuple[str, int]:
    """`127.0.0.1:8377` or `[::1]:8377` as host and port. Raises ValueError."""
    host, colon, port = bind.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65535:
        raise ValueError("an address to listen on has a host and a port, like 127.0.0.1:8377")
    return host.strip("[]").lower(), int(port)


def site(bind: str, public_url: str = "") -> str:
    """Where the pages are found, without a trailing slash: the public address, else the one we listen on."""
    if public_url:
        return public_url.rstrip("/")
    host, port = split_bind(bind)
    shown = "localhost" if host in WILDCARD else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"


def is_address(name: str) -> bool:
    """Whether this is an IP address, and not a name that somebody could point elsewhere."""
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def sign_in_url(bind: str, public_url: str, token: str) -> str:
    """The address that lets its person in, once. Raises ValueError for a `bind` that names no port."""
    return f"{site(bind, public_url)}/in/{token}"


def calendar_url(bind: str, public_url: str, token: str) -> str:
    """The address of somebody's calendar, for programs that subscribe. Raises ValueError without a port."""
    return f"{site(bind, public_url)}/cal/{token}.ics"


def inbox_url(bind: str, public_url: str, secret: bytes, person: str, household: str = "") -> str:
    """The whole address of a person's inbox, in a household of many where one is named. Raises ValueError for a `bind`
    that names no port."""
    among = f"{household}." if household else ""
    return f"{site(bind, public_url)}/inbox/{among}{inbox_token(secret, person)}"
