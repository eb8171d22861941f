"""One daemon under faults: one household far larger than the others, files replaced all the time, providers in a hole.

    python -m tests.system.village_faults crowded

Each is the real daemon with the embedded engine and a loopback peer. Exit status 0: the promise holds.
"""

from __future__ import annotations

import argparse
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.system.daemon import House, until
from tests.system.holes import deaf, unreachable
from tests.system.kills import listening
from tests.system.scale_faults import Watch, pace

MAIN = 'timezone = "UTC"\nhouseholds = "households"\n[web]\nenabled = false\n'
ALONE = 'timezone = "UTC"\n[web]\nenabled = false\n'
PEOPLE = 50
EARLY_S = 3600.0
LONGEST_S = 900.0
RITUALS = 10
LINE = r"%.toml:_%: %"
"""As SQL compares: a file, a line, and what is wrong with it."""


@dataclass(kw_only=True)
class Away(House):
    """The daemon on a machine whose clock is `off` by so many seconds: what is due at a full minute is due soon."""

    off: float = 0.0

    def words(self, *args: str) -> list[str]:
        words = super().words(*args)
        return [*words[:2], "tests.system.off_clock", str(self.off), *words[3:]]

    def it_is(self, moment: float) -> None:
        """Let it be that time now, for whoever starts from now on."""
        self.off = moment - time.time()

    def real(self, moment: float) -> float:
        """When it is that time on the daemon's clock, by ours."""
        return moment - self.off

    def ask(self, statement: str) -> list[tuple[int, ...]]:
        """What the ledger says, beside the daemon."""
        with closing(sqlite3.connect(f"file:{self.state / 'ritualsd.db'}?mode=ro", uri=True)) as ledger:
            return ledger.execute(statement).fetchall()

    def count(self, statement: str) -> int:
        try:
            return int(self.ask(f"SELECT count(*) FROM {statement}")[0][0])
        except sqlite3.OperationalError:  # it is not there yet
            return -1

    def start(self, stderr: int | None = None, before: Sequence[str] = ()) -> Away:
        super().start(stderr, before)
        return self

    def end(self) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait(60)


@contextmanager
def away(text: str, **options: bool) -> Iterator[Away]:
    with tempfile.TemporaryDirectory(prefix="ritualsd-away-") as folder:
        house = Away(Path(folder), text, **options)
        (house.folder / "households").mkdir()
        try:
            yield house
        finally:
            house.close()


def at_noon() -> tuple[float, str]:
    """Noon of tomorrow, as a moment and as a phrase."""
    noon = datetime.fromtimestamp(time.time() + 86400, UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    return noon.timestamp(), f"on {noon:%Y-%m-%d} at 12:00"


def home(name: str, when: str, port: int, rituals: int, people: int) -> str:
    """A household with so many people, and rituals that are all due at once, each for one of them."""
    who = "".join(
        f'[people.{name}{n}]\nname = "P{n}"\nchannels = {{ phone = "json://127.0.0.1:{port}/{name}{n}" }}\n'
        for n in range(people)
    )
    return who + "".join(
        f'[rituals.{name}-{n}]\nwhen = "{when}"\nto = "{name}{n % people}"\nmessage = "number {name}-{n} of the flow"\n'
        for n in range(rituals)
    )


# ── a household with thousands beside many with one ──


@dataclass(frozen=True)
class Late:
    """How late the messages of the small households were, in seconds, and how much of the large one came before."""

    half: float
    most: float
    before: int
    arrived: int

    def __str__(self) -> str:
        return f"half of them {self.half:.1f} s late, the last {self.most:.1f} s; {self.before} of the large one before"


def beside(small: int, large: int, *, lead_s: float) -> Late:
    """`small` households with one message each at noon, and one with `large`; planning begins `lead_s` earlier."""
    peer = Watch()
    with listening(peer) as port, away(MAIN, welcoming=True) as house:
        noon, when = at_noon()
        for n in range(small):
            (house.folder / "households" / f"s{n}.toml").write_text(home(f"s{n}", when, port, 1, 1))
        if large:
            (house.folder / "households" / "large.toml").write_text(home("large", when, port, large, PEOPLE))
        house.it_is(noon - EARLY_S)
        house.start()
        everybody = small + (PEOPLE if large else 0)
        assert until(lambda: house.count("deliveries WHERE state = 'sent'") == everybody, LONGEST_S), house.log[-2000:]
        house.end()
        house.it_is(noon - lead_s)
        house.start()
        until(lambda: len(peer.first) >= small + large, LONGEST_S)
        return lateness(peer, house.real(noon))


def lateness(peer: Watch, noon: float) -> Late:
    late = sorted(at - noon for key, at in peer.first.items() if not key.startswith("large"))
    last = noon + late[-1] if late else noon
    before = sum(at < last for key, at in peer.first.items() if key.startswith("large"))
    return Late(late[len(late) // 2] if late else 0.0, late[-1] if late else 0.0, before, len(peer.first))


def crowded(small: int = 1000, large: int = 10_000, lead_s: float = 480.0) -> bool:
    """The small ones are done before the large one is half done, and about as soon as if it were not there."""
    alone = beside(small, 0, lead_s=lead_s)
    print(f"{small} alone: {alone}", flush=True)
    found = beside(small, large, lead_s=lead_s)
    print(f"beside one with {large}: {found}", flush=True)
    return found.arrived == small + large and found.before < large / 2


# ── files that are replaced while they are read ──


def replaced(households: int = 20, seconds: float = 60.0) -> bool:
    """Write all files over and over, in every way there is; never is half of one in force, and the last one counts."""
    rng = random.Random(7)
    with away(MAIN, welcoming=True) as house:
        files = [house.folder / "households" / f"h{n}.toml" for n in range(households)]
        for file in files:
            file.write_text(version(0))
        house.start()
        assert until(lambda: house.count("households WHERE hash <> ''") == households, LONGEST_S), house.log
        ends, number, wrong = time.monotonic() + seconds, 0, 0
        while time.monotonic() < ends:
            number += 1
            rng.choice(WAYS)(rng.choice(files), version(number), rng)
            house.signal(signal.SIGHUP)  # look now
            wrong += house.count(f"households WHERE hash <> '' AND rituals <> {RITUALS}")
            wrong += house.count(f"households WHERE problems <> '' AND problems NOT LIKE '{LINE}'")
        for file in files:
            file.write_text(version(number + 1))
        house.signal(signal.SIGHUP)
        in_force = until(lambda: all_read(house, files), LONGEST_S)
        cancelled = house.count("occurrences WHERE reason = 'config'")
        print(f"{number} times written anew; half in force {wrong} times, {cancelled} messages withdrawn")
        return in_force and wrong == 0 and cancelled == 0


def version(number: int) -> str:
    """A household whose rituals are all of one version. Cut off at any line, it is a household too."""
    return '[people.ana]\nname = "Ana"\n' + "".join(
        f'[rituals.r{n}]\nwhen = "every day at 0{n}:00"\nto = "ana"\nmessage = "version {number}"\n'
        for n in range(RITUALS)
    )


def over(file: Path, text: str, rng: random.Random) -> None:
    aside = file.with_name("_new")
    aside.write_text(text)
    aside.replace(file)


def in_place(file: Path, text: str, rng: random.Random) -> None:
    with file.open("w") as out:
        for line in text.splitlines(keepends=True):
            out.write(line)
            out.flush()
            time.sleep(rng.uniform(0, 0.05))


def away_and_back(file: Path, text: str, rng: random.Random) -> None:
    file.unlink()
    time.sleep(rng.uniform(0, 0.3))
    file.write_text(text)


WAYS = (over, in_place, away_and_back)


def all_read(house: Away, files: list[Path]) -> bool:
    """Whether each file is in force as it is now."""
    known = house.ask("SELECT stamp FROM households WHERE problems = ''")
    now = {str(file.stat().st_mtime_ns) for file in files}
    return len(known) == len(files) and now == {str(stamp).split()[3] for (stamp,) in known}


# ── providers behind a network that swallows everything ──


def hole(messages: int = 600, *, lead_s: float = 60.0) -> bool:
    """Two of three providers never answer; whoever is with the third waits for neither."""
    peer, each = Watch(), -(-messages // 3)
    with ExitStack() as within:
        ports = [within.enter_context(one) for one in (listening(peer), deaf(), unreachable())]
        noon, when = at_noon()
        homes = [home(name, when, port, each, PEOPLE) for name, port in zip("cab", ports, strict=True)]
        house = within.enter_context(away(ALONE + "".join(homes)))
        house.it_is(noon - EARLY_S)
        house.start().end()
        house.it_is(noon - lead_s)
        house.start()
        all_came = until(lambda: len(peer.first) >= each, LONGEST_S)
        tried = house.count("attempts WHERE code IN ('', 'deadline', 'read-timeout', 'connect-timeout')")
        print(pace(peer, house.real(noon), tried), flush=True)
        return all_came and tried < 2 * each


FAULTS: dict[str, Callable[[], bool]] = {"crowded": crowded, "replaced": replaced, "hole": hole}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("fault", choices=FAULTS)
    holds = FAULTS[parser.parse_args().fault]()
    print("holds" if holds else "BROKEN")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
