"""Connections kept open from one message to the next, and trust that is read again where it changed. For the sending
process only.

It changes nothing of what a request means: cookies, redirects, time-outs and failures stay those of `requests`. Only
of an answer that has no end no more is read than its beginning.
"""

from __future__ import annotations

import os
import ssl
import time
from functools import lru_cache
from typing import Any

from requests import Response, sessions
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.response import BaseHTTPResponse
from urllib3.util.ssl_ import create_urllib3_context

IDLE_S = 1.0
"""A connection unused for so long is not used again: servers give up at two seconds and later, without a word, and
what is said to them then is lost. Long enough for messages that follow each other."""

HOSTS = 64
"""So many servers are kept connections to; with fewer, one that somebody uses at that moment might be put away."""

TOGETHER = 64 * 1024
"""What is not longer goes to the peer in one piece with the words before it: one packet, read once."""


def keep_connections(at_once: int) -> KeepingAdapter:
    """Let every `requests.Session` made from now on share connections, as many to one peer as messages `at_once`."""
    shared = KeepingAdapter(pool_connections=HOSTS, pool_maxsize=at_once)
    vars(sessions)["HTTPAdapter"] = lambda: shared  # what a Session mounts when it is made
    return shared


LONGEST = 4 * 1024 * 1024
"""What an answer says behind that is not read: all messages of this process share its memory. Those of services have a
few hundred bytes."""

PIECE = 16 * 1024


class KeepingAdapter(HTTPAdapter):
    """An adapter for many sessions, none of which closes the connections of the others."""

    def init_poolmanager(self, *sizes: Any, **options: Any) -> None:
        super().init_poolmanager(*sizes, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}

    def build_connection_pool_key_attributes(
        self, request: Any, verify: Any, cert: Any = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """As in requests, with the trust among what tells connections apart: no request uses one it would not make."""
        host, tls = super().build_connection_pool_key_attributes(request, verify, cert)
        trust = _trust(verify) if host["scheme"] == "https" and cert is None else None
        return host, tls | ({"ssl_context": trust} if trust else {})

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        super().cert_verify(conn, url, verify, cert)
        if "ssl_context" in conn.conn_kw:
            conn.ca_certs = conn.ca_cert_dir = None  # they are in the context; named, each handshake reads them again

    def send(self, request: Any, stream: bool = False, *how: Any, **named: Any) -> Response:
        answer: Response = super().send(request, stream, *how, **named)
        if not stream:
            _read(answer)  # here, where a broken connection is expected
        return answer

    def close(self) -> None:
        """Nothing: one session ends, the connections are everybody's."""


def _read(answer: Response) -> None:
    """As much as may be long; the connection of what is longer is left."""
    read = bytearray()
    for piece in answer.iter_content(PIECE):
        read += piece
        if len(read) >= LONGEST:
            answer.close()
            break
    answer._content, answer._content_consumed = bytes(read), True


class _Connection(HTTPConnection):
    """One that counts as dropped when nobody used it for a while, and says a short request in one piece."""

    _heard_at = 0.0
    _held: list[bytes] | None = None

    def request(self, *what: Any, **how: Any) -> None:
        self._held = []
        try:
            super().request(*what, **how)
            self._say()
        finally:
            self._held = None

    def send(self, data: Any) -> None:
        if self._held is None:
            super().send(data)
        elif isinstance(data, bytes) and len(data) <= TOGETHER:
            self._held.append(data)
        else:
            self._say()
            super().send(data)

    def _say(self) -> None:
        held, self._held = self._held, None
        if held:
            super().send(b"".join(held))

    def getresponse(self) -> Any:
        answer: BaseHTTPResponse = super().getresponse()
        self._heard_at = time.monotonic()
        return answer

    @property
    def is_connected(self) -> bool:
        return super().is_connected and time.monotonic() - self._heard_at < IDLE_S


class _TlsConnection(_Connection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


def _trust(verify: bool | str) -> ssl.SSLContext | None:
    """The context for what a request says about certificates. None when it cannot be made: urllib3 then says why."""
    if not verify:
        return _trusting_everybody()
    where = DEFAULT_CA_BUNDLE_PATH if verify is True else verify
    try:
        return _trusting(where, state_of(where))
    except OSError:
        return None


def state_of(file: str) -> tuple[int, ...]:
    """Other numbers for a file that was changed, or put in the place of another. Raises OSError."""
    status = os.stat(file)
    return status.st_ino, status.st_mtime_ns, status.st_size


@lru_cache(maxsize=1)
def _trusting_everybody() -> ssl.SSLContext:
    return create_urllib3_context(cert_reqs=ssl.CERT_NONE)


@lru_cache(maxsize=16)
def _trusting(where: str, _state: tuple[int, ...]) -> ssl.SSLContext:
    context = create_urllib3_context()
    context.load_verify_locations(**{"capath" if os.path.isdir(where) else "cafile": where})
    return context
