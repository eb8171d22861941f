"""The sending process, and the only place Apprise is imported. One job a line comes in, one line answers it.

A job is `{"url", "title", "body", "deadline_s", "storage", "back"}`, an answer `{"kind", "code", "last"}`, both JSON on
the socket it gets as standard input; its first line says it is ready. It prints nothing, and ends at end of file.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import signal
import socket
import threading
import time
from html import escape
from typing import Any

from ritualsd.model import OutcomeKind
from ritualsd.send.answering import NO_ANSWERING, Answering, answering
from ritualsd.send.classify import Verdict, classify
from ritualsd.send.connections import keep_connections
from ritualsd.send.letterbox import keep_mail_connections
from ritualsd.send.render import DEFAULT, Limits, render
from ritualsd.send.telegram import has_buttons, send_with_buttons

READY = b"ready\n"

ORPHAN_GRACE_S = 5
"""How long after the deadline a worker whose parent cannot kill it any more ends by itself."""

_MEMORY = 384 * 1024 * 1024  # a peer may answer without end, and everything it says is read into memory
_READ_TIMEOUT_S = 15.0  # the default of 4 s turns a slow delivery into a repeated one
_FLUSH_S = 0.2

OURS = frozenset({"retry", "wait", "optional", "redirect", "overflow", "format", "cto", "rto", "emojis"})
"""Keys of an Apprise URL that would take over what is decided elsewhere: retries, deadlines, redirects, lengths."""

FETCHING = frozenset({"attach", "filename", "template"})
"""Keys that would send a file of this machine, or fetch one."""


class Unusable(Exception):
    """Refused before anything was sent. Its text is the code."""


def main() -> None:
    """Serve jobs until end of file, or until a job leaves something behind that could spoil the next."""
    pipe = _take_pipe()
    _limit()
    _quiet_apprise()
    keep_connections()
    keep_mail_connections()
    pipe.sendall(READY)
    with pipe.makefile("rb") as jobs:
        for line in jobs:
            reply = answer(json.loads(line))
            pipe.sendall(json.dumps(reply).encode() + b"\n")
            if reply["last"]:
                time.sleep(_FLUSH_S)  # a thread that was left behind may still hold bytes to write
                break
    # Threads of services must not hold up the end.
    os._exit(0)


def _take_pipe() -> socket.socket:
    """The parent's socket, moved away from standard input so that no library reads it."""
    pipe = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return pipe


def _limit() -> None:
    # Ctrl-C and a stop of the unit reach the whole group; the parent decides what becomes of a send under way.
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, signal.SIG_IGN)
    os.umask(0o077)
    for what, most in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_AS, _MEMORY)):
        _, hard = resource.getrlimit(what)
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (limit, limit))


def _quiet_apprise() -> None:
    """Import Apprise with all its services, and let its log go nowhere but into the result of a call."""
    _apprise().plugins.N_MGR.load_modules()
    log = logging.getLogger("apprise")
    log.setLevel(logging.DEBUG)
    log.propagate = False
    log.handlers = [logging.NullHandler()]


def _apprise() -> Any:
    """The library, whose own annotations are incomplete."""
    import apprise.plugins

    return apprise


def answer(job: dict[str, Any]) -> dict[str, Any]:
    """Send one message; whatever goes wrong inside, there is an answer without a word of the provider's."""
    signal.alarm(int(job["deadline_s"]) + ORPHAN_GRACE_S)
    kind: OutcomeKind
    try:
        kind, code = _send(job)
    except Unusable as reason:
        kind, code = "permanent", str(reason)
    except (Exception, SystemExit):  # noqa: BLE001 - a service may raise anything, and it may have sent before
        kind, code = "unknown", "exception"
    signal.alarm(0)
    spoilt = code == "exception" or threading.active_count() > 1
    return {"kind": kind, "code": code, "last": spoilt}


def _send(job: dict[str, Any]) -> Verdict:
    scheme, wanted = job["url"].partition("://")[0], job.get("back", {})
    if has_buttons(wanted):
        return send_with_buttons(job["title"], job["body"], wanted)
    back = answering(scheme, wanted)
    service = _service(job["url"], job["storage"], back)
    title, body = render(scheme, job["title"], job["body"], otherwise=_limits_of(service), last_line=back.last_line)
    if not body:
        raise Unusable("empty")
    if service.resolve_format("text") == "html":
        return _notify(service, title=escape(title), body=_as_html(body), body_format="html")
    return _notify(service, title=title, body=body, body_format="text")


def _limits_of(service: Any) -> Limits:
    """What the service says it takes; some count the title, and a line end after it, as part of the body."""
    shared = service.title_maxlen + 2 if service.overflow_amalgamate_title else 0
    return Limits(body=min(service.body_maxlen - shared, DEFAULT.body), title=service.title_maxlen)


def _as_html(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br />\n")


def _service(url: str, storage: str | None, back: Answering = NO_ANSWERING) -> Any:
    """A fresh Apprise service for one recipient. Raises Unusable for a URL that names none, or more than one."""
    try:
        service = _instantiate(url, storage, back)
    except Unusable:
        raise
    except Exception as error:  # some services raise over a URL they cannot read; none has sent anything yet
        raise Unusable("bad-url") from error
    if service is None or len(service) != 1:
        raise Unusable("bad-url")
    return service


def _instantiate(url: str, storage: str | None, back: Answering) -> Any:
    apprise = _apprise()
    address = apprise.plugins.url_to_dict(url)
    if address is None:
        raise Unusable("bad-url")
    if not apprise.plugins.N_MGR[address["schema"]].enabled:
        raise Unusable("missing-package")
    if "detect_owner" in address and not address["targets"]:
        # Telegram would look for a recipient itself, and take the updates that our own reader waits for.
        raise Unusable("bad-url")
    kept = {key: value for key, value in address.items() if key not in OURS | FETCHING} | {"rto": _READ_TIMEOUT_S}
    return apprise.Apprise.instantiate(back.over(kept), asset=_asset(storage))


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
    call = _apprise().Apprise(asset=service.asset)
    call.add(service)
    result = call.notify(**words, timeout=0, log_level=logging.DEBUG)
    return classify(result.status.name, [(entry.level, entry.message) for entry in result.logs()])


if __name__ == "__main__":
    main()
