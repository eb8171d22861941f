"""The proposed diff: two programs take it, it changes one thing, and no line of a surprise stands around it."""

from __future__ import annotations

import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ritualsd.core.patch import patch
from ritualsd.core.proposals import Proposal

FILE = """\
timezone = "Europe/Berlin"  # home

[people.ana]
name = "Ana"

# Thanks, now and then.
[rituals.thanks]
when = "every day at 09:00"   # before the post comes
to = "everyone"
message = "Thank you."

# The ring is in the blue box.
[rituals.ring]
when = "every Sunday at 18:00"
to = "ben"
message = "Buy the ring."
secret_from = "others"

[rituals.walk]
to = "everyone"
message = "Walk."
when = 'every weekday at 18:00'

[rituals.nested.nudge]
after = "3 hours"
"""
WHERE = {"thanks": 7, "ring": 13, "walk": 19}
KNOWN = ("thanks", "walk")
RARER = Proposal(idea="rarer", ritual="thanks", when="every Monday at 09:00")
WALK = Proposal(idea="rarer", ritual="walk", when="every Tuesday at 18:00")
TRY = Proposal(idea="try", ritual="new", table=("[rituals.new]", 'when = "every day at 10:00"', 'to = "ana"'))
PROGRAMS = [program for program in ("git", "patch") if shutil.which(program)]


def applied(folder: Path, text: str, diff: str, program: str) -> str:
    (folder / "config.toml").write_bytes(text.encode())
    command = ["git", "apply", "-"] if program == "git" else ["patch", "-p1", "--fuzz=0", "--quiet", "--binary"]
    subprocess.run(command, cwd=folder, input=diff.encode(), check=True, capture_output=True)
    return (folder / "config.toml").read_bytes().decode()


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_rarer_ritual_changes_one_line_and_keeps_its_comment(tmp_path: Path, program: str) -> None:
    diff = patch("config.toml", FILE, [RARER], WHERE, KNOWN)
    after = applied(tmp_path, FILE, diff, program)
    changed = [(old, new) for old, new in zip(FILE.splitlines(), after.splitlines(), strict=True) if old != new]
    (pair,) = changed
    assert pair[1] == 'when = "every Monday at 09:00"   # before the post comes'


@pytest.mark.parametrize("program", PROGRAMS)
def test_three_proposals_are_one_patch(tmp_path: Path, program: str) -> None:
    diff = patch("config.toml", FILE, [RARER, Proposal(idea="retire", ritual="walk"), TRY], WHERE, KNOWN)
    rituals = tomllib.loads(applied(tmp_path, FILE, diff, program))["rituals"]
    assert rituals["thanks"]["when"] == "every Monday at 09:00"
    assert rituals["walk"]["enabled"] is False
    assert rituals["new"]["to"] == "ana"
    assert rituals["ring"] == tomllib.loads(FILE)["rituals"]["ring"]


def test_no_line_of_a_ritual_its_reader_may_not_know_of_stands_around_a_change() -> None:
    diff = patch("config.toml", FILE, [RARER, WALK, TRY], WHERE, KNOWN)
    assert "ring" not in diff.lower()
    assert "blue box" not in diff


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("ending", ["", "\n", "\n\n# the end", "\r\n"])
def test_it_applies_however_the_file_ends(tmp_path: Path, program: str, ending: str) -> None:
    text = FILE.rstrip("\n").replace("\n", ending if ending == "\r\n" else "\n") + ending
    retire = Proposal(idea="retire", ritual="thanks")
    diff = patch("config.toml", text, [retire, WALK, TRY], WHERE, KNOWN)
    if not diff:
        return
    after = applied(tmp_path, text, diff, program)
    assert tomllib.loads(after)["rituals"]["thanks"]["enabled"] is False


def test_rituals_in_one_line_each_change_where_their_neighbours_may_be_seen() -> None:
    text = "\n".join(
        [
            "[rituals]",
            'one = { when = "every day at 09:00", to = "ana", message = "a" }',
            'two = { when = "every day at 10:00", to = "ana", message = "b" }',
            'ring = { when = "every day at 11:00", to = "ben", message = "ring", secret_from = "others" }',
            "",
        ]
    )
    where = {"one": 2, "two": 3, "ring": 4}
    one = patch("c.toml", text, [Proposal(idea="retire", ritual="one")], where, ("one", "two"))
    assert '+one = { when = "every day at 09:00", to = "ana", message = "a", enabled = false }' in one
    two = patch("c.toml", text, [Proposal(idea="retire", ritual="two")], where, ("one", "two"))
    assert two == ""


def test_what_only_looks_like_a_phrase_is_left_alone() -> None:
    text = '[rituals.thanks]\nmessage = """\nwhen = "never"\n"""\nwhen = ["every day at 09:00"]\nto = "ana"\n'
    assert patch("config.toml", text, [RARER], {"thanks": 1}, ("thanks",)) == ""


@pytest.mark.parametrize("program", PROGRAMS)
@settings(max_examples=15, deadline=None)
@given(names=st.lists(st.sampled_from(["thanks", "walk", "ring"]), min_size=1, max_size=3, unique=True))
def test_any_choice_of_them_applies_cleanly(
    tmp_path_factory: pytest.TempPathFactory, program: str, names: list[str]
) -> None:
    chosen = [Proposal(idea="retire", ritual=name) for name in names]
    diff = patch("config.toml", FILE, chosen, WHERE, tuple(WHERE))
    after = tomllib.loads(applied(tmp_path_factory.mktemp("file"), FILE, diff, program))
    assert {name for name, table in after["rituals"].items() if table.get("enabled") is False} == set(names)
