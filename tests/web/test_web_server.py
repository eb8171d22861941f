"""The server lives and leaves as promised: quick to close, patient only to a point, and never the daemon's end."""

from __future__ import annotations

import socket
import threading
import time
from threading import Event as Flag

import pytest

from ritualsd.model import Event, Settings
from ritualsd.web import listener
from ritualsd.web.server import WebServer, serve
from tests.servers import soon
from tests.web.home import ANA, BEN, Home, Ledger, house, household, running


def serving(settings: Settings, events: list[Event], stop: Flag | None = None) -> WebServer:
    return serve(house(lambda: settings, Ledger(), events), stop or Flag())


def connect(home: Home, first: bytes = b"") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", home.port), timeout=60)
    connection.sendall(first)
    return connection


def test_it_says_where_it_listens_and_never_a_private_address(changing: Home) -> None:
    changing.ask(changing.path("ana"))
    assert [(event.name, dict(event.fields)) for event in changing.events] == [
        ("web.listening", {"bind": f"127.0.0.1:{changing.port}"})
    ]


def test_a_port_in_use_is_an_event_and_not_the_end() -> None:
    events: list[Event] = []
    with socket.create_server(("127.0.0.1", 0)) as taken:
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        server = serving(household(ANA, bind=bind), events)
    assert not server.listening
    assert [event.name for event in events] == ["web.failed"]
    assert events[0].fields["bind"] == bind
    assert server.url_for("ana").startswith(f"http://{bind}/inbox/")
    server.close()


def test_an_address_that_is_none_is_an_event_too() -> None:
    events: list[Event] = []
    for bind in ("192.0.2.1:80", "nowhere"):
        serving(household(ANA, bind=bind), events).close()
    assert [event.name for event in events] == ["web.failed", "web.failed"]


def test_it_closes_at_once_even_with_readers_that_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "REQUEST_S", 600.0)
    with running(household(ANA, BEN)) as home:
        half = [connect(home, b"GET / HTTP/1.1\r\nHost: local") for _ in range(5)]
        home.ask("/")
        home.server.close()
        assert soon(lambda: not home.server.listening)
        for connection in half:
            connection.close()


def test_it_closes_even_while_the_ledger_is_slow() -> None:
    released = threading.Event()
    with running(household(ANA, BEN), Ledger(slow=lambda: released.wait(600))) as home:
        waiting = connect(home, f"GET {home.path('ana')} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        time.sleep(0.3)
        began = time.monotonic()
        home.server.close()
        assert time.monotonic() - began < 60
        released.set()
        waiting.close()


def test_the_daemons_stop_flag_ends_it_as_well() -> None:
    stop = Flag()
    server = serving(household(ANA), [], stop)
    assert server.listening
    stop.set()
    assert soon(lambda: not server.listening)


def test_readers_that_send_half_a_request_do_not_keep_others_waiting(
    changing: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "REQUEST_S", 600.0)
    slow = [connect(changing, b"GET / HTTP/1.1\r\nHost: local") for _ in range(40)]
    assert changing.ask(changing.path("ana")).status == 200
    for connection in slow:
        connection.close()


def test_half_a_request_is_given_up_in_the_end(changing: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "REQUEST_S", 1.0)
    silent, half = connect(changing), connect(changing, b"GET / HTTP/1.1\r\nHost: local")
    for connection in (silent, half):
        connection.settimeout(60)
        assert gone(connection)


def gone(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True
    finally:
        connection.close()


def test_too_many_readers_at_once_are_turned_away_and_come_back(changing: Home) -> None:
    crowd = [connect(changing) for _ in range(listener.CONNECTIONS)]
    assert soon(lambda: changing.ask("/").status == 503)
    for connection in crowd:
        connection.close()
    assert soon(lambda: changing.ask("/").status == 200)


def test_a_ledger_that_fails_is_a_calm_page_and_an_event_without_words() -> None:
    def fail() -> None:
        raise RuntimeError("SELECT body FROM deliveries: a secret")

    with running(household(ANA, BEN), Ledger(slow=fail)) as home:
        answer = home.ask(home.path("ana"))
        assert answer.status == 500
        assert "One moment" in answer.text
        assert "secret" not in answer.text
        assert dict(home.events[-1].fields) == {"error": "RuntimeError"}


def test_an_idle_server_wakes_seldom() -> None:
    with running(household(ANA)) as home:
        home.ask("/")
        before = time.process_time()
        time.sleep(2)
        assert time.process_time() - before < 0.2
