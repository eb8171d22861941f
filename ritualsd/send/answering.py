"""How a message can be answered on each kind of channel: buttons and a tap where the service has them, an address to
reply to in a mail, and for all others the bare link on a line of its own. Pure; holds secrets, so it is never printed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

NTFY = frozenset({"ntfy", "ntfys"})
PUSHOVER = frozenset({"pover"})
MAIL = frozenset({"mailto", "mailtos"})
NTFY_MOST_BUTTONS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """`keys` go into the address of the service, `last_line` into the words; either may be empty."""

    keys: Mapping[str, Any] = field(default_factory=dict, repr=False)
    last_line: str = field(default="", repr=False)

    def over(self, address: Mapping[str, Any]) -> dict[str, Any]:
        """The address of a service with these keys in it; headers it has of its own stay."""
        both = {**address, **self.keys}
        if "headers" in self.keys:
            both["headers"] = {**self.keys["headers"], **(address.get("headers") or {})}
        return both


NO_ANSWERING = Answering()


def answering(scheme: str, back: Mapping[str, Any]) -> Answering:
    """What a channel of this scheme makes of a `WayBack`, given as plain values; of {} nothing."""
    scheme = scheme.lower()
    link = back.get("link", "")
    if scheme in NTFY:
        return Answering(keys=_ntfy(back), last_line="")
    if scheme in PUSHOVER:
        return Answering(keys={"supplemental_url": link} if link else {})
    if scheme in MAIL:
        return Answering(keys=_mail(back), last_line=link or back.get("line", ""))
    return Answering(last_line=link)


def _ntfy(back: Mapping[str, Any]) -> dict[str, Any]:
    """A tap opens the page; a button posts the answer to the person's reply topic, and takes the message away."""
    keys: dict[str, Any] = {"click": back["link"]} if back.get("link") else {}
    if back.get("topic") and back.get("buttons"):
        pressed = [
            {
                "action": "http",
                "label": label,
                "url": back["topic"],
                "method": "POST",
                "body": json.dumps({"t": back["token"], "a": text}),
                "clear": True,
            }
            for label, text in back["buttons"][:NTFY_MOST_BUTTONS]
        ]
        keys["actions"] = json.dumps(pressed)
    return keys


def _mail(back: Mapping[str, Any]) -> dict[str, Any]:
    """Where an answer goes, and a word to other machines that nobody is to be answered by them."""
    keys: dict[str, Any] = {"headers": {"Auto-Submitted": "auto-generated"}}
    return keys | ({"reply_to": back["mail"]} if back.get("mail") else {})
