"""Telegram messages with buttons under them, from the real sending process to a peer that speaks as Telegram does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from ritualsd.core.envelope import way_back
from ritualsd.core.phrases import IN_ENGLISH
from ritualsd.model import BotWay, Delivery, Person, Secret, Settings, WayBack, Ways
from ritualsd.send.pool import SenderPool
from tests.builders import channel, delivery, person, ritual, settings
from tests.replies.peers import Telegram, running
from tests.send.conftest import warmed

BOT = "123456:AAtestTestTestTestTestTest"
TOKEN = "Wx3nX2ZkQ0a1B2c3D4e5Fg"


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    server = Telegram(BOT)
    with running(server):
        yield server


def back_to(server: Telegram, token: str = BOT, **over: object) -> WayBack:
    given = {
        "token": TOKEN,
        "buttons": (("Done", "done"), ("Skip", "skip")),
        "bot": f"{server.url}/bot{token}",
        "chat": 7,
    }
    return WayBack(**(given | over))  # type: ignore[arg-type] # as a test names them


def test_a_message_carries_a_button_for_each_answer(telegram: Telegram, shared_pool: SenderPool) -> None:
    warmed(shared_pool)
    url = channel("ana", url=Secret(f"tgram://{BOT}/7"))
    outcome = shared_pool.send(url, "A small note", "1 < 2 & <i>tea</i>", back=back_to(telegram), deadline_s=30)
    assert (outcome.kind, outcome.code) == ("sent", "ok")
    (said,) = telegram.said
    assert (said["chat_id"], said["text"]) == (7, "A small note\n1 < 2 & <i>tea</i>")
    (row,) = said["reply_markup"]["inline_keyboard"]
    assert [(one["text"], one["callback_data"]) for one in row] == [
        ("Done", f"{TOKEN}:done"),
        ("Skip", f"{TOKEN}:skip"),
    ]
    assert all(1 <= len(one["callback_data"].encode()) <= 64 for one in row)
    assert "parse_mode" not in said


def test_the_link_is_the_last_line_and_long_words_are_cut_before_it(
    telegram: Telegram, shared_pool: SenderPool
) -> None:
    warmed(shared_pool)
    link = f"https://rituals.example.org/r/{TOKEN}"
    shared_pool.send(channel("ana"), "Title", "word " * 2000, back=back_to(telegram, link=link), deadline_s=30)
    text = telegram.said[0]["text"]
    assert text.endswith(f"\n{link}")
    assert len(text) <= 4096


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [(400, "permanent", "http-400"), (429, "transient", "http-429"), (502, "transient", "http-502")],
)
def test_a_refusal_is_told_apart_by_its_number(
    telegram: Telegram, shared_pool: SenderPool, status: int, kind: str, code: str
) -> None:
    warmed(shared_pool)
    telegram.refuse = (status, {"description": "no"})
    account = channel("ana", url=Secret(f"tgram://{status}:{BOT}/7"))  # one told to slow down has to rest
    outcome = shared_pool.send(account, "t", "b", back=back_to(telegram), deadline_s=30)
    assert (outcome.kind, outcome.code) == (kind, code)


def test_a_server_that_is_away_is_tried_again_later(telegram: Telegram, shared_pool: SenderPool) -> None:
    warmed(shared_pool)
    telegram.down()
    outcome = shared_pool.send(channel("ana"), "t", "b", back=back_to(telegram), deadline_s=30)
    telegram.up()
    assert (outcome.kind, outcome.code) == ("transient", "refused")


def back_of(url: str, bot: BotWay | None, who: Person | None = None) -> WayBack:
    reader = who or person("ana", channels=(channel("ana", url=Secret(url)),))
    home: Settings = settings(ritual("tea", ask="done"), people=(reader,))
    going: Delivery = delivery(ritual="tea", reply_token=TOKEN)

    return way_back(
        going,
        home.household.rituals["tea"],
        "",
        reader,
        reader.channels[0],
        replace(home, ways=Ways(bot=bot)),
        IN_ENGLISH,
    )


@pytest.mark.parametrize(
    ("url", "heard"),
    [
        (f"tgram://{BOT}/7", True),
        (f"tgram://{BOT}/7/?detect=no", True),
        (f"tgram://{BOT.replace(':', '%3A')}/7", True),
        (f"tgram://{BOT}/-100200", False),  # a group, where everyone could press
        ("tgram://999:AAotherOtherOtherOtherOther/7", False),  # another bot, whose buttons nobody hears
        ("ntfy://example.org/ana", False),
    ],
)
def test_buttons_are_offered_only_where_their_press_is_heard(url: str, heard: bool) -> None:
    bot = BotWay(token=Secret(BOT), chats={"ana": 7})
    assert bool(back_of(url, bot).bot) is heard
    assert not back_of(url, None).bot


def test_a_way_back_shows_nothing_secret_when_it_is_printed() -> None:
    back = back_of(f"tgram://{BOT}/7", BotWay(token=Secret(BOT), chats={"ana": 7}))
    assert BOT not in repr(back)
    assert TOKEN not in repr(back)
    assert json.dumps(back.buttons)
