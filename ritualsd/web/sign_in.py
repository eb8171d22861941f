"""Signing in: a link sent to one's own channel, a button that spends it, and the cookie that stands for it after.

Whether a name is known here shows nowhere, neither in words nor in time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ritualsd.core.phrases import Phrases
from ritualsd.core.tokens import token_digest
from ritualsd.model import Pass, Person, Purpose, Settings
from ritualsd.web.house import House
from ritualsd.web.pages import note, page
from ritualsd.web.passes import SESSION_LASTS, granted, new_session

COOKIE = "ritualsd"
HOME = "/today"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request of somebody who is signed in; `settings` are as lived, and `fields` what a form says."""

    request: Request
    person: Person
    session: Pass
    settings: Settings
    phrases: Phrases
    now: datetime
    fields: Mapping[str, str]


class SignIn:
    """The way in and out."""

    def __init__(self, house: House) -> None:
        self._house = house

    def for_one(self, view: Callable[[Visit], Response]) -> Callable[[Request], Response]:
        """A page for whoever is signed in; everybody else is shown the way in."""

        def endpoint(request: Request) -> Response:
            visit = self.visit(request)
            return self.outside(request) if visit is None else view(visit)

        return endpoint

    def visit(self, request: Request) -> Visit | None:
        """Who is here, by their cookie; None: nobody we know."""
        cookie = request.cookies.get(cookie_name(self._is_https(request)), "")
        session = granted(self._house, cookie, Purpose.SESSION) if cookie else None
        if session is None:
            return None
        settings = self._house.lived(session.person)
        person = settings.household.people[session.person]
        return Visit(
            request=request, person=person, session=session, settings=settings, now=self._house.now(),
            phrases=self._house.phrases(person.language), fields=getattr(request.state, "fields", {}),
        )  # fmt: skip

    def outside(self, request: Request, status: int = 403) -> Response:
        """What a page says to a browser without the cookie. It does not send it along from elsewhere: so one click."""
        from_here = request.headers.get("sec-fetch-site") == "same-origin"
        path = request.url.path if request.method != "POST" else HOME
        return page("sign_in", self._house.phrases(), status, sent=False, again="" if from_here else path)

    def ask(self, request: Request) -> Response:
        """The form that asks for a link, and what follows: the same words for every name."""
        if request.method != "POST":
            return page("sign_in", self._house.phrases(), sent="sent" in request.query_params, again="")
        said = request.state.fields.get("name", "").strip().casefold()
        people = self._house.settings_of().household.people.values()
        meant = [person.id for person in people if said in (person.id.casefold(), person.name.casefold())]
        send = BackgroundTask(self._house.send_link, meant[0]) if len(meant) == 1 else None
        return RedirectResponse("/in?sent", 303, background=send)

    def spend(self, request: Request) -> Response:
        """A link opens a page with a button, since machines open links too. The button spends it."""
        token = request.path_params["token"]
        found = granted(self._house, token, Purpose.SIGN_IN)
        if found is None:
            raise HTTPException(404)
        if request.method != "POST":
            person = self._house.lived(found.person).household.people[found.person]
            return page("enter", self._house.phrases(person.language))
        if not self._house.store.passes.revoke(token_digest(token)):
            raise HTTPException(404)
        https = self._is_https(request)
        answer = RedirectResponse(HOME, 303)
        answer.set_cookie(
            cookie_name(https), new_session(self._house, found.person), max_age=int(SESSION_LASTS.total_seconds()),
            path="/", secure=https, httponly=True, samesite="strict",
        )  # fmt: skip
        return answer

    def leave(self, visit: Visit) -> Response:
        """Sign out here, or wherever the form names."""
        kept = self._house.store.passes
        mine = kept.of(visit.person.id, Purpose.SESSION)
        asked = visit.fields.get("session", "")
        for session in mine:
            if asked == "all" or session_mark(session) == (asked or session_mark(visit.session)):
                kept.revoke(session.digest)
        here = asked in ("", "all", session_mark(visit.session))
        return (
            note(visit.phrases, "page.signed-out", "page.signed-out.words") if here else RedirectResponse("/mine", 303)
        )

    def _is_https(self, request: Request) -> bool:
        """Whether the browser came by the public https address. Behind a proxy only its name tells."""
        public = urlsplit(self._house.settings_of().public_url)
        return public.scheme == "https" and request.url.hostname == public.hostname


def cookie_name(https: bool) -> str:
    """On https no other host and no plain page can set a cookie of this name."""
    return f"__Host-{COOKIE}" if https else COOKIE


def session_mark(session: Pass) -> str:
    """What a form calls a session: enough to tell a person's own apart, and nothing that opens it."""
    return session.digest.hex()[:16]
