"""The frame of the benchmarks: whose turn it is, what a ratio is, when a goal is reached, and what is printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import timing
from bench.__main__ import NAMES
from bench.timing import Row, at_least, at_most, below, row


def test_contenders_take_turns() -> None:
    order: list[str] = []
    found = timing.in_turn({"ours": lambda: order.append("ours"), "peer": lambda: order.append("peer")}, 3)
    assert order == ["ours", "peer"] * 3
    assert {name: len(each) for name, each in found.items()} == {"ours": 3, "peer": 3}


def test_a_ratio_is_the_median_of_the_pairs_and_not_of_the_sides() -> None:
    one = row("sends", "/s", [10, 100, 30], peer="other", theirs=[10, 10, 10])
    assert (one.ratio, one.spread, one.figure, one.peer_figure) == (3, (1, 10), 30, 10)


def test_without_a_peer_the_spread_is_that_of_the_figure() -> None:
    alone = row("idle", "% CPU", [0.3, 0.1, 0.2])
    assert (alone.figure, alone.spread, alone.ratio, alone.reached) == (0.2, (0.1, 0.3), None, None)


def test_beside_a_peer_too_quick_for_the_clock_there_is_no_ratio_to_judge() -> None:
    found = row("one", "ms", [2.0], peer="other", theirs=[0.0], goal=at_most(1.0))
    assert (found.figure, found.peer, found.peer_figure, found.ratio, found.reached) == (2.0, "other", None, None, None)
    assert row("one", "ms", [2.0], peer="other", theirs=[0.0], goal=below(3.0)).reached


@pytest.mark.parametrize(
    ("goal", "reached"),
    [(at_most(2.0), True), (at_most(1.9), False), (at_least(2.0), True), (at_least(2.1), False), (below(3.9), False)],
)
def test_a_goal_judges_the_ratio_unless_it_names_the_figure(goal: timing.Goal, reached: bool) -> None:
    assert row("one", "s", [4.0], peer="other", theirs=[2.0], goal=goal).reached is reached


def test_the_ninety_ninth_of_a_hundred() -> None:
    assert timing.centile([float(value) for value in range(100)], 99) == 99
    assert timing.centile([5.0], 50) == 5.0


def rows() -> list[Row]:
    return [
        row("quick", "s", [1.0], peer="other", theirs=[2.0], goal=at_most(1.0)),
        row("slow", "s", [30.0], peer="other", theirs=[2.0], goal=at_most(1.0)),
        row("by the way", "MiB", [1234.0]),
    ]


def test_the_table_says_of_each_goal_whether_it_was_reached(capsys: pytest.CaptureFixture[str]) -> None:
    timing.report(rows(), as_json=False)
    head, quick, slow, other, machine = capsys.readouterr().out.splitlines()
    assert head.split()[0] == "what"
    assert quick.endswith("≤ 1 ×, reached")
    assert slow.endswith("≤ 1 ×, missed")
    assert "1,234 MiB" in other
    assert all(word in machine for word in ("cores", "load", "python", "sqlite", "apscheduler", "apprise"))


def test_rows_come_back_from_json_as_they_were(capsys: pytest.CaptureFixture[str]) -> None:
    timing.report(rows(), as_json=True, points=[1, 2])
    said = json.loads(capsys.readouterr().out)
    assert [timing.from_plain(each) for each in said["rows"]] == rows()
    assert [each["reached"] for each in said["rows"]] == [True, False, None]
    assert said["points"] == [1, 2]


def test_a_contender_that_fails_is_named() -> None:
    with pytest.raises(SystemExit, match=r"bench.plot .* ended with"):
        timing.apart("bench.plot", "no-such-file.json")


def test_the_document_names_every_benchmark_that_make_bench_runs() -> None:
    document = (Path(__file__).resolve().parents[2] / "docs/benchmarks.md").read_text("utf-8")
    assert [name for name in NAMES if f"| `{name}` |" not in document] == []
