"""Prepare: make the words of every occurrence that is due soon, and store them with their first delivery.

Plugins are asked here, ahead of the due time, never between due and sent. Must not send.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ritualsd.core.compose import compose
from ritualsd.core.draw import NoPrompt
from ritualsd.core.events import E
from ritualsd.core.gate import MAKES_SENSE_FOR, latest_of
from ritualsd.core.kept import kept_from, safe_channels
from ritualsd.core.ladder import ground_key
from ritualsd.core.languages import language_of, told_source
from ritualsd.core.notices import NUDGES, UNCLEAR, base_of, notice_in, ritual_called
from ritualsd.core.nudges import number_in
from ritualsd.core.pauses import why_paused
from ritualsd.core.plan import next_due_after
from ritualsd.core.reasons import reason
from ritualsd.core.reveal import REVEAL
from ritualsd.core.turns import FREE
from ritualsd.errors import PluginProblem, StoreError
from ritualsd.flow.budget import over_budget
from ritualsd.flow.choose import ask_for, drawn_for
from ritualsd.flow.consent import heed
from ritualsd.flow.grant import granted
from ritualsd.flow.notices import notice_words
from ritualsd.flow.nudge import makes_sense_until
from ritualsd.flow.plan import LEAD, last_done
from ritualsd.flow.resting import occurrence_rests, own_message, own_season_rests
from ritualsd.flow.swap import rests_this_time
from ritualsd.flow.telling import tell
from ritualsd.model import (
    Channel,
    Delivery,
    Drawn,
    Household,
    Message,
    Occurrence,
    OccurrenceState,
    Reason,
    Ritual,
    Settings,
)
from ritualsd.ports import World

AT_ONCE = 200
LATE = "late"  # the code of a delivery that comes after an outage
LATE_AT_ONCE = 3  # after an outage, so many late messages an hour reach one person


def prepare(world: World, settings: Settings, now: datetime, most: int = AT_ONCE) -> int:
    """Give words to what is planned and due up to `now` plus the lead, `most` of it at a time. Returns how many became
    ready."""
    ready = 0
    late: dict[str, int] = {}
    for occurrence in world.store.to_prepare(now + LEAD, most):
        refusal = _guarded(world, settings, occurrence, now, late)
        if refusal is None:
            ready += 1
            heed(world, settings.household, now)
            _tell(world, settings, E.OCCURRENCE_READY, occurrence)
        else:
            world.store.end(occurrence.id, *refusal, now)
            _tell(world, settings, E.OCCURRENCE_ENDED, occurrence, code=refusal[1].code)
    return ready


def _tell(world: World, settings: Settings, name: E, occurrence: Occurrence, **fields: str) -> None:
    part, called = occurrence.part, occurrence.name
    tell(world, settings, name, occurrence.ritual, occurrence.person, part=part, occurrence=called, **fields)


Refusal = tuple[OccurrenceState, Reason]


def _guarded(
    world: World, settings: Settings, occurrence: Occurrence, now: datetime, late: dict[str, int]
) -> Refusal | None:
    """One occurrence that cannot be prepared ends with a reason, and holds up none of the others."""
    try:
        return _prepare_one(world, settings, occurrence, now, late)
    except (StoreError, PluginProblem):  # the second only where somebody asked to be strict
        raise
    except Exception as error:  # noqa: BLE001 - whatever is wrong with this one, the next must get its words
        _tell(world, settings, E.BEAT_FAILED, occurrence, error=type(error).__name__)
        return OccurrenceState.FAILED, reason("bad-output")


def _prepare_one(
    world: World, settings: Settings, occurrence: Occurrence, now: datetime, late: dict[str, int]
) -> Refusal | None:
    household = settings.household
    ritual = ritual_called(household, occurrence.ritual)
    if ritual is None or occurrence.person not in household.people:
        return OccurrenceState.CANCELLED, reason("config")
    if held := why_paused(world.store.pauses(), ritual.id, occurrence.person, occurrence.due_utc):
        return OccurrenceState.SKIPPED, reason(held)
    if rests_this_time(world, ritual, occurrence):
        return OccurrenceState.SKIPPED, reason(FREE)
    if resting := occurrence_rests(world, household, ritual, occurrence):
        return OccurrenceState.SKIPPED, reason(resting)
    full = over_budget(world, settings, ritual, occurrence, now)
    if full is not None:
        return OccurrenceState.SKIPPED, full
    channels = channels_for(ritual, occurrence.person, household, occurrence.part)
    if not channels:
        return OccurrenceState.FAILED, reason("no-safe-channel")
    if notice_in(occurrence.ritual, occurrence.part):
        return _prepare_notice(world, settings, ritual, occurrence, channels[0], now)
    drawn = None if ritual.message else drawn_for(world, settings, ritual, occurrence)
    if isinstance(drawn, NoPrompt):
        return OccurrenceState.SKIPPED, reason("no-content", drawn.why)
    if drawn is not None and own_season_rests(drawn, household, occurrence):
        return OccurrenceState.SKIPPED, reason("private")
    message = worded(world, drawn, ritual, occurrence, household)
    delivery = _delivery(world, settings, ritual, occurrence, message, channels[0], _not_before(occurrence, now, late))
    token, grant = granted(world, occurrence.person, occurrence.id, delivery.expires_utc, now)
    delivery = replace(delivery, reply_token=token, code=LATE if occurrence.late else "")
    world.store.commit_ready(
        occurrence.id, message, [delivery], drawn, scope=occurrence.person,
        kind=ritual.kind or ritual.deck, now=now, grant=grant,
    )  # fmt: skip
    return None


def worded(world: World, drawn: Drawn | None, ritual: Ritual, occurrence: Occurrence, household: Household) -> Message:
    """The final words: what was drawn, as plugins reword it, or the ritual's own message."""
    message = _composed(world, drawn, ritual, occurrence, household)
    return message if drawn is None else world.content.reword(message, ask_for(ritual, occurrence, household))


def _composed(
    world: World, drawn: Drawn | None, ritual: Ritual, occurrence: Occurrence, household: Household
) -> Message:
    language = household.people[occurrence.person].language
    phrases = world.content.phrases(language if drawn is None else language_of(drawn.prompt, language))
    text, source = own_message(ritual, household, occurrence, phrases), "message"
    if drawn is not None:
        text, source = drawn.prompt.text, told_source(drawn.prompt, language)
    message = compose(text, source, ritual, occurrence, household, phrases)
    ground = ground_key(drawn.prompt.depth, ritual.id, occurrence.slot) if drawn is not None else ""
    return replace(message, body=f"{message.body}\n{phrases.say(ground)}") if ground else message


def _prepare_notice(
    world: World, settings: Settings, ritual: Ritual, occurrence: Occurrence, channel: Channel, now: datetime
) -> Refusal | None:
    found = notice_words(world, settings, ritual, occurrence, now)
    if isinstance(found, Reason):
        return OccurrenceState.SKIPPED, found
    delivery = _delivery(world, settings, ritual, occurrence, found, channel, occurrence.due_utc)
    token, grant = granted(world, occurrence.person, _answered_by(world, occurrence), delivery.expires_utc, now)
    ready = replace(delivery, reply_token=token)
    world.store.commit_ready(occurrence.id, found, [ready], None, scope="", kind="", now=now, grant=grant)
    return None


def _answered_by(world: World, notice: Occurrence) -> int:
    """The occurrence that a reply to a notice answers: a nudge asks for what its slot asked, and so does the line that
    names the answers there are."""
    said = notice_in(notice.ritual, notice.part)
    if number_in(said) or said == UNCLEAR:
        entry = world.store.find(base_of(notice).name)
        return entry.occurrence.id if entry else notice.id
    return notice.id


def channels_for(ritual: Ritual, person: str, household: Household, part: str = "") -> tuple[Channel, ...]:
    """The channels that may carry this ritual to this person, in order; what others answered is for those it asks."""
    kept = kept_from(ritual, person, household.people)
    if notice_in(ritual.id, part).startswith(REVEAL):
        kept |= frozenset(household.people) - frozenset(ritual.to)
    return safe_channels(household.people[person].channels, kept)


def _not_before(occurrence: Occurrence, now: datetime, late: dict[str, int]) -> datetime:
    """Late messages come a few an hour, so that a long outage does not end in a flood."""
    if not occurrence.late:
        return occurrence.due_utc
    before = late.get(occurrence.person, 0)
    late[occurrence.person] = before + 1
    return now + timedelta(hours=before // LATE_AT_ONCE)


def _delivery(
    world: World,
    settings: Settings,
    ritual: Ritual,
    occurrence: Occurrence,
    message: Message,
    channel: Channel,
    not_before: datetime,
) -> Delivery:
    following = _following(world, settings, ritual, occurrence)
    own = _latest(world, ritual, occurrence)
    return Delivery(
        occurrence=occurrence.id,
        ritual=ritual.id,
        person=occurrence.person,
        channel=channel.name,
        title=message.title,
        body=message.body,
        due_utc=occurrence.due_utc,
        expires_utc=min(own, following) if following else own,
        next_attempt_utc=not_before,
        household=occurrence.household,
    )


def _latest(world: World, ritual: Ritual, occurrence: Occurrence) -> datetime:
    """When it stops making sense, were there no next slot. A nudge ends with its message; a reveal has its own time."""
    notice = notice_in(occurrence.ritual, occurrence.part)
    if notice.startswith(NUDGES):
        return makes_sense_until(world, occurrence) or occurrence.due_utc
    return occurrence.due_utc + MAKES_SENSE_FOR if notice.startswith(REVEAL) else latest_of(occurrence.due_utc, ritual)


def _following(world: World, settings: Settings, ritual: Ritual, occurrence: Occurrence) -> datetime | None:
    """When the ritual's next slot is due. A notice is about one slot, or about none, and outlives neither for it."""
    if not ritual.when or notice_in(occurrence.ritual, occurrence.part):
        return None
    secret, done_utc = world.store.installation().secret, last_done(world, ritual)
    return next_due_after(occurrence, ritual, settings.household, secret, done_utc)
