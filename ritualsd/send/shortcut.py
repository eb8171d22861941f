"""The short way of one request through `requests`: prepared and sent by its own parts, without a `Session` around them
that lives for a single message. For the sending process only.

Whatever it is not sure to do as `requests` does goes the long way: redirects, streams, proxies, and all that it
does not know.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.request import getproxies

import requests
from requests import PreparedRequest, Response, api
from requests.structures import CaseInsensitiveDict
from requests.utils import default_headers

from ritualsd.send.connections import KeepingAdapter

Send = Callable[..., Response]

KNOWN = frozenset({"params", "data", "json", "files", "headers", "auth", "verify", "timeout", "allow_redirects"})
BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def take_the_short_way(adapter: KeepingAdapter) -> None:
    """Let every `requests.request`, `requests.post` and the like use it from now on, where it may."""
    if getproxies():  # only the long way knows which of them is for whom
        return
    short = short_way(adapter, otherwise=api.request)
    for module in (requests, api):
        vars(module)["request"] = short


def short_way(adapter: KeepingAdapter, otherwise: Send) -> Send:
    """A `requests.request` over `adapter`, that leaves to `otherwise` what it does not do itself."""
    usual = default_headers()

    def request(method: str, url: str, **said: Any) -> Response:
        if not may_be_short(url, said):
            return otherwise(method, url, **said)
        headers = CaseInsensitiveDict(usual)
        headers.update(said.get("headers") or {})
        what = {key: said.get(key) for key in ("params", "data", "json", "files", "auth")}
        prepared = _Prepared()
        prepared.prepare(method.upper(), url, headers=present(headers), **what)
        return adapter.send(prepared, timeout=said.get("timeout"), verify=trusted(said.get("verify")))

    return request


class _Prepared(PreparedRequest):
    """One whose address is put together once for all messages that go there."""

    def prepare_url(self, url: Any, params: Any) -> None:
        if params:
            super().prepare_url(url, params)
        else:
            self.url = _put_together(url)


@lru_cache(maxsize=256)
def _put_together(url: str) -> str | None:
    alone = PreparedRequest()
    alone.prepare_url(url, None)
    return alone.url


def may_be_short(url: Any, said: Mapping[str, Any]) -> bool:
    """Whether one request and its answer are all there is to it."""
    known = said.keys() <= KNOWN and said.get("allow_redirects") is False
    plain_auth = said.get("auth") is None or isinstance(said["auth"], tuple)  # others may answer a question first
    return known and plain_auth and isinstance(url, str) and url.lower().startswith(("http://", "https://"))


def present(headers: CaseInsensitiveDict[Any]) -> CaseInsensitiveDict[Any]:
    """Without those that were set to None, which takes them away."""
    return CaseInsensitiveDict({name: value for name, value in headers.items() if value is not None})


def trusted(verify: bool | str | None) -> bool | str:
    """Where the authorities are that a request trusts, by the same rule as in a session."""
    if verify is None or verify is True:
        return next((os.environ[name] for name in BUNDLES if os.environ.get(name)), True)
    return verify
