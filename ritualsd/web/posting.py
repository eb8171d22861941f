"""What a form must be before anything reads it: sent from a page of ours, small, and plain. It changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from starlette.datastructures import Headers
from starlette.types import Receive

from ritualsd.core.links import LOOPBACK, WILDCARD, is_address, split_bind
from ritualsd.model import Settings

FORM = "application/x-www-form-urlencoded"
MOST_BYTES = 16 * 1024
MOST_FIELDS = 20


class Unfit(Exception):
    """A form that is not taken; `status` says why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def from_us(headers: Headers, settings: Settings, bind: str) -> bool:
    """Whether a form was sent from one of our own pages. `bind` is the host and port we listen on.

    Browsers say where a form stood: in Sec-Fetch-Site where they trust the connection, else in Origin. What says
    neither is no browser of a person. Compared with our own address, never with Host alone: behind a proxy they differ.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin", "")
    return origin in our_origins(settings, bind) or (
        split_bind(bind)[0] in WILDCARD and _same_address(origin, headers.get("host", ""))
    )


def our_origins(settings: Settings, bind: str) -> frozenset[str]:
    """The origins our pages can have: the public one, and those of the address we listen on."""
    host, port = split_bind(bind)
    names = LOOPBACK | {host} if host in LOOPBACK | WILDCARD else {host}
    local = {_origin(f"http://{f'[{name}]' if ':' in name else name}:{port}") for name in names if name}
    return frozenset(local | ({_origin(settings.public_url)} if settings.public_url else set()))


def _origin(url: str) -> str:
    """Scheme, host and port as a browser writes them: lower case, without a port that goes without saying."""
    parts = urlsplit(url)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = f":{parts.port}" if parts.port not in (None, usual) else ""
    return f"{parts.scheme}://{host}{port}"


def _same_address(origin: str, host: str) -> bool:
    """Listening everywhere, we are known by any address of this machine; a name could be somebody else's."""
    name = (urlsplit(f"//{host}").hostname or "") if host else ""
    return origin == f"http://{host.lower()}" and is_address(name)


async def read_fields(receive: Receive, headers: Headers) -> Mapping[str, str]:
    """The fields of a form, the last of each name. Raises Unfit for a body that is too long or no form."""
    if headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise Unfit(415)
    body = await _read(receive, headers.get("content-length", ""))
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Unfit(413) from None
    return dict(pairs)


async def _read(receive: Receive, length: str) -> bytes:
    """The body, given up as soon as it is longer than ours ever are."""
    if length.isdecimal() and int(length[:20]) > MOST_BYTES:
        raise Unfit(413)
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Unfit(400)
        chunk: bytes = message.get("body", b"")
        body += chunk
        if len(body) > MOST_BYTES:
            raise Unfit(413)
        if not message.get("more_body"):
            return body
