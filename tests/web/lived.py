"""A household with a real ledger, a held clock and real verbs, and its pages on a free port: for tests that answer."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Event as Flag
from urllib.parse import urlencode

from ritualsd.core.tokens import token_digest, token_of
from ritualsd.flow.collect import collect
from ritualsd.flow.export import export
from ritualsd.flow.lived import lived_for
from ritualsd.flow.opened import opened
from ritualsd.flow.review import looked_back
from ritualsd.flow.sign_in import new_calendar, new_link, send_link
from ritualsd.model import ActionKind, Incoming, Occurrence, Pass, Purpose, Reply, Ritual, Settings
from ritualsd.store.sqlite import raw_of
from ritualsd.testing import VirtualClock
from ritualsd.web.house import House
from ritualsd.web.server import WebServer, serve
from tests.builders import NOON, person, ritual, settings
from tests.flow.stage import Stage
from tests.web.home import Answer

MORNING = NOON.replace(hour=8)
EVERYBODY_ASKED = NOON.replace(hour=14, minute=1)  # nine in the morning in New York, and a minute
SAME = {"Sec-Fetch-Site": "same-origin"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

RITUALS = (
    ritual("thanks", to=("ana", "ben"), ask="text", message="What made today easier?", reveal="together"),
    ritual("mood", ask="scale", message="How was the day?"),
    ritual("dinner", ask=("soup", "done & <b>dusted</b>", "קפה"), message="What shall we eat?"),
    ritual("water", ask="done", message="Water the plants."),
    ritual("idea", kind="gratitude", ask="none"),
)


@dataclass
class Site:
    """The pages, and the household behind them. `stage.clock` is the household's clock."""

    stage: Stage
    server: WebServer
    links: list[str] = field(default_factory=list)

    @property
    def port(self) -> int:
        return self.server.port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def occurrence(self, ritual: str = "thanks", person: str = "ana") -> Occurrence:
        """The message itself, and no notice about it."""
        entries = self.stage.world.store.history(ritual=ritual, person=person)
        return next(entry.occurrence for entry in entries if not entry.occurrence.part)

    def link(self, ritual: str = "thanks", person: str = "ana", days: int = 7, number: int = 0) -> str:
        """A reply link to the last message of that ritual, as the person got it."""
        token = token_of(f"{ritual}/{person}/{number}".encode().ljust(16, b".")[:16])
        now = self.stage.clock.at
        self.stage.world.store.passes.issue(
            Pass(
                digest=token_digest(token), person=person, purpose=Purpose.REPLY, made_utc=now,
                until_utc=now + timedelta(days=days), occurrence=self.occurrence(ritual, person).id,
            )
        )  # fmt: skip
        return f"/r/{token}"

    def sign_in_link(self, person: str = "ana") -> str:
        """The path of a one-time link."""
        link = new_link(self.stage.world, self.stage.settings, person, self.stage.clock.at)
        return "/" + link.split("/", 3)[3]

    def cookie(self, person: str = "ana") -> dict[str, str]:
        """The header of somebody who signed in."""
        answer = self.post(self.sign_in_link(person))
        return {"Cookie": answer.headers["set-cookie"].partition(";")[0]}

    def replies(self, ritual: str = "thanks", person: str = "ana") -> list[Reply]:
        return self.stage.world.store.replies(self.occurrence(ritual, person).id)

    def said(self, ritual: str = "thanks", person: str = "ana") -> list[tuple[str, str]]:
        """Each reply and its words; those of an undo are a number of the ledger's own."""
        given = self.replies(ritual, person)
        return [(str(each.action), "" if each.action is ActionKind.UNDO else each.words) for each in given]

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body=body, headers=dict(headers or {}))
            response = connection.getresponse()
            told = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status, told, response.read().decode())
        finally:
            connection.close()

    def look(self, path: str, method: str, times: int, headers: Mapping[str, str] | None = None) -> int:
        """The same request many times on one connection; the status they all had."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            statuses = set()
            for _ in range(times):
                connection.request(method, path, headers=dict(headers or {}))
                response = connection.getresponse()
                response.read()
                statuses.add(response.status)
        finally:
            connection.close()
        (status,) = statuses
        return status

    def post(self, path: str, headers: Mapping[str, str] | None = None, **fields: str) -> Answer:
        """A form as a browser on our own page sends it."""
        sent = SAME | FORM | dict(headers or {})
        return self.ask(path, "POST", urlencode(fields).encode(), sent)

    def nonce(self, path: str, headers: Mapping[str, str] | None = None) -> str:
        found = re.search(r'name="nonce" value="([^"]+)"', self.ask(path, headers=headers).text)
        assert found is not None
        return found[1]

    def answer(self, path: str, do: str, **fields: str) -> Answer:
        """Open the page, press one button."""
        return self.post(path, nonce=self.nonce(path), do=do, **fields)


def household(*rituals: Ritual, public_url: str = "") -> Settings:
    home = settings(
        *(rituals or RITUALS), people=(person("ana"), person("ben", "America/New_York", name="Ben & Söhne"))
    )
    return replace(home, web_bind="127.0.0.1:0", public_url=public_url)


@contextmanager
def lived(home: Settings | None = None) -> Iterator[Site]:
    """The pages of a household to which everything of the morning was sent."""
    stage = Stage(home or household(), VirtualClock(MORNING))
    stage.until(EVERYBODY_ASKED)

    def answer(incoming: Incoming) -> None:
        collect(stage.world, stage.settings, incoming, incoming.received_utc)

    def send(person: str) -> None:
        send_link(stage.world, stage.settings, person, stage.clock.at)

    house = House(
        world_of=lambda: stage.world, settings_of=lambda: stage.settings, answer=answer, send_link=send,
        opened=lambda token: opened(stage.world, stage.settings, token, stage.clock.at),
        look_back=lambda person: looked_back(stage.world.store, stage.settings, person, stage.clock.at),
        lived=lambda person: lived_for(stage.world.store, stage.settings, person),
        new_calendar=lambda person: new_calendar(stage.world, stage.settings, person, stage.clock.at),
        export=lambda person: export(stage.world.store, person, stage.clock.at),
        erase=lambda person: stage.world.store.erasure.person(person, stage.clock.at),
    )  # fmt: skip
    server = serve(house, Flag())
    try:
        yield Site(stage, server)
    finally:
        server.close()
        stage.world.store.close()


def rows(site: Site) -> str:
    """Everything the ledger holds."""
    connection = raw_of(site.stage.world.store.database.connection)  # type: ignore[attr-defined] # the ledger behind the port
    return "\n".join(connection.iterdump())
