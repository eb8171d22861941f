"""Files: whatever a life of the daemon and its commands leaves behind is for its owner alone, whatever the umask."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.daemon import House, until

pytestmark = pytest.mark.process

NOBODY = "65534"
needs_root = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("setpriv") is None, reason="only root can act as another account"
)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A daemon that was started by somebody whose files everybody may read."""
    before = os.umask(0o000)
    made = House(tmp_path)
    try:
        yield made.start()
    finally:
        if made.process is not None:
            made.process.kill()
            made.process.wait()
        os.umask(before)


def live(house: House) -> list[Path]:
    """Send, answer, export, keep a backup; every file and folder there is then, while the daemon runs."""
    assert until(lambda: house.tell("send", "hello").returncode == 0)
    for words in (("log", "--json"), ("export", "--person", "ana", str(house.folder / "ana.json"))):
        assert house.tell(*words).returncode == 0
    kept = house.tell("backup", "--plain", str(house.folder / "kept.backup"))
    assert kept.returncode == 0, kept.stderr
    return [*house.state.rglob("*"), house.state, house.folder / "ana.json", house.folder / "kept.backup"]


def wide(path: Path) -> str:
    """What others may do with it, "" for nothing."""
    found = path.lstat()
    return "" if stat.S_ISLNK(found.st_mode) or not found.st_mode & 0o077 else f"{path.name} {found.st_mode:o}"


def test_every_file_a_life_leaves_behind_is_private(house: House) -> None:
    found = live(house)
    assert {"ritualsd.db", "ana.json"} <= {path.name for path in found}
    assert any(stat.S_ISSOCK(path.lstat().st_mode) for path in found)
    assert [told for path in found if (told := wide(path))] == []


@needs_root
def test_another_account_of_the_machine_reads_nothing(house: House) -> None:
    live(house)
    opened = 'for each in "$@"; do cat -- "$each" >/dev/null 2>&1 && echo "$each"; done; ls -- "$0" 2>/dev/null'
    files = [str(path) for path in house.state.rglob("*")] + [str(house.folder / "ana.json")]
    as_nobody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    done = subprocess.run(
        [*as_nobody, "sh", "-c", opened, str(house.state), *files], capture_output=True, text=True, check=False
    )
    assert done.stdout == ""
