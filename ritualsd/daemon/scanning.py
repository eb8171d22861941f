"""Compares the folder of households with the registry, in the background and in slices that hold up nobody.

An unchanged stamp costs a look at the file's name and time; only what changed is read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Event as Flag
from threading import Thread

from ritualsd.config.households import SETTLE, Source
from ritualsd.core.batches import batched
from ritualsd.core.events import E
from ritualsd.daemon.houses import Houses
from ritualsd.daemon.live import Live
from ritualsd.errors import ConfigError, RitualsdError
from ritualsd.model import Event, Problem

COMPARED = 1000
BROUGHT_IN = 25
"""So many households are brought in with one transaction, which others wait for."""

PATIENCE = 5
"""So often what was being written is looked at again; after that it waits for the next look at everything."""

LOOK_S = 5.0
ROUSE_S = 900.0
"""So often it is asked whether somebody sleeps on past what they have to do."""

SPARING, SOONER = 1000, 50
"""After a look at the whole folder there is none for so many times as long as comparing took; fewer where the folder
itself has changed since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the look at the folder is. `wrong`: what lies there that is no household."""

    seen: int = 0
    total: int = 0
    changed: int = 0
    removed: int = 0
    refused: int = 0
    wrong: tuple[Problem, ...] = ()
    trouble: str = ""
    done: bool = False


class Scan:
    """Runs on a thread of its own until `stop`. `news` is called when something was taken up, `show` as it goes on."""

    def __init__(self, live: Live, houses: Houses, news: Callable[[], None], show: Callable[[Progress], None]) -> None:
        self._live, self._houses, self._news, self._show = live, houses, news, show
        self.progress = Progress()
        self._asked = Flag()
        self._unsettled: list[Source] = []
        self._reading_s = 0.0  # of the present look, spent on what had changed

    def start(self) -> None:
        Thread(target=self._run, name="households", daemon=True).start()

    def ask(self) -> None:
        """From any thread: look now."""
        self._asked.set()

    def _run(self) -> None:
        self._safely(self._houses.put_right)  # the clock may have been wrong when we ran last
        ended = took = roused = float("-inf")
        seen = 0
        while not self._live.stop.is_set():
            now, folder = time.monotonic(), self._houses.folder.changed_ns()
            if now - roused >= ROUSE_S:
                self._safely(self._rouse)
                roused = now
            rest_s = max(LOOK_S, took * (SPARING if folder == seen else SOONER))
            if self._asked.is_set() or now - ended >= rest_s:
                self._asked.clear()
                self._safely(self.look)
                seen, ended = folder, time.monotonic()
                took = ended - now - self._reading_s
                self._safely(self.come_again)
            self._asked.wait(LOOK_S)

    def _rouse(self) -> None:
        self._houses.rouse()
        self._news()

    def _safely(self, verb: Callable[[], object]) -> None:
        """What fails is told, and the next look comes all the same."""
        try:
            verb()
        except RitualsdError as error:
            self._stopped(str(error))
        except Exception as error:  # noqa: BLE001 - the next look must come; the type says enough without words
            self._stopped(f"the look at the households failed ({type(error).__name__})")

    def _stopped(self, trouble: str) -> None:
        self.progress, self._unsettled = Progress(trouble=trouble, done=True), []
        before, self._live.comparing, self._live.households_trouble = self._live.households_trouble, False, trouble
        if trouble != before:
            self._live.world.emit(Event(name=E.CONFIG_REFUSED, fields={"problems": 1}))

    def look(self) -> Progress:
        """Compare everything once. Raises ConfigError for the folder, StoreError."""
        folder, registry = self._houses.folder, self._houses.registry
        names, wrong = folder.names()
        if not names and registry.census().households:
            raise ConfigError("no household is in this folder any more", where=folder.path, todo="put them back")
        now = Progress(total=len(names), wrong=tuple(wrong))
        self._unsettled, self._reading_s = [], 0.0
        after = ""
        for chunk in [*batched(names, COMPARED), []]:
            known = registry.stamps(after, chunk[-1] if chunk else "")
            now = self._compare(chunk, known, now)
            if self._live.stop.is_set():
                return now
            after = chunk[-1] if chunk else after
        return now if self._unsettled else self._finish(now)

    def come_again(self) -> None:
        """To what was being written when the last look came by, which ends with this. Raises StoreError."""
        now, tries = self.progress, 0
        while self._unsettled and tries < PATIENCE and not self._live.stop.wait(SETTLE.total_seconds()):
            left, self._unsettled, tries = self._unsettled, [], tries + 1
            for few in batched(left, BROUGHT_IN):
                now = self._bring_in(few, now)
                self._tell(now)
        if not now.done:
            self._finish(now)

    def _compare(self, chunk: Sequence[str], known: Mapping[str, str], now: Progress) -> Progress:
        """One slice of the names, and what is on record between the first and the last of them."""
        sources = [source for name in chunk if (source := self._houses.folder.source(name)) is not None]
        changed = [each for each in sources if self._houses.folder.stamp(each) != known.get(each.name)]
        for few in batched(changed, BROUGHT_IN):
            if self._live.stop.is_set():
                return now
            now = self._bring_in(few, now)
            self._tell(replace(now, seen=now.seen + chunk.index(few[-1].name) + 1))
        missing = known.keys() - {source.name for source in sources}
        clock = self._live.world.clock
        gone = [each for each in sorted(missing) if self._houses.folder.is_gone(each, clock.now())]
        for household in gone:
            self._houses.remove(household)
        now = replace(now, seen=now.seen + len(chunk), removed=now.removed + len(gone))
        self._tell(now)
        return now

    def _bring_in(self, few: Sequence[Source], now: Progress) -> Progress:
        began = time.monotonic()
        brought = self._houses.bring_in(few)
        self._reading_s += time.monotonic() - began
        self._unsettled += brought.unsettled
        self._news()
        read = len(few) - len(brought.unsettled)
        return replace(now, changed=now.changed + read, refused=now.refused + brought.refused)

    def _finish(self, now: Progress) -> Progress:
        now = replace(now, done=True)
        self._tell(now)
        if now.changed or now.removed:
            fields = {"households": now.total, "changed": now.changed, "removed": now.removed, "refused": now.refused}
            self._live.world.emit(Event(name=E.HOUSEHOLDS_SCANNED, fields=fields))
        return now

    def _tell(self, now: Progress) -> None:
        self.progress = now
        self._live.comparing, self._live.households_trouble = not now.done, first_of(now)
        self._show(now)


def first_of(now: Progress) -> str:
    """What lies in the folder and is no household, in one line; "" where nothing does."""
    more = f" (and {len(now.wrong) - 1} more)" if len(now.wrong) > 1 else ""
    return f"{now.wrong[0]}{more}" if now.wrong else ""
