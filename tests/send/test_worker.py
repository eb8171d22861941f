"""What the lanes of one sending process have in common, from inside it: when it ends by itself, what is left behind,
and that nothing of one message reaches the next."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Iterator
from copy import deepcopy
from io import StringIO
from typing import Any

import pytest

from ritualsd.send import service
from ritualsd.send.hearing import hear_all, heard, lines
from ritualsd.send.worker import Desk
from tests.send import sink as peer
from tests.send.sink import Sink

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # inside Apprise


def job(url: str, deadline_s: int = 300) -> dict[str, Any]:
    return {"url": url, "title": "", "body": "x", "deadline_s": deadline_s, "storage": None}


@pytest.fixture
def no_alarm() -> Iterator[None]:
    before = signal.signal(signal.SIGALRM, signal.SIG_IGN)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def apprise_log() -> Iterator[logging.Logger]:
    log = logging.getLogger("apprise")
    before = log.level, log.propagate, log.handlers
    hear_all()
    yield log
    log.level, log.propagate, log.handlers = before


@pytest.mark.usefixtures("no_alarm")
def test_the_longest_of_several_messages_says_when_an_orphan_ends() -> None:
    let_go, desk = threading.Event(), Desk()

    def hold(exchange: peer.Exchange) -> None:
        exchange.read()
        let_go.wait(60)
        exchange.say(peer.head(200, 0))

    with Sink(hold) as slow, Sink(peer.status(200)) as quick:
        long = threading.Thread(target=desk.answer, args=(job(f"json://{slow.address}/", 5000),))
        long.start()
        slow.wait_for(1)
        assert desk.answer(job(f"json://{quick.address}/", 2))["kind"] == "sent"
        left_s = signal.alarm(0)
        signal.alarm(left_s)
        assert left_s > 2000
        let_go.set()
        long.join(30)
    assert signal.alarm(0) == 0, "nothing is under way any more"


@pytest.mark.usefixtures("no_alarm")
def test_a_thread_that_a_service_leaves_behind_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    from apprise.plugins.custom_json import NotifyJSON

    stay = threading.Event()

    def send(*_: object, **__: object) -> bool:
        threading.Thread(target=stay.wait, args=(60,), daemon=True).start()
        return True

    monkeypatch.setattr(NotifyJSON, "send", send)
    assert Desk().answer(job("json://127.0.0.1:9/")) == {"kind": "sent", "code": "ok", "last": True}
    stay.set()


@pytest.mark.parametrize(
    "url",
    [
        "json://127.0.0.1:{port}/?+X-Own=1&-a=b&:c=d",
        "ntfy://tk_x@127.0.0.1:{port}/a-topic?tags=one,two&priority=high",
        "gotify://127.0.0.1:{port}/token",
        "form://127.0.0.1:{port}/path",
    ],
)
def test_an_address_is_read_once_and_no_message_changes_it_for_the_next(url: str) -> None:
    with Sink(peer.status(200)) as sink:
        here = url.format(port=sink.port)
        for back in ({"link": "https://example.org/r/1", "mail": "us+1@example.org"}, {}, {}):
            service.send(here, "Title", "words", back, None)
        read = service._address(here)
        before = deepcopy(read)
        service.send(here, "Title", "words", {}, None)
    assert service._address(here) is read
    assert read == before
    second, third, fourth = sink.requests[1:]
    assert second == third == fourth


def kinds(value: object) -> set[type]:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list | set) else ()
    return {type(value)}.union(*map(kinds, inside))


def test_an_address_of_any_service_holds_only_what_is_copied_with_it() -> None:
    from apprise import NotifyFormat
    from apprise.plugins import N_MGR, url_to_dict

    N_MGR.load_modules()
    rest = "user:word@example.org:8080/a/b/c?to=x@example.org&+H=1&:p=2&-q=3"
    found = [address for scheme in N_MGR.schemas() if (address := url_to_dict(f"{scheme}://{rest}"))]
    assert len(found) > 100
    assert set().union(*map(kinds, found)) <= {dict, list, set, str, bool, int, float, type(None), NotifyFormat}


def test_each_thread_hears_what_was_said_in_it(apprise_log: logging.Logger) -> None:
    together = threading.Barrier(3)
    told: dict[str, list[tuple[str, str]]] = {}

    def listen(name: str) -> None:
        with heard() as records:
            together.wait(30)
            apprise_log.debug("from %s", name)
            together.wait(30)
        told[name] = [*lines(records)]

    threads = [threading.Thread(target=listen, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    together.wait(30)
    apprise_log.warning("nobody listens here")
    together.wait(30)
    for thread in threads:
        thread.join(30)
    assert told == {name: [("DEBUG", f"from {name}")] for name in ("one", "two")}


def test_what_is_said_goes_into_no_log(apprise_log: logging.Logger) -> None:
    elsewhere = StringIO()
    handler = logging.StreamHandler(elsewhere)
    logging.getLogger().addHandler(handler)
    try:
        with heard() as records:
            apprise_log.error("a token")
    finally:
        logging.getLogger().removeHandler(handler)
    assert [record.getMessage() for record in records] == ["a token"]
    assert elsewhere.getvalue() == ""
