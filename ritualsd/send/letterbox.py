"""Mail connections that are kept for the next mail of the same account. For the sending process only.

Apprise still makes the connection and writes every mail; nothing is sent here that it would not send.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from smtplib import SMTPException
from typing import Any

from ritualsd.send.connections import IDLE_S, state_of

MOST = 50
"""Mails over one connection: some servers say no after a hundred, and then to a mail."""

PROBE_S = 2.0
"""How long a kept connection has to say that it is still there."""

_BROKEN = (OSError, SMTPException, RuntimeError, AttributeError)  # the last where Apprise holds it in another place
_DONE = 250


def keep_mail_connections() -> Callable[[], None]:
    """Let every mail that Apprise sends from now on go through one `Letterbox`. An Apprise that connects in another
    way than the one we know is left alone. What is returned leaves the connections that rested too long."""
    from apprise.plugins import email

    base, smtp = getattr(email, "base", None), getattr(email, "smtp", None)
    if base is None or smtp is None or not hasattr(base, "AppriseSMTPController"):
        return lambda: None
    box = Letterbox(base.AppriseSMTPController)
    vars(base)["AppriseSMTPController"] = box
    vars(smtp)["ssl"] = KEPT_TRUST
    return box.leave_old


class _KeptTrust:
    """Stands for `ssl` where Apprise connects to a mail server: it asks for the default trust each time, needed or not,
    which takes longer to read than a mail to send."""

    CERT_NONE = ssl.CERT_NONE
    _here = threading.local()

    @contextmanager
    def for_account(self, account: Mapping[str, Any]) -> Iterator[None]:
        """While this thread connects for `account`."""
        self._here.left_alone = account.get("verify_certificate", False)
        try:
            yield
        finally:
            self._here.left_alone = False

    def create_default_context(self) -> ssl.SSLContext:
        """The same one for all who leave it as it is; Apprise changes that of who trusts everybody."""
        return _default_trust() if getattr(self._here, "left_alone", False) else ssl.create_default_context()


KEPT_TRUST = _KeptTrust()


def _default_trust() -> ssl.SSLContext:
    file = ssl.get_default_verify_paths().cafile
    return _trusting(state_of(file) if file else ())


@lru_cache(maxsize=1)
def _trusting(_state: tuple[int, ...]) -> ssl.SSLContext:
    return ssl.create_default_context()


class Letterbox:
    """Stands where Apprise connects to a mail server: hands out a connection that rests, or makes one.

    `connect` makes Apprise's own. A connection takes one mail at a time; any thread may come with one.
    """

    def __init__(self, connect: Callable[..., Any]) -> None:
        self._connect = connect
        self._lock = threading.Lock()
        self._kept: list[_Line] = []  # the one used last is the last

    @contextmanager
    def __call__(self, **account: Any) -> Iterator[_Line]:
        """A connection for `account`: everything Apprise connects with, password and trust included."""
        line = self._kept_for(account) or self._made_for(account)
        try:
            yield line
        finally:
            if line.well:
                with self._lock:
                    self._kept.append(line)
            else:
                line.end()

    def _made_for(self, account: Mapping[str, Any]) -> _Line:
        with KEPT_TRUST.for_account(account):
            return _Line(account, self._connect(**account).__enter__())

    def _kept_for(self, account: Mapping[str, Any]) -> _Line | None:
        """One of this account that still answers."""
        while (line := self._take(account)) is not None:
            if line.answers():
                return line
            line.leave()
        return None

    def leave_old(self) -> None:
        """Leave those that rested too long, whoever they were for: their server counts them."""
        with self._lock:
            old = [line for line in self._kept if line.is_old()]
            self._kept = [line for line in self._kept if line not in old]
        for line in old:
            line.leave()

    def _take(self, account: Mapping[str, Any]) -> _Line | None:
        """One of this account."""
        self.leave_old()
        with self._lock:
            mine = next((line for line in reversed(self._kept) if line.account == account), None)
            self._kept = [line for line in self._kept if line is not mine]
        return mine


class _Line:
    """One connection, with what it was used for. Holds a password, so it is never printed."""

    def __init__(self, account: Mapping[str, Any], controller: Any) -> None:
        self.account = account
        self.well = False
        self._controller = controller
        self._taken = 0
        self._used_at = time.monotonic()

    def sendmail(self, *mail: Any) -> bool:
        """As Apprise's own; after anything but a mail that was taken the connection is not used again."""
        self.well = False
        self.well = bool(self._controller.sendmail(*mail))
        self._taken += 1
        self._used_at = time.monotonic()
        return self.well

    def is_old(self) -> bool:
        """Whether it has taken enough mails, or rested long enough, that the server may be tired of it."""
        return self._taken >= MOST or time.monotonic() - self._used_at >= IDLE_S

    def answers(self) -> bool:
        """Whether the server is there, asked before it is given a mail: one given to a dead connection is in doubt."""
        self.well = False
        server = self._controller._socket
        try:
            server.sock.settimeout(PROBE_S)
            answer, _ = server.rset()
            server.sock.settimeout(server.timeout)
        except _BROKEN:
            return False
        return bool(answer == _DONE)

    def end(self) -> None:
        """End as Apprise does."""
        self._controller.__exit__(None, None, None)

    def leave(self) -> None:
        """Say goodbye and do not wait for an answer: another mail is waiting."""
        with suppress(*_BROKEN):
            self._controller._socket.putcmd("quit")
        with suppress(*_BROKEN):
            self._controller._socket.close()
