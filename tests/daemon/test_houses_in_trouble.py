"""Households whose files cannot be looked at for a while: what was in force stays so, and nothing is lost."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from ritualsd.config.households import Folder, Reading, Source
from ritualsd.core.events import E
from ritualsd.daemon.content import LateContent
from ritualsd.ports import Content
from tests.daemon.village import START, Village, household

TODAY = START.replace(hour=23)


def test_a_household_whose_folder_is_closed_to_us_has_not_gone(tmp_path: Path) -> None:
    village = Village(tmp_path, {"oak.toml": household(), "elm/config.toml": household("from the elm")})
    village.look()
    village.live_until(START + timedelta(minutes=55))  # its words are made
    elm = village.folder / "elm"
    elm.rename(tmp_path / "aside")
    elm.symlink_to("elm")  # as without the right to look into it, which root always has
    village.clock.go(60)
    progress = village.look()
    assert (progress.total, progress.removed, progress.refused) == (2, 0, 1)
    assert "elm/config.toml" in village.registry.find("elm").problems
    village.live_until(TODAY)
    assert village.words("elm") == ["from the elm"]
    elm.unlink()
    (tmp_path / "aside").rename(elm)
    village.look()
    assert village.registry.find("elm").problems == ""


def test_a_household_to_be_brought_in_line_anew_goes_on_as_it_was_until_then(tmp_path: Path) -> None:
    village = Village(tmp_path, {"oak.toml": household("the old words"), "elm.toml": household()})
    village.look()
    village.live_until(START + timedelta(minutes=55))  # its words are made
    village.write("oak.toml", "this is [no TOML")
    village.look()
    village.houses.days_changed()
    assert village.registry.census().loaded == 2
    assert village.houses.at("elm").settings.household.id == "elm"
    village.live_until(TODAY)
    assert village.words("oak") == ["the old words"]


def test_what_is_due_for_a_household_that_is_not_read_yet_waits_for_moments_alone(tmp_path: Path) -> None:
    village = Village(tmp_path, {"oak.toml": household("a word")})
    village.look()
    village.live_until(START + timedelta(minutes=55))  # its words are made
    village.registry.store_of("oak").remember("household:in-force", "")  # as with words that are encrypted
    village.write("oak.toml", household("a word", more="# as after an upgrade: another hash"))
    village.start()
    village.clock.at = START + timedelta(hours=1)
    for delivery in village.registry.outbox.due_deliveries(village.clock.at, 9):
        village.houses.deliver(delivery)
    assert village.words("oak") == []
    village.live_until(village.clock.at + timedelta(minutes=1))
    assert village.words("oak") == ["a word"]


def test_a_main_configuration_that_changes_while_a_household_is_read_is_what_it_goes_by(tmp_path: Path) -> None:
    village = Village(tmp_path, {"oak.toml": household()})
    village.look()

    class Changing(Folder):
        def read(self, source: Source) -> Reading:
            reading = super().read(source)
            village.live.settings = replace(village.live.settings, public_url="https://new.example.org")
            village.houses.follow()
            return reading

    village.houses.folder = Changing(village.live.settings, {})
    village.houses.at("oak")
    assert village.houses.at("oak").settings.public_url == "https://new.example.org"


def test_what_keeps_the_folder_from_being_compared_stays_told_whatever_was_half_written_before(tmp_path: Path) -> None:
    village = Village(tmp_path, {"oak.toml": household()})
    now_s = village.clock.at.timestamp()
    os.utime(village.folder / "oak.toml", (now_s, now_s))
    assert not village.scan.look().done
    village.folder.rename(tmp_path / "elsewhere")
    village.scan._safely(village.scan.look)
    village.scan._safely(village.scan.come_again)
    assert "households" in village.live.households_trouble


def test_no_text_of_a_household_stays_once_words_are_encrypted(tmp_path: Path) -> None:
    village = Village(tmp_path, {"oak.toml": household("CANARY")})
    village.look()
    assert village.registry.store_of("oak").recall("household:in-force")
    village.live.settings = replace(village.live.settings, encrypt=True)
    village.houses.follow()
    village.look()
    assert village.registry.store_of("oak").recall("household:in-force") == ""


def test_what_systemd_shows_is_said_also_while_the_record_cannot_be_read(tmp_path: Path) -> None:
    village = Village(tmp_path, {"oak.toml": household()})
    village.look()
    assert village.live.status_line() == "1 household"
    village.ledger.close()
    assert village.live.status_line() == "the record cannot be read"


def test_plugins_are_closed_when_no_household_asks_them_any_more(tmp_path: Path) -> None:
    village = Village(tmp_path, {"oak.toml": household()})
    village.look()
    asked: list[Content] = []

    class Watched(LateContent):
        def close(self) -> None:
            asked.append(village.houses.at("oak").world.content)

    opener = village.live.content.open
    village.live.content = before = Watched(opener)
    village.houses.follow()
    village.houses.at("oak")
    village.live.content_for = lambda _: LateContent(opener)
    village.live.put_in_force(replace(village.live.settings, plugin_require=("mood",)))
    assert village.live.content is not before
    assert asked == [village.houses.at("oak").world.content]


def test_a_folder_that_cannot_be_compared_for_long_is_told_once(tmp_path: Path) -> None:
    village = Village(tmp_path, {"oak.toml": household()})
    village.look()
    village.folder.rename(tmp_path / "elsewhere")
    for _ in range(3):
        village.scan._safely(village.scan.look)
    assert village.names().count(E.CONFIG_REFUSED) == 1
    (tmp_path / "elsewhere").rename(village.folder)
    village.scan._safely(village.scan.look)
    assert village.live.households_trouble == ""
