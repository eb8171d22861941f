"""After a quiet night or an outage one calm message comes, and not all of them at once."""

from datetime import UTC, datetime, time, timedelta

from ritualsd.model import Quiet
from ritualsd.testing import VirtualClock
from tests.builders import channel, person, ritual, settings
from tests.flow.stage import Stage

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
DAY = timedelta(days=1)
NIGHT = Quiet(start=time(20), end=time(8))
OPENING = "A few things from while it was quiet:"


def stage(*rituals, **about):
    return Stage(settings=settings(*rituals, people=(person("ana", **about),)), clock=VirtualClock(MONDAY))


def late(hour, **about):
    return ritual(f"at-{hour}", when=f"every day at {hour}:00", **about)


def ends(lived):
    return [(e.occurrence.ritual, e.occurrence.reason) for e in lived.record()]


def test_what_a_quiet_night_put_off_comes_as_one_message_in_the_morning():
    lived = stage(late(21), late(22), late(23), quiet=NIGHT)
    lived.until(MONDAY + timedelta(hours=34))
    assert lived.bodies() == [f"{OPENING}\n\nthe words of at-21\n\nthe words of at-22\n\nthe words of at-23"]
    assert ("at-21", "digest") in ends(lived)
    assert ("~digest", "sent") in ends(lived)


def test_one_alone_stays_as_it_is():
    lived = stage(late(21), quiet=NIGHT)
    lived.until(MONDAY + timedelta(hours=34))
    assert lived.bodies() == ["the words of at-21"]


def test_what_asks_for_an_answer_comes_by_itself():
    lived = stage(late(21), late(22), late(23, ask="text"), quiet=NIGHT)
    lived.until(MONDAY + timedelta(hours=34))
    assert sorted(lived.bodies()) == [
        f"{OPENING}\n\nthe words of at-21\n\nthe words of at-22",
        "the words of at-23",
    ]


def test_after_an_outage_the_newest_of_each_come_together():
    lived = stage(*(ritual(f"r{n}", when=f"every day at 0{n}:30") for n in range(5, 9)))
    lived.until(MONDAY + timedelta(hours=1))
    lived.asleep_until(MONDAY + timedelta(hours=10))
    lived.until(MONDAY + timedelta(hours=20))
    (body,) = lived.bodies()
    assert body.startswith(OPENING)
    assert all(f"the words of r{n}" in body for n in range(5, 9))


def test_a_person_whose_every_channel_is_shared_gets_each_by_itself():
    shared = channel("ana", shared_with=frozenset({"ben"}))
    people = (person("ana", channels=(shared,), quiet=NIGHT), person("ben"))
    lived = Stage(settings=settings(late(21), late(22), people=people), clock=VirtualClock(MONDAY))
    lived.until(MONDAY + timedelta(hours=34))
    assert lived.bodies() == ["the words of at-21", "the words of at-22"]


def test_a_digest_counts_as_one_in_the_budget_of_the_day_it_comes():
    lived = stage(late(21), late(22), ritual("noon", when="every day at 12:00"), quiet=NIGHT, max_per_day=2)
    lived.until(MONDAY + timedelta(hours=34) + DAY)
    assert "the words of noon" in lived.bodies()


def mondays(hour, **about):
    return ritual(f"monday-{hour}", when=f"every Monday at {hour}:00", **about)


def test_a_digest_that_meets_a_full_day_comes_on_the_next():
    lived = stage(mondays(20, ask="text"), mondays(21), mondays(22), quiet=NIGHT)
    lived.until(MONDAY + timedelta(hours=23))
    lived.world.store.personal.set_own("ana", "max_per_day", "1", lived.clock.at)
    lived.until(MONDAY + timedelta(days=1, hours=23))
    assert lived.bodies() == ["the words of monday-20"]
    lived.until(MONDAY + timedelta(days=2, hours=9))
    assert lived.bodies()[1:] == [f"{OPENING}\n\nthe words of monday-21\n\nthe words of monday-22"]


def test_a_digest_that_waits_for_the_next_day_takes_in_what_the_night_adds():
    tuesday = ritual("tuesday", when="every Tuesday at 21:00")
    lived = stage(mondays(20, ask="text"), mondays(21), mondays(22), tuesday, quiet=NIGHT)
    lived.until(MONDAY + timedelta(hours=23))
    lived.world.store.personal.set_own("ana", "max_per_day", "1", lived.clock.at)
    lived.until(MONDAY + timedelta(days=1, hours=12))
    lived.world.store.personal.set_own("ana", "max_per_day", "", lived.clock.at)
    lived.until(MONDAY + timedelta(days=2, hours=9))
    words = ("the words of monday-21", "the words of monday-22", "the words of tuesday")
    assert lived.bodies()[1:] == ["\n\n".join((OPENING, *words))]


def test_a_turn_told_in_a_digest_is_a_turn():
    people = tuple(person(name, quiet=NIGHT) for name in ("ana", "ben"))
    rituals = (late(21, to=("ana", "ben"), turns=True), late(22, to=("ana", "ben")))
    lived = Stage(settings=settings(*rituals, people=people), clock=VirtualClock(MONDAY))
    lived.until(MONDAY + 4 * DAY + timedelta(hours=10))
    assert lived.world.store.counts_by_person("at-21") == {"ana": 2, "ben": 2}


def test_what_counts_from_done_is_told_in_one_digest_and_then_waits():
    bulb = ritual("bulb", when="3 weeks after done at 21:00")
    lived = stage(bulb, late(22), quiet=NIGHT)
    lived.until(MONDAY + 30 * DAY)
    assert [reason for _, _, reason in lived.states("bulb")] == ["digest"]
