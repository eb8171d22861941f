"""Which household a request is for, where that cannot be told: the same calm page as for anything that went wrong."""

from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import dataclass, field, replace
from threading import Event as Flag
from typing import Any

import pytest

from ritualsd.core.events import E
from ritualsd.errors import StoreBusy
from ritualsd.model import Event
from ritualsd.web.server import serve
from ritualsd.web.which import Which
from tests.web.home import ANA, Home, Ledger, house, household


@dataclass
class Shut:
    """Doors behind which the ledger does not answer."""

    def find(self, household: str, digest: bytes) -> str:
        raise StoreBusy("CANARY: the database is away")

    def enter(self, household: str) -> None:
        raise AssertionError("nobody was found")

    def changed(self, household: str) -> None:
        raise AssertionError("nothing was changed")


def test_a_ledger_that_does_not_answer_is_a_calm_page_and_a_line_in_the_log() -> None:
    events: list[Event] = []
    settings, ledger = household(ANA), Ledger()
    with closing(serve(replace(house(lambda: settings, ledger, events), doors=Shut()), Flag())) as server:
        told = Home(settings, ledger, events, server).ask("/r/" + "A" * 22)
    assert told.status == 500
    assert "<html" in told.text
    assert "CANARY" not in told.text
    failed = [event.fields for event in events if event.name == E.WEB_FAILED]
    assert failed == [{"error": "StoreBusy"}]


@dataclass
class Open:
    """Doors that write down whose household changed."""

    woken: list[str] = field(default_factory=list)

    def find(self, household: str, digest: bytes) -> str:
        return "oak"

    def enter(self, household: str) -> None:
        pass

    def changed(self, household: str) -> None:
        self.woken.append(household)


def test_a_household_is_woken_for_what_was_kept_also_where_the_page_after_it_cannot_be_shown() -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise RuntimeError("after the answer was kept")

    doors = Open()
    asked = {"type": "http", "method": "POST", "path": "/r/" + "A" * 22, "headers": []}
    with pytest.raises(RuntimeError):
        asyncio.run(Which(broken, doors)(asked, broken, broken))
    assert doors.woken == ["oak"]
