"""A household's file that is replaced while it is read: never half a schedule, never a lost one, and always told."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ritualsd.config.households import Folder, Reading, Source
from ritualsd.daemon.takeover import in_force
from tests.daemon.village import Village, household

SECOND = '[rituals.second]\nwhen = "every day at 10:00"\nto = "ana"\nmessage = "the second"\n'
WHOLE = household("the first") + SECOND
FIRST = household("the first")
"""The beginning of it, which is a household too."""
DAY = timedelta(days=1)


def village_now(tmp_path: Path, files: dict[str, str]) -> Village:
    """At the time it is, which is what files are stamped with."""
    village = Village(tmp_path, files)
    village.clock.at = datetime.now(UTC)
    for name in files:
        still(village.folder / name)
    village.look()
    return village


def still(path: Path) -> None:
    """As if nobody had written to it for a while."""
    ago = os.stat(path).st_mtime - 60
    os.utime(path, (ago, ago))


def text_in_force(village: Village, name: str = "oak") -> str:
    return (in_force(village.registry.store_of(name)) or b"").decode()


def cancelled(village: Village, name: str = "oak") -> list[str]:
    return [each.occurrence.ritual for each in village.history(name) if each.occurrence.reason == "config"]


@pytest.mark.parametrize("cut", [*range(0, len(WHOLE), 17), len(FIRST)])
def test_what_is_being_written_counts_only_once_it_stands_still(tmp_path: Path, cut: int) -> None:
    village = village_now(tmp_path, {"oak.toml": WHOLE})
    village.write("oak.toml", WHOLE[:cut])
    progress = village.look()
    assert (progress.changed, progress.refused) == (0, 0)
    assert text_in_force(village) == WHOLE
    village.write("oak.toml", WHOLE + "\n# and a line")
    still(village.folder / "oak.toml")
    assert village.look().changed == 1
    assert text_in_force(village) == WHOLE + "\n# and a line"


def test_a_household_goes_on_as_before_while_its_file_is_being_written(tmp_path: Path) -> None:
    village = village_now(tmp_path, {"oak.toml": WHOLE})
    start = village.clock.at
    village.live_until(start + DAY)
    assert sorted(village.words("oak")) == ["the first", "the second"]
    now = village.clock.at
    path = village.write("oak.toml", FIRST)
    os.utime(path, (now.timestamp(), now.timestamp()))
    village.houses.wake("oak")
    wake = village.turn()
    assert wake is not None
    assert wake <= now + timedelta(seconds=5), "it is looked at again soon"
    assert text_in_force(village) == WHOLE
    assert cancelled(village) == []


def test_what_was_cut_off_and_stands_still_is_refused_with_file_and_line(tmp_path: Path) -> None:
    village = village_now(tmp_path, {"oak.toml": WHOLE})
    village.write("oak.toml", WHOLE[: len(FIRST) + 30])
    still(village.folder / "oak.toml")
    assert village.look().refused == 1
    assert "oak.toml:9: " in village.registry.find("oak").problems
    assert text_in_force(village) == WHOLE


def test_a_whole_file_that_takes_the_place_of_another_counts_at_once(tmp_path: Path) -> None:
    village = village_now(tmp_path, {"oak.toml": FIRST})
    aside = village.write("_oak.new", WHOLE)
    still(aside)
    aside.replace(village.folder / "oak.toml")
    assert village.look().changed == 1
    assert text_in_force(village) == WHOLE


class Meddling(Folder):
    """Somebody puts another file in place at the worst moment: after its time was looked at, before it is read, or
    between two parts of reading it."""

    meddle = staticmethod(lambda: None)
    after = False

    def read(self, source: Source) -> Reading:
        if not self.after:
            self.meddle()
        reading = super().read(source)
        if self.after:
            self.meddle()
        return reading


@pytest.mark.parametrize("after", [False, True])
def test_a_file_replaced_between_the_look_and_the_reading_is_read_again(tmp_path: Path, after: bool) -> None:
    village = village_now(tmp_path, {"oak.toml": FIRST})
    village.write("oak.toml", FIRST + "\n# a line")
    still(village.folder / "oak.toml")
    aside = village.write("_oak.new", WHOLE)
    still(aside)
    folder = Meddling(village.live.settings, {})
    folder.after = after
    folder.meddle = lambda: aside.exists() and aside.replace(village.folder / "oak.toml")  # type: ignore[method-assign] # for this one
    village.houses.folder = folder
    assert village.look().changed == 0
    assert text_in_force(village) == FIRST
    village.scan.come_again()
    assert text_in_force(village) == WHOLE
    assert cancelled(village) == []
    assert village.look().changed == 0


def test_a_file_that_is_missing_for_a_moment_is_no_household_that_left(tmp_path: Path) -> None:
    village = village_now(tmp_path, {"oak.toml": WHOLE, "elm.toml": WHOLE})
    now = village.clock.at
    (village.folder / "oak.toml").unlink()
    village.houses.wake("oak")
    wake = village.turn()
    assert wake is not None
    assert wake <= now + timedelta(seconds=5), "it is looked for again soon"
    assert village.look().removed == 0
    village.write("oak.toml", WHOLE)
    still(village.folder / "oak.toml")
    village.look()
    assert cancelled(village) == []
    village.live_until(now + DAY)
    assert sorted(village.words("oak")) == ["the first", "the second"]


def test_a_household_that_left_for_good_is_let_go(tmp_path: Path) -> None:
    village = village_now(tmp_path, {"oak.toml": WHOLE, "elm.toml": WHOLE})
    (village.folder / "oak.toml").unlink()
    still(village.folder)
    assert village.look().removed == 1


def test_a_folder_that_is_replaced_by_another_keeps_every_household_that_is_in_both(tmp_path: Path) -> None:
    village = village_now(tmp_path, {"oak.toml": WHOLE, "elm.toml": WHOLE})
    other = tmp_path / "other"
    other.mkdir()
    for name in ("oak.toml", "elm.toml"):
        (other / name).write_text(WHOLE)
        still(other / name)
    village.folder.rename(tmp_path / "before")
    other.rename(village.folder)
    village.look()
    assert cancelled(village) == cancelled(village, "elm") == []
    assert text_in_force(village) == text_in_force(village, "elm") == WHOLE
