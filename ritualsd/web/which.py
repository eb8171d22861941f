"""Which household a request is for, where there are many: told by its secret link, by its cookie, or by the name typed.

It opens nothing: the pages ask in that household whether the link is good, and everything else is as with one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from ritualsd.core.tokens import token_digest
from ritualsd.web.house import Doors
from ritualsd.web.sign_in import COOKIE, cookie_name

BY_TOKEN = ("r", "in", "cal")
"""The first part of the addresses that go on with a token of the ledger."""


@dataclass(frozen=True, slots=True)
class Which:
    """An ASGI application around the pages. Whatever the link is worth, the ledger is asked once."""

    app: ASGIApp
    doors: Doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        household = await run_in_threadpool(self.doors.find, *clue(scope))
        self.doors.enter(household)  # here and not in that thread: the context of this request is ours alone
        try:
            await self.app(scope, receive, send)
        finally:  # what was kept before a page could not be shown counts as well
            if scope["method"] == "POST" and household:
                await run_in_threadpool(self.doors.changed, household)


def clue(scope: Scope) -> tuple[str, bytes]:
    """The name of a household, or "", and the digest of the token that leads to one."""
    first, _, rest = scope["path"].lstrip("/").partition("/")
    if first in BY_TOKEN and rest:
        return "", token_digest(rest.removesuffix(".ics") if first == "cal" else rest)
    if first == "inbox" and rest:
        return rest.rpartition(".")[0], b""
    if first == "in" and scope["method"] == "POST":
        return named(scope.get("state", {})), b""
    cookies = Request(scope).cookies
    cookie = cookies.get(cookie_name(https=True)) or cookies.get(COOKIE, "")
    return "", token_digest(cookie)


def named(state: dict[str, Any]) -> str:
    """The household in a name typed as HOUSEHOLD/PERSON, which is left as the person's alone."""
    fields = state.get("fields", {})
    household, slash, person = fields.get("name", "").strip().partition("/")
    if not slash:
        return ""
    state["fields"] = {**fields, "name": person}
    return str(household.casefold())
