"""The web application: which address shows which page. It only reads; every change comes from elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from ritualsd.core.events import E
from ritualsd.core.links import LOOPBACK, reader
from ritualsd.model import Event, Person, Settings
from ritualsd.ports import Emit, Store
from ritualsd.web import pages
from ritualsd.web.door import Door

SHOWN = 100
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


class Site:
    """The pages of one household. Handlers are plain functions, so Starlette runs them (and the store) in a thread."""

    def __init__(self, settings_of: Callable[[], Settings], store: Store, secret: bytes, bound_host: str) -> None:
        self._settings_of, self._store, self._secret, self._bound_host = settings_of, store, secret, bound_host

    def front(self, request: Request) -> Response:
        """The one person's inbox at home; with several people, where each finds their own."""
        settings = self._settings_of()
        people = settings.household.people
        if len(people) == 1 and self._at_home(request, settings):
            return self._inbox_of(next(iter(people.values())))
        words = "Each person has an inbox of their own. Its address is printed by: ritualsd inbox --for NAME"
        return HTMLResponse(pages.note("ritualsd", words))

    def inbox(self, request: Request) -> Response:
        """The inbox a token stands for; any other token is the same 404 as any unknown address."""
        people = self._settings_of().household.people
        person = reader(request.path_params["token"], self._secret, people)
        if person is None:
            raise HTTPException(404)
        return self._inbox_of(people[person])

    def _inbox_of(self, person: Person) -> Response:
        channels = [channel.name for channel in person.channels if channel.is_inbox]
        return HTMLResponse(pages.inbox(person, self._store.inbox(person.id, channels, limit=SHOWN)))

    def _at_home(self, request: Request, settings: Settings) -> bool:
        """Is the reader on this very machine, with no proxy between that could speak for the whole internet?"""
        client = request.client.host if request.client else ""
        proxied = settings.public_url or any(name in request.headers for name in FORWARDED)
        return not proxied and client in LOOPBACK and self._bound_host in LOOPBACK


def style(_: Request) -> Response:
    return Response(pages.asset("style.css"), media_type="text/css")


def icon(_: Request) -> Response:
    return Response(pages.asset("icon.svg"), media_type="image/svg+xml")


def not_here(_: Request, __: Exception) -> Response:
    return HTMLResponse(pages.note("Nothing here", "This address leads nowhere."), status_code=404)


def make_app(settings_of: Callable[[], Settings], store: Store, secret: bytes, bound_host: str, emit: Emit) -> ASGIApp:
    """The whole site behind its door. `bound_host` is the address we listen on."""
    site = Site(settings_of, store, secret, bound_host)

    def went_wrong(_: Request, error: Exception) -> Response:
        emit(Event(name=E.WEB_FAILED, fields={"error": type(error).__name__}))
        words = "The page could not be made just now. It tries again by itself."
        return HTMLResponse(pages.note("One moment", words), status_code=500)

    app = Starlette(
        routes=[
            Route("/", site.front),
            Route("/inbox/{token}", site.inbox),
            Route("/style.css", style),
            Route("/favicon.ico", icon),
        ],
        exception_handlers={404: not_here, Exception: went_wrong},
    )
    app.router.redirect_slashes = False  # a redirect would tell known addresses from unknown ones
    return Door(app, settings_of, bound_host)
