"""What a person says of themselves only ever makes it quieter, and what cannot be read counts as not said."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from ritualsd.core.budget import spans
from ritualsd.core.gate import gate
from ritualsd.core.lived import as_lived, quiet_said
from ritualsd.core.streams import rule_hash
from ritualsd.model import Health, Person, Quiet
from tests.builders import channel, delivery, person, ritual, settings


def as_ana(own: dict[str, str], **over: object) -> Person:
    home = settings(people=(person("ana", **over), person("ben")))
    return as_lived(home, {"ana": own}, ()).household.people["ana"]


@pytest.mark.parametrize(("file", "own", "lived"), [(None, "2", 2), (4, "2", 2), (2, "9", 2), (2, "", 2), (2, "-1", 2)])
def test_a_budget_of_ones_own_can_only_be_smaller(file: int | None, own: str, lived: int) -> None:
    ana = as_ana({"max_per_day": own}, max_per_day=file)
    assert min(span.most for span in spans(ana, datetime(2026, 3, 2, tzinfo=UTC))) == lived


def test_preview_and_language_are_as_they_said() -> None:
    ana = as_ana({"preview": "full", "language": "de", "level": "4"})
    assert (ana.preview, ana.language, ana.level) == ("full", "de", 4)


@pytest.mark.parametrize("text", ["", "-", "22:30", "25:00-07:00", "07:00-07:00", "22:30-07:00+01:00", "none"])
def test_quiet_hours_that_cannot_be_read_count_as_not_said(text: str) -> None:
    assert quiet_said(text) is None


def test_quiet_hours_of_ones_own_hold_at_the_gate_beside_those_of_the_file() -> None:
    night = Quiet(start=time(22), end=time(7))
    ana = as_ana({"quiet": "06:30-09:00"}, quiet=night)
    assert ana.quiet == night
    waits = []
    now = datetime(2026, 3, 2, 6, 45, tzinfo=UTC)
    for at in (now, now.replace(hour=7, minute=0), now.replace(hour=9, minute=0)):
        what = gate(
            delivery(at, expires_utc=at + timedelta(days=1)), ritual(), ana, [channel("ana")], pauses=(),
            health=Health(), now=at,
        )  # fmt: skip
        waits.append(what and what.next_attempt_utc)
    assert waits == [now.replace(hour=7, minute=0), now.replace(hour=9, minute=0), None]


def test_quiet_hours_of_ones_own_move_no_schedule_that_others_could_see() -> None:
    plain = settings(ritual(to=("ana", "ben")))
    lived = as_lived(plain, {"ana": {"quiet": "06:30-09:00"}}, ())
    thanks = plain.household.rituals["thanks"]
    assert rule_hash(thanks, "UTC", plain.household) == rule_hash(thanks, "UTC", lived.household)
