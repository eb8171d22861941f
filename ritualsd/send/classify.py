"""From what Apprise logged about a failed send to a kind and a code. Pure; no text it reads ever leaves it.

Apprise answers with success or failure only. The reason stands in its warnings (a status number) and, where nobody
answered, in a `Socket Exception:` line at DEBUG that can carry a token in a URL: it is matched, then dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ritualsd.model import OutcomeKind

Verdict = tuple[OutcomeKind, str]
LogLine = tuple[str, str]
"""A level name and its message."""

CODES: dict[str, str] = {
    "ok": "accepted",
    "inbox": "kept in the built-in inbox",
    "dns": "the name of the server could not be found",
    "refused": "nothing listens at that address",
    "unreachable": "there is no way to that address from here",
    "connect-timeout": "the server could not be reached in time",
    "read-timeout": "the server took the message and did not answer in time, so it may have arrived",
    "reset": "the connection broke before an answer, so it may have arrived",
    "tls": "no encrypted connection could be made",
    "tls-verify": "the certificate of the server could not be trusted",
    "bad-url": "the address of the channel cannot be used: it must be one Apprise knows, and name one recipient",
    "missing-package": "a Python package that this kind of channel needs is not installed",
    "empty": "there was nothing to send",
    "exception": "the service failed in an unexpected way, so it may have arrived",
    "deadline": "no answer came within the deadline, so it may have arrived",
    "crash": "the sending process ended before an answer, so it may have arrived",
    "stopped": "ritualsd was stopping",
    "busy": "the service was busy with other messages, or in trouble",
    "no-worker": "no sending process was free in time",
    "worker-failed": "the sending process could not start",
    "unexplained": "the service said no without saying why",
}
"""Every code but `http-NNN` and `smtp-NNN`, with the sentence a person reads."""

_NUMBERED = re.compile(r"(?:http|smtp)-\d{3}")
_RETRY_LATER = frozenset({408, 425, 429})

_HTTP = re.compile(r"error=(\d{3})\d{0,2}\.?$")  # ntfy gives five digits, of which the first three are the status
_SMTP = re.compile(r"(?:\{.{1,330}?: )?\((\d{3}), b['\"]")  # one reply, or a dictionary of replies by recipient
_SOCKET = "Socket Exception: "
_CAUSE = "(Caused by "
_RAISED = "raised an exception."

_BROKEN: tuple[tuple[re.Pattern[str], OutcomeKind, str], ...] = (
    (re.compile(r"NameResolution|\[Errno -\d+\]|getaddrinfo failed"), "transient", "dns"),
    (re.compile(r"CERTIFICATE_VERIFY_FAILED"), "permanent", "tls-verify"),
    (re.compile(r"Read timed out|^timed out|\bread operation timed out"), "unknown", "read-timeout"),
    (re.compile(r"Connection (?:aborted|broken|unexpectedly closed)|\[Errno (?:32|104)\]|EOF"), "unknown", "reset"),
    (re.compile(r"ConnectTimeout|connect timeout|\[Errno 110\]"), "transient", "connect-timeout"),
    (re.compile(r"\[Errno 111\]"), "transient", "refused"),
    (re.compile(r"\[Errno (?:101|113)\]"), "transient", "unreachable"),
    (re.compile(r"SSL|STARTTLS"), "transient", "tls"),
    (re.compile(r"^Failed to parse|invalid label|in header (?:name|value)"), "permanent", "bad-url"),
)  # fmt: skip
"""In this order, since one text may hold several: a connection that broke under TLS says EOF and SSL."""


def is_code(code: object) -> bool:
    """Whether `code` is of the closed list."""
    return isinstance(code, str) and (code in CODES or _NUMBERED.fullmatch(code) is not None)


def sentence(code: str) -> str:
    """What a code means, for a person."""
    if code in CODES:
        return CODES[code]
    return f"the server answered {code.partition('-')[2]}"


def classify(status: str, log: Iterable[LogLine]) -> Verdict:
    """What one Apprise call came to. `status` is the name of its status; `log` its lines in order.

    A number somebody answered with beats a broken connection, and the later beats the earlier: the last word decided.
    """
    if status == "SUCCESS":
        return "sent", "ok"
    if status == "TIMEOUT":
        return "unknown", "deadline"
    answer: Verdict | None = None
    broken: Verdict | None = None
    for level, text in log:
        answer = _answered(level, text) or answer
        broken = _broken(level, text) or broken
    return answer or broken or ("transient", "unexplained")


def from_http(status: int) -> Verdict:
    """The verdict on an HTTP status that was not the success the service hoped for."""
    code = f"http-{status}"
    if status in _RETRY_LATER or status >= 500:
        return "transient", code
    # A success it did not expect: something took the message.
    return ("permanent" if status >= 300 else "unknown"), code


def from_smtp(reply: int) -> Verdict:
    """The verdict on an SMTP reply code."""
    return ("permanent" if reply >= 500 else "transient"), f"smtp-{reply}"


def _answered(level: str, text: str) -> Verdict | None:
    if level in ("WARNING", "ERROR"):
        http = _HTTP.search(text)
        return from_http(int(http[1])) if http else None
    smtp = _SMTP.match(text.removeprefix(_SOCKET)) if text.startswith(_SOCKET) else None
    return from_smtp(int(smtp[1])) if smtp else None


def _broken(level: str, text: str) -> Verdict | None:
    if level in ("WARNING", "ERROR"):
        return ("unknown", "exception") if text.endswith(_RAISED) else None
    if not text.startswith(_SOCKET):
        return None
    # What stands before the cause holds the URL, whose words are the user's and prove nothing.
    cause = text.removeprefix(_SOCKET).rpartition(_CAUSE)[2]
    return next(((kind, code) for pattern, kind, code in _BROKEN if pattern.search(cause)), None)
