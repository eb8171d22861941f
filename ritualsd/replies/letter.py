"""One e-mail as an answer: which tokens it names, what its writer wrote, and whether a machine wrote it. Pure.

The sender's address is never looked at: it is forged freely, and the token is the authority.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage, MIMEPart
from hashlib import sha256

from ritualsd.replies.page_text import page_text
from ritualsd.replies.quoted import own_words

_TOKEN = r"[A-Za-z0-9_-]{22}"
_IN_BODY = re.compile(rf"(?:/r/|\bref[:\s]\s*)({_TOKEN})(?![A-Za-z0-9_-])")
_ADDRESSED = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
_BULK = frozenset({"bulk", "junk", "list", "auto_reply"})
_MARKS = ("X-Autoreply", "X-Autorespond", "List-Id", "X-Auto-Response")
_ANSWER = re.compile(r"\s*(re|aw|antw|sv|fwd?|wg)\s*(\[\d+\])?\s*:", re.IGNORECASE)
_TRIED = 4
"""So many tokens of one letter are looked up: a stranger could write a thousand."""

_HEADER = 4_000  # characters of one that are read: its parser takes the square of their number

MOST_PARTS, MOST_LEVELS = 1000, 50
"""So many lines that may begin a part, and so many parts that may hold others: each costs the parser of the standard
library some of its time, and a quarter of a megabyte has room for forty thousand."""

_BEGINS = re.compile(rb"[\r\n]--")
_HOLDS = re.compile(rb"boundary", re.IGNORECASE)

_PARTS = frozenset({"content-type", "content-disposition", "content-transfer-encoding"})
_READ, _AS_TEXT = HeaderRegistry(), HeaderRegistry(use_default_map=False)


def _header(name: str, value: str) -> str:
    """Addresses stay text: their parser gives up over what people's programs write, and a token needs none of it."""
    registry = _READ if name.lower() in _PARTS else _AS_TEXT
    return registry(name, value[:_HEADER])


_POLICY = policy.default.clone(header_factory=_header)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a mail says. `id` is the same for each copy of it; `words` "" where nothing readable is left."""

    id: str
    tokens: tuple[str, ...]
    words: str
    automatic: bool


def read_letter(raw: bytes, address: str) -> Letter:
    """The mail in `raw`, sent to `address` or to `local+TOKEN@domain` of it. Raises ValueError for what is no mail."""
    if len(_BEGINS.findall(raw)) > MOST_PARTS or len(_HOLDS.findall(raw)) > MOST_LEVELS:
        raise ValueError("this mail is in more pieces than people write")
    try:
        mail = message_from_bytes(raw, policy=_POLICY)
        text = _text(mail)
        return Letter(
            id=_id(mail, raw), tokens=_tokens(mail, text, address), words=_words(mail, text), automatic=_automatic(mail)
        )
    except Exception:  # noqa: BLE001 - the parser of the standard library raises anything over a malformed mail
        raise ValueError("this is no mail anyone could read") from None


def _id(mail: EmailMessage, raw: bytes) -> str:
    own = str(mail["Message-ID"] or "").strip().encode("utf-8", "replace")
    return sha256(own or raw).hexdigest()[:32]


def _tokens(mail: EmailMessage, text: str, address: str) -> tuple[str, ...]:
    """Every token it is addressed to, the surest place first, then those that stand in the text."""
    local, _, domain = address.partition("@")
    plus = re.compile(rf"(?<![^\s<\",;:]){re.escape(local)}\+({_TOKEN})@{re.escape(domain)}(?![\w.-])", re.IGNORECASE)
    headers = [str(value) for name in _ADDRESSED for value in mail.get_all(name, [])]
    named = [token for value in headers for token in plus.findall(value)]
    return tuple(dict.fromkeys([*named, *_IN_BODY.findall(text)]))[:_TRIED]


def _words(mail: EmailMessage, text: str) -> str:
    """The writer's words; the subject where the body is empty and the subject is the writer's own."""
    subject = str(mail["Subject"] or "")
    return own_words(text) or ("" if _ANSWER.match(subject) else subject.strip())


def _automatic(mail: EmailMessage) -> bool:
    """Whether a machine wrote it: an absence note, a bounce, a list. None of these is ever a reply."""
    submitted = str(mail["Auto-Submitted"] or "no").partition(";")[0].strip().lower()
    precedence = str(mail["Precedence"] or "").strip().lower()
    bounced = str(mail["Return-Path"] or "").replace(" ", "") == "<>"
    report = mail.get_content_type() == "multipart/report"
    return submitted != "no" or precedence in _BULK or bounced or report or any(mark in mail for mark in _MARKS)


def _text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain", "html"))
    if part is None:
        return ""
    content = _decoded(part)
    return content if part.get_content_type() != "text/html" else page_text(content)


def _decoded(part: MIMEPart) -> str:
    try:
        return str(part.get_content())
    except LookupError:  # a character set nobody knows
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
