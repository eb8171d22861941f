"""Kill the real daemon with SIGKILL at random instants while messages flow, and count what was lost or repeated.

    python -m tests.system.kills --kills 500

Each phase is a fresh state folder, one person, one channel to a loopback peer, and a crowd of rituals due in the
same minute. After the last kill the daemon may finish. Exit status 0: nothing lost, no more repeats than kills, and
every repeat word for word the same. With `--mark-first` a copy of the code that records a message as sent before
sending it takes the daemon's place: the harness must then report losses, or it proves nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.settled import settled

KILLS_A_PHASE = 125
PEER_DELAY_S = 0.03
A_MESSAGE_S = 0.15  # longer than all that is done about one message, so that a kill may fall anywhere in it
LONGEST_LIFE_S = 2.5
LONGEST_ON_ANY_MACHINE_S = 60.0
ARRIVALS_A_LIFE = 6
"""A life ends after so many messages at most, so that a quick machine leaves as many for the next as a slow one."""


@dataclass
class Peer:
    """What arrived: how often each message, and every wording it came in."""

    arrived: Counter[str] = field(default_factory=Counter)
    wordings: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, body: bytes) -> None:
        words = json.loads(body)["message"]
        if not words.startswith("number "):
            return  # the welcome
        key = words.split()[1]
        with self.lock:
            self.arrived[key] += 1
            self.wordings[key].add(words)


@contextmanager
def listening(peer: Peer) -> Iterator[int]:
    """A loopback HTTP peer that accepts everything after a short delay; yields its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            peer.take(body)
            time.sleep(PEER_DELAY_S)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()


def write_config(folder: Path, port: int, messages: int) -> Path:
    """One person, one channel, and `messages` rituals due at the next full minute."""
    due = datetime.now().replace(second=0, microsecond=0) + timedelta(minutes=1)
    if (due - datetime.now()).total_seconds() < 8:
        due += timedelta(minutes=1)
    head = f"""
[people.ana]
name = "Ana"
channels = {{ phone = "json://127.0.0.1:{port}/" }}
[web]
enabled = false
"""
    rituals = "".join(
        f'[rituals.r{n}]\nwhen = "on {due:%Y-%m-%d} at {due:%H:%M}"\nto = "ana"\nmessage = "number {n} of the flow"\n'
        for n in range(messages)
    )
    config = folder / "config.toml"
    config.write_text(head + rituals)
    return config


def start(command: list[str], config: Path, state: Path, log: Path) -> subprocess.Popen[bytes]:
    if not state.exists():
        settled(config, state)
    with log.open("ab") as out:
        return subprocess.Popen(
            [*command, "--config", str(config), "--state", str(state), "run"],
            stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip


@dataclass(frozen=True)
class Result:
    """Figures of one run."""

    kills: int
    messages: int
    lost: int
    repeats: int
    changed: int

    def __add__(self, other: Result) -> Result:
        return Result(*(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True)))

    @property
    def holds(self) -> bool:
        return self.lost == 0 and self.repeats <= self.kills and self.changed == 0


def run_phase(command: list[str], kills: int, seed: int, *, patience_s: float = 120) -> Result:
    """Kill `kills` times, let the last start finish, and count."""
    messages = max(40, kills * (ARRIVALS_A_LIFE + 3))  # one is in flight when it ends, and some arrive meanwhile
    rng = random.Random(seed)
    peer = Peer()
    folder = Path(tempfile.mkdtemp(prefix="ritualsd-kills-"))
    state = folder / "state"
    try:
        with listening(peer) as port:
            config = write_config(folder, port, messages)
            done, longest_s = 0, LONGEST_LIFE_S
            while done < kills:
                process, before = start(command, config, state, folder / "log"), len(peer.arrived)
                _live(peer, rng, longest_s)
                os.killpg(process.pid, signal.SIGKILL) if rng.random() < 0.5 else process.kill()
                process.wait()
                # Counted only once messages flow and while some are left, so that each kill can hurt.
                done += 0 < len(peer.arrived) < messages
                if len(peer.arrived) >= messages:
                    break
                if len(peer.arrived) == before:  # on a machine this busy a life must last longer to matter
                    longest_s = min(longest_s * 1.5, LONGEST_ON_ANY_MACHINE_S)
            _finish(command, config, state, folder / "log", peer, messages, patience_s)
        lost = messages - len(peer.arrived)
        repeats = sum(peer.arrived.values()) - len(peer.arrived)
        changed = sum(len(wordings) > 1 for wordings in peer.wordings.values())
        return Result(done, messages, lost, repeats, changed)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _live(peer: Peer, rng: random.Random, longest_s: float) -> None:
    """Let it run for a random while, by the clock and by what arrives, whichever ends first."""
    until = time.monotonic() + rng.uniform(0.3, longest_s)
    enough = len(peer.arrived) + rng.randint(1, ARRIVALS_A_LIFE)
    while time.monotonic() < until and len(peer.arrived) < enough:
        time.sleep(0.005)
    time.sleep(rng.uniform(0, A_MESSAGE_S))


def _finish(
    command: list[str], config: Path, state: Path, log: Path, peer: Peer, messages: int, patience_s: float
) -> None:
    """Run undisturbed until everything arrived, or nothing new has for a while."""
    process = start(command, config, state, log)
    newest, since = len(peer.arrived), time.monotonic()
    while len(peer.arrived) < messages and time.monotonic() - since < patience_s / 4:
        time.sleep(0.2)
        if len(peer.arrived) > newest:
            newest, since = len(peer.arrived), time.monotonic()
    time.sleep(1)
    process.terminate()
    process.wait(60)


def marking_first(folder: Path) -> list[str]:
    """A copy of ritualsd that records `sent` before it sends: the planted fault. Returns its command."""
    import ritualsd

    package = Path(ritualsd.__file__).parent
    shutil.copytree(package, folder / "ritualsd", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(package.parent / "plugins", folder / "plugins", dirs_exist_ok=True) if (
        package.parent / "plugins"
    ).is_dir() else None
    verb = folder / "ritualsd" / "flow" / "deliver.py"
    honest = "    outcome = world.sender.send(channel, claimed.title, body, back=back)\n"
    early = (
        "    marked = Outcome(kind='sent', code='marked-first')\n"
        "    world.store.settle(claimed.id, after_attempt(claimed, marked, world.clock.now(), channels,"
        " latest_of(claimed.due_utc, ritual)), marked, world.clock.now())\n"
        "    __import__('time').sleep(0.05)\n"  # so that a kill falls between the two on a quick machine as well
    )
    text = verb.read_text()
    assert honest in text, "the planted fault no longer finds its place"
    verb.write_text(text.replace(honest, early + honest))
    launcher = folder / "launch.py"
    launcher.write_text(
        f"import sys\nsys.path.insert(0, {str(folder)!r})\nfrom ritualsd.cli.main import main\n"
        "if __name__ == '__main__':\n    main()\n"
    )
    return [sys.executable, str(launcher)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--command", default=f"{sys.executable} -m ritualsd", help="how to start ritualsd")
    parser.add_argument("--mark-first", action="store_true", help="use the copy with the planted fault")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ritualsd-fault-") as folder:
        command = marking_first(Path(folder)) if given.mark_first else given.command.split()
        total, phase = Result(0, 0, 0, 0, 0), 0
        while total.kills < given.kills:
            total += run_phase(command, min(KILLS_A_PHASE, given.kills - total.kills), given.seed + phase)
            phase += 1
            print(f"seed {given.seed}, phase {phase}: {total}", flush=True)
    print("holds" if total.holds else "BROKEN")
    return 0 if total.holds else 1


if __name__ == "__main__":
    sys.exit(main())
