"""What answers come from, for the tests: ntfy and Telegram as their documentation tells, on loopback.

The lines they speak are in `wire/`; nothing here knows our side. They can go away and come back.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

WIRE = Path(__file__).parent / "wire"
OPEN, MESSAGE, KEEPALIVE = map(json.loads, (WIRE / "ntfy.jsonl").read_text("utf-8").splitlines())


class Server:
    """An HTTP server on a port of its own, that can be taken down and put up again where it was."""

    def __init__(self) -> None:
        self.changed = Condition()
        self._port = 0
        self._server: ThreadingHTTPServer | None = None
        self.up()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def up(self) -> None:
        peer, closed = self, threading.Event()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                peer.get(self)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if closed.is_set():
                    self.close_connection = True
                else:
                    peer.post(self, body)

            def log_message(self, *_: object) -> None:
                pass

        class Reusing(ThreadingHTTPServer):
            allow_reuse_address = True
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """Whoever hung up did so on purpose."""

        self.closed = closed
        self._server = Reusing(("127.0.0.1", self._port), Handler)
        self._port = self._server.server_address[1]
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def down(self) -> None:
        assert self._server is not None
        self.closed.set()
        with self.changed:
            self.changed.notify_all()
        self._server.shutdown()
        self._server.server_close()

    def get(self, request: BaseHTTPRequestHandler) -> None:
        answer(request, 404, b"{}")

    def post(self, request: BaseHTTPRequestHandler, body: bytes) -> None:
        answer(request, 404, b"{}")


def answer(request: BaseHTTPRequestHandler, status: int, body: bytes) -> None:
    request.send_response(status)
    request.send_header("Content-Type", "application/json")
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


@contextmanager
def running(server: Server) -> Iterator[None]:
    try:
        yield
    finally:
        server.down()


class Ntfy(Server):
    """Publishing and streaming of topics, with `since`, keepalives and a login."""

    def __init__(self, token: str = "") -> None:
        self.messages: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.token = token
        super().__init__()

    def publish(self, topic: str, message: str, id_: str = "") -> str:
        with self.changed:
            id_ = id_ or f"mEss{len(self.messages):04d}Test"
            self.messages.append(MESSAGE | {"id": id_, "topic": topic, "message": message, "time": int(time.time())})
            self.changed.notify_all()
        return id_

    def repeat(self) -> None:
        """Tell the last message again, with the id it had."""
        with self.changed:
            self.messages.append(dict(self.messages[-1]))
            self.changed.notify_all()

    def post(self, request: BaseHTTPRequestHandler, body: bytes) -> None:
        id_ = self.publish(request.path.strip("/"), body.decode())
        answer(request, 200, json.dumps({"id": id_}).encode())

    def get(self, request: BaseHTTPRequestHandler) -> None:
        url = urlsplit(request.path)
        if self.token and request.headers.get("Authorization") != f"Bearer {self.token}":
            answer(request, 401, b'{"code":40101,"http":401,"error":"unauthorized"}')
            return
        topics = url.path.removesuffix("/json").strip("/").split(",")
        since = parse_qs(url.query).get("since", ["all"])[0]
        self.asked.append(since)
        request.send_response(200)
        request.send_header("Transfer-Encoding", "chunked")
        request.end_headers()
        self._stream(request, topics, since)

    def _stream(self, request: BaseHTTPRequestHandler, topics: list[str], since: str) -> None:
        def say(line: dict[str, Any]) -> None:
            data = json.dumps(line).encode() + b"\n"
            request.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

        ids = [message["id"] for message in self.messages]
        at = len(ids) - ids[::-1].index(since) if since in ids else 0
        say(OPEN | {"topic": ",".join(topics)})
        while not self.closed.is_set():
            with self.changed:
                if at == len(self.messages):
                    self.changed.wait(0.5)
                told, at = self.messages[at:], len(self.messages)
            for message in told:
                if message["topic"] in topics:
                    say(message)
            if not told:
                say(KEEPALIVE)
        request.close_connection = True


class Telegram(Server):
    """`getUpdates`, `sendMessage` and `answerCallbackQuery` of one bot; 409 while somebody else polls it."""

    def __init__(self, token: str) -> None:
        self.polls = 0
        self.token = token
        self.updates: list[dict[str, Any]] = []
        self.newest: int | None = None
        self.said: list[dict[str, Any]] = []
        self.offsets: list[int] = []
        self.refuse: tuple[int, dict[str, Any]] | None = None
        self.raw: bytes | None = None
        super().__init__()

    def tell(self, update: dict[str, Any], number: int = 0) -> None:
        with self.changed:
            # Numbers go on, also where all before were fetched and forgotten.
            following = update["update_id"] if self.newest is None else self.newest + 1
            self.newest = number or following
            self.updates.append(update | {"update_id": self.newest})
            self.changed.notify_all()

    def post(self, request: BaseHTTPRequestHandler, body: bytes) -> None:
        _, bot, method = request.path.split("/")
        asked = json.loads(body)
        if bot != f"bot{self.token}":
            self._refuse(request, 401, {"description": "Unauthorized"})
        elif self.refuse is not None:
            self._refuse(request, *self.refuse)
        elif self.raw is not None:
            answer(request, 200, self.raw)
        elif method == "getUpdates":
            answer(request, 200, json.dumps({"ok": True, "result": self._pending(asked)}).encode())
        else:
            self.said.append({"method": method, **asked})
            answer(request, 200, b'{"ok":true,"result":true}')

    def _pending(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        self.polls += 1
        until = time.monotonic() + asked["timeout"]
        with self.changed:
            if "offset" in asked:
                self.offsets.append(asked["offset"])
                self.updates = [one for one in self.updates if one["update_id"] >= asked["offset"]]
            while not self.updates and time.monotonic() < until and not self.closed.is_set() and not self.refuse:
                self.changed.wait(0.2)
            return self.updates[: asked["limit"]]

    def _refuse(self, request: BaseHTTPRequestHandler, status: int, more: dict[str, Any]) -> None:
        answer(request, status, json.dumps({"ok": False, "error_code": status, **more}).encode())


def update(kind: str, token: str, *, chat: int | None = None, **over: Any) -> dict[str, Any]:
    """One of `wire/telegram-*.json`, about `token`, from `chat`, with fields of its message or query replaced."""
    text = (WIRE / f"telegram-{kind}.json").read_text("utf-8").replace("TOKEN", token)
    told: dict[str, Any] = json.loads(text.replace("4711", str(chat)) if chat else text)
    if kind != "button":
        told["message"]["date"] = int(time.time())
    told["callback_query" if kind == "button" else "message"].update(over)
    return told
