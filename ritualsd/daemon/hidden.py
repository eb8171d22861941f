"""What no line of the log may hold: every secret of the configuration, in each form it could take on its way there.

The vocabulary of events has no place for one; this is the net below, for what a library or a plugin might let slip.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus, unquote

from ritualsd.model import Settings

MASK = "***"
SHORTEST = 4
"""Anything shorter stands in ordinary words too: to hide it would hide them, and show where it stood."""

SHORTEST_PART = 16
"""A part of an address that is no secret of its own: shorter ones may be a name that people gave."""

_PARTS = re.compile(r"[/?&=:@#;,]+")


class Hidden:
    """`learn` adds to what is hidden, and forgets nothing: a secret that was replaced may still be on its way."""

    def __init__(self) -> None:
        self._forms: set[str] = set()
        self._any: re.Pattern[str] | None = None

    def learn(self, settings: Settings) -> None:
        """Everything secret in this configuration."""
        self._forms.update(form for value in secret_values(settings) for form in forms(value))
        if self._forms:
            longest_first = sorted(self._forms, key=len, reverse=True)
            self._any = re.compile("|".join(map(re.escape, longest_first)))

    def without(self, line: str) -> str:
        """The line with a mask in the place of each."""
        return self._any.sub(MASK, line) if self._any is not None else line


def secret_values(settings: Settings) -> Iterator[str]:
    """What `${name}` stood for, whole addresses, and what in them looks like a token."""
    yield from (each.reveal() for each in settings.secrets)
    for person in settings.household.people.values():
        for channel in person.channels:
            if not channel.is_inbox:
                url = channel.url.reveal()
                yield url
                yield from _tokens(url)


def forms(value: str) -> Iterable[str]:
    """How a value could be written: as it is, as in a URL, as in JSON, and in base64 with or without its padding."""
    if len(value) < SHORTEST:
        return ()
    raw = value.encode()
    encoded = (b64encode(raw).decode(), urlsafe_b64encode(raw).decode())
    plain = (value, unquote(value), quote(value, safe=""), quote(value), quote_plus(value), json.dumps(value)[1:-1])
    return {each for each in (*plain, *encoded, *(text.rstrip("=") for text in encoded)) if len(each) >= SHORTEST}


def _tokens(url: str) -> Iterator[str]:
    rest = url.partition("://")[2]
    login = rest.partition("/")[0].rpartition("@")[0]
    yield login.partition(":")[2]
    yield from (part for part in _PARTS.split(rest) if len(part) >= SHORTEST_PART and "." not in part)
