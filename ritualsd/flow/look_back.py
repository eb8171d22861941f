"""Look back: once a day, record who has a review this month, and whose jar gives something back today.

Both are private, come at a calm moment nobody can foresee, and rest in grief and after a parting.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from zoneinfo import ZoneInfo

from ritualsd.core.compose import title_for
from ritualsd.core.jar import KIND, REST, Kept, echo_of, jar
from ritualsd.core.notices import ECHO, REVIEW, of_ours
from ritualsd.core.reasons import reason
from ritualsd.core.reflect import month_before
from ritualsd.core.seasons import GRIEF, SEPARATED, holding
from ritualsd.core.sign_post import stays_private
from ritualsd.core.thread import calm_moment
from ritualsd.model import Message, Occurrence, Person, Reason, Ritual, Settings
from ritualsd.ports import World

AHEAD = timedelta(days=7)
REVIEW_KEPT = timedelta(days=7)  # so long after its moment a review that was missed still comes
ENOUGH = 3  # messages answered in a month
NO = "no"
_DAYS = 30
_LOOKED = "looked-back"


def look_back(world: World, settings: Settings, now: datetime) -> None:
    """Record what is to be said within the next week. Costs one small read, but for the first time a day."""
    today = now.date().isoformat()
    if world.store.recall(_LOOKED) == today:
        return
    own = world.store.personal.own()
    for person in settings.household.people.values():
        wanted = own.get(person.id, {})
        found = [_review(world, settings, person, now)] if wanted.get("review") != NO else []
        found += [_echo(world, settings, person, now)] if wanted.get("echo") != NO else []
        world.store.record([each for each in found if each is not None])
    world.store.remember(_LOOKED, today)


def _review(world: World, settings: Settings, person: Person, now: datetime) -> Occurrence | None:
    zone, secret = ZoneInfo(person.zone), world.store.installation().secret
    first = (now + AHEAD).astimezone(zone).date().replace(day=1)
    due_utc = calm_moment(first, zone, secret, f"{REVIEW}|{person.id}|{first}")
    if not now - REVIEW_KEPT < due_utc < now + AHEAD or not _has_said_something(world, person, first):
        return None
    return of_ours(settings.household, REVIEW, person.id, first.isoformat()[:7], max(due_utc, now))


def _has_said_something(world: World, person: Person, first: date) -> bool:
    """Whether there is something to look back at: whoever said little is not told so."""
    begin, end = (_midnight(day, ZoneInfo(person.zone)) for day in month_before(first))
    said = (reply.occurrence for reply in world.store.said(person.id) if begin <= reply.received_utc < end)
    return len(set(said)) >= ENOUGH


def _echo(world: World, settings: Settings, person: Person, now: datetime) -> Occurrence | None:
    zone, secret = ZoneInfo(person.zone), world.store.installation().secret
    today = now.astimezone(zone).date()
    days = (today + timedelta(days=ahead) for ahead in range(AHEAD.days))
    day = next((day for day in days if _is_its_day(day, person, secret)), None)
    if day is None:
        return None
    due_utc = calm_moment(day, zone, secret, f"{ECHO}|{person.id}|{day}")
    if due_utc < now or not _is_time(world, person, due_utc):
        return None
    if echo_of(_jar(world, settings, person.id), secret, day.isoformat(), due_utc) is None:
        return None
    return of_ours(settings.household, ECHO, person.id, day.isoformat(), due_utc)


def _is_time(world: World, person: Person, due_utc: datetime) -> bool:
    before = world.store.history(ritual=ECHO, person=person.id, limit=1)
    return not before or due_utc - before[0].occurrence.due_utc >= REST


def _is_its_day(day: date, person: Person, secret: bytes) -> bool:
    span, within = divmod(day.toordinal(), _DAYS)
    lot = blake2b(f"{ECHO}|{person.id}|{span}".encode(), key=secret, digest_size=8).digest()
    return int.from_bytes(lot) % _DAYS == within


def _jar(world: World, settings: Settings, person: str) -> tuple[Kept, ...]:
    phrases = world.content.phrases(settings.household.people[person].language)
    said = (each for each in world.store.said(person) if not stays_private(each.action, each.words, phrases))
    return jar(list(said), celebrating(settings))


def celebrating(settings: Settings) -> frozenset[str]:
    """The rituals whose answers go into the jar."""
    return frozenset(ritual.id for ritual in settings.household.rituals.values() if ritual.kind == KIND)


def review_words(
    world: World, settings: Settings, ritual: Ritual, occurrence: Occurrence, now: datetime
) -> Message | Reason:
    """That a review is there, and where; never what is in it."""
    held = _held(world, settings, occurrence, "review", now)
    if held is not None:
        return held
    reader = settings.household.people[occurrence.person]
    phrases = world.content.phrases(reader.language)
    begin, _ = month_before(date.fromisoformat(f"{occurrence.slot}-01"))
    body = phrases.say("review.ready", month=phrases.month(begin), person=reader.id)
    return Message(title=title_for(reader, ritual, phrases), body=body, source="notice")


def echo_words(
    world: World, settings: Settings, ritual: Ritual, occurrence: Occurrence, now: datetime
) -> Message | Reason:
    """Something from the reader's own jar; a reason where it is no longer there."""
    held = _held(world, settings, occurrence, "echo", now)
    secret = world.store.installation().secret
    kept = echo_of(_jar(world, settings, occurrence.person), secret, occurrence.slot, occurrence.due_utc)
    if held is not None or kept is None:
        return held or reason("nothing-to-share")
    reader = settings.household.people[occurrence.person]
    phrases = world.content.phrases(reader.language)
    day = phrases.day_and_year(kept.at_utc.astimezone(ZoneInfo(reader.zone)).date())
    body = phrases.say("echo", day=day, words=kept.words)
    return Message(title=title_for(reader, ritual, phrases), body=body, source="notice")


def _held(world: World, settings: Settings, occurrence: Occurrence, key: str, now: datetime) -> Reason | None:
    if world.store.personal.own({occurrence.person}).get(occurrence.person, {}).get(key) == NO:
        return reason("not-wanted")
    seasons = holding(settings.household.seasons, occurrence.person, max(now, occurrence.due_utc))
    return reason("season") if {season.name for season in seasons} & {GRIEF, SEPARATED} else None


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
