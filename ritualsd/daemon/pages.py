"""The web pages as the daemon holds them: started after READY, and anew where the configuration moves them.

Here the pages learn which verbs keep an answer and send a link; they themselves know none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ritualsd.core.proposals import Proposal
from ritualsd.core.reflect import Review
from ritualsd.daemon.live import Live
from ritualsd.flow.collect import collect
from ritualsd.flow.export import export
from ritualsd.flow.lived import lived
from ritualsd.flow.opened import opened
from ritualsd.flow.review import looked_back
from ritualsd.flow.sign_in import new_calendar, send_link
from ritualsd.model import Entry, Incoming
from ritualsd.web.house import House
from ritualsd.web.server import WebServer, serve


class Pages:
    """At most one web server; none where `[web] enabled` is false. `wake` rings the beat after what a page changed."""

    def __init__(self, live: Live, wake: Callable[[], None]) -> None:
        self._live, self._wake = live, wake
        self._server: WebServer | None = None
        self._where = ""

    def follow(self) -> None:
        """Serve what the settings in force say, where they say it. May be called again after each change."""
        settings = self._live.settings
        wanted = settings.web_bind if settings.web_enabled else ""
        if wanted == self._where:
            return
        self.close()
        self._where = wanted
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
        live = self._live
        return House(
            world_of=lambda: live.world, settings_of=lambda: live.settings,
            lived=lambda: lived(live.world.store, live.settings), opened=self._opened, answer=self._answer,
            send_link=self._link, look_back=self._look_back, new_calendar=self._new_calendar, export=self._export,
            erase=lambda person: live.world.store.erasure.person(person, live.world.clock.now()),
        )  # fmt: skip

    def _opened(self, token: str) -> Entry:
        return opened(self._live.world, self._live.settings, token, self._live.world.clock.now())

    def _answer(self, incoming: Incoming) -> None:
        collect(self._live.world, self._live.settings, incoming, incoming.received_utc)
        self._wake()

    def _look_back(self, person: str) -> tuple[Review, tuple[Proposal, ...]]:
        store, now = self._live.world.store, self._live.world.clock.now()
        return looked_back(store, lived(store, self._live.settings), person, now)

    def _new_calendar(self, person: str) -> str:
        return new_calendar(self._live.world, self._live.settings, person, self._live.world.clock.now())

    def _export(self, person: str) -> Mapping[str, Any]:
        return export(self._live.world.store, person, self._live.world.clock.now())

    def _link(self, person: str) -> None:
        send_link(self._live.world, self._live.settings, person, self._live.world.clock.now())
        self._wake()
