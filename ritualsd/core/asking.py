"""What an occurrence asks its reader for: a ritual's own question, or one of the few that notices ask. Pure."""

from __future__ import annotations

from ritualsd.core import promises, swaps
from ritualsd.core.leaving import choices_to
from ritualsd.core.notices import FOLLOW_UP, PROMISE, SWAP, WELCOME, notice_in
from ritualsd.core.nudges import OFFER
from ritualsd.core.phrases import Phrases
from ritualsd.core.replies import Ask
from ritualsd.model import Occurrence, Ritual


def asked(ritual: Ritual | None, occurrence: Occurrence, phrases: Phrases) -> Ask | None:
    """The ask, in the reader's language; None for a notice that asks for nothing. A ritual that is gone can no longer
    say what it asked, so any words will do."""
    if notice_in(occurrence.ritual, occurrence.part):
        if occurrence.ritual == FOLLOW_UP:
            return "text"
        return choices_in(occurrence.ritual, occurrence.part, phrases) or None
    return ritual.ask if ritual is not None else "text"


def choices_in(ritual: str, part: str, phrases: Phrases) -> tuple[str, ...]:
    """What there is to choose from in answer to a notice, in the reader's language; () where it asks for nothing."""
    if notice_in(ritual, part) == OFFER:
        return (phrases.say("offer.pause").partition(",")[0].strip(),)
    if ritual == WELCOME:
        return choices_to(part, phrases)
    if ritual == PROMISE:
        return promises.choices(phrases)
    return swaps.choices(phrases) if ritual == SWAP and part != swaps.THANKS else ()
