"""The web pages as the daemon holds them: started after READY, and anew where the configuration moves them.

Here the pages learn which verbs keep an answer and send a link; they themselves know none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from ritualsd.core.proposals import Proposal
from ritualsd.core.reflect import Review
from ritualsd.daemon.live import Live
from ritualsd.errors import NotFound
from ritualsd.flow.collect import collect
from ritualsd.flow.export import export
from ritualsd.flow.lived import lived_for
from ritualsd.flow.opened import opened
from ritualsd.flow.review import looked_back
from ritualsd.flow.sign_in import new_calendar, send_link
from ritualsd.model import Entry, Incoming, Settings
from ritualsd.ports import World
from ritualsd.ports.households import Registry
from ritualsd.web.house import House
from ritualsd.web.server import WebServer, serve

if TYPE_CHECKING:
    from ritualsd.daemon.houses import Houses
    from ritualsd.daemon.shelves import Home


INSIDE: ContextVar[Home | None] = ContextVar("household", default=None)
"""The household of many that the request at hand is served in."""


class Pages:
    """At most one web server; none where `[web] enabled` is false. `wake` rings the beat after what a page changed."""

    def __init__(self, live: Live, wake: Callable[[], None]) -> None:
        self._live, self._wake = live, wake
        self._server: WebServer | None = None
        self._where = ("", False)

    def follow(self) -> None:
        """Serve what the settings in force say, where they say it. May be called again after each change."""
        settings = self._live.settings
        wanted = settings.web_bind if settings.web_enabled else ""
        if (wanted, settings.metrics) == self._where:
            return
        self.close()
        self._where = wanted, settings.metrics
        if wanted:
            self._server = serve(self._house(), self._live.stop)

    def url_for(self, person: str) -> str:
        """The address of a person's inbox; "" where there are no pages."""
        return self._server.url_for(person) if self._server else ""

    def close(self) -> None:
        """May be called twice."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def _house(self) -> House:
        live, houses = self._live, self._live.houses
        return House(
            world_of=lambda: self._at()[0], settings_of=lambda: self._at()[1], lived=self._lived, opened=self._opened,
            answer=self._answer, send_link=self._link, look_back=self._look_back, new_calendar=self._new_calendar,
            export=self._export, erase=self._erase,
            doors=None if houses is None else HouseDoors(live, houses, self._wake),
            metrics=partial(self._metrics, houses.registry) if houses is not None and live.settings.metrics else None,
        )  # fmt: skip

    def _at(self) -> tuple[World, Settings]:
        """The household that is served: the only one, or the one this request leads to."""
        home = INSIDE.get()
        return (self._live.world, self._live.settings) if home is None else (home.world, home.settings)

    def _now(self) -> datetime:
        return self._live.world.clock.now()

    def _lived(self, person: str) -> Settings:
        world, settings = self._at()
        return lived_for(world.store, settings, person)

    def _opened(self, token: str) -> Entry:
        return opened(*self._at(), token, self._now())

    def _answer(self, incoming: Incoming) -> None:
        collect(*self._at(), incoming, incoming.received_utc)
        self._wake()

    def _look_back(self, person: str) -> tuple[Review, tuple[Proposal, ...]]:
        return looked_back(self._at()[0].store, self._lived(person), person, self._now())

    def _new_calendar(self, person: str) -> str:
        return new_calendar(*self._at(), person, self._now())

    def _export(self, person: str) -> Mapping[str, Any]:
        return export(self._at()[0].store, person, self._now())

    def _erase(self, person: str) -> None:
        self._at()[0].store.erasure.person(person, self._now())

    def _metrics(self, registry: Registry) -> bytes:
        from ritualsd.daemon.metrics import Watched  # its library is loaded where somebody asks

        return Watched(self._live.tally, self._live.pulse, registry, self._live.world.clock).text()

    def _link(self, person: str) -> None:
        send_link(*self._at(), person, self._now())
        self._wake()


class HouseDoors:
    """`web.house.Doors` over the households of this daemon."""

    def __init__(self, live: Live, houses: Houses, wake: Callable[[], None]) -> None:
        self._live, self._houses, self._wake = live, houses, wake

    def find(self, household: str, digest: bytes) -> str:
        found = household or self._houses.registry.holder(digest)
        try:
            return found if found and self._houses.at(found) else ""
        except NotFound:
            return ""

    def enter(self, household: str) -> None:
        INSIDE.set(self._houses.at(household) if household else None)

    def changed(self, household: str) -> None:
        self._houses.wake(household)
        self._wake()
