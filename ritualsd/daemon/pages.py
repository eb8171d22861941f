"""The web pages as the daemon holds them: started after READY, and anew where the configuration moves them."""

from __future__ import annotations

from ritualsd.daemon.live import Live
from ritualsd.web.server import WebServer, serve


class Pages:
    """At most one web server; none where `[web] enabled` is false."""

    def __init__(self, live: Live) -> None:
        self._live = live
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
            world = self._live.world
            secret = world.store.installation().secret
            self._server = serve(lambda: self._live.settings, world.store, secret, self._live.stop, world.emit)

    def url_for(self, person: str) -> str:
        """The address of a person's inbox; "" where there are no pages."""
        return self._server.url_for(person) if self._server else ""

    def close(self) -> None:
        """May be called twice."""
        if self._server is not None:
            self._server.close()
            self._server = None
