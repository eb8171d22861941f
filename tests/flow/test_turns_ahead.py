"""What is coming names whoever really gets it, also where a turn was settled ahead by its words or by a reminder."""

from datetime import UTC, datetime, timedelta

import pytest

from ritualsd.core.reasons import reason
from ritualsd.model import OccurrenceState, Settings
from ritualsd.store import open_store
from ritualsd.store.peek import settled
from ritualsd.testing import ListContent, VirtualClock
from ritualsd.web.coming import coming
from tests.builders import person, ritual, settings
from tests.contract.ledgers import NOW, occurrence, planned, stream
from tests.flow.stage import Stage

MONDAY = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
END = MONDAY + 40 * DAY
PEOPLE = ("ana", "ben", "cleo")


def home(*remind: str, zones: tuple[str, ...]) -> Settings:
    out = ritual(
        "evening", when="every Wednesday at 18:00", to=PEOPLE, turns=True, message="An evening.", remind=remind
    )
    return settings(out, people=tuple(map(person, PEOPLE, zones)))


def foreseen(on: Stage) -> list[tuple[datetime, str]]:
    """Everybody's own list put together."""
    now = on.clock.at
    return sorted(
        (seen.thing.slot.due_utc, who)
        for who in PEOPLE
        for seen in coming(on.world.store, on.settings, who, now, END, now)
    )


@pytest.mark.parametrize("later", [0 * DAY, 1 * DAY, 3 * DAY - 5 * MINUTE - 12 * 60 * MINUTE, 3 * DAY], ids=str)
@pytest.mark.parametrize(
    "zones", [("UTC",) * 3, ("Europe/Berlin", "America/New_York", "Asia/Tokyo")], ids=["near", "far"]
)
@pytest.mark.parametrize("remind", [(), ("2 days before", "on the day")], ids=["told once", "announced"])
def test_whoever_is_foreseen_gets_it(remind: tuple[str, ...], later: timedelta, zones: tuple[str, ...]) -> None:
    on = Stage(settings=home(*remind, zones=zones), clock=VirtualClock(MONDAY), content=ListContent())
    on.until(MONDAY + later)
    ahead, now = foreseen(on), on.clock.at
    on.until(END)
    told = [(each.occurrence.due_utc, each.occurrence.person) for each in on.record("evening")]
    assert sorted(row for row in told if row[0] >= now) == ahead


def test_the_quick_look_knows_the_same_turns_as_the_store(tmp_path) -> None:
    store = open_store(tmp_path, clock_now=NOW)
    store.sync_streams([stream(key="turns"), stream("everyone")], [], [], NOW)
    planned(store, occurrence(0, ritual="everyone"))
    rows = planned(store, occurrence(0, "ben"), *map(occurrence, range(1, 4)), occurrence(3, "ben"))
    store.end(rows[2].id, OccurrenceState.CANCELLED, reason("config"), NOW)
    day = rows[1].slot
    known = [(each.slot.key, each.person, each.slot.due_utc) for each in settled(tmp_path, day)]
    assert known == [(each.slot, each.person, each.due_utc) for each in store.slots_from("thanks", day)]
    assert [who for _, who, _ in known] == ["ana", "ana", "ben"]
    store.close()
    assert settled(tmp_path / "nowhere", day) == []
