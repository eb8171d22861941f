"""How much one may ask: so many a minute for each key, in memory that does not grow. It refuses nobody by itself."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Hashable
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Lock

KEYS_KEPT = 4096


class Allowance:
    """So many at once, growing back over a minute. The keys that were quiet longest are forgotten first."""

    def __init__(self, per_minute: int, *, keys: int = KEYS_KEPT) -> None:
        self._most, self._keys = float(per_minute), keys
        self._left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._left)

    def take(self, key: Hashable, now_s: float) -> bool:
        """Use one of `key`'s; False when none is left. `now_s` never goes back."""
        with self._lock:
            left, since_s = self._left.pop(key, (self._most, now_s))
            left = min(self._most, left + (now_s - since_s) * self._most / 60)
            allowed = left >= 1
            self._left[key] = (left - allowed, now_s)
            if len(self._left) > self._keys:
                self._left.popitem(last=False)
            return allowed


def visitor(client: str, forwarded: str, proxies: Collection[str]) -> str:
    """Where a request comes from: `client`, or where that is one of our proxies, the last address in X-Forwarded-For
    that is none. What stands before it anybody could have written."""
    said = [each.strip() for each in forwarded.split(",")] if client in proxies else []
    return next((address for address in reversed(said) if address and address not in proxies), client)


def neighbourhood(client: str) -> str:
    """Whom a limit counts as one: an IPv4 address, or the 64 bits of an IPv6 address that a household shares."""
    try:
        address = ip_address(client)
    except ValueError:
        return client
    if not isinstance(address, IPv6Address):
        return client
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((int(address), 64), strict=False))
