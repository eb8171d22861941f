"""The content host that opens late: once, for whoever asks first; and listeners that hear without being waited for."""

from __future__ import annotations

import time
from threading import Event as Flag
from threading import Thread
from typing import Any

from ritualsd.core.events import E
from ritualsd.daemon.content import LateContent, Listeners
from ritualsd.model import Ask, Event
from ritualsd.testing import ListContent
from tests.builders import NOON

ASK = Ask(kind="gratitude", ritual="thanks", at=NOON)


class Host(ListContent):
    """Content with no plugin to list."""

    def start(self) -> None:
        """Nothing to import."""

    def plugins(self) -> tuple[Any, ...]:
        return ()


def test_it_opens_once_though_many_ask_at_the_same_time() -> None:
    opened: list[Host] = []

    def opener() -> Host:
        time.sleep(0.05)
        opened.append(Host())
        return opened[-1]

    late = LateContent(opener)
    assert late.statuses() == {}
    threads = [Thread(target=late.offers, args=(ASK,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(opened) == 1
    assert late.offers(ASK).prompts == opened[0].prompts


def test_telling_opens_nothing() -> None:
    LateContent(lambda: 1 / 0).tell(Event(name=E.DELIVERY_SENT))  # type: ignore[arg-type, return-value]  # never called


def test_an_event_is_logged_at_once_and_told_later() -> None:
    logged: list[Event] = []
    slow, heard = Flag(), list[Event]()

    class Slow(Host):
        def tell(self, event: Event) -> None:
            slow.wait(60)
            heard.append(event)

    content = Slow()
    listeners = Listeners(logged.append)
    listeners.tell_to(lambda: content)
    for _ in range(3):
        listeners(Event(name=E.DELIVERY_SENT))
    assert len(logged) == 3
    assert heard == []
    slow.set()
    ends = time.monotonic() + 60
    while len(heard) < 3 and time.monotonic() < ends:
        time.sleep(0.01)
    assert len(heard) == 3


def test_what_telling_causes_is_not_told_again() -> None:
    told: list[Event] = []

    class Failing(Host):
        def tell(self, event: Event) -> None:
            told.append(event)
            listeners(Event(name=E.PLUGIN_FAILED))

    content = Failing()
    listeners = Listeners(lambda event: None)
    listeners.tell_to(lambda: content)
    listeners(Event(name=E.DELIVERY_SENT))
    time.sleep(0.3)
    assert [event.name for event in told] == [E.DELIVERY_SENT]
