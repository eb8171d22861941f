"""The door in front of every page: which host names are answered, that reading is all one can do, and the headers.

It opens no page itself. A foreign host name is refused because a site could otherwise point its own name at us
and read the inbox through the visitor's browser (DNS rebinding).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ritualsd.core.links import LOOPBACK, WILDCARD
from ritualsd.model import Settings

HEADER_BYTES = 8192  # uvicorn's own limit, set to the same, is only for headers that arrive in pieces
READING = ("GET", "HEAD")
HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[^\s:@/\\?#\[\]]+)(:\d{1,5})?", re.IGNORECASE)

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Door:
    """An ASGI application around another. `settings_of` is asked each time, so that a reload counts at once."""

    def __init__(self, app: ASGIApp, settings_of: Callable[[], Settings], bound_host: str) -> None:
        self._app, self._settings_of, self._bound_host = app, settings_of, bound_host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app: ASGIApp = self._app
        if sum(len(name) + len(value) for name, value in scope["headers"]) > HEADER_BYTES:
            app = PlainTextResponse("That is more than this page reads.\n", status_code=431)
        elif not host_allowed(Headers(scope=scope).get("host", ""), self._settings_of(), self._bound_host):
            app = PlainTextResponse("This page is not served under that name.\n", status_code=400)
        elif scope["method"] not in READING:
            app = PlainTextResponse("This page can only be read.\n", status_code=405, headers={"Allow": "GET, HEAD"})
        await app(scope, receive, with_headers(send))


def with_headers(send: Send) -> Send:
    """`send`, adding the security headers to every answer."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(HEADERS)
        await send(message)

    return sending


def host_allowed(header: str, settings: Settings, bound_host: str) -> bool:
    """May a request with this `Host` header be answered?"""
    match = HOST.fullmatch(header)
    if match is None:
        return False
    name = match["name"].strip("[]").lower()
    known = LOOPBACK | {bound_host, urlsplit(settings.public_url).hostname}
    # Listening everywhere means any of the machine's addresses; a rebinding attack needs a name, never an address.
    return name in known or (bound_host in WILDCARD and is_address(name))


def is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
