"""The whole zoo beside the configuration of a real daemon from the wheel: everybody else is served.

One daemon, one minute: the tests look at what it did.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.leaks.cage import loud
from tests.plugins.cages import FAILING, REFUSED, WILD, WILD_AT_IMPORT, WILD_BUT_WELL, ZOO
from tests.system.daemon import House, until

pytestmark = [pytest.mark.process, pytest.mark.wheel]

RITUALS = 12
RSS_KB = 200_000
WATCHED = timedelta(seconds=5)

GOOD = """
from ritualsd import hookimpl

@hookimpl
def ritualsd_gratitude_prompts(ask):
    return ["What made today easier?", "What was quiet?"]
"""
CONFIG = """
timezone = "UTC"
[web]
enabled = false
{rituals}
[plugins.tells-a-secret]
token = "TOPSECRET"
"""
RITUAL = """
[people.p{number}]
name = "Ana"
[rituals.r{number}]
when = "on {due:%Y-%m-%d} at {due:%H:%M}"
to = "p{number}"
{words}
"""
HARMFUL = [*(FAILING.keys() - {"spins"}), *WILD, "opens-the-ledger", "tells-a-secret"]
"""Those that fail when they are asked."""

NEVER_IN = [name for name in REFUSED if name not in ("not-ready", "needs-you", "slow-to-configure")]


class Installed(House):
    """A house whose daemon is the installed one."""

    command: Path

    def words(self, *args: str) -> list[str]:
        return [str(self.command), "--config", str(self.config), "--state", str(self.state), *args]

    @property
    def env(self) -> dict[str, str]:
        return super().env | {"PYTHONPATH": os.pathsep.join(loud()), "TMPDIR": str(self.rooms)}

    @property
    def rooms(self) -> Path:
        """Where its plugins work, and those of no other test."""
        return self.folder / "rooms"


@dataclass
class Stay:
    """What is known of one daemon that lived with the zoo for a while."""

    house: Installed
    due: datetime
    rss_kb: list[int] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)
    why: str = ""
    plugins: dict[str, dict[str, Any]] = field(default_factory=dict)
    ended: int | None = None


def next_minute(lead_s: float) -> datetime:
    """The first whole minute that is at least so far away."""
    return (datetime.now(UTC) + timedelta(seconds=lead_s + 59)).replace(second=0, microsecond=0)


def configured(due: datetime) -> str:
    rituals = [
        RITUAL.format(
            number=number, due=due,
            words='prompt = "gratitude"' if number % 3 else 'message = "Hello {name}"',
        )
        for number in range(RITUALS)
    ]  # fmt: skip
    return CONFIG.format(rituals="".join(rituals))


def settle_the_zoo(folder: Path) -> None:
    folder.mkdir()
    for file in ZOO.glob("*.py"):
        (folder / file.name).write_bytes(file.read_bytes())
    for name in ("aaa-good", "zzz-good"):
        (folder / f"{name}.py").write_text(GOOD)


def rss_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


def workers(rooms: Path) -> list[str]:
    """The processes of plugins that are there, and what they started and nobody ended."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            place = os.readlink(folder / "cwd")
        except OSError:
            continue
        if place.startswith(f"{rooms}/ritualsd-plugin-"):
            found.append(words)
    return found


@pytest.fixture(scope="module")
def stay(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stay]:
    folder = tmp_path_factory.mktemp("zoo")
    settle_the_zoo(folder / "plugins")
    due = next_minute(30)
    house = Installed(folder, configured(due))
    house.rooms.mkdir()
    house.command = installed
    found = Stay(house, due)
    try:
        house.start()
        live_through(found)
        yield found
    finally:
        house.close()


def live_through(stay: Stay) -> None:
    """Watch until everything due was sent, ask the commands, and end it."""
    house = stay.house
    assert house.process is not None
    assert until(lambda: workers(house.rooms)), "its plugins work there"
    while datetime.now(UTC) < stay.due + WATCHED:
        stay.rss_kb.append(rss_kb(house.process.pid))
        time.sleep(1)
    until(lambda: [entry["state"] for entry in recorded(house)] == ["sent"] * RITUALS)
    stay.entries = recorded(house)
    stay.why = house.tell("why").stdout
    stay.plugins = {row["name"]: row for row in json.loads(house.tell("plugins", "list", "--json").stdout)}
    house.signal(signal.SIGTERM)
    stay.ended = house.ended()


def recorded(house: House) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(house.tell("log", "--json").stdout)
    return found


def test_every_ritual_due_that_minute_arrives_and_none_before(stay: Stay) -> None:
    assert len(stay.entries) == RITUALS, stay.house.log
    for entry in stay.entries:
        assert entry["state"] == "sent"
        assert datetime.fromisoformat(entry["sent_utc"]) >= stay.due


def test_the_words_come_from_those_who_are_well(stay: Stay) -> None:
    for row in json.loads(stay.house.tell("why", "--json").stdout):
        assert row["source"].startswith(("message", "deck:", "plugin:")), row


def test_the_daemon_stays_as_small_as_it_was(stay: Stay) -> None:
    assert max(stay.rss_kb) < RSS_KB
    assert stay.rss_kb[-1] - stay.rss_kb[len(stay.rss_kb) // 2] < 20_000


def test_the_list_names_each_culprit_and_what_it_did(stay: Stay) -> None:
    for name in NEVER_IN:
        status, says = REFUSED[name]
        assert (stay.plugins[name]["status"], says in stay.plugins[name]["error"]) == (status, True), name
    for name, says in WILD_AT_IMPORT.items():
        assert (stay.plugins[name]["status"], says in stay.plugins[name]["error"]) == ("load-error", True), name
    for name in HARMFUL:
        assert stay.plugins[name]["error"] != "", name
    for name in ("calls-raises", "gives-a-dict", "leaves", "crashes", "hoards", "tells-a-secret"):
        assert stay.plugins[name]["status"] == "tripped", name
    for name in ("aaa-good", "zzz-good", *WILD_BUT_WELL):
        assert (stay.plugins[name]["status"], stay.plugins[name]["error"]) == ("active", ""), name


def test_why_names_each_culprit(stay: Stay) -> None:
    for name in (*HARMFUL, *NEVER_IN, *WILD_AT_IMPORT):
        assert f"plugin {name} " in stay.why, name


def test_no_secret_and_no_words_are_in_the_log_or_the_list(stay: Stay) -> None:
    told = stay.house.log + json.dumps(stay.plugins)
    assert "TOPSECRET" not in told
    assert "What was good" not in told


def test_it_ends_and_leaves_nobody_behind(stay: Stay) -> None:
    assert stay.ended == 0
    assert until(lambda: workers(stay.house.rooms) == []), workers(stay.house.rooms)
