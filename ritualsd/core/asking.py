"""What an occurrence asks its reader for: a ritual's own question, or one of the few that notices ask. Pure."""

from __future__ import annotations

from ritualsd.core import promises, swaps
from ritualsd.core.notices import PROMISE, SWAP, notice_in
from ritualsd.core.phrases import Phrases
from ritualsd.core.replies import Ask
from ritualsd.model import Occurrence, Ritual


def asked(ritual: Ritual | None, occurrence: Occurrence, phrases: Phrases) -> Ask | None:
    """The ask, in the reader's language; None for a notice that asks for nothing. A ritual that is gone can no longer
    say what it asked, so any words will do."""
    if occurrence.ritual == PROMISE:
        return promises.choices(phrases)
    if occurrence.ritual == SWAP:
        return swaps.choices(phrases) if occurrence.part != swaps.THANKS else None
    if notice_in(occurrence.ritual, occurrence.part):
        return None
    return ritual.ask if ritual is not None else "text"
