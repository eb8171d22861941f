"""Sign in: send somebody the way to their own pages, and make the link when its message is worded.

The link lives an hour and is spent once; asked for again within some minutes it is the same message.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from ritualsd.core.compose import title_for
from ritualsd.core.links import calendar_url, sign_in_url
from ritualsd.core.notices import SIGN_IN, of_ours
from ritualsd.core.tokens import RANDOM_BYTES, token_digest, token_of
from ritualsd.errors import RitualsdError
from ritualsd.model import Message, Occurrence, Pass, Purpose, Ritual, Settings
from ritualsd.ports import World

GOOD_FOR = timedelta(hours=1)
ONE_EACH_MINUTES = 5
MOST, WITHIN = 10, timedelta(days=1)
"""So many links in so long, whoever asks for them: anybody can type a name."""


def send_link(world: World, settings: Settings, person: str, now: datetime) -> None:
    """Record that a link is to be sent to this person's first channel that nobody shares; the next beat words it.
    Where enough were sent within a day, nothing happens."""
    if person in settings.household.people and not _had_enough(world, person, now):
        key = now.replace(minute=now.minute - now.minute % ONE_EACH_MINUTES).isoformat(timespec="minutes")
        world.store.record([of_ours(settings.household, SIGN_IN, person, key, now)])


def _had_enough(world: World, person: str, now: datetime) -> bool:
    lately = world.store.history(ritual=SIGN_IN, person=person, limit=MOST)
    return len(lately) == MOST and now - lately[-1].occurrence.due_utc < WITHIN


def new_link(world: World, settings: Settings, person: str, now: datetime) -> str:
    """A fresh link that lets this person in, once, within the hour. It is as good as a key: never log it."""
    if not settings.web_enabled:
        raise RitualsdError("the pages are switched off", todo="set [web] enabled = true")
    token = token_of(world.random(RANDOM_BYTES))
    world.store.passes.issue(
        Pass(
            digest=token_digest(token), person=person, purpose=Purpose.SIGN_IN, made_utc=now, until_utc=now + GOOD_FOR
        )
    )  # fmt: skip
    return sign_in_url(settings.web_bind, settings.public_url, token)


def new_calendar(world: World, settings: Settings, person: str, now: datetime) -> str:
    """A secret address of this person's calendar, good until it is revoked. Whoever has it can read along."""
    if not settings.web_enabled:
        raise RitualsdError("the pages are switched off", todo="set [web] enabled = true")
    token = token_of(world.random(RANDOM_BYTES))
    world.store.passes.issue(Pass(digest=token_digest(token), person=person, purpose=Purpose.CALENDAR, made_utc=now))
    return calendar_url(settings.web_bind, settings.public_url, token)


def sign_in_words(world: World, settings: Settings, ritual: Ritual, occurrence: Occurrence, now: datetime) -> Message:
    """The message that carries the link, which stands bare on its own line."""
    reader = settings.household.people[occurrence.person]
    phrases = world.content.phrases(reader.language)
    link = new_link(world, settings, reader.id, now)
    body = "\n\n".join((phrases.say("sign-in.words"), link, phrases.say("sign-in.not-you")))
    return Message(title=title_for(reader, ritual, phrases), body=body, source="notice")
