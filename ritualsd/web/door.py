"""The door in front of every page: which host names are answered, what may be sent here, and the headers.

It opens no page itself. A foreign host name is refused because a site could otherwise point its own name at us
and read the inbox through the visitor's browser (DNS rebinding).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ritualsd.core.links import LOOPBACK, WILDCARD, is_address, split_bind
from ritualsd.model import Settings
from ritualsd.web.house import House
from ritualsd.web.limits import Allowance, neighbourhood, visitor
from ritualsd.web.posting import Unfit, from_us, read_fields

HEADER_BYTES = 8192  # uvicorn's own limit, set to the same, is only for headers that arrive in pieces
READING = ("GET", "HEAD")
FORMS_A_MINUTE = 30  # from one address
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

Refuse = Callable[[int], Response]
"""The page that says why nothing was done, by its status."""


class Door:
    """An ASGI application around another. What a form says is in `request.state.fields` behind it.

    `takes_forms` says of a path whether anything can be sent there; everything else can only be read.
    """

    def __init__(
        self, app: ASGIApp, house: House, bind: str, takes_forms: Callable[[str], bool], refuse: Refuse
    ) -> None:
        self._app, self._house, self._bind = app, house, bind
        self._takes_forms, self._refuse = takes_forms, refuse
        self._forms = Allowance(FORMS_A_MINUTE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app: ASGIApp = self._app
        try:
            self._look(scope)
            if scope["method"] == "POST":
                scope.setdefault("state", {})["fields"] = await self._form(scope, receive)
        except Unfit as unfit:
            app = self._refuse(unfit.status)
        await app(scope, receive, with_headers(send))

    def _look(self, scope: Scope) -> None:
        """Raises Unfit for what is not even looked up."""
        if sum(len(name) + len(value) for name, value in scope["headers"]) > HEADER_BYTES:
            raise Unfit(431)
        host = Headers(scope=scope).get("host", "")
        if not host_allowed(host, self._house.settings_of(), split_bind(self._bind)[0]):
            raise Unfit(400)
        if scope["method"] not in READING and not (scope["method"] == "POST" and self._takes_forms(scope["path"])):
            raise Unfit(405)

    async def _form(self, scope: Scope, receive: Receive) -> Mapping[str, str]:
        """The fields of a form from a page of ours. Raises Unfit for any other."""
        headers, settings = Headers(scope=scope), self._house.settings_of()
        if not from_us(headers, settings, self._bind):
            raise Unfit(403)
        client = scope["client"][0] if scope.get("client") else ""
        forwarded = ",".join(headers.getlist("x-forwarded-for"))  # some proxies add a line of their own
        client = visitor(client, forwarded, settings.proxies)
        if not self._forms.take(neighbourhood(client), self._house.now_s()):
            raise Unfit(429)
        return await read_fields(receive, headers)


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
