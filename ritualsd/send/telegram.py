"""A Telegram message with buttons under it, which Apprise has no word for. Plain text; every button holds the token.

Speaks to the Bot API by itself, in the sending process; all else on Telegram goes through Apprise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests

from ritualsd.send.classify import Verdict, classify, from_http
from ritualsd.send.render import Limits, render

LIMITS = Limits(body=4096, title=0)
TIMEOUTS_S = (4.0, 15.0)  # to connect, and to answer


def has_buttons(back: Mapping[str, Any]) -> bool:
    """Whether this message can carry buttons that somebody listens to."""
    return bool(back.get("bot") and back.get("buttons"))


def send_with_buttons(title: str, body: str, back: Mapping[str, Any]) -> Verdict:
    """Send to the one chat in `back`, and say what came of it."""
    _, text = render("tgram", title, body, otherwise=LIMITS, last_line=back.get("link", ""))
    if not text:
        return "permanent", "empty"
    row = [{"text": label, "callback_data": f"{back['token']}:{answer}"} for label, answer in back["buttons"]]
    message = {
        "chat_id": back["chat"],
        "text": text,
        "reply_markup": {"inline_keyboard": [row]},
        "link_preview_options": {"is_disabled": True},
    }
    try:
        answer = requests.post(f"{back['bot']}/sendMessage", json=message, timeout=TIMEOUTS_S, allow_redirects=False)
    except requests.RequestException as error:
        return classify("FAILURE", [("DEBUG", f"Socket Exception: {error}")])
    return ("sent", "ok") if answer.status_code == requests.codes.ok else from_http(answer.status_code)
