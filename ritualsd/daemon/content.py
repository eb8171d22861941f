"""The content host, opened when words are first needed: a slow plugin may delay its own words, never the daemon.

Also tells listening plugins what happened, from a thread of its own.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from queue import Full, Queue
from threading import Lock, Thread
from typing import Protocol

from ritualsd.core.calendars import Days
from ritualsd.core.phrases import Phrases
from ritualsd.model import Ask, Event, Message, Settings
from ritualsd.ports import Content, Emit, Pool

UNTOLD = 1000


class Status(Protocol):
    """How one plugin is doing, as far as the daemon passes it on."""

    @property
    def name(self) -> str: ...

    @property
    def status(self) -> str: ...


class Host(Content, Protocol):
    """Content that can also list its plugins, and import them before it is asked for words."""

    def start(self) -> None: ...

    def close(self) -> None: ...

    def plugins(self) -> tuple[Status, ...]: ...

    def for_household(self, settings: Settings) -> Host: ...


class LateContent:
    """ports.Content that opens the real host on first use, once, whichever thread comes first."""

    def __init__(self, opener: Callable[[], Host]) -> None:
        self._opener = opener
        self._lock = Lock()
        self._host: Host | None = None

    def open(self) -> Host:
        with self._lock:
            if self._host is None:
                self._host = self._opener()
            return self._host

    def start(self) -> None:
        """Open the host and import every plugin now, which may take as long as the slowest of them."""
        self.open().start()

    def for_household(self, settings: Settings) -> LateContent:
        """The same for one household of many, opened when its words are first needed."""
        return LateContent(lambda: self.open().for_household(settings))

    def close(self) -> None:
        """End the processes of plugins; they are asked nothing more. May be called twice, and from any thread."""
        if self._host is not None:
            self._host.close()

    def offers(self, ask: Ask, deck: str = "") -> Pool:
        return self.open().offers(ask, deck)

    def reword(self, message: Message, ask: Ask) -> Message:
        return self.open().reword(message, ask)

    def phrases(self, language: str) -> Phrases:
        return self.open().phrases(language)

    def languages(self) -> tuple[str, ...]:
        return self.open().languages()

    def calendars(self, years: Sequence[int]) -> Mapping[str, Days]:
        return self.open().calendars(years)

    def tell(self, event: Event) -> None:
        """Nobody listens before the host is open."""
        if self._host is not None:
            self._host.tell(event)

    def statuses(self) -> dict[str, str]:
        """The status of each plugin by name; empty until the host is open."""
        host = self._host
        return {} if host is None else {plugin.name: plugin.status for plugin in host.plugins()}


class Listeners:
    """An Emit that logs at once, and passes the event on to listening plugins later, in order, on its own thread."""

    def __init__(self, log: Emit) -> None:
        self._log = log
        self._content: Callable[[], Content] | None = None
        self._untold: Queue[Event] = Queue(UNTOLD)
        Thread(target=self._tell, name="listeners", daemon=True).start()

    def tell_to(self, content: Callable[[], Content]) -> None:
        """From now on tell what `content` returns at that moment."""
        self._content = content

    def __call__(self, event: Event) -> None:
        self._log(event)
        if event.name.startswith("plugin."):
            return  # what telling caused is not told again
        with contextlib.suppress(Full):
            self._untold.put_nowait(event)

    def _tell(self) -> None:
        while True:
            event = self._untold.get()
            if self._content is not None:
                self._content().tell(event)
