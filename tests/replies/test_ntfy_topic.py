"""The reply topic of ntfy: resumed where it was, believed only as far as the token goes."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import httpx
import pytest

from tests.replies.every_way import NtfyWay, ntfy
from tests.replies.home import ANA_TOPIC, BEN_TOPIC, Asked, asked
from tests.servers import soon


@pytest.fixture
def home() -> Iterator[Asked]:
    home = asked()
    yield home
    home.stage.world.store.close()


@pytest.fixture
def way() -> Iterator[NtfyWay]:
    with ntfy() as way:
        assert isinstance(way, NtfyWay)
        yield way


def test_a_button_posts_what_is_heard(way: NtfyWay, home: Asked) -> None:
    """As the phone does it: an HTTP POST of the body to the topic's address."""
    with home.listening(way.source(home.stage.clock.now)):
        httpx.post(f"{way.server.url}/{ANA_TOPIC}", json={"t": home.tokens["ana"], "a": "done"}, trust_env=False)
        home.wait_for("done")


def test_the_stream_goes_on_after_the_last_message_it_had(way: NtfyWay, home: Asked) -> None:
    source = way.source(home.stage.clock.now)
    with home.listening(source):
        way.answer(home.tokens["ana"], "done")
        home.wait_for("done")
    way.server.publish(ANA_TOPIC, "not ours")
    with home.listening(source):
        assert soon(lambda: home.dropped() == ["not-ours"])
    last = way.server.messages[0]["id"]
    assert way.server.asked == ["all", last]
    with home.listening(source):
        assert way.server.asked == ["all", last, way.server.messages[1]["id"]]


def test_each_person_has_a_topic_and_it_takes_nobody_elses_token(way: NtfyWay, home: Asked) -> None:
    with home.listening(way.source(home.stage.clock.now)):
        way.server.publish(BEN_TOPIC, json.dumps({"t": home.tokens["ana"], "a": "forged"}))
        way.server.publish(BEN_TOPIC, json.dumps({"t": home.tokens["ben"], "a": "mine"}))
        home.wait_for("mine", person="ben")
    assert home.heard("ana") == []


def test_a_server_whose_clock_is_ahead_does_not_make_an_answer_of_tomorrow(way: NtfyWay, home: Asked) -> None:
    way.answer(home.tokens["ana"], "done")
    way.server.messages[-1]["time"] += 10**7
    with home.listening(way.source(home.stage.clock.now)):
        home.wait_for("done")
    (reply,) = home.replies()
    assert reply.received_utc == home.stage.clock.at


def test_nothing_is_logged_by_the_library(way: NtfyWay, home: Asked, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), home.listening(way.source(home.stage.clock.now)):
        way.answer(home.tokens["ana"], "done")
        home.wait_for("done")
    assert [record for record in caplog.records if record.name.startswith(("httpx", "httpcore"))] == []
