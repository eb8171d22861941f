"""Benchmarks run, as little as runs at all, and say what they measured. Nothing depends on how fast that was."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


def said(name: str, *given: str) -> dict[str, Any]:
    command = [sys.executable, "-m", name, "--json", "--small", *given]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def names(found: dict[str, Any]) -> list[str]:
    assert all(isinstance(each["figure"], int | float) for each in found["rows"])
    return [each["name"] for each in found["rows"]]


@pytest.mark.parametrize(
    ("name", "least"),
    [("when", "every day at 07:30: the instant"), ("remind", "a year of 50"), ("plugins", "guarded, in a warm worker")],
)
def test_a_benchmark_of_one_process_runs(name: str, least: str) -> None:
    assert any(each.startswith(least) for each in names(said(f"bench.{name}")))


@pytest.mark.process
def test_a_burst_is_claimed_and_each_message_counted() -> None:
    assert [each.split(": ")[0] for each in names(said("bench.burst"))] == ["50 due of 50"] * 5


@pytest.mark.process
def test_a_message_goes_its_whole_way_with_the_ledger_and_without() -> None:
    first = said("bench.ledger")["rows"][0]
    assert first["peer"] == "ours, without a ledger"
    assert first["figure"] > 0
    assert first["peer_figure"] > 0


@pytest.mark.process
def test_a_message_goes_its_whole_way_over_tls() -> None:
    first = said("bench.end_to_end", "--wires", "https")["rows"][0]
    assert (first["peer"], first["goal"]["value"]) == ("Apprise alone in a loop", 15.0)


@pytest.mark.process
def test_rituals_are_held_beside_the_jobs_of_a_scheduler() -> None:
    found = said("bench.schedules")
    assert {(each["who"], each["rituals"]) for each in found["points"]} == {
        (who, rituals) for who in ("ritualsd", "APScheduler, memory") for rituals in (10, 30)
    }


@pytest.mark.process
def test_the_daemon_is_started_and_watched_while_idle() -> None:
    assert "ready, 10 rituals" in names(said("bench.start"))
    assert "10 rituals, idle" in names(said("bench.idle"))


def test_one_table_at_the_end_has_every_goal_and_nothing_else() -> None:
    found = said("bench", "plugins", "when")
    assert all(each["goal"] for each in found["rows"])
    assert "guarded, in a warm worker" in names(found)
    assert "every day at 07:30: the instant" in names(found)
    assert "bare pluggy call" not in names(found)


def test_a_benchmark_that_there_is_not_is_named() -> None:
    command = [sys.executable, "-m", "bench", "strat"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert "there is no benchmark called strat" in ran.stderr
