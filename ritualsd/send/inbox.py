"""The built-in inbox: a channel whose messages stay in the ledger, where the web page reads them. Sends nothing."""

from __future__ import annotations

from ritualsd.model import INBOX_SCHEME, Channel, Outcome


def is_inbox(channel: Channel) -> bool:
    """Whether a channel is the built-in inbox."""
    return channel.url.reveal().partition("://")[0].strip().lower() == INBOX_SCHEME


def keep() -> Outcome:
    """The delivery row itself is the message in the inbox, so keeping it is all there is to do."""
    return Outcome(kind="sent", code="inbox")
