"""Swaps: a turn given back, and who of the others is asked whether they could take it. Pure.

Nobody is assigned a turn, and nobody learns who said no: silence and a no are followed by the same thing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ritualsd.core.days_said import listed, plain
from ritualsd.core.gate import latest_of
from ritualsd.core.kept import kept_from
from ritualsd.core.notices import SWAP, notice_in, of_ours
from ritualsd.core.phrases import Phrases
from ritualsd.core.turns import FREE, SWAPPED, fair_order
from ritualsd.model import Handover, Household, Occurrence, OccurrenceState, Ritual

NEXT_ASKED_AFTER = timedelta(hours=2)
THANKS = "thanks"


def gives_back(text: str, ritual: Ritual, occurrence: Occurrence, phrases: Phrases) -> bool:
    """Whether a reply gives a turn back: "swap", or "I can't this time", to a message somebody got in turn."""
    is_a_turn = ritual.turns and not notice_in(occurrence.ritual, occurrence.part) and len(ritual.to) > 1
    return is_a_turn and plain(text) in listed("swap.give-back", phrases)


def takes(text: str, phrases: Phrases) -> bool | None:
    """What an answer to being asked means: yes, no, or (None) neither."""
    words = plain(text)
    if words in listed("swap.yes", phrases):
        return True
    return False if words in listed("swap.no", phrases) else None


def choices(phrases: Phrases) -> tuple[str, str]:
    """What to answer when asked, one word each."""
    yes, no = (phrases.say(f"swap.{each}").partition(",")[0].strip() for each in ("yes", "no"))
    return yes, no


def is_open(ritual: Ritual, person: str, household: Household) -> bool:
    """Whether the others in a ritual may know that this turn was this person's. Where one must not, nobody is asked,
    and it stays on record as theirs: a turn that moved would show in the other's list of what is coming."""
    return kept_from(ritual, person, household.people).isdisjoint(ritual.to)


def to_ask(
    occurrence: Occurrence,
    ritual: Ritual,
    at_slot: Sequence[Occurrence],
    counts: Mapping[str, int],
    household: Household,
    secret: bytes,
) -> tuple[str, ...]:
    """Who may be asked to take this turn, the one whose turn would come first at the head. Not who gave it back too."""
    had_it = {each.person for each in at_slot if not notice_in(each.ritual, each.part)}
    others = [each for each in ritual.to if each not in had_it | {occurrence.person} and each in household.people]
    return fair_order(others, counts, secret=secret, ritual=ritual.id)


def asks(
    occurrence: Occurrence, people: Sequence[str], until_utc: datetime, household: Household, now: datetime
) -> tuple[Occurrence, ...]:
    """The questions, one after the other: the next person is asked when the one before has had their time."""
    if not people or now >= until_utc:
        return ()
    apart = min(NEXT_ASKED_AFTER, (until_utc - now) / len(people))
    return tuple(
        of_ours(household, SWAP, person, str(occurrence.id), now + place * apart) for place, person in enumerate(people)
    )


def open_until(occurrence: Occurrence, ritual: Ritual, following_utc: datetime | None) -> datetime:
    """When it is too late to take a turn over: its message makes no sense any more, or the next time comes; for a
    reminder, not before the day it reminds of begins."""
    ends = latest_of(occurrence.due_utc, ritual)
    day = datetime.combine(date.fromisoformat(occurrence.slot[:10]), time(), ZoneInfo(occurrence.zone))
    return max(min(ends, following_utc) if following_utc is not None else ends, day.astimezone(UTC))


def is_free(occurrence: Occurrence) -> bool:
    """Whether its turn was given back, and nobody has taken it yet."""
    return occurrence.state is OccurrenceState.SKIPPED and occurrence.reason == FREE


def was_given_back(person: str, at_slot: Sequence[Occurrence]) -> bool:
    """Whether this person gave back the turn of a slot, of which more may have been planned since."""
    return any(each.person == person and each.reason in (FREE, SWAPPED) for each in at_slot)


def handover(occurrence: Occurrence, person: str, household: Household, now: datetime) -> Handover:
    """The same slot for somebody else, due now or when it would have been, and the thanks for who had it."""
    turn = replace(
        occurrence, id=0, person=person, due_utc=max(occurrence.due_utc, now), state=OccurrenceState.PLANNED,
        reason="", detail="", title="", body="", source="", late=False, closed_utc=None,
    )  # fmt: skip
    thanks = replace(of_ours(household, SWAP, occurrence.person, str(occurrence.id), now), part=THANKS)
    return Handover(given_back=occurrence.id, turn=turn, thanks=thanks)
