"""A home of three, and everything each of them and a stranger can look at, as text: for tests that try to leak.

Two homes lived the same way must look the same to whoever must not know of the one thing that differs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from ritualsd.cli.log import as_rows, lines
from ritualsd.cli.record import newest
from ritualsd.cli.why import decided
from ritualsd.core.events import E
from ritualsd.core.visibility import Visible
from ritualsd.daemon.health import failing, next_open_due, pending
from ritualsd.daemon.page_actions import calendar
from ritualsd.errors import RitualsdError
from ritualsd.flow.collect import collect
from ritualsd.flow.export import export
from ritualsd.flow.lived import lived as as_lived
from ritualsd.flow.lived import lived_for
from ritualsd.model import Entry, Household, Incoming, Ritual, Settings
from tests.builders import NOON, channel, person, ritual, settings
from tests.web.home import Answer
from tests.web.lived import Site, lived

PEOPLE = (
    person("ana", channels=(channel("ana", "tablet", shared_with=frozenset({"ben"})), channel("ana"))),
    person("ben"),
    person("cleo"),
)
OPEN = (
    ritual("thanks", "every day at 08:05", to=("ana", "ben"), ask="text", message="What made today easier?"),
    ritual("mood", "every day at 08:06", to=("ana",), ask="scale", message="How was the day?"),
    ritual("dinner", "every day at 08:07", to=("ana", "ben", "cleo"), ask=("soup", "bread"), reveal="at-once"),
    ritual("tea", "every day at 08:08", to=("cleo",), message="Tea, {name}?"),
    ritual("idea", "every day at 08:09", to=("ana",), kind="gratitude", ask="text", message=""),
)
SECRET = ritual(
    "surprise", "every day at 08:04", to=("ana",), ask="text", secret_from="others",
    message="CANARY-SECRET a picnic by the lake", nudge_after=timedelta(minutes=30), nudge_times=1,
)  # fmt: skip
ROOMS = ("/", "/today", "/inbox", "/journal", "/review", "/coming", "/mine", "/mine/export")
NOWHERE = ("/nowhere", "/r/" + "x" * 22, "/cal/" + "x" * 22 + ".ics", "/in/" + "x" * 22)
LATER = NOON.replace(hour=10)

Looks = dict[str, str]
Look = Callable[[], str]


def home_of(*rituals: Ritual) -> Settings:
    return replace(settings(*rituals, people=PEOPLE), web_bind="127.0.0.1:0", public_url="")


@contextmanager
def home(*more: Ritual) -> Iterator[Site]:
    """The home after a morning in which everything was sent, at ten."""
    with lived(home_of(*OPEN, *more)) as site:
        site.stage.until(LATER)
        yield site


def say(site: Site, who: str, text: str, ritual: str) -> None:
    """`who` answers the last message of a ritual."""
    about = site.occurrence(ritual, who)
    incoming = Incoming(
        occurrence=about.name, person=who, text=text, source="test", source_msg_id=f"{about.name} {text}",
        received_utc=site.stage.clock.at,
    )  # fmt: skip
    collect(site.stage.world, as_lived(site.stage.world.store, site.stage.settings), incoming, site.stage.clock.at)


def everything(site: Site, viewer: str | None) -> Looks:
    """Everything this viewer can look at. None is whoever runs the daemon and asks in nobody's name."""
    return {where: look() for where, look in looks(site, viewer).items()}


def looks(site: Site, viewer: str | None) -> dict[str, Look]:
    """Each look this viewer can take, by where."""
    if viewer is None:
        return _listings(site, viewer) | _of_the_operator(site) | _of_a_stranger(site)
    found = _listings(site, viewer) | _pages(site, viewer) | _refused(site, viewer)
    return found | {
        f"said to {viewer}": lambda: _said_to(site, viewer),
        f"{viewer}'s export": lambda: json.dumps(export(site.stage.world.store, viewer, site.stage.clock.at)),
    }


def _listings(site: Site, viewer: str | None) -> dict[str, Look]:
    store, now = site.stage.world.store, site.stage.clock.at

    def household() -> Household:
        return lived_for(store, site.stage.settings, viewer).household

    def log() -> list[Visible[Entry]]:
        return newest(store, household(), viewer, None, viewer, 50, now)

    return {
        f"as {viewer}: log --json": lambda: json.dumps([row for each in log() for row in as_rows(each)]),
        f"as {viewer}: log": lambda: "\n".join("  ".join(line) for each in log() for line in lines(each)),
        f"as {viewer}: why": lambda: json.dumps(decided(store, household(), viewer, None, now)),
    }


def _of_the_operator(site: Site) -> dict[str, Look]:
    store, now, settings = site.stage.world.store, site.stage.clock.at, site.stage.settings

    def told() -> str:
        said = (f"{event.name} {dict(event.fields)}" for event in site.stage.events if event.name != E.WEB_LISTENING)
        return "\n".join(said)

    def status() -> str:
        until = now + timedelta(9)
        return str((next_open_due(store, settings.household, until, now), pending(store, settings.household, now)))

    return {
        "status": status,
        "channels": lambda: str(failing(store, settings.household, now)),
        "the log of the daemon": told,
    }


def _of_a_stranger(site: Site) -> dict[str, Look]:
    return {f"a stranger at {where}": _asking(site, where) for where in (*ROOMS, *NOWHERE, "/in", "/nothing")}


def _pages(site: Site, viewer: str) -> dict[str, Look]:
    cookie = site.cookie(viewer)
    found = {f"{viewer} at {room}": _asking(site, room, cookie) for room in ROOMS}
    for each in site.stage.settings.household.rituals.values():
        if viewer in each.to and each.ask != "none":
            found[f"{viewer} answers {each.id}"] = _asking(site, site.link(each.id, viewer))
    address = calendar(site.stage.world, site.stage.settings, {"person": viewer})["url"]
    feed = "/" + address.split("/", 3)[3]

    def again() -> str:
        return _as_text(site.ask(feed, headers={"If-None-Match": site.ask(feed).headers["etag"]}))

    return found | {f"{viewer}'s calendar": _asking(site, feed), f"{viewer}'s calendar again": again}


def _asking(site: Site, where: str, headers: Mapping[str, str] | None = None) -> Look:
    return lambda: _as_text(site.ask(where, headers=headers))


def _said_to(site: Site, viewer: str) -> str:
    """What reaches their phone, and every screen they share."""
    household = site.stage.settings.household
    read = {f"{viewer}/phone"} | {
        each.label for who in household.people.values() for each in who.channels if viewer in each.shared_with
    }
    sent = [f"{each.title}\n{each.body}" for each in site.stage.sender.sent if each.channel in read]
    return _without_tokens("\n\n".join(sent))


def _refused(site: Site, viewer: str) -> dict[str, Look]:
    """What one hears who asks for what is another's, named as exactly as only its owner could."""
    cookie, found = site.cookie(viewer), {}
    for name in ("thanks@2026-03-02/ana", "surprise@2026-03-02/ana", "mood@2026-03-02/ana", "none@2026-03-02/ana"):
        found[f"{viewer} opens {name}"] = _asking(site, f"/answer/{name}", cookie)
        found[f"{viewer} answers {name}"] = _answering(site, viewer, name)
    return found


def _answering(site: Site, viewer: str, name: str) -> Look:
    incoming = Incoming(
        occurrence=name, person=viewer, text="done", source="test", source_msg_id=f"{viewer} {name}",
        received_utc=site.stage.clock.at,
    )  # fmt: skip
    return lambda: _refusal(lambda: collect(site.stage.world, site.stage.settings, incoming, incoming.received_utc))


def _refusal(act: Callable[[], object]) -> str:
    try:
        act()
    except RitualsdError as error:
        return str(error)
    return "kept"


def _as_text(answer: Answer) -> str:
    """Status, headers and body: a length, an ETag and a type tell as much as words."""
    told = {name: value for name, value in answer.headers.items() if name != "date"}
    return _without_tokens(f"{answer.status} {sorted(told.items())}\n{answer.text}")


def _without_tokens(text: str) -> str:
    """The same with every random sign replaced, one for one."""
    text = re.sub(r'(name="nonce" value=")([^"]+)', lambda found: found[1] + "N" * len(found[2]), text)
    text = re.sub(r'(name="session" value=")([0-9a-f]+)', lambda found: found[1] + "S" * len(found[2]), text)
    return re.sub(r"/(r|in|cal)/[A-Za-z0-9_-]{22}", lambda found: f"/{found[1]}/" + "T" * 22, text)


def pieces(text: str, length: int = 8) -> Iterator[str]:
    """Every stretch of so many characters of a text."""
    return (text[place : place + length] for place in range(len(text) - length + 1))
