"""Households whose files cannot be looked at for a while: what was in force stays so, and nothing is lost."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

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
