"""`review` and `journal` as they are typed: whose eyes, what is printed, and that a patch is a patch."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from ritualsd.errors import NotFound
from tests.cli.home import TWO, Home

MOOD = """
[rituals.mood]   # how it was
when   = "every day at 18:00"
to     = "everyone"
ask    = "scale"
message = "How was the day?"
"""


@pytest.fixture
def answered(home: Home) -> Home:
    home.write(TWO + MOOD)
    names = home.json("send", "mood")["occurrences"]
    for name in names:
        who = name.rpartition("/")[2].partition("/")[0]
        who = "ana" if "/ana" in name else "ben"
        home.text("reply", name, "4" if who == "ana" else "2", "--as", who)
        if who == "ben":
            home.text("reply", name, "win: CANARY of ben", "--as", who)
    return home


def test_a_review_shows_ones_own_and_nothing_of_the_other(answered: Home) -> None:
    seen = answered.json("review", "--for", "ana")
    (mood,) = [row for row in seen["rituals"] if row["ritual"] == "mood"]
    assert [rating["value"] for rating in mood["ratings"]] == [4]
    text = answered.text("review", "--for", "ana") + answered.text("journal", "--for", "ana")
    assert "Mood: once" in text
    assert "CANARY of ben" not in text
    assert "CANARY of ben" in answered.text("journal", "--for", "ben", "--jar")
    assert answered.json("journal", "--for", "ben", "--jar")[0]["words"] == "CANARY of ben"


def test_before_anything_happened_there_is_nothing_and_no_error(home: Home) -> None:
    assert "nothing to look back at" in home.text("review", "--for", "ana")
    assert home.json("journal", "--for", "ana") == []
    assert home.json("review", "--for", "ana")["rituals"] == []


def test_a_person_nobody_configured_and_a_day_that_is_none_are_said_so(home: Home) -> None:
    assert isinstance(home.run("review", "--for", "anna").exception, NotFound)
    assert "no day" in home.run("review", "--for", "ana", "--since", "yesterdayish").output


def test_the_patch_applies_and_leaves_a_file_that_passes_check(answered: Home) -> None:
    diff = answered.text("review", "--for", "ana", "--diff")
    assert diff.startswith("--- a/config.toml\n+++ b/config.toml\n@@")
    assert "boat" not in answered.text("review", "--for", "ben", "--diff")
    command = ["git", "apply", "-"] if shutil.which("git") else ["patch", "-p1", "--fuzz=0"]
    subprocess.run(command, cwd=answered.folder, input=diff.encode(), check=True, capture_output=True)
    assert answered.json("check")["ok"]
    assert "# how it was" in (answered.folder / "config.toml").read_text("utf-8")


def test_the_monthly_note_and_what_comes_back_are_easy_to_do_without(answered: Home) -> None:
    assert "comes no more" in answered.text("review", "--for", "ana", "--monthly", "no")
    assert "comes no more" in answered.text("journal", "--for", "ana", "--memories", "no")
    assert answered.run("export", "--person", "ana").output.count('"no"') == 2
