"""Remember: hand a person's own words of earlier years to the plugins their household granted them.

Must not hand over anybody's words where another person may see what comes of them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from ritualsd.core.kept import is_private
from ritualsd.core.memories import spans
from ritualsd.core.sign_post import stays_private
from ritualsd.model import Drawn, Memory, Ritual, Settings
from ritualsd.ports import World

READS = "replies"
"""What a plugin's table says to be granted them: `reads = ["replies"]`."""

OWN_WORDS = "own-words"
"""The tag of a prompt that may hold what its reader once wrote: it is never passed on to another at the same slot."""


def own_words(world: World, settings: Settings, ritual: Ritual, person: str, at: datetime) -> tuple[Memory, ...]:
    """What `person` answered around this day in earlier years, oldest first; nothing unless granted and private, and
    never that they did not feel safe."""
    granted = any(READS in table.reads and table.enabled for table in settings.plugins.values())
    if not granted or not is_private(ritual, person, settings.household.people):
        return ()
    phrases = world.content.phrases(settings.household.people[person].language)
    return tuple(
        Memory(at=reply.received_utc.astimezone(at.tzinfo), ritual=reply.ritual, words=reply.words)
        for since, until in spans(at)
        for reply in world.store.words_of(person, since.astimezone(UTC), until.astimezone(UTC))
        if not stays_private(reply.action, reply.words, phrases)
    )


def unshared(drawn: Drawn) -> Drawn:
    """The same, marked so that it stays with the one it was drawn for."""
    return replace(drawn, prompt=replace(drawn.prompt, tags=drawn.prompt.tags | {OWN_WORDS}))
