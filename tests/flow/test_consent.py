"""How deep it goes, lived through: nobody is ever given a prompt deeper than everyone asked has opened up to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as how_often
from hypothesis import strategies as st

from ritualsd.core.english import PHRASES
from ritualsd.core.ladder import GROUND
from ritualsd.flow.collect import collect
from ritualsd.flow.lived import lived
from ritualsd.model import Ask, Drawn, Incoming, Message, Person, Prompt, Quiet, Ritual, Taste, Verdict
from ritualsd.testing import ListContent, VirtualClock
from tests.builders import person, ritual, settings
from tests.flow.stage import Stage

MONDAY = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
BOTH = ("ana", "ben")


def pool(*counts: int, **over: Any) -> tuple[Prompt, ...]:
    """So many prompts of each depth, from 1 on."""
    return tuple(
        Prompt(text=f"depth {depth} number {n}", id=f"d{depth}.{n}", depth=depth, source="deck:test", **over)
        for depth, count in enumerate(counts, 1)
        for n in range(count)
    )


def talk(**over: Any) -> Ritual:
    given: dict[str, Any] = {"kind": "check-in", "to": BOTH, "depth": 4, "ask": "scale", "reveal": "never"}
    return ritual("talk", **given | over)


def stage(
    *rituals: Ritual, prompts: tuple[Prompt, ...] = (), people: tuple[Person, ...] = (), **household: Any
) -> Stage:
    people = people or tuple(person(who) for who in BOTH)
    return Stage(
        settings=settings(*rituals, people=people, **household),
        clock=VirtualClock(MONDAY),
        content=ListContent(prompts=prompts or pool(10, 30, 30, 30, 5)),
    )


def say(on: Stage, who: str, text: str) -> None:
    """Answer the newest message of the ritual."""
    newest = on.world.store.history(ritual="talk", person=who)[0].occurrence
    collect(
        on.world, lived(on.world.store, on.settings),
        Incoming(
            occurrence=newest.name, person=who, text=text, source="test", source_msg_id=f"{on.clock.at}{who}{text}",
            received_utc=on.clock.at,
        ),
        on.clock.at,
    )  # fmt: skip


def ready(on: Stage, who: str, level: int) -> None:
    on.world.store.personal.set_own(who, "level", str(level), on.clock.at)


def given_to(on: Stage, who: str = "ana") -> list[Drawn]:
    """What this person was sent, oldest first."""
    entries = (entry for entry in on.record("talk") if entry.occurrence.person == who and not entry.occurrence.part)
    found = (on.world.store.drawn(entry.occurrence.id) for entry in entries)
    return [drawn for drawn in found if drawn is not None]


def a_day(on: Stage) -> None:
    on.until(on.clock.at + DAY)


def answered_days(on: Stage, days: int) -> None:
    """Both answer, every day, as easy as can be."""
    for _ in range(days):
        a_day(on)
        for who in BOTH:
            say(on, who, "5")


def test_it_begins_with_small_things_whatever_the_ritual_allows() -> None:
    on = stage(talk())
    on.until(MONDAY + 20 * DAY)
    assert {drawn.prompt.depth for drawn in given_to(on)} == {1, 2}
    assert all("held at 2" in drawn.why for drawn in given_to(on))


def test_each_step_opens_after_four_answers_of_everyone_to_the_one_before() -> None:
    on = stage(talk(), prompts=pool(1, 60, 60, 60))
    for who in BOTH:
        ready(on, who, 4)
    answered_days(on, 60)
    depths = [drawn.prompt.depth for drawn in given_to(on)]
    first_3, first_4 = depths.index(3), depths.index(4)
    assert Counter(depths[:first_3])[2] >= 4
    assert Counter(depths[:first_4])[3] >= 4
    assert 5 not in depths


def test_ready_without_answers_opens_nothing() -> None:
    on = stage(talk())
    for who in BOTH:
        ready(on, who, 4)
    on.until(MONDAY + 40 * DAY)
    assert max(drawn.prompt.depth for drawn in given_to(on)) == 2


def test_one_who_is_not_ready_holds_it_for_all_and_nothing_tells_who() -> None:
    told = []
    for willing in BOTH:
        on = stage(talk())
        ready(on, willing, 4)
        answered_days(on, 30)
        assert max(drawn.prompt.depth for drawn in given_to(on)) == 2
        told.append([(drawn.prompt.id, drawn.why) for who in BOTH for drawn in given_to(on, who)])
    assert told[0] == told[1]


def test_a_ritual_for_one_person_looks_at_that_person_only() -> None:
    on = stage(talk(to=("ana",)))
    ready(on, "ana", 3)
    ready(on, "ben", 1)
    for _ in range(40):
        a_day(on)
        say(on, "ana", "5")
    assert max(drawn.prompt.depth for drawn in given_to(on)) == 3


def test_what_is_forgotten_of_the_words_still_counts_as_answered() -> None:
    on = stage(talk())
    answered_days(on, 30)
    on.world.store.forget_words(on.clock.at)
    for who in BOTH:
        ready(on, who, 3)
    on.until(on.clock.at + 30 * DAY)
    assert max(drawn.prompt.depth for drawn in given_to(on)) == 3


def opened(*rituals: Ritual, **over: Any) -> Stage:
    """Both have gone as deep as 3."""
    on = stage(*(rituals or (talk(),)), prompts=pool(2, 10, 90), **over)
    for who in BOTH:
        ready(on, who, 3)
    answered_days(on, 40)
    assert given_to(on)[-1].prompt.depth == 3
    return on


@pytest.mark.parametrize("who", BOTH)
def test_stepping_back_works_at_once_for_everyone(who: str) -> None:
    on = opened()
    ready(on, who, 1)
    before = len(given_to(on))
    on.until(on.clock.at + 2 * DAY)
    for each in BOTH:
        assert {drawn.prompt.depth for drawn in given_to(on, each)[before:]} == {1}


def test_words_that_wait_for_the_end_of_quiet_hours_are_made_anew_after_a_step_back() -> None:
    asleep = tuple(person(who, quiet=Quiet(start=time(8), end=time(20))) for who in BOTH)
    on = opened(people=asleep)
    on.until(on.clock.at.replace(hour=12) + DAY)
    assert given_to(on)[-1].prompt.depth == 3
    sent = len(on.sender.sent)
    ready(on, "ben", 1)
    on.until(on.clock.at + 12 * HOUR)
    assert [body.split(" number")[0] for body in on.bodies()[sent:]] == ["depth 1", "depth 1"]


def test_who_is_asked_later_by_another_clock_and_stepped_back_meanwhile_is_asked_something_lighter() -> None:
    on = opened(people=(person("ana"), person("ben", "America/New_York")))
    on.until(on.clock.at.replace(hour=10) + DAY)
    assert given_to(on, "ana")[-1].prompt.depth == 3
    ready(on, "ben", 1)
    on.until(on.clock.at + 8 * HOUR)
    assert given_to(on, "ana")[-1].prompt.depth == 3
    assert given_to(on, "ben")[-1].prompt.depth == 1


def test_no_stays_no_to_touch_that_was_waiting_to_be_said() -> None:
    asleep = tuple(person(who, quiet=Quiet(start=time(8), end=time(20))) for who in BOTH)
    prompts = (Prompt(text="hold hands", id="t", tags=frozenset({"touch"})), Prompt(text="a kind word", id="w"))
    on = stage(talk(tags=frozenset({"touch"})), prompts=prompts, people=asleep)
    for who in BOTH:
        on.world.store.personal.set_own(who, "touch", "yes", on.clock.at)
    on.until(MONDAY + 12 * HOUR)
    assert given_to(on)[-1].prompt.id == "t"
    on.world.store.personal.set_own("ben", "touch", "no", on.clock.at)
    on.until(MONDAY + DAY)
    assert set(on.bodies()) == {"a kind word"}


@pytest.mark.parametrize(("ana", "ben", "touch"), [("yes", "yes", True), ("yes", "maybe", False), ("yes", "", False)])
def test_touch_comes_only_where_everyone_concerned_said_yes(ana: str, ben: str, touch: bool) -> None:
    prompts = (Prompt(text="hold hands", id="t", tags=frozenset({"touch"})), Prompt(text="a kind word", id="w"))
    on = stage(talk(turns=True, tags=frozenset({"touch"})), prompts=prompts)
    for who, said in (("ana", ana), ("ben", ben)):
        on.world.store.personal.set_own(who, "touch", said, on.clock.at)
    on.until(MONDAY + 4 * DAY)
    assert ("hold hands" in on.bodies()) is touch


@pytest.mark.parametrize("who", BOTH)
def test_a_hard_rating_makes_it_easier_for_everyone_for_two_weeks(who: str) -> None:
    on = stage(talk(depth=2), prompts=pool(60, 60))
    on.until(MONDAY + 6 * DAY)
    say(on, who, "1")
    before = len(given_to(on))
    on.until(on.clock.at + 30 * DAY)
    for each in BOTH:
        after = [drawn.prompt.depth for drawn in given_to(on, each)[before:]]
        assert set(after[:14]) == {1}
        assert 2 in after[14:]
        assert {drawn.why.partition("; ")[2] for drawn in given_to(on, each)[before : before + 14]} == {"held at 1"}


def test_a_hard_rating_taken_back_eases_nothing() -> None:
    on = stage(talk(depth=2), prompts=pool(60, 60))
    on.until(MONDAY + 6 * DAY)
    say(on, "ana", "1")
    say(on, "ana", "4")
    before = len(given_to(on))
    on.until(on.clock.at + 14 * DAY)
    assert 2 in [drawn.prompt.depth for drawn in given_to(on)[before:]]


def test_what_goes_deep_carries_one_ground_line_and_the_rest_carries_none() -> None:
    lines = {PHRASES[key] for key in GROUND}
    on = opened()
    for body in on.bodies():
        words, _, ground = body.partition("\n")
        assert (ground in lines) is words.startswith("depth 3")
        assert (ground == "") is not words.startswith("depth 3")


@pytest.mark.parametrize("who", BOTH)
def test_never_again_for_one_is_never_again_for_all_asked_and_why_tells_nothing(who: str) -> None:
    plain = stage(talk(depth=1), prompts=pool(4))
    on = stage(talk(depth=1), prompts=pool(4))
    taste = Taste(person=who, kind="check-in", prompt_id="d1.0", verdict=Verdict.NEVER, at_utc=MONDAY)
    on.world.store.personal.taste(taste)
    for each in (plain, on):
        each.until(MONDAY + 12 * DAY)
    assert "d1.0" not in {drawn.prompt.id for drawn in given_to(on)}
    assert {"d1.0"} <= {drawn.prompt.id for drawn in given_to(plain)}
    assert {drawn.why.partition(",")[0] for drawn in given_to(on)} == {"one of 4 that fit"}


def test_when_nothing_may_be_said_there_is_a_reason_and_no_loop() -> None:
    on = stage(talk(depth=1), prompts=pool(0, 0, 4))
    on.until(MONDAY + DAY)
    assert on.states("talk") == [("2026-03-02", "skipped", "no-content")] * 2
    assert "none fits the depth" in on.world.store.history()[0].occurrence.detail


# any order of everything


@dataclass
class Model:
    """What everybody said and did, kept apart from the program."""

    levels: dict[str, int] = field(default_factory=lambda: dict.fromkeys(BOTH, 2))
    standing: dict[tuple[str, str], str] = field(default_factory=dict)  # by person and slot
    depths: dict[tuple[str, str], int] = field(default_factory=dict)
    rated: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def most(self, now: datetime) -> int:
        """The deepest that may be drawn now."""
        lowest = min(self._open(who) for who in BOTH)
        hard = [key for key, text in self.standing.items() if text in "12" and now - self.rated[key] <= 14 * DAY]
        return max(1, lowest - bool(hard))

    def _open(self, who: str) -> int:
        answers = Counter(
            self.depths[key] for key, text in self.standing.items() if key[0] == who and text != "skip"
        )  # fmt: skip
        level = min(self.levels[who], 2)
        while level < min(self.levels[who], 4) and answers[level] >= 4:
            level += 1
        return level


people = st.sampled_from(BOTH)
steps = st.one_of(
    st.tuples(st.just("level"), people, st.integers(1, 5)),
    st.tuples(st.just("say"), people, st.sampled_from(["1", "3", "5", "done", "skip"])),
    st.tuples(st.just("days"), st.sampled_from(["5", "done"]), st.integers(1, 9)),
)


@how_often(max_examples=15, deadline=None)
@given(st.lists(steps, min_size=4, max_size=12))
def test_no_order_of_levels_answers_ratings_and_steps_back_draws_deeper_than_was_agreed(
    done: list[tuple[str, Any, Any]],
) -> None:
    on, model = stage(talk(), prompts=pool(3, 20, 20, 20, 5)), Model()

    def live(text: str = "") -> None:
        most = model.most(on.clock.at + 9 * HOUR)
        a_day(on)
        for who in BOTH:
            drawn, slot = given_to(on, who)[-1], on.world.store.history(ritual="talk", person=who)[0].occurrence.slot
            assert drawn.prompt.depth <= min(most, model.levels[who], 4)
            model.depths[who, slot] = drawn.prompt.depth
            if text:
                answer(who, text)

    def answer(who: str, text: str) -> None:
        newest = on.world.store.history(ritual="talk", person=who)[0].occurrence
        say(on, who, text)
        model.standing[who, newest.slot], model.rated[who, newest.slot] = text, on.clock.at

    live()
    for step, what, value in done:
        if step == "level":
            ready(on, what, value)
            model.levels[what] = value
            live()
        elif step == "say":
            answer(what, value)
            live()
        else:
            for _ in range(value):
                live(what)


def test_a_step_back_while_a_plugin_rewords_counts_for_that_very_message() -> None:
    on = opened()
    before = len(given_to(on))

    class Slow(ListContent):
        """Takes its time, in which Ben steps back."""

        def reword(self, message: Message, ask: Ask) -> Message:
            ready(on, "ben", 1)
            return message

    on.world = replace(on.world, content=Slow(prompts=pool(2, 10, 90)))
    on.until(on.clock.at + 2 * DAY)
    for each in BOTH:
        assert {drawn.prompt.depth for drawn in given_to(on, each)[before:]} == {1}
