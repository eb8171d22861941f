"""A household of two for the web tests, what was delivered to them, and the real server on a free port."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import Event as Flag
from typing import NoReturn, cast

from ritualsd.errors import NotFound
from ritualsd.model import (
    Channel,
    Delivery,
    DeliveryState,
    Event,
    Household,
    Installation,
    Pass,
    Person,
    Secret,
    Settings,
)
from ritualsd.ports import Store, World
from ritualsd.testing import ListContent, RecordingSender
from ritualsd.web.house import House
from ritualsd.web.server import WebServer, serve

SECRET = b"\x07" * 32


def person(id: str, name: str, zone: str, *channels: str) -> Person:
    made = tuple(Channel(person=id, name=name, url=Secret(url)) for name, url in (c.split("=", 1) for c in channels))
    return Person(id=id, name=name, zone=zone, channels=made)


ANA = person("ana", "Ana", "America/New_York", "inbox=inbox://")
BEN = person("ben", "Ben & Söhne", "Europe/Berlin", "phone=ntfy://example.org/ben", "page=inbox://", "other=INBOX://x")


def household(*people: Person, bind: str = "127.0.0.1:0", public_url: str = "") -> Settings:
    home = Household(people={person.id: person for person in people})
    return Settings(root="", household=home, web_bind=bind, public_url=public_url)


def message(id: int, who: str, channel: str, body: str, at: str, title: str = "A small thing") -> Delivery:
    sent = datetime.fromisoformat(at).replace(tzinfo=UTC)
    return Delivery(
        id=id, occurrence=id, ritual="r", person=who, channel=channel, title=title, body=body, due_utc=sent,
        expires_utc=sent, next_attempt_utc=sent, sent_utc=sent, state=DeliveryState.SENT,
    )  # fmt: skip


class WallClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def wait(self, flag: Flag, seconds: float) -> bool:
        return flag.wait(seconds)


class Nobody:
    """The drawers of a ledger in which nobody said anything and no secret was given out."""

    def own(self, of: Collection[str] | None = None) -> Mapping[str, Mapping[str, str]]:
        return {}

    def seasons(self, of: Collection[str] | None = None) -> tuple[object, ...]:
        return ()

    def facts(self, person: str = "") -> tuple[object, ...]:
        return ()

    def find(self, digest: bytes) -> Pass | None:
        return None


@dataclass
class Ledger:
    """What was delivered, as `Store.inbox` promises it; `slow` is called before each answer."""

    personal = passes = Nobody()

    deliveries: list[Delivery] = field(default_factory=list)
    slow: Callable[[], object] = lambda: None

    def installation(self) -> Installation:
        return Installation(id="test", secret=SECRET, created_utc=datetime(2026, 1, 1, tzinfo=UTC))

    def inbox(self, person: str, channels: Sequence[str], limit: int = 100) -> list[Delivery]:
        self.slow()
        mine = [d for d in self.deliveries if d.person == person and d.channel in channels]
        return sorted(mine, key=lambda d: d.due_utc, reverse=True)[:limit]


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str


@dataclass
class Home:
    """A running site: `settings` may be replaced while it runs, as a reload does."""

    settings: Settings
    ledger: Ledger | Store
    events: list[Event]
    server: WebServer

    @property
    def port(self) -> int:
        return self.server.port

    def path(self, person: str) -> str:
        return "/" + self.server.url_for(person).split("/", 3)[3]

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body=body, headers={k.replace("_", "-"): v for k, v in headers.items()})
            response = connection.getresponse()
            return Answer(
                response.status, {k.lower(): v for k, v in response.headers.items()}, response.read().decode()
            )
        finally:
            connection.close()

    def now_with(self, *people: Person) -> None:
        """The configuration was reloaded with these people."""
        home = replace(self.settings.household, people={person.id: person for person in people})
        self.settings = replace(self.settings, household=home)


def house(settings_of: Callable[[], Settings], ledger: Ledger | Store, events: list[Event]) -> House:
    """What the pages get from a daemon; these pages only read."""
    world = World(
        store=cast(Store, ledger), content=ListContent(), sender=RecordingSender(), clock=WallClock(),
        emit=events.append, boot="test",
    )  # fmt: skip

    def nothing(_: object) -> NoReturn:
        raise NotFound("nothing is here")

    return House(
        world_of=lambda: world, settings_of=settings_of, lived=lambda _: settings_of(), opened=nothing, answer=nothing,
        send_link=lambda _: None, look_back=nothing, new_calendar=nothing, export=nothing, erase=nothing,
    )  # fmt: skip


@contextmanager
def running(settings: Settings, ledger: Ledger | Store | None = None) -> Iterator[Home]:
    events: list[Event] = []
    kept = Ledger() if ledger is None else ledger
    homes: list[Home] = []
    server = serve(house(lambda: homes[0].settings if homes else settings, kept, events), Flag())
    homes.append(Home(settings, kept, events, server))
    try:
        yield homes[0]
    finally:
        server.close()


@contextmanager
def two_people() -> Iterator[Home]:
    """Ana in New York and Ben in Berlin, with a few messages each."""
    ledger = Ledger(
        [
            message(1, "ana", "inbox", "What made today easier?", "2026-03-29T01:30"),
            message(2, "ana", "inbox", "Plan the picnic for Ben's birthday", "2026-03-29T15:00", title="Between us"),
            message(3, "ben", "page", "Line one\nLine two", "2026-03-28T23:30"),
            message(4, "ben", "phone", "only on the phone", "2026-03-28T22:30"),
        ]
    )
    with running(household(ANA, BEN), ledger) as home:
        yield home
