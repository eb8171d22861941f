"""The crew: the plugins that were found, from admission to their last call. Every call into one goes through here.

Knows statuses, strikes and time limits; knows nothing of prompts or decks' contents.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Lock, RLock
from typing import Any, TypeVar

from ritualsd.content.admit import board, enlist
from ritualsd.content.find import find
from ritualsd.content.guard import Breaker, Failed, Ok, TimedOut, side_by_side
from ritualsd.content.inside import Inside
from ritualsd.content.packs import is_pack
from ritualsd.content.record import BROKEN, Candidate, Record, kind_of, plain_error, secrets_in
from ritualsd.content.shelf import Place, brought, own_places
from ritualsd.content.trace import HookCall, Outcome, Trace
from ritualsd.core.events import E
from ritualsd.errors import PluginMisconfigured, PluginProblem, PluginUnavailable
from ritualsd.model import Event, Settings
from ritualsd.ports import Emit

T = TypeVar("T")

AT_START = frozenset({"ritualsd_configure", "ritualsd_decks"})
"""Hooks that nothing due has to wait for."""

SLOW_S = 2.0
PAUSE = 9
"""After a call that took longer than this, a plugin is left alone so many times as long: it cannot fill our days."""

BreakerMemory = tuple[Callable[[str], str], Callable[[str, str], None]]
"""How a breaker remembers beyond a restart: recall a key, remember a key and value."""


class Crew:
    """All plugins of one configuration. Admission happens once, when first asked for."""

    def __init__(
        self,
        settings: Settings,
        *,
        no_plugins: bool,
        emit: Emit,
        memory: BreakerMemory | None,
        strict: bool,
        clock: Callable[[], float],
        candidates: Iterable[Candidate] | None = None,
        trace: Trace | None = None,
    ) -> None:
        self._settings, self._no_plugins, self._strict = settings, no_plugins, strict
        self._candidates, self._trace = candidates, trace
        self._emit, self._clock = emit, clock
        self._recall, self._remember = memory or (lambda _: "", lambda _key, _value: None)
        self._secrets = _secrets(settings)
        self._lock, self._roll = RLock(), Lock()
        self._records: list[Record] = []
        self._admitted = self._closed = False
        self._inside = Inside()

    # ── coming aboard ─────────────────────────────────────────────────────────────────────────

    def records(self) -> list[Record]:
        """Every record, in order of discovery. The first call imports the plugins, those kept apart side by side."""
        with self._lock:
            self.each([record for record in self._enlisted() if not record.boarded], self._board)
            return self._records

    def _enlisted(self) -> list[Record]:
        with self._roll:  # its own lock, and held for a moment only: who wants folders waits for no import
            if not self._admitted:
                candidates = self._candidates
                if candidates is None:
                    candidates = find(self._settings, no_plugins=self._no_plugins)
                self._records = enlist(candidates, self._settings.plugins)
                self._admitted = True
        return self._records

    def folders(self) -> list[Path]:
        """The folders of plugins that are wanted, as far as they are known without importing any."""
        wanted = [record for record in self._enlisted() if record.status not in ("disabled", "shadowed")]
        return [record.folder for record in wanted if record.home or record.candidate.is_folder]

    def known(self) -> list[Record]:
        """The same without waiting: those admitted so far, where another thread is still at it."""
        if not self._lock.acquire(blocking=False):
            return [record for record in self._records if record.boarded]
        try:
            return self.records()
        finally:
            self._lock.release()

    def each(self, records: Sequence[Record], do: Callable[[Record], None]) -> None:
        """Do something with every plugin: one at a time in our own process, side by side in processes of their own."""
        apart = [record for record in records if record.apart]

        def in_turn() -> None:
            for record in records:
                if not record.apart:
                    do(record)

        if apart:
            side_by_side([in_turn, *(partial(do, record) for record in apart)])
        else:
            in_turn()

    def _board(self, record: Record) -> None:
        record.breaker = Breaker(record.name, self._recall, self._remember)
        if record.status == "active" and not self._closed:
            board(record, self._inside, self._settings.plugin_root, secrets=self._secrets, strict=self._strict)
        if record.status == "active":
            record.status = "tripped" if record.breaker.tripped else "active"
            record.error = record.breaker.error
        if self._closed and record.home:
            record.home.close()
        record.boarded = True
        if record.status != "shadowed":
            self._say_status(record)

    def start(self, within_s: float | None = None) -> bool:
        """Admit, configure those that were not yet or that failed and have rested, and learn what decks they bring.

        False when another thread was still at it after `within_s` seconds: who came aboard so far has to do.
        """
        if not self._lock.acquire(timeout=-1 if within_s is None else within_s):
            return False
        try:
            self.each([record for record in self._enlisted() if self._unready(record)], self._make_ready)
        finally:
            self._lock.release()
        return True

    def _unready(self, record: Record) -> bool:
        """Whether there is something to do, now, before this plugin can be asked for all it has."""
        if not record.boarded:
            return True
        silent = not record.configured or (record.decks is None and "ritualsd_decks" in record.hooks)
        return silent and record.may_serve and record.breaker.allows(self._clock())

    def _make_ready(self, record: Record) -> None:
        if not record.boarded:
            self._board(record)
        if self._unready(record) and not record.configured:
            self._configure(record)
        if record.in_service and record.decks is None and "ritualsd_decks" in record.hooks:
            outcome = self.call(record, "ritualsd_decks", partial(brought, record.name, record.folder), {})
            record.decks = (outcome.value or ()) if isinstance(outcome, Ok) else None
        elif record.in_service and record.decks is None and is_pack(record.folder):
            record.decks = tuple(replace(place, plugin=record.name) for place in own_places(record.folder / "decks"))

    def _configure(self, record: Record) -> None:
        record.configured = True  # unless the call below says otherwise
        if "ritualsd_configure" in record.hooks:
            self.call(record, "ritualsd_configure", lambda _: None, {"settings": record.settings})

    # ── at work ───────────────────────────────────────────────────────────────────────────────

    def with_hook(self, hook: str) -> list[Record]:
        """The plugins in service that implement `hook`."""
        return [record for record in self._records if hook in record.hooks and record.in_service]

    def missing(self) -> Iterator[str]:
        """A sentence for each plugin that should be here and is not."""
        for record in self._records:
            if not record.boarded:
                yield f"plugin {record.name} was still being loaded"
            elif record.status in BROKEN and not record.in_service:
                yield f"plugin {record.name} is not in use ({record.status})"

    def call(
        self,
        record: Record,
        hook: str,
        take: Callable[[Any], T],
        arguments: Mapping[str, Any],
        *,
        within_s: float | None = None,
    ) -> Ok[T | None] | Failed | TimedOut | None:
        """Call one hook of one plugin; `take` reads its answer, inside the bound. None: it rests and was not called.

        `within_s` shortens the plugin's own timeout; running out of less than that is no strike.
        """
        if self._closed or not record.breaker.allows(self._clock()) or time.monotonic() < record.pause_ends:
            self._note(record, hook, arguments, None, 0.0)
            return None
        assert record.home is not None  # noqa: S101 - a typed narrowing: only who is aboard is called
        seconds = record.timeout_s if within_s is None else min(record.timeout_s, within_s)
        began = time.perf_counter()
        outcome = record.home.call(hook, take, arguments, seconds)
        took_s = time.perf_counter() - began
        self._note(record, hook, arguments, outcome, took_s)
        if took_s > SLOW_S and hook not in AT_START:
            record.pause_ends = time.monotonic() + took_s * PAUSE
        if outcome is None:
            return None
        if isinstance(outcome, Ok):
            self._went_well(record)
        elif isinstance(outcome, TimedOut) and seconds < record.timeout_s and not record.apart:
            self._left_behind(record)
        else:
            self._went_wrong(record, hook, outcome, discreet=_holds_words(arguments))
        return outcome

    def deck_places(self) -> list[Place]:
        """The deck files that plugins bring, as far as they have said."""
        return [place for record in self._records for place in record.decks or ()]

    def close(self) -> None:
        """End every plugin's own process; nothing is asked of any plugin after that."""
        self._closed = True
        for record in self._records:
            if record.home:
                record.home.close()

    def _note(self, record: Record, hook: str, arguments: Mapping[str, Any], outcome: Outcome, seconds: float) -> None:
        if self._trace:
            self._trace(HookCall.of(record.name, hook, arguments, outcome, seconds))

    # ── how it went ───────────────────────────────────────────────────────────────────────────

    def _went_well(self, record: Record) -> None:
        tripped = record.breaker.succeeded()
        record.error = ""
        if tripped:
            record.status = "active"
            self._say_status(record)

    def _went_wrong(self, record: Record, hook: str, outcome: Failed | TimedOut, *, discreet: bool) -> None:
        """Note a failure and what it comes to. `discreet`: what was raised may quote somebody's words."""
        error = outcome.error if isinstance(outcome, Failed) else None
        known = record.breaker.tripped
        what = f"no answer within {record.timeout_s:g} seconds"
        if error:
            what = kind_of(error) if discreet else plain_error(error, self._secrets)
        record.error = record.breaker.error = f"{hook}: {what}"
        if not known:
            self._say(E.PLUGIN_FAILED, plugin=record.name, hook=hook, code=kind_of(error) if error else "timeout")
        if isinstance(error, PluginMisconfigured):
            record.status = "bad-config"
            record.breaker.keep()
            self._say_status(record)
        else:
            self._strike(record, hook, error)
        if self._strict:
            raise PluginProblem(record.error, where=f"plugin {record.name}") from error

    def _left_behind(self, record: Record) -> None:
        """A call that others left too little time: no failure of its own, but its thread is still there."""
        record.breaker.stuck += 1
        if record.breaker.tripped:
            record.status, record.error = "tripped", "did not end, twice; not asked again before a restart"
            self._say_status(record)

    def _strike(self, record: Record, hook: str, error: BaseException | None) -> None:
        unavailable = hook == "ritualsd_configure" or isinstance(error, PluginUnavailable)
        stuck = error is None and not record.apart  # what is apart was ended, and holds nothing up
        tripped = record.breaker.failed(self._clock(), stuck=stuck, rest=unavailable)
        if record.breaker.tripped:
            record.status = "unavailable" if unavailable else "tripped"
        if hook == "ritualsd_configure":
            record.configured = False
        if tripped:
            self._say(
                E.PLUGIN_TRIPPED, plugin=record.name, failures=record.breaker.failures, rest_s=record.breaker.rest_s
            )

    def _say_status(self, record: Record) -> None:
        self._say(E.PLUGIN_STATUS, plugin=record.name, status=record.status, version=record.version)

    def _say(self, name: E, **fields: str | int | float) -> None:
        self._emit(Event(name=name, fields=fields))


def _holds_words(arguments: Mapping[str, Any]) -> bool:
    """Whether a call hands out words that were said, or are about to be."""
    return "message" in arguments or bool(getattr(arguments.get("ask"), "memories", ()))


def _secrets(settings: Settings) -> frozenset[str]:
    """Every text that must not show in an error: the channels' addresses and what plugins were given."""
    people = settings.household.people.values()
    urls = [channel.url.reveal() for person in people for channel in person.channels]
    given = [dict(table.settings) for table in settings.plugins.values()]
    return secrets_in([*urls, *given])
