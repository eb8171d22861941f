"""Unclear: a message of its own to somebody whose answer could not be understood, where its source cannot speak back.

Said once for each slot, however much follows; what was written is kept nowhere.
"""

from __future__ import annotations

from datetime import datetime

from ritualsd.core.asking import asked
from ritualsd.core.compose import title_for
from ritualsd.core.notices import UNCLEAR, about, base_of
from ritualsd.core.reasons import reason
from ritualsd.core.replies import forms
from ritualsd.flow.opened import opened
from ritualsd.model import Incoming, Message, Occurrence, Reason, Ritual, Settings
from ritualsd.ports import World


def ask_again(world: World, settings: Settings, incoming: Incoming, now: datetime) -> None:
    """Plan the line that names the answers there are. Raises NotFound for a token that leads nowhere."""
    meant = opened(world, settings, incoming.token, now, incoming.person).occurrence
    world.store.record([about(base_of(meant), UNCLEAR, now)])


def unclear_words(
    world: World, settings: Settings, ritual: Ritual, occurrence: Occurrence, now: datetime
) -> Message | Reason:
    """The answers there are, unless one was given meanwhile."""
    base = world.store.find(base_of(occurrence).name)
    if base is not None and world.store.replies(base.occurrence.id):
        return reason("answered")
    reader = settings.household.people[occurrence.person]
    phrases = world.content.phrases(reader.language)
    body = phrases.say("replied.unclear", forms=forms(asked(ritual, base_of(occurrence), phrases) or "none", phrases))
    return Message(title=title_for(reader, ritual, phrases), body=body, source="notice")
