"""The web application: which address shows which page, and which of them take a form."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from ritualsd.core.events import E
from ritualsd.core.links import LOOPBACK, reader, split_bind
from ritualsd.core.visibility import visible_to
from ritualsd.model import Event, Person, Purpose, Settings
from ritualsd.web import pages
from ritualsd.web.door import Door
from ritualsd.web.feed import etag, feed
from ritualsd.web.house import House
from ritualsd.web.limits import Allowance
from ritualsd.web.looking_back import LookingBack
from ritualsd.web.mine import Mine
from ritualsd.web.own import OwnPages
from ritualsd.web.passes import granted
from ritualsd.web.reply import ReplyPage
from ritualsd.web.sign_in import SignIn
from ritualsd.web.which import Which
from ritualsd.web.yours import Yours

SHOWN = 100
NOWHERE_A_MINUTE = 300  # addresses that lead nowhere, from everywhere together
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
BOTH = ["GET", "POST"]
FORMS = ("/in", "/out", "/mine", "/mine/calendar", "/mine/erase")


class Site:
    """The pages that need nobody signed in. Handlers are plain functions, so Starlette runs them (and the store) in a
    thread."""

    def __init__(self, house: House, bind: str, sign_in: SignIn, own: OwnPages) -> None:
        self._house, self._bound_host = house, split_bind(bind)[0]
        self._sign_in, self._own = sign_in, own
        self._nowhere = Allowance(NOWHERE_A_MINUTE)

    def front(self, request: Request) -> Response:
        """Today's page of whoever is signed in; the one person's inbox at home; else the way in."""
        visit = self._sign_in.visit(request)
        if visit is not None:
            return self._own.today(visit)
        settings = self._house.settings_of()
        people = settings.household.people
        if len(people) == 1 and self._at_home(request, settings):
            return self._inbox_of(request, next(iter(people.values())))
        return self._sign_in.outside(request, 200)

    def inbox(self, request: Request) -> Response:
        """The inbox a token stands for; any other token is the same 404 as any unknown address."""
        people = self._house.settings_of().household.people
        token = request.path_params["token"].rpartition(".")[2]  # before it stands which household, where many are
        person = reader(token, self._house.secret, people)
        if person is None:
            raise HTTPException(404)
        return self._inbox_of(request, self._house.lived(person).household.people[person])

    def calendar(self, request: Request) -> Response:
        """The calendar a token stands for, or that it is still the one its reader has."""
        house = self._house
        found = granted(house, request.path_params["token"], Purpose.CALENDAR)
        if found is None:
            raise HTTPException(404)
        calendar = feed(house.store, house.lived(found.person), found.person, house.now())
        mark = etag(calendar)
        headers = {"ETag": mark}
        known = {each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")}
        if mark in known or "*" in known:
            return Response(status_code=304, headers=headers)
        return Response(calendar, media_type="text/calendar; charset=utf-8", headers=headers)

    def metrics(self, request: Request) -> Response:
        """For Prometheus; whoever comes by way of a proxy finds nothing here."""
        told = self._house.metrics
        if told is None or any(name in request.headers for name in FORWARDED):
            raise HTTPException(404)
        return Response(told(), media_type="text/plain; version=0.0.4; charset=utf-8")

    def not_here(self, request: Request, error: Exception) -> Response:
        """The one answer to every address that leads nowhere, whatever is wrong with it."""
        if self._house.doors is not None:
            self._house.doors.enter("")  # else its language told which households there are
        if not self._nowhere.take("", self._house.now_s()):
            return pages.refusal(self._house.phrases(), 429)
        return nowhere(self._house)

    def went_wrong(self, request: Request, error: Exception) -> Response:
        """A calm page, and the kind of error alone for the log."""
        self._house.world_of().emit(Event(name=E.WEB_FAILED, fields={"error": type(error).__name__}))
        return pages.note(self._house.phrases(), "page.failed", "page.failed.words", 500)

    def nothing(self, request: Request) -> Response:
        """Where the way out leads."""
        return pages.page("nothing", self._house.phrases())

    def refuse(self, status: int) -> Response:
        return pages.refusal(self._house.phrases(), status)

    def _inbox_of(self, request: Request, person: Person) -> Response:
        channels = [channel.name for channel in person.channels if channel.is_inbox]
        deliveries = self._house.store.inbox(person.id, channels, limit=SHOWN)
        household = self._house.settings_of().household
        live = "live" in request.query_params
        seen = list(visible_to(person.id, deliveries, household, self._house.now()))
        return pages.inbox(person, seen, self._house.phrases(person.language), live=live)

    def _at_home(self, request: Request, settings: Settings) -> bool:
        """Is the reader on this very machine, with no proxy between that could speak for the whole internet?"""
        client = request.client.host if request.client else ""
        proxied = settings.public_url or any(name in request.headers for name in FORWARDED)
        return not proxied and client in LOOPBACK and self._bound_host in LOOPBACK


def style(_: Request) -> Response:
    return Response(pages.asset("style.css"), media_type="text/css")


def icon(_: Request) -> Response:
    return Response(pages.asset("icon.svg"), media_type="image/svg+xml")


def nowhere(house: House) -> Response:
    """The page at every address that leads nowhere."""
    return pages.note(house.phrases(), "page.nowhere", "page.nowhere.words", 404)


def make_app(house: House, bind: str) -> ASGIApp:
    """The whole site behind its door. `bind` is the host and port we listen on."""
    sign_in, own, reply, mine = SignIn(house), OwnPages(house), ReplyPage(house), Mine(house)
    site, yours = Site(house, bind, sign_in, own), Yours(house)
    signed_in = sign_in.for_one
    app = Starlette(
        routes=[
            Route("/", site.front),
            Route("/r/{token}", reply.by_link, methods=BOTH),
            Route("/in", sign_in.ask, methods=BOTH),
            Route("/in/{token}", sign_in.spend, methods=BOTH),
            Route("/out", signed_in(sign_in.leave), methods=["POST"]),
            Route("/today", signed_in(own.today)),
            Route("/inbox", signed_in(own.inbox)),
            Route("/inbox/{token}", site.inbox),
            Route("/journal", signed_in(own.journal)),
            Route("/review", signed_in(LookingBack(house).page)),
            Route("/coming", signed_in(own.coming)),
            Route("/answer/{occurrence:path}", signed_in(reply.by_name), methods=BOTH),
            Route("/mine", signed_in(mine.page), methods=BOTH),
            Route("/mine/calendar", signed_in(yours.calendar), methods=["POST"]),
            Route("/mine/export", signed_in(yours.export)),
            Route("/mine/erase", signed_in(yours.erase), methods=["POST"]),
            Route("/cal/{token}.ics", site.calendar),
            Route("/metrics", site.metrics),
            Route("/nothing", site.nothing),
            Route("/style.css", style),
            Route("/favicon.ico", icon),
        ],
        middleware=[] if house.doors is None else [Middleware(Which, doors=house.doors)],
        exception_handlers={404: site.not_here, Exception: site.went_wrong},
    )
    app.router.redirect_slashes = False  # a redirect would tell known addresses from unknown ones
    return Door(app, house, bind, takes_forms, site.refuse)


def takes_forms(path: str) -> bool:
    """Whether anything can be sent to this address; to every other there is only reading."""
    return path in FORMS or path.startswith(("/r/", "/in/", "/answer/"))
