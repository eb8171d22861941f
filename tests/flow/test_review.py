"""A look back, lived through: one's own answers alone, small proposals, and a file that stays good."""

from __future__ import annotations

import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from ritualsd.cli.review import as_data, diff
from ritualsd.config import load
from ritualsd.config.schedules import schedule
from ritualsd.core.reflect import Review
from ritualsd.flow.journal import from_the_jar, journal
from ritualsd.flow.review import proposed, review
from ritualsd.model import Settings
from ritualsd.testing import ListContent, VirtualClock
from tests.builders import person
from tests.flow.looking_back import ASKED, DAY, MONDAY, asked, household, say
from tests.flow.stage import Stage, prompts

PEOPLE = """
timezone = "Europe/Berlin"

# Two who like a lot of it.
[people.ana]
name = "Ana"
channels = { phone = "json://127.0.0.1:1/ana" }

[people.ben]
name = "Ben"
channels = { phone = "json://127.0.0.1:1/ben" }

"""
SURPRISE = """
# The ring is in the blue box.
[rituals.ring]
when = "every Sunday at 11:00"
to = "ben"
message = "CANARY: the ring"
secret_from = "others"
"""


def seen_by(on: Stage, who: str) -> Review:
    return review(on.world.store, on.settings, who, MONDAY, on.clock.at)


def test_it_tells_what_one_did_and_left_out_and_nothing_of_the_other() -> None:
    on = household(ask="scale")
    for day, (ana, ben) in enumerate((("5", "1"), ("4", "2"), ("skip", "1"))):
        asked(on, day)
        say(on, "ana", ana, day)
        say(on, "ben", ben, day)
    (look,) = seen_by(on, "ana").looks
    assert (look.ritual, len(look.told), look.done, look.skipped, look.helped) == (ASKED, 3, 2, 1, True)
    assert [point.value for point in look.ratings] == [5, 4]


def test_what_the_other_does_changes_no_byte_of_ones_own_review_or_journal() -> None:
    def told(ben: tuple[str, ...]) -> object:
        on = household()
        asked(on)
        say(on, "ana", "a good day")
        for text in ben:
            say(on, "ben", text)
        own = as_data(
            seen_by(on, "ana"), proposed(on.world.store, on.settings, "ana", on.clock.at), on.settings, MONDAY
        )
        own["until_utc"] = ""
        return own, journal(on.world.store, on.settings, "ana", MONDAY, on.clock.at)

    assert told(()) == told(("skip",)) == told(("win: CANARY", "come back to this", "favourite"))


def test_a_favourite_says_that_something_helped_until_it_is_taken_back() -> None:
    on = household(kind="gratitude", ask="none", people=(person("ana"),))
    on.content.prompts = prompts(3)
    asked(on)
    say(on, "ana", "favourite")
    assert [look.ritual for look in seen_by(on, "ana").helped] == [ASKED]
    say(on, "ana", "undo")
    assert not seen_by(on, "ana").helped


def test_the_jar_holds_wins_and_what_was_celebrated_and_a_tally_only_its_round_numbers() -> None:
    on = household((person("ana"),), kind="celebrate")
    on.content.prompts = prompts(20)
    for day in range(10):
        asked(on, day)
        say(on, "ana", f"thing {day}", day)
        assert seen_by(on, "ana").tally == (10 if day == 9 else None)
    say(on, "ana", "Victory: the shelf holds", 9)
    lines = from_the_jar(on.world.store, on.settings, "ana", MONDAY)
    assert [line.words for line in lines] == [*(f"thing {day}" for day in range(10)), "the shelf holds"]


def test_a_journal_holds_own_words_and_what_was_revealed_and_nothing_before_it_was() -> None:
    on = household()
    asked(on)
    say(on, "ben", "CANARY of ben")
    say(on, "ana", "skip")
    on.until(on.clock.at + timedelta(hours=1))
    assert journal(on.world.store, on.settings, "ana", MONDAY, on.clock.at) == []
    asked(on, 1)
    say(on, "ben", "the lake", 1)
    say(on, "ana", "the hill", 1)
    on.until(on.clock.at + timedelta(hours=1))
    lines = journal(on.world.store, on.settings, "ana", MONDAY, on.clock.at)
    assert [(line.by, line.words) for line in lines] == [("ana", "the hill"), ("ben", "the lake")]


def test_what_was_left_out_more_often_than_not_could_come_less_often_or_not_at_all() -> None:
    on = household()
    for day in range(7):
        asked(on, day)
        say(on, "ana", "skip" if day else "fine", day)
        say(on, "ben", "skip", day)
    ideas = {who: proposed(on.world.store, on.settings, who, on.clock.at) for who in ("ana", "ben")}
    assert (ideas["ana"][0].idea, ideas["ana"][0].when) == ("rarer", "every Monday, Wednesday and Friday at 09:00")
    assert ideas["ben"][0].idea == "retire"


@pytest.fixture
def full(tmp_path: Path) -> Settings:
    """Six hours a week, and a surprise in the same file."""
    text = PEOPLE + schedule("six-hours").text(MONDAY.date()) + SURPRISE
    (tmp_path / "config.toml").write_text(text, "utf-8")
    loaded = load(tmp_path / "config.toml", {})
    assert loaded.settings is not None
    return loaded.settings


def test_after_four_weeks_of_six_hours_a_lighter_plan_is_proposed_and_its_patch_passes_check(full: Settings) -> None:
    on = Stage(settings=full, clock=VirtualClock(MONDAY), content=ListContent(prompts=prompts(40)))
    on.until(MONDAY + 20 * DAY)
    assert all(idea.idea != "lighter" for idea in proposed(on.world.store, full, "ana", on.clock.at))
    on.until(MONDAY + 30 * DAY)
    ideas = proposed(on.world.store, full, "ana", on.clock.at)
    assert [idea.idea for idea in ideas[:2]] == ["lighter", "lighter"]
    text = diff(ideas, full, "ana", on.clock.at)
    assert "CANARY" not in text
    assert "ring" not in text
    root = Path(full.root)
    command = ["git", "apply", "-"] if shutil.which("git") else ["patch", "-p1", "--fuzz=0"]
    subprocess.run(command, cwd=root, input=text.encode(), check=True, capture_output=True)
    after = load(root / "config.toml", {})
    assert [problem for problem in after.problems if problem.severity == "error"] == []
    assert after.settings is not None
    for idea in ideas:
        assert after.settings.household.rituals[idea.ritual].when == idea.when
    assert "# Two who like a lot of it." in (root / "config.toml").read_text("utf-8")
