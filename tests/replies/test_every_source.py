"""What every source of replies promises, whatever it speaks: nothing kept twice, nothing lost, nothing believed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.replies import every_way
from tests.replies.every_way import Way
from tests.replies.home import Asked, asked
from tests.servers import soon, why_no_imap_server

WAYS = {"ntfy": every_way.ntfy, "telegram": every_way.telegram, "mail": every_way.mail}
needs_what = [
    pytest.param("ntfy"),
    pytest.param("telegram"),
    pytest.param(
        "mail",
        marks=[pytest.mark.servers, pytest.mark.skipif(bool(why_no_imap_server()), reason=why_no_imap_server())],
    ),
]


@pytest.fixture(params=needs_what)
def way(request: pytest.FixtureRequest) -> Iterator[Way]:
    with WAYS[request.param]() as way:
        yield way


@pytest.fixture
def home() -> Iterator[Asked]:
    home = asked()
    yield home
    home.stage.world.store.close()


def test_an_answer_is_kept_with_its_words_and_its_source(way: Way, home: Asked) -> None:
    source = way.source(home.stage.clock.now)
    with home.listening(source):
        way.answer(home.tokens["ana"], "We had tea.")
        home.wait_for("We had tea.")
    (reply,) = home.replies()
    assert (reply.person, reply.source) == ("ana", source.name)
    assert home.heard("ben") == []


def test_what_came_while_nobody_listened_is_heard_at_the_next_start(way: Way, home: Asked) -> None:
    way.answer(home.tokens["ana"], "first")
    way.answer(home.tokens["ana"], "second")
    with home.listening(way.source(home.stage.clock.now)):
        home.wait_for("first", "second")


def test_the_same_message_is_kept_once(way: Way, home: Asked) -> None:
    with home.listening(way.source(home.stage.clock.now)):
        way.answer(home.tokens["ana"], "once")
        home.wait_for("once")
        way.again()
        way.answer(home.tokens["ana"], "then")
        home.wait_for("once", "then")


def test_a_restart_goes_on_where_it_was_and_repeats_nothing(way: Way, home: Asked) -> None:
    with home.listening(way.source(home.stage.clock.now)):
        way.answer(home.tokens["ana"], "before")
        home.wait_for("before")
    way.answer(home.tokens["ana"], "meanwhile")
    with home.listening(way.source(home.stage.clock.now)):
        home.wait_for("before", "meanwhile")
        way.answer(home.tokens["ana"], "after")
        home.wait_for("before", "meanwhile", "after")


def test_a_cut_in_the_middle_of_a_batch_loses_nothing_and_repeats_nothing(way: Way, home: Asked) -> None:
    words = [f"part {number}" for number in range(6)]
    for each in words:
        way.answer(home.tokens["ana"], each)
    with home.listening(way.source(home.stage.clock.now), wait=False):
        assert soon(lambda: len(home.heard()) >= 2)
    with home.listening(way.source(home.stage.clock.now)):
        home.wait_for(*words)


def test_who_has_no_token_of_their_own_is_not_believed(way: Way, home: Asked) -> None:
    with home.listening(way.source(home.stage.clock.now)):
        way.forged(home.tokens["ana"])
        way.answer("A" * 22, "guessed")
        way.answer(home.tokens["ana"], "mine")
        home.wait_for("mine")
    assert home.heard("ben") == []


def test_garbage_and_a_megabyte_do_not_stop_what_comes_after(way: Way, home: Asked) -> None:
    with home.listening(way.source(home.stage.clock.now)):
        way.garbage()
        way.huge(home.tokens["ana"])
        way.answer(home.tokens["ana"], "still here")
        home.wait_for("still here")
    assert [state.code for state in home.states if state.code] == []


def test_words_that_are_no_answer_are_passed_by() -> None:
    home = asked("scale")
    with every_way.ntfy() as way, home.listening(way.source(home.stage.clock.now)):
        way.answer(home.tokens["ana"], "a seven, I guess")
        way.answer(home.tokens["ana"], "4")
        home.wait_for("4")


def test_an_expired_token_answers_nothing(way: Way, home: Asked) -> None:
    source, store = way.source(home.stage.clock.now), home.stage.world.store
    with home.listening(source):
        way.answer(home.tokens["ana"], "in time")
        home.wait_for("in time")
        read = store.recall(source.cursor_key)
        home.stage.clock.at += timedelta(days=60)
        way.answer(home.tokens["ana"], "too late")
        assert soon(lambda: store.recall(source.cursor_key) != read)
        assert home.heard() == ["in time"]


def test_a_server_that_goes_away_is_listened_to_again_when_it_is_back(way: Way, home: Asked) -> None:
    with home.listening(way.source(home.stage.clock.now)):
        way.down()
        assert soon(lambda: not home.states[-1].listening)
        way.up()
        way.answer(home.tokens["ana"], "back")
        home.wait_for("back")
        home.wait_until_listening()


def test_a_refused_password_is_told_and_tried_again(way: Way, home: Asked) -> None:
    with home.listening(way.source(home.stage.clock.now, wrong_password=True), wait=False):
        home.wait_for_trouble("login")
    told = [event for event in home.events if event.name == "source.failing"]
    assert told[0].fields["code"] == "login"


def test_it_ends_soon_after_it_is_told_to(way: Way, home: Asked) -> None:
    source = way.source(home.stage.clock.now)
    with home.listening(source) as listener:
        pass
    assert not listener._thread.is_alive()


def test_nothing_of_a_token_an_address_or_words_is_in_an_event(way: Way, home: Asked) -> None:
    with home.listening(way.source(home.stage.clock.now)):
        way.garbage()
        way.forged(home.tokens["ana"])
        way.answer(home.tokens["ana"], "canary words")
        home.wait_for("canary words")
        way.down()
        assert soon(lambda: not home.states[-1].listening)
    told = repr(home.events) + repr(home.states)
    for secret in (home.tokens["ana"], "canary", "forged", "127.0.0.1", "ana-replies", "123456", "rituals@"):
        assert secret not in told
