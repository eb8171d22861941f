"""Repair: the one who asks is helped alone, light things rest for all, and nobody else can tell."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ritualsd.core.lived import as_lived
from ritualsd.core.visibility import can_see
from ritualsd.errors import RitualsdError
from ritualsd.flow.repair import FOLLOW_UP_AFTER, LASTS, repair
from ritualsd.flow.season import begin
from ritualsd.model import Ritual
from ritualsd.testing import VirtualClock
from tests.builders import NOON, channel, person, ritual, settings
from tests.flow.stage import Stage
from tests.shelf import shelf

DAY = timedelta(days=1)
BOTH = ("ana", "ben")
PEOPLE = (person("ana", "Europe/Berlin"), person("ben", "Europe/Berlin"))
DAILY = (
    ritual("wonder", "every day at 15:00", BOTH, kind="curiosity"),
    ritual("talk", "every day at 18:00", BOTH, kind="check-in"),
    ritual("mend", "every day at 20:00", BOTH, kind="repair"),
)


def stage(*rituals: Ritual) -> Stage:
    told = settings(*(rituals or DAILY), people=PEOPLE)
    return Stage(told, VirtualClock(NOON), content=shelf())  # type: ignore[arg-type] # the words we ship


def to(set_up: Stage, whose: str) -> list[str]:
    return [sent.body for sent in set_up.sender.sent if sent.channel.startswith(whose)]


@pytest.mark.parametrize(
    ("wanted", "kind", "tag"),
    [
        ("", "repair", None),
        ("cool-off", "repair", "cool-off"),
        ("i-statement", "repair", "i-statement"),
        ("forgive", "repair", "forgive"),
        ("empathy", "listening", "phrase"),
    ],
)
def test_the_one_who_asks_gets_something_to_begin_with_and_nobody_else_does(
    wanted: str, kind: str, tag: str | None
) -> None:
    set_up = stage()
    (name,) = repair(set_up.world, set_up.settings, "ana", wanted, NOON)
    set_up.until(NOON + timedelta(minutes=1))
    assert len(to(set_up, "ana")) == 1
    assert to(set_up, "ben") == []
    entry = set_up.world.store.find(name)
    assert entry is not None
    drawn = set_up.world.store.drawn(entry.occurrence.id)
    assert drawn is not None
    assert drawn.prompt.id.startswith(f"{kind}.")
    assert tag is None or tag in drawn.prompt.tags
    assert drawn.prompt.depth <= 2
    assert not drawn.prompt.tags & {"playful"}


def test_asking_again_and_again_brings_something_else_each_time() -> None:
    set_up = stage()
    for minute in range(0, 20, 5):
        set_up.until(NOON + timedelta(minutes=minute))
        repair(set_up.world, set_up.settings, "ana", "i-statement", set_up.clock.at)
    set_up.until(NOON + timedelta(hours=1))
    assert len(set(to(set_up, "ana"))) == 4


def test_light_things_rest_for_three_days_for_everyone_and_then_come_again() -> None:
    set_up = stage()
    repair(set_up.world, set_up.settings, "ana", "", NOON)
    set_up.until(NOON + 5 * DAY)
    for kind, kept in (("wonder", 2), ("mend", 2), ("talk", 5)):
        sent = [entry for entry in set_up.record(kind) if entry.occurrence.state == "closed"]
        assert len(sent) == 2 * kept, kind
    assert {reason for _, state, reason in set_up.states("wonder") if state == "skipped"} == {"private"}
    assert LASTS == 3 * DAY


def test_it_leaves_everyones_own_season_as_it_is() -> None:
    set_up = stage()
    begin(set_up.world, set_up.settings, "apart", "", None, NOON)
    repair(set_up.world, set_up.settings, "ana", "", NOON)
    names = {season.name for season in set_up.world.store.personal.seasons()}
    assert names == {"apart", "conflict"}


def test_the_pause_ends_with_a_word_to_the_asker_and_the_follow_up_comes_once() -> None:
    set_up = stage(ritual("rare", "every year on 1 January at 09:00"))
    repair(set_up.world, set_up.settings, "ana", "", NOON, cool_off=timedelta(minutes=20), follow_up=True)
    set_up.until(NOON + timedelta(minutes=19))
    assert len(to(set_up, "ana")) == 1
    set_up.until(NOON + timedelta(minutes=21))
    assert to(set_up, "ana")[1:] == ["The pause you asked for is over, if you want to go on."]
    set_up.until(NOON + FOLLOW_UP_AFTER + DAY)
    assert len(to(set_up, "ana")) == 3
    set_up.until(NOON + 60 * DAY)
    assert len(to(set_up, "ana")) == 3
    assert to(set_up, "ben") == []


def test_it_never_goes_to_a_channel_somebody_shares_nor_into_the_log_by_name() -> None:
    shared = channel("ana", "tablet", shared_with=frozenset({"ben"}))
    people = (person("ana", channels=(shared, channel("ana", "phone"))), person("ben"))
    set_up = Stage(settings(people=people), VirtualClock(NOON), content=shelf())  # type: ignore[arg-type] # as above
    repair(set_up.world, set_up.settings, "ana", "", NOON, cool_off=timedelta(minutes=20))
    set_up.until(NOON + timedelta(hours=1))
    assert {sent.channel for sent in set_up.sender.sent} == {"ana/phone"}
    assert not any("repair" in str(event) or "ana" in str(event) for event in set_up.events)


def test_no_listing_shows_it_to_anyone_but_the_asker() -> None:
    set_up = stage()
    repair(set_up.world, set_up.settings, "ana", "", NOON)
    set_up.until(NOON + timedelta(hours=1))
    household = as_lived(set_up.settings, {}, ()).household
    for entry in set_up.record():
        if entry.occurrence.person == "ana" and entry.occurrence.ritual.startswith("~"):
            assert can_see("ana", entry, household, NOON) == "full"
            assert can_see("ben", entry, household, NOON) == "none"
            assert can_see(None, entry, household, NOON) == "masked"


def test_what_was_asked_for_comes_on_a_full_day_too() -> None:
    full = (person("ana", "Europe/Berlin", max_per_day=1, min_gap=timedelta(hours=3)),)
    daily = ritual("daily", "every day at 13:30", ("ana",))
    set_up = Stage(settings(daily, people=full), VirtualClock(NOON), content=shelf())  # type: ignore[arg-type] # as above
    set_up.until(NOON + timedelta(minutes=31))
    repair(set_up.world, set_up.settings, "ana", "", set_up.clock.at, cool_off=timedelta(minutes=20))
    set_up.until(NOON + timedelta(hours=1))
    assert len(to(set_up, "ana")) == 3


@pytest.mark.parametrize("pause", [timedelta(0), timedelta(days=2)])
def test_a_pause_that_is_none_is_refused_before_anything_is_done(pause: timedelta) -> None:
    set_up = stage()
    with pytest.raises(RitualsdError, match="a day at most"):
        repair(set_up.world, set_up.settings, "ana", "", NOON, cool_off=pause)
    assert set_up.world.store.personal.seasons() == ()
