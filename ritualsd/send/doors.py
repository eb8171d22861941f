"""One door for each provider, so that a slow one keeps only its own messages waiting. Knows nothing of processes.

So many may be inside at once, and others wait for a moment. Nobody waits where a provider does not answer, or told an
account to slow down: those messages have to come again later.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from threading import Condition, Lock
from urllib.parse import urlsplit

WIDE = 20
"""Messages under way to one provider. Twenty milliseconds away, that is some eight hundred a second."""

WIDE_FOR_MAIL = 6
"""Mail servers count connections, and close the door to who has too many."""

SILENT, NARROW = 3, 2
"""After so many messages in a row without an answer in time, only so many are under way to a provider until it does."""

REST_S = 10.0
"""How long nothing is said to an account after it was told "too many requests"."""

_NO_ANSWER = frozenset({"deadline", "read-timeout", "connect-timeout"})
_OUR_OWN = frozenset({"", "bad-url", "missing-package", "empty", "no-worker", "worker-failed", "crash", "stopped"})
"""What came of a message on our side, which is no answer of its provider."""

_SLOW_DOWN = "http-429"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Who takes a message: `provider` whoever runs the servers, `account` whose limits count there. No URL, but part
    of one: never printed."""

    provider: str = field(repr=False)
    account: str = field(repr=False)
    wide: int


def address(url: str) -> Address:
    """Of a channel URL. Where it names no host, as with Telegram, all of its kind have one provider."""
    scheme, _, rest = url.strip().partition("://")
    scheme = scheme.lower()
    try:
        parts = urlsplit(f"//{rest}")
        host, port = parts.hostname or "", parts.port
    except ValueError:  # it will be refused as no address at all
        host, port = "", None
    named = "." in host or ":" in host
    account = rest.partition("?")[0].partition("/")[0]
    return Address(
        provider=f"{scheme}://{host}:{port or ''}" if named else scheme,
        account=f"{scheme}://{account}",
        wide=WIDE_FOR_MAIL if scheme.startswith("mailto") else WIDE,
    )


class _Door:
    def __init__(self, lock: Lock, wide: int) -> None:
        self.changed = Condition(lock)
        self.most = self.wide = wide
        self.inside = self.waiting = self.silent = 0
        self.resting: dict[str, float] = {}  # account → monotonic moment it may be spoken to again

    def has_room(self) -> bool:
        return self.inside < self.most

    def pointless(self, account: str, now: float) -> bool:
        """Whether waiting would only keep others from their work."""
        return self.resting.get(account, 0.0) > now or (self.most < self.wide and not self.has_room())

    def learn(self, account: str, code: str, now: float) -> None:
        """From what came of one message."""
        self.resting = {each: until for each, until in self.resting.items() if until > now}
        if code in _OUR_OWN:
            return
        self.silent = self.silent + 1 if code in _NO_ANSWER else 0
        if self.silent >= SILENT:
            self.most = min(NARROW, self.wide)
        elif not self.silent:
            self.most = min(self.most + 1, self.wide)
        if code == _SLOW_DOWN:
            self.resting[account] = now + REST_S

    def as_new(self) -> bool:
        return self.most == self.wide and not (self.inside or self.waiting or self.silent or self.resting)

    def ring(self) -> None:
        """Wake as many as may come in; all of them where it has become pointless to wait."""
        self.changed.notify(self.most - self.inside if self.most == self.wide and not self.resting else self.waiting)


class Doors:
    """For any number of threads. `enter`, then `leave` with what came of it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._doors: dict[str, _Door] = {}
        self._closed = False

    def enter(self, to: Address, until: float) -> bool:
        """Wait for room until then (monotonic seconds). False when there was none, when the provider is in trouble, or
        when all doors were closed."""
        with self._lock:
            door = self._doors.setdefault(to.provider, _Door(self._lock, to.wide))
            door.waiting += 1
            entered = self._wait(door, to.account, until)
            door.waiting -= 1
            door.inside += entered
            if not entered:
                door.ring()  # it may have been woken in another's place
            return entered

    def leave(self, to: Address, code: str) -> None:
        """One that had entered is done, and this is the code of its outcome."""
        with self._lock:
            door = self._doors[to.provider]
            door.inside -= 1
            door.learn(to.account, code, time.monotonic())
            door.ring()
            if door.as_new():
                del self._doors[to.provider]

    def close(self) -> None:
        """Nobody enters any more, and who waits goes away."""
        with self._lock:
            self._closed = True
            for door in self._doors.values():
                door.changed.notify_all()

    def _wait(self, door: _Door, account: str, until: float) -> bool:
        while not self._closed:
            now = time.monotonic()
            if door.pointless(account, now):
                return False
            if door.has_room():
                return True
            if now >= until:
                return False
            door.changed.wait(until - now)
        return False
