"""Leaving: a person mutes, pauses, leaves or comes back, alone. It is kept for them, and nobody is told.

Nothing is taken from what is on record already, so that what others share with them goes on as if they were silent.
"""

from __future__ import annotations

from datetime import datetime

from ritualsd.core.leaving import Wish, ended, wish_in
from ritualsd.core.notices import WELCOME, notice_in
from ritualsd.core.nudges import OFFER
from ritualsd.core.pauses import EVERYTHING, LEFT
from ritualsd.core.phrases import Phrases
from ritualsd.core.replies import is_rest
from ritualsd.model import Occurrence, Pause, Ritual
from ritualsd.ports import Store


def wished(meant: Occurrence, ritual: Ritual | None, text: str, phrases: Phrases) -> Wish | None:
    """What a reply to this message wants, where it is no answer but a wish for silence, or for its end."""
    if notice_in(meant.ritual, meant.part) == OFFER and is_rest(text, phrases):
        return None  # the offer's own button
    choices = () if ritual is None or isinstance(ritual.ask, str) else ritual.ask
    return wish_in(text, phrases, choices, welcome=meant.ritual == WELCOME)


def leave_alone(store: Store, person: str, now: datetime) -> None:
    """Nothing more is sent to this person, whatever the configuration says, until they come back."""
    store.pause(Pause(ritual=LEFT, person=person, since_utc=now))


def come_back(store: Store, person: str, now: datetime) -> bool:
    """The end of that, of a pause of everything, and of waiting for their yes; False where there was none of them."""
    resumed = [store.resume(ritual, person, now) for ritual in dict.fromkeys(ended("start", EVERYTHING))]
    return any(resumed)
