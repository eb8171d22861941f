"""Edits during the day: never more than the rule names, never a promised time swallowed."""

from datetime import UTC, datetime

import pytest

from ritualsd.core.edits import barred
from ritualsd.model import Slot


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-02T{clock}")


def slot(clock: str) -> Slot:
    return Slot(local=at(clock), zone="UTC", due_utc=at(clock).replace(tzinfo=UTC), key=f"2026-03-02T{clock}")


@pytest.mark.parametrize(
    ("before", "after", "now", "silent"),
    [
        (["09:00"], ["10:00"], "09:30", ["10:00"]),
        (["07:30", "21:00"], ["21:00"], "12:00", []),
        (["07:30", "21:00"], ["08:00", "21:00"], "07:45", ["08:00"]),
        (["09:00"], ["09:00", "10:00"], "09:30", []),
        (["09:00"], ["08:00", "10:00"], "07:00", []),
        (["07:30", "21:00"], ["07:30", "22:00"], "12:00", []),
    ],
)
def test_what_stays_silent_after_an_edit(before, after, now, silent):
    used = [at(clock) for clock in before if clock < now]
    extra = barred(
        [slot(clock) for clock in after],
        used=used,
        promised={at(clock) for clock in before},
        now=at(now).replace(tzinfo=UTC),
    )
    assert [f"{each.local:%H:%M}" for each in extra] == silent
