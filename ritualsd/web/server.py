"""The web server as the daemon holds it: a socket, a thread, an address for each person. It never ends the daemon.

The web libraries are imported inside the thread, so that nothing due waits for them.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from threading import Event as Flag
from threading import Thread

from ritualsd.core.events import E
from ritualsd.core.links import inbox_url, split_bind
from ritualsd.model import Event, Settings
from ritualsd.web.house import House

CLOSE_S = 2.0
BACKLOG = 128


class WebServer:
    """A running server, or one that could not listen: then the addresses lead nowhere, and all else goes on."""

    def __init__(self, settings_of: Callable[[], Settings], secret: bytes, bind: str) -> None:
        self._settings_of, self._secret, self._bind = settings_of, secret, bind
        self._closing = Flag()
        self._thread: Thread | None = None

    @property
    def listening(self) -> bool:
        """Is somebody there to answer?"""
        return self._thread is not None and self._thread.is_alive()

    @property
    def port(self) -> int:
        """The port we listen on, also where any free one was asked for."""
        return split_bind(self._bind)[1]

    def url_for(self, person: str) -> str:
        """The address of a person's inbox. It is as good as a key: never log it."""
        return inbox_url(self._bind, self._settings_of().public_url, self._secret, person)

    def start(self, work: Callable[[Callable[[], bool]], None], stop: Flag) -> None:
        """Run `work` in the thread `web`; it gets a question to ask now and then: is it time to leave?"""

        def leaving() -> bool:
            return stop.is_set() or self._closing.is_set()

        self._thread = Thread(target=work, args=(leaving,), name="web", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening, within two seconds. May be called twice."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join(CLOSE_S)


def serve(house: House, stop: Flag) -> WebServer:
    """Listen where `web_bind` says, in a thread of its own; ends with `stop` or `close()`. Never raises.

    Where it cannot listen, or fails later, it emits `web.failed` and the daemon goes on without pages.
    """
    emit, wanted, secret = house.world_of().emit, house.settings_of().web_bind, house.secret
    try:
        sock = bound(wanted)
    except (OSError, ValueError) as error:
        emit(failed(wanted, error))
        return WebServer(house.settings_of, secret, wanted)
    actual = f"{split_bind(wanted)[0]}:{sock.getsockname()[1]}"

    def work(leaving: Callable[[], bool]) -> None:
        try:
            from ritualsd.web.app import make_app, nowhere
            from ritualsd.web.listener import listen

            emit(Event(name=E.WEB_LISTENING, fields={"bind": actual}))
            listen(make_app(house, actual), sock, leaving, lambda: nowhere(house))
        except BaseException as error:  # noqa: BLE001 - uvicorn leaves by SystemExit; nothing here may end the daemon
            emit(failed(actual, error))
        finally:
            sock.close()

    server = WebServer(house.settings_of, secret, actual)
    server.start(work, stop)
    return server


def bound(bind: str) -> socket.socket:
    """A listening socket. Connections wait in its backlog until the pages are ready. Raises OSError, ValueError."""
    host, port = split_bind(bind)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.create_server((host, port), family=family, backlog=BACKLOG)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else each page waits 40 ms between head and body
    return sock


def failed(bind: str, error: BaseException) -> Event:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
    return Event(name=E.WEB_FAILED, fields={"bind": bind, "error": reason})
