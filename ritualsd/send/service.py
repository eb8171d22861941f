"""One message on one Apprise service, and the only place Apprise is imported. For the sending process only.

It decides nothing about when or how often: the service is made anew for each message, so that none waits for another.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from html import escape
from typing import Any

from ritualsd.send.answering import Answering, answering
from ritualsd.send.classify import Verdict, classify
from ritualsd.send.hearing import hear_all, heard, lines
from ritualsd.send.render import DEFAULT, Limits, render

_READ_TIMEOUT_S = 15.0  # the default of 4 s turns a slow delivery into a repeated one
_REMEMBERED = 256  # addresses read once, each some kilobytes

OURS = frozenset({"retry", "wait", "optional", "redirect", "overflow", "format", "cto", "rto", "emojis"})
"""Keys of an Apprise URL that would take over what is decided elsewhere: retries, deadlines, redirects, lengths."""

FETCHING = frozenset({"attach", "filename", "template"})
"""Keys that would send a file of this machine, or fetch one."""


class Unusable(Exception):
    """Refused before anything was sent. Its text is the code."""


def load() -> None:
    """Import Apprise with all its services."""
    _apprise().plugins.N_MGR.load_modules()
    hear_all()


def send(url: str, title: str, body: str, back: Mapping[str, Any], storage: str | None) -> Verdict:
    """Say it to the one recipient of `url`. Raises Unusable, or whatever the service raises."""
    scheme = url.partition("://")[0]
    way = answering(scheme, back)
    service = _service(url, storage, way)
    title, body = _fit(scheme, title, body, otherwise=_limits_of(service), last_line=way.last_line)
    if not body:
        raise Unusable("empty")
    if service.resolve_format("text") == "html":
        return _notify(service, title=escape(title), body=_as_html(body), body_format="html")
    return _notify(service, title=title, body=body, body_format="text")


_fit = lru_cache(maxsize=32)(render)  # the same words often go to many people


def _apprise() -> Any:
    """The library, whose own annotations are incomplete."""
    import apprise.plugins

    return apprise


def _limits_of(service: Any) -> Limits:
    """What the service says it takes; some count the title, and a line end after it, as part of the body."""
    shared = service.title_maxlen + 2 if service.overflow_amalgamate_title else 0
    return Limits(body=min(service.body_maxlen - shared, DEFAULT.body), title=service.title_maxlen)


def _as_html(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br />\n")


def _service(url: str, storage: str | None, way: Answering) -> Any:
    """A fresh Apprise service for one recipient. Raises Unusable for a URL that names none, or more than one."""
    try:
        address = way.over(_copied(_address(url)))
        service = _apprise().Apprise.instantiate(address, asset=_asset(storage), suppress_exceptions=False)
    except Unusable:
        raise
    except Exception as error:  # some services raise over a URL they cannot read; none has sent anything yet
        raise Unusable("bad-url") from error
    if service is None or len(service) != 1:
        raise Unusable("bad-url")
    return service


@lru_cache(maxsize=_REMEMBERED)
def _address(url: str) -> dict[str, Any]:
    """What Apprise reads in a URL, without the keys that are not for an address to decide."""
    plugins = _apprise().plugins
    address = plugins.url_to_dict(url)
    if address is None:
        raise Unusable("bad-url")
    if not plugins.N_MGR[address["schema"]].enabled:
        raise Unusable("missing-package")
    if "detect_owner" in address and not address["targets"]:
        # Telegram would look for a recipient itself, and take the updates that our own reader waits for.
        raise Unusable("bad-url")
    return {key: value for key, value in address.items() if key not in OURS | FETCHING} | {"rto": _READ_TIMEOUT_S}


def _copied(value: Any) -> Any:
    """What a service is given to keep and to change. An address holds nothing but text, numbers and these."""
    if isinstance(value, dict):
        return {key: _copied(each) for key, each in value.items()}
    return type(value)(map(_copied, value)) if isinstance(value, list | set) else value


def _asset(storage: str | None) -> Any:
    return _apprise().AppriseAsset(
        app_id="ritualsd",
        http_redirects=False,
        service_timeout=0,
        allow_templates=False,
        storage_path=storage,
        image_url_mask="",
        image_url_logo="",
    )


def _notify(service: Any, **words: str) -> Verdict:
    with heard() as records:
        taken = service.notify(**words)
    return classify("SUCCESS" if taken else "FAILURE", lines(records))
