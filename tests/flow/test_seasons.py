"""Seasons of life as they are lived: the real ledger and our own decks, a clock that is held, nothing sent."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from ritualsd.core.notices import MARK
from ritualsd.core.seasons import GRIEF, MOODS, SEPARATED
from ritualsd.errors import RitualsdError
from ritualsd.flow.season import begin, end
from ritualsd.model import Outcome, Prompt, Quiet, Ritual
from ritualsd.testing import ListContent, ScriptedSender, VirtualClock
from tests.builders import NOON, person, ritual, settings
from tests.flow.stage import Stage
from tests.shelf import shelf

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
BOTH = ("ana", "ben")
PEOPLE = (person("ana", "Europe/Berlin"), person("ben", "Europe/Berlin"))
TALK = ritual("talk", "every Sunday at 18:00", BOTH, kind="check-in", importance=4, depth=3)
THANKS = ritual("thanks", "every Tuesday at 12:00", BOTH, kind="gratitude", importance=2)
PARTY = ritual("party", "every Wednesday at 12:00", BOTH, kind="celebrate", importance=2)
WONDER = ritual("wonder", "every Thursday at 12:00", BOTH, kind="curiosity", importance=2)
INWARD = ritual("inward", "every Friday at 20:00", BOTH, kind="reflection", importance=2)
SURPRISE = ritual("surprise", "every Monday at 15:00", BOTH, kind="gesture", turns=True, secret_from="others")
OUT = ritual("out", "every Saturday at 10:00", BOTH, kind="date", turns=True)
YEARS = ritual(
    "day", "every year on 14 June at 09:00", BOTH, message="{years} years, {name}.", since=2015, name="The day"
)
EVERYTHING = (TALK, THANKS, PARTY, WONDER, INWARD, SURPRISE, OUT, YEARS)


def stage(*rituals: Ritual, content: object = None) -> Stage:
    told = settings(*(rituals or EVERYTHING), people=PEOPLE)
    return Stage(told, VirtualClock(NOON), content=content or shelf())  # type: ignore[arg-type] # the words we ship


def in_season(name: str, whose: str = "", until: datetime | None = None) -> Stage:
    set_up = stage()
    begin(set_up.world, set_up.settings, name, whose, until, set_up.clock.at)
    return set_up


def kinds_sent(set_up: Stage, whose: str = "ana") -> set[str]:
    return {
        set_up.settings.household.rituals[entry.occurrence.ritual].kind
        for entry in set_up.record()
        if entry.occurrence.state == "closed"
        and entry.occurrence.person == whose
        and not entry.occurrence.ritual.startswith(MARK)
    }


def bodies_to(set_up: Stage, whose: str) -> list[tuple[str, str]]:
    """What one phone got, with the occurrence it was."""
    return [
        (entry.occurrence.name, entry.occurrence.body)
        for entry in set_up.record()
        if entry.occurrence.person == whose and entry.occurrence.state == "closed"
    ]


def test_grief_brings_two_messages_a_week_and_never_a_celebration() -> None:
    set_up = in_season(GRIEF)
    set_up.until(NOON + 12 * WEEK)
    assert kinds_sent(set_up) == {"check-in", "gratitude"}
    assert 12 <= len(bodies_to(set_up, "ana")) <= 24
    for entry in set_up.record():
        drawn = set_up.world.store.drawn(entry.occurrence.id)
        if drawn is not None:
            assert drawn.prompt.depth <= 2
            assert not drawn.prompt.tags & {"playful"}
            assert "grief" not in drawn.prompt.avoid
    assert ("party", "skipped", "season") in {
        (each.occurrence.ritual, each.occurrence.state, each.occurrence.reason) for each in set_up.record()
    }


def test_a_day_of_the_year_keeps_a_plain_line_in_grief() -> None:
    set_up = stage(YEARS)
    begin(set_up.world, set_up.settings, GRIEF, "ana", None, NOON)
    set_up.until(datetime(2026, 6, 15, tzinfo=NOON.tzinfo))
    assert sorted(body for _, body in bodies_to(set_up, "ana") + bodies_to(set_up, "ben")) == [
        "11 years, Ben.",
        "The day: Sunday, 14 June.",
    ]


def test_a_season_of_ones_own_changes_not_a_byte_for_anybody_else() -> None:
    lived = {}
    for name in ("", *MOODS):
        set_up = stage(*(each for each in EVERYTHING if not each.turns))
        if name:
            begin(set_up.world, set_up.settings, name, "ana", None, NOON)
        set_up.until(NOON + 6 * WEEK)
        lived[name] = bodies_to(set_up, "ben"), len(bodies_to(set_up, "ana"))
    theirs, hers = lived.pop("")
    for name, (seen_by_ben, seen_by_ana) in lived.items():
        assert seen_by_ben == theirs, name
        assert seen_by_ana < hers or name == "apart", name


def test_after_parting_only_quiet_questions_go_on_and_what_was_written_is_offered_to_each_alone() -> None:
    set_up = in_season(SEPARATED)
    set_up.until(NOON + 5 * WEEK)
    assert kinds_sent(set_up) == {"reflection"}
    for name, other in (("ana", "Ben"), ("ben", "Ana")):
        told = [body for _, body in bodies_to(set_up, name)]
        assert f"ritualsd export --person {name}" in told[0]
        assert f"ritualsd erase --person {name}" in told[0]
        assert not any(other in body for body in told)


def test_one_who_leaves_alone_is_told_alone() -> None:
    set_up = in_season(SEPARATED, "ana")
    set_up.until(NOON + 2 * WEEK)
    assert kinds_sent(set_up, "ana") == {"reflection"}
    assert kinds_sent(set_up, "ben") >= {"check-in", "gratitude", "celebrate"}
    assert [name for name, _ in bodies_to(set_up, "ben") if name.startswith(MARK)] == []


def test_the_record_says_of_everyones_season_that_it_was_one_and_of_ones_own_nothing() -> None:
    ours, hers = in_season(GRIEF), in_season(GRIEF, "ana")
    for set_up in (ours, hers):
        set_up.until(NOON + 2 * WEEK)
    assert {reason for _, state, reason in ours.states() if state == "skipped"} == {"season"}
    assert {reason for _, state, reason in hers.states() if state == "skipped"} == {"private"}
    told = " ".join(str(event) for event in hers.events)
    assert "season" not in told
    assert GRIEF not in told


def test_a_season_ends_by_itself_and_by_a_word() -> None:
    set_up = in_season(GRIEF, until=NOON + WEEK)
    set_up.until(NOON + 2 * WEEK)
    states = {(slot, reason) for slot, _, reason in set_up.states("party")}
    assert states == {("2026-03-04", "season"), ("2026-03-11", "sent")}
    begin(set_up.world, set_up.settings, GRIEF, "", None, set_up.clock.at)
    assert end(set_up.world, "", set_up.clock.at)
    assert not end(set_up.world, "", set_up.clock.at)
    set_up.until(NOON + 3 * WEEK)
    assert set_up.states("party")[-1][1:] == ("closed", "sent")


def test_an_end_that_has_passed_and_a_name_that_is_none_are_refused() -> None:
    set_up = stage()
    with pytest.raises(RitualsdError, match="passed already"):
        begin(set_up.world, set_up.settings, GRIEF, "", NOON, NOON)
    with pytest.raises(RitualsdError, match="the seasons are: newborn"):
        begin(set_up.world, set_up.settings, "greif", "", None, NOON)


# ── again at the moment of sending ────────────────────────────────────────────────────────────

PLAYFUL = Prompt(text="Which animal would run this home?", id="t.play", tags=frozenset({"playful"}), source="deck:test")


@pytest.mark.parametrize(("kind", "name"), [("celebrate", GRIEF), ("gratitude", GRIEF), ("date", "illness")])
def test_what_waits_through_the_night_is_judged_again_in_the_morning(kind: str, name: str) -> None:
    """Its words were ready before the season began; the kind rests, or else the prompt no longer suits."""
    late = ritual("late", "every day at 23:00", ("ana",), kind=kind, importance=5, expires=DAY)
    who = person("ana", "UTC", quiet=Quiet(start=datetime(1, 1, 1, 22).time(), end=datetime(1, 1, 1, 7).time()))
    set_up = Stage(settings(late, people=(who,)), VirtualClock(NOON), content=ListContent(prompts=(PLAYFUL,)))
    set_up.until(NOON + timedelta(hours=12))
    assert set_up.bodies() == []
    begin(set_up.world, set_up.settings, name, "", None, set_up.clock.at)
    set_up.until(NOON + timedelta(hours=20))
    assert set_up.bodies() == []
    assert set_up.states("late")[0] == ("2026-03-02", "skipped", "season")


def test_a_retry_is_judged_again() -> None:
    soon = ritual("soon", "every day at 14:00", ("ana",), kind="celebrate", expires=DAY)
    set_up = Stage(
        settings(soon, people=PEOPLE), VirtualClock(NOON), content=ListContent(),
        sender=ScriptedSender(Outcome(kind="transient", code="refused")),
    )  # fmt: skip
    set_up.until(NOON + timedelta(hours=1, seconds=1))
    begin(set_up.world, set_up.settings, GRIEF, "", None, set_up.clock.at)
    set_up.until(NOON + timedelta(hours=3))
    assert len(set_up.sender.sent) <= 1
    assert set_up.states("soon")[0][1:] == ("skipped", "season")


# ── days apart ────────────────────────────────────────────────────────────────────────────────


def places(set_up: Stage, since: datetime) -> set[frozenset[str]]:
    drawn = [
        set_up.world.store.drawn(entry.occurrence.id) for entry in set_up.record() if entry.occurrence.due_utc >= since
    ]
    return {each.prompt.place for each in drawn if each is not None}


def test_days_apart_draw_prompts_for_the_distance_and_home_is_home_again_after() -> None:
    near = ritual("near", "every day at 12:30", BOTH, kind="quality-time", tags=frozenset({"apart"}))
    plain = ritual("plain", "every day at 14:00", BOTH, kind="gesture")
    set_up = stage(near, plain)
    begin(set_up.world, set_up.settings, "apart", "", NOON + WEEK, NOON)
    set_up.until(NOON + WEEK)
    assert all("apart" in place for place in places(set_up, NOON))
    set_up.until(NOON + 3 * WEEK)
    assert frozenset({"apart"}) not in places(set_up, NOON + WEEK + DAY)
    assert frozenset({"home"}) in places(set_up, NOON + WEEK + DAY)
