"""Many households in one daemon: each found, planned and served by itself, and none seeing another."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.daemon.village import START, Village, household

TODAY = START.replace(hour=23)


def test_a_file_in_the_folder_becomes_a_message_in_its_own_inbox(tmp_path: Path) -> None:
    village = Village(tmp_path, {"oak.toml": household("from the oak"), "elm/config.toml": household("from the elm")})
    assert village.look().changed == 2
    village.live_until(TODAY)
    assert village.words("oak") == ["from the oak"]
    assert village.words("elm") == ["from the elm"]
    village.live_until(TODAY + timedelta(days=1))
    assert len(village.words("oak")) == 2
