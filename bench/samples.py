"""Where the time goes: looks at what every thread is doing many times a second, and names what it saw most often.

It slows nothing down enough to matter, and says nothing about other processes.

python -m bench.samples FILE MODULE [ARGUMENT ...] runs a module and leaves what it saw in a file.
"""

from __future__ import annotations

import runpy
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

EVERY_S = 0.005
HERE = str(Path(__file__).resolve().parents[1])
WAITING = {
    "wait",
    "accept",
    "select",
    "poll",
    "_wait_for_tstate_lock",
    "join",
    "_worker",
    "_work",
    "_listen",
    "leave",
    "_line",
}
"""Functions that do nothing but wait for somebody else."""


@dataclass(slots=True)
class Samples:
    """How often a line of a function was at work: by itself, and with all it called."""

    during: str = ""  # a function of the main thread: only while it runs is looked at
    looks: int = 0
    itself: Counter[str] = field(default_factory=Counter)
    within: Counter[str] = field(default_factory=Counter)

    def look(self, leave_out: int) -> None:
        frames = sys._current_frames()
        if self.during not in ("", *_functions(frames.get(threading.main_thread().ident or 0))):
            return
        self.looks += 1
        for thread, frame in frames.items():
            if thread != leave_out and frame.f_code.co_name not in WAITING:
                self._count(frame)

    def _count(self, frame: FrameType) -> None:
        self.itself[_name(frame)] += 1
        self.within.update({_name(each) for each in _stack(frame)})

    def top(self, most: int = 12) -> str:
        """The two lists for people, in hundredths of the looks."""
        return "\n".join([
            f"seen at work in {self.looks} looks, by itself:", *self._lines(self.itself, most),
            "with all it called, functions of ours:",
            *self._lines(Counter({name: seen for name, seen in self.within.items() if "ritualsd/" in name}), most),
        ])  # fmt: skip

    def _lines(self, counted: Counter[str], most: int) -> list[str]:
        return [f"  {100 * seen / max(1, self.looks):5.1f} %  {name}" for name, seen in counted.most_common(most)]


def _stack(frame: FrameType | None) -> Iterator[FrameType]:
    """A frame and those that called it."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def _functions(frame: FrameType | None) -> set[str]:
    return {each.f_code.co_qualname for each in _stack(frame)}


def _name(frame: FrameType) -> str:
    file = frame.f_code.co_filename
    short = file.removeprefix(f"{HERE}/") if file.startswith(HERE) else "/".join(Path(file).parts[-2:])
    return f"{short} {frame.f_code.co_qualname}"


@contextmanager
def sampled(during: str = "") -> Iterator[Samples]:
    """Look as long as the block runs, or only while this function of the main thread does."""
    samples, stop = Samples(during=during), threading.Event()

    def watch() -> None:
        own = threading.get_ident()
        while not stop.wait(EVERY_S):
            samples.look(own)

    watcher = threading.Thread(target=watch, name="samples", daemon=True)
    watcher.start()
    try:
        yield samples
    finally:
        stop.set()
        watcher.join()


def main() -> None:
    file, module = Path(sys.argv[1]), sys.argv[2]
    sys.argv[:3] = [module]
    with sampled() as samples:
        try:
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        finally:
            file.write_text(samples.top())


if __name__ == "__main__":
    main()
