"""A Telegram bot: its buttons, replies to its messages, and its ways of saying no."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Event as Flag

import pytest

from ritualsd.errors import SourceTrouble
from ritualsd.model import BotWay, Secret
from ritualsd.replies.telegram import BotSource
from tests.replies.every_way import BOT
from tests.replies.home import ANA_CHAT, BEN_CHAT, Asked, asked
from tests.replies.peers import Telegram, running, update
from tests.servers import soon


@dataclass
class Here:
    """Ana was asked, and the bot listens."""

    home: Asked
    bot: Telegram
    source: BotSource

    @property
    def token(self) -> str:
        return self.home.tokens["ana"]


@pytest.fixture
def here() -> Iterator[Here]:
    home, bot = asked(), Telegram(BOT)
    way = BotWay(token=Secret(BOT), chats={"ana": ANA_CHAT, "ben": BEN_CHAT}, api=bot.url)
    with running(bot):
        yield Here(home, bot, BotSource(way, home.stage.clock.now, poll_s=1))
    home.stage.world.store.close()


def test_a_button_is_an_answer_and_is_answered_once_it_is_kept(here: Here) -> None:
    with here.home.listening(here.source):
        here.bot.tell(update("button", here.token))
        here.home.wait_for("done")
        assert soon(lambda: bool(here.bot.said))
    (said,) = here.bot.said
    assert (said["method"], said["callback_query_id"]) == ("answerCallbackQuery", "3800000000000000001")
    assert said["text"].startswith("Noted.")


def test_a_button_of_a_message_that_is_over_says_so(here: Here) -> None:
    with here.home.listening(here.source):
        here.bot.tell(update("button", "A" * 22))
        assert soon(lambda: bool(here.bot.said))
    assert here.bot.said[0]["text"] == "This can no longer be answered here."
    assert here.home.heard() == []


@pytest.mark.parametrize(("kind", "heard"), [("reply", "We had tea."), ("text", "skip")])
def test_a_reply_to_the_message_and_a_token_with_words_are_answers(here: Here, kind: str, heard: str) -> None:
    with here.home.listening(here.source):
        here.bot.tell(update(kind, here.token))
        here.home.wait_for(heard)
        assert soon(lambda: bool(here.bot.said))
    assert (here.bot.said[0]["method"], here.bot.said[0]["chat_id"]) == ("sendMessage", ANA_CHAT)


def test_words_about_no_message_are_asked_about(here: Here) -> None:
    with here.home.listening(here.source):
        here.bot.tell(update("text", here.token, text="We had tea."))
        assert soon(lambda: bool(here.bot.said))
    assert here.bot.said[0]["text"].startswith("Which message is this for?")
    assert here.home.heard() == []


def test_a_stranger_is_told_nothing_at_all(here: Here) -> None:
    with here.home.listening(here.source):
        here.bot.tell(update("button", here.token, chat=666))
        here.bot.tell(update("text", here.token, chat=666))
        here.bot.tell(update("button", here.token, **{"from": {"id": 666}}))
        here.bot.tell(update("button", here.token))
        here.home.wait_for("done")
        assert soon(lambda: bool(here.bot.said))
    assert len(here.bot.said) == 1
    assert here.home.dropped() == ["not-ours"] * 3


def test_an_update_is_confirmed_only_after_it_was_kept(here: Here) -> None:
    with here.home.listening(here.source):
        here.bot.tell(update("button", here.token), number=900)
        here.home.wait_for("done")
        assert soon(lambda: 901 in here.bot.offsets)
    assert here.home.stage.world.store.recall(here.source.cursor_key) == "901"


def test_numbers_that_begin_anew_after_a_quiet_week_are_heard(here: Here) -> None:
    with here.home.listening(here.source):
        here.bot.tell(update("button", here.token), number=900)
        here.home.wait_for("done")
        assert soon(lambda: not here.bot.updates)
        asked_before = len(here.bot.offsets)
        assert soon(lambda: here.bot.polls >= asked_before + 2)
        here.bot.tell(update("reply", here.token), number=5)
        assert soon(lambda: "We had tea." in here.home.heard())


def test_numbers_that_begin_anew_while_nobody_listens_are_heard(here: Here) -> None:
    with here.home.listening(here.source):
        here.bot.tell(update("button", here.token), number=900_000)
        here.home.wait_for("done")
        assert soon(lambda: not here.bot.updates)
    here.bot.tell(update("reply", here.token), number=5)
    with here.home.listening(here.source):
        assert soon(lambda: "We had tea." in here.home.heard())


def test_what_was_kept_and_not_yet_confirmed_is_answered_once(here: Here) -> None:
    """As after a kill between the two."""
    world = here.home.stage.world
    world.store.remember(here.source.cursor_key, "901")
    here.bot.tell(update("button", here.token), number=900)
    here.bot.tell(update("reply", here.token), number=901)
    with here.home.listening(here.source):
        here.home.wait_for("We had tea.")
        assert soon(lambda: bool(here.bot.said))
    assert [said["method"] for said in here.bot.said] == ["sendMessage"]


@pytest.mark.parametrize(
    ("status", "more", "code", "pause_s"),
    [
        (409, {"description": "Conflict: terminated by other getUpdates request"}, "conflict", 60),
        (429, {"parameters": {"retry_after": 17}}, "busy", 17),
        (401, {}, "login", 0),
        (404, {}, "login", 0),
        (502, {}, "http-502", 0),
    ],
)
def test_each_way_of_saying_no_has_its_pause(
    here: Here, status: int, more: dict[str, object], code: str, pause_s: float
) -> None:
    here.bot.refuse = (status, more)
    with pytest.raises(SourceTrouble) as caught:
        here.source.listen(Deaf(), Flag())  # type: ignore[arg-type] # nothing is handed in
    assert (caught.value.code, caught.value.pause_s) == (code, pause_s)
    assert BOT not in str(caught.value)


ODD = [b"", b"<html>", b"[" * 100_000, b'{"ok":true,"result":{}}', b'{"ok":true,"result":[7]}']


@pytest.mark.parametrize("raw", ODD)
def test_what_speaks_another_language_is_told(here: Here, raw: bytes) -> None:
    here.bot.raw = raw
    with pytest.raises(SourceTrouble) as caught:
        here.source.listen(Deaf(), Flag())  # type: ignore[arg-type] # nothing is handed in
    assert caught.value.code == "garbage"


class Deaf:
    """A desk nobody reaches."""

    def cursor(self, key: str) -> str:
        return ""
