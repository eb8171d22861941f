"""Nudges: how many, when, and when to stop. Each is softer than the one before; none says a number or another's name.

Whoever leaves a ritual unanswered for some time is asked less, then once whether it should change, then not at all.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from ritualsd.model import Ritual

NUDGE = "nudge"
OFFER = "offer"
SOFTEST = 3
FEWER_FROM, NONE_FROM = 2, 3
"""Slots left unanswered in a row from which there are half as many nudges, and none but an offer."""

OFFER_AGAIN = timedelta(days=90)
OFFER_AFTER = timedelta(hours=3)
REST = timedelta(days=28)
"""How long a ritual rests for somebody who takes the offer."""


def nudge_name(number: int) -> str:
    """The name of the first, second, … nudge about a slot."""
    return f"{NUDGE}-{number}"


def number_in(notice: str) -> int:
    """Which nudge a notice is; 0 for the message itself, and for any other notice."""
    kind, _, number = notice.rpartition("-")
    return int(number) if kind == NUDGE and number.isdecimal() else 0


def phrase_for(notice: str) -> str:
    """The key of its words. After the softest there is none softer."""
    return f"{NUDGE}.{min(number_in(notice), SOFTEST)}"


def allowed(ritual: Ritual, unanswered: int) -> int:
    """How many nudges a slot gets after so many slots in a row that had no reply at all."""
    if ritual.nudge_after is None or unanswered >= NONE_FROM:
        return 0
    return ritual.nudge_times // 2 if unanswered >= FEWER_FROM else ritual.nudge_times


def may_offer(ritual: Ritual, unanswered: int, last_offer_utc: datetime | None, due_utc: datetime) -> bool:
    """Whether to ask at that moment, this once, if the ritual should come less often, rest or change."""
    asks = ritual.ask != "none" or ritual.nudge_after is not None
    return asks and unanswered >= NONE_FROM and (last_offer_utc is None or due_utc - last_offer_utc >= OFFER_AGAIN)
