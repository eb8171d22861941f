"""The draw: a shuffle bag kept in the record, deterministic, fair, and never in a loop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ritualsd.core.draw import NoPrompt, draw
from ritualsd.core.fit import FALLBACK
from ritualsd.model import Ask, Drawn, Prompt, Seen

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = timedelta(days=1)
KEY = b"k" * 32


def prompts(count: int, **over: Any) -> list[Prompt]:
    return [Prompt(text=f"words {n}", id=f"p{n:03}", **over) for n in range(count)]


def one(
    pool: Iterable[Prompt],
    seen: dict[str, Seen],
    at: datetime = START,
    key: bytes = KEY,
    ritual: str = "r",
    **over: Any,
) -> Drawn | NoPrompt:
    given: dict[str, Any] = {"kind": "gratitude", "ritual": ritual, "at": at} | over
    return draw(pool, seen, ask=Ask(**given), key=key, people=2, placeholders={"name"})


def remember(seen: dict[str, Seen], drawn: Drawn, at: datetime) -> None:
    seen[drawn.prompt.id] = Seen(round=drawn.round, last_utc=at, tags=drawn.prompt.tags)


def run(
    pool: Sequence[Prompt], days: int, seen: dict[str, Seen] | None = None, start: datetime = START, **over: Any
) -> list[str]:
    """The ids drawn on so many days in a row."""
    seen = {} if seen is None else seen
    found = []
    for day in range(days):
        at = start + day * DAY
        drawn = one(pool, seen, at, **over)
        assert isinstance(drawn, Drawn)
        remember(seen, drawn, at)
        found.append(drawn.prompt.id)
    return found


def test_an_empty_pool_is_a_reason_not_an_error() -> None:
    found = one([], {})
    assert isinstance(found, NoPrompt)
    assert found.why == "no deck and no plugin offered anything for gratitude"


def test_a_pool_that_may_not_be_said_is_a_reason_too() -> None:
    found = one(prompts(3, depth=4), {}, depth=1)
    assert isinstance(found, NoPrompt)
    assert "3 prompts" in found.why


@given(size=st.integers(1, 30), rounds=st.integers(1, 4))
def test_no_prompt_comes_twice_before_the_pool_is_used_up(size: int, rounds: int) -> None:
    drawn = run(prompts(size), size * rounds)
    for start in range(0, size * rounds, size):
        assert len(set(drawn[start : start + size])) == size


@settings(max_examples=50)
@given(size=st.integers(2, 20), days=st.integers(2, 40))
def test_the_same_prompt_never_comes_two_days_running(size: int, days: int) -> None:
    drawn = run(prompts(size), days)
    assert all(today != tomorrow for today, tomorrow in pairwise(drawn))


@given(before=st.integers(0, 25), size=st.integers(1, 12))
def test_a_restart_changes_nothing(before: int, size: int) -> None:
    whole = run(prompts(size), before + 10)
    seen: dict[str, Seen] = {}
    run(prompts(size), before, seen)
    later = run(prompts(size), 10, dict(seen), start=START + before * DAY)
    assert whole[before:] == later


def test_the_order_of_the_pool_does_not_matter() -> None:
    pool = prompts(20)
    assert run(pool, 40) == run(pool[::-1], 40)


def test_another_installation_draws_otherwise() -> None:
    assert run(prompts(40), 20) != run(prompts(40), 20, key=b"x" * 32)


def test_another_ritual_draws_otherwise() -> None:
    assert run(prompts(40), 20) != run(prompts(40), 20, ritual="s")


def test_new_prompts_in_an_old_bag_come_next_and_once() -> None:
    seen: dict[str, Seen] = {}
    run(prompts(10), 35, seen)
    grown = run(prompts(15), 5, seen, start=START + 35 * DAY)
    assert set(grown) == {"p010", "p011", "p012", "p013", "p014"}
    rest = run(prompts(15), 20, seen, start=START + 40 * DAY)
    assert max(Counter(rest).values()) <= 2


def test_a_busy_ritual_with_a_tag_does_not_bring_the_others_round_again_early() -> None:
    pool = [*prompts(3, tags=frozenset({"fun"})), *[Prompt(text=f"plain {n}", id=f"q{n}") for n in range(12)]]
    seen: dict[str, Seen] = {}
    plain: list[str] = []
    for day in range(12):
        at = START + day * DAY
        run(pool, 1, seen, start=at, ritual="busy", tags=frozenset({"fun"}))
        plain += run(pool, 1, seen, start=at + timedelta(hours=9))
    assert len(set(plain)) == 12


def test_what_rested_comes_before_what_is_cooling_off() -> None:
    pool = prompts(4)
    ages = {"p000": 2, "p001": 40, "p002": 5, "p003": 1}
    seen = {id_: Seen(round=1, last_utc=START - age * DAY) for id_, age in ages.items()}
    drawn = one(pool, seen)
    assert isinstance(drawn, Drawn)
    assert drawn.prompt.id == "p001"
    assert drawn.round == 2


def test_the_same_tag_does_not_come_twice_running_where_there_is_another() -> None:
    food = [Prompt(text=f"food {n}", id=f"f{n}", tags=frozenset({"food"})) for n in range(6)]
    walk = [Prompt(text=f"walk {n}", id=f"w{n}", tags=frozenset({"walk"})) for n in range(6)]
    drawn = run([*food, *walk], 12)
    assert all(today[0] != tomorrow[0] for today, tomorrow in pairwise(drawn))


def test_a_tag_that_was_asked_for_may_come_twice_running() -> None:
    assert len(set(run(prompts(5, tags=frozenset({"fun"})), 5, tags=frozenset({"fun"})))) == 5


def test_the_same_id_twice_is_one_prompt() -> None:
    twice = [Prompt(text="first", id="same"), Prompt(text="second", id="same")]
    drawn = one(twice, {})
    assert isinstance(drawn, Drawn)
    assert drawn.prompt.text == "first"


def test_a_prompt_without_an_id_is_known_by_its_words() -> None:
    drawn = one([Prompt(text="Hello there.")], {})
    assert isinstance(drawn, Drawn)
    assert drawn.prompt.id.startswith("text.")


def test_why_counts_and_quotes_no_words() -> None:
    drawn = one(prompts(7), {}, tags=frozenset({"fun"}))
    assert isinstance(drawn, Drawn)
    assert drawn.why == "one of 7 that fit, round 1; nothing tagged fun fits, so any tag"


def test_the_fallback_is_drawn_when_all_else_is_filtered_away() -> None:
    spare = Prompt(text="spare", id="spare", tags=frozenset({FALLBACK}))
    drawn = one([*prompts(3, who=frozenset({"group"})), spare], {})
    assert isinstance(drawn, Drawn)
    assert drawn.prompt.id == "spare"


def test_ten_thousand_first_draws_are_flat() -> None:
    pool = prompts(20)
    counts = Counter(_first(pool, START + n * timedelta(minutes=7)) for n in range(10_000))
    expected = 10_000 / len(pool)
    chi_square = sum((counts[prompt.id] - expected) ** 2 / expected for prompt in pool)
    assert chi_square < 43.8  # 19 degrees of freedom, p = 0.001; the key is fixed, so this cannot flicker


def test_twice_the_weight_is_drawn_twice_as_often() -> None:
    pool = [Prompt(text="a", id="a", weight=2.0), Prompt(text="b", id="b"), Prompt(text="c", id="c")]
    counts = Counter(_first(pool, START + n * timedelta(minutes=7)) for n in range(4_000))
    assert 1900 < counts["a"] < 2100


def test_ten_thousand_draws_are_fair_within_tags() -> None:
    tags = ("food", "walk", "song")
    pool = [Prompt(text=f"{tag} {n}", id=f"{tag}{n}", tags=frozenset({tag})) for tag in tags for n in range(8)]
    before = {"food0": Seen(round=0, last_utc=START - 400 * DAY, tags=frozenset({"food"}))}
    counts: Counter[str] = Counter()
    for n in range(10_000):
        found = one(pool, before, START + n * timedelta(minutes=7))
        assert isinstance(found, Drawn)
        counts[found.prompt.id] += 1
    assert not any(id_.startswith("food") for id_ in counts)
    for tag in ("walk", "song"):
        drawn = [counts[f"{tag}{n}"] for n in range(8)]
        expected = sum(drawn) / 8
        assert sum((count - expected) ** 2 / expected for count in drawn) < 24.3  # 7 degrees of freedom, p = 0.001


def test_ten_thousand_draws_in_a_row_use_every_prompt_alike_and_go_on_after_a_restart() -> None:
    tags = ("food", "walk", "song")
    pool = [Prompt(text=f"{tag} {n}", id=f"{tag}{n}", tags=frozenset({tag})) for tag in tags for n in range(20)]
    seen: dict[str, Seen] = {}
    drawn = run(pool, 9_900, seen)
    restarted = run(pool, 100, dict(seen), start=START + 9_900 * DAY)
    assert restarted == run(pool, 100, seen, start=START + 9_900 * DAY)
    counts = Counter(drawn + restarted)
    assert max(counts.values()) - min(counts.values()) <= 1


def test_two_households_share_no_order() -> None:
    pool = prompts(20)
    ours, theirs = (
        [_first(pool, START + n * timedelta(minutes=7), key) for n in range(2_000)] for key in (KEY, b"x" * 32)
    )
    same = sum(mine == yours for mine, yours in zip(ours, theirs, strict=True))
    assert same < 150  # one in twenty by chance


def test_a_favourite_is_drawn_twice_as_often_and_what_was_not_for_tonight_less() -> None:
    pool = [Prompt(text=name, id=name) for name in "abc"]
    counts = Counter(
        _first(pool, START + n * timedelta(minutes=7), weights={"a": 2.0, "b": 0.25}) for n in range(6_500)
    )
    assert 3_800 < counts["a"] < 4_200
    assert 400 < counts["b"] < 600


def test_when_everything_came_lately_it_says_so() -> None:
    seen = {f"p{n:03}": Seen(round=1, last_utc=START - n * DAY) for n in range(4)}
    drawn = one(prompts(4), seen)
    assert isinstance(drawn, Drawn)
    assert "each of them came within 30 days" in drawn.why
    assert drawn.prompt.id in ("p002", "p003")


def _first(pool: Sequence[Prompt], at: datetime, key: bytes = KEY, weights: Mapping[str, float] | None = None) -> str:
    ask = Ask(kind="gratitude", ritual="r", at=at)
    drawn = draw(pool, {}, ask=ask, key=key, people=2, placeholders={"name"}, weights=weights or {})
    assert isinstance(drawn, Drawn)
    return drawn.prompt.id


anything = st.builds(
    Prompt,
    text=st.sampled_from(["plain", "{name}", "{nmae}", "{"]),
    id=st.sampled_from(["", "a", "b", "c"]),
    tags=st.frozensets(st.sampled_from(["fun", "evening", "weekend", FALLBACK])),
    depth=st.integers(0, 6),
    season=st.frozensets(st.sampled_from(["winter", "summer"])),
    who=st.frozensets(st.sampled_from(["solo", "pair"])),
    weight=st.floats(),
)


@settings(max_examples=300)
@given(pool=st.lists(anything, max_size=8), depth=st.integers(1, 5), tags=st.frozensets(st.sampled_from(["fun", "x"])))
def test_whatever_the_pool_a_draw_ends_and_keeps_its_promises(
    pool: list[Prompt], depth: int, tags: frozenset[str]
) -> None:
    found = one(pool, {}, depth=depth, tags=tags)
    if isinstance(found, Drawn):
        assert found.prompt.depth <= min(depth, 4)
        assert "{nmae}" not in found.prompt.text
        assert not found.prompt.who or "pair" in found.prompt.who
