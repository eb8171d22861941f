"""Answers from a Telegram bot: buttons under a message, replies to it, or `TOKEN words`. Long polling, no open port.

Listens to the one private chat of each person named in the configuration, and to nobody else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from threading import Event as Flag
from typing import Any

from ritualsd.errors import SourceTrouble
from ritualsd.model import BotWay, Incoming
from ritualsd.ports import Answered, Desk
from ritualsd.replies.told import inside, moment
from ritualsd.replies.wire import Wire

POLL_S = 50
AT_ONCE = 20
CONFLICT_S = 60.0
JUST_BEFORE = 1000  # updates below the last one we kept that can only be told again
TOAST = 200  # characters that the answer to a button may have

_PRESSED = re.compile(r"([A-Za-z0-9_-]{22})[:\s]\s*(\S.*)", re.DOTALL)

Told = Mapping[str, Any]


class BotSource:
    """`ports.ReplySource` over one bot. `poll_s`: how long the server keeps a question open; `now` is the clock."""

    name = "telegram"

    def __init__(self, way: BotWay, now: Callable[[], datetime], *, poll_s: int = POLL_S) -> None:
        self._people = {chat: person for person, chat in way.chats.items()}
        token = way.token.reveal()
        self._url = f"{way.api}/bot{token}"
        self._bot = token.partition(":")[0]  # its public number: updates are counted for each bot
        self.cursor_key = f"source.telegram.{self._bot}"
        self._now, self._poll_s = now, poll_s
        self._wire = Wire(read_s=poll_s + 15)

    def listen(self, desk: Desk, stop: Flag) -> None:
        """See `ports.ReplySource`. Asking for the next update tells Telegram that those before it are kept."""
        known = int(desk.cursor(self.cursor_key) or 0)
        dealt_with = range(known - JUST_BEFORE, known)
        offset, wait_s = 0, 0  # at first without a number: one kept over a quiet week could drop what came since
        while not stop.is_set():
            updates = self._updates(offset, wait_s)
            desk.listening()
            for update in updates:
                if update["update_id"] not in dealt_with:
                    self._take(update, desk)
                offset = update["update_id"] + 1
            if not updates:
                offset = 0  # all are confirmed; after a quiet week their numbers begin anew, anywhere
            wait_s = self._poll_s

    def hang_up(self) -> None:
        self._wire.hang_up()

    def _updates(self, offset: int, wait_s: int) -> list[dict[str, Any]]:
        more = {"offset": offset} if offset else {}
        updates = self._call(
            "getUpdates", timeout=wait_s, limit=AT_ONCE, allowed_updates=["message", "callback_query"], **more
        )
        if not isinstance(updates, list) or not all(isinstance(inside(one, "update_id"), int) for one in updates):
            raise SourceTrouble("garbage")
        return updates

    def _take(self, update: Told, desk: Desk) -> None:
        cursor = (self.cursor_key, str(update["update_id"] + 1))
        query, message = update.get("callback_query"), update.get("message")
        told = query if query is not None else message
        chat = inside(query, "message", "chat", "id") if query is not None else inside(message, "chat", "id")
        person = self._people.get(chat) if isinstance(chat, int) and inside(told, "from", "id") == chat else None
        token, text = _answer(inside(query, "data"), message)
        if person is None or not isinstance(text, str):
            desk.dropped("not-ours")
            desk.skip(cursor)
            return
        incoming = Incoming(
            token=token, person=person, text=text, source=self.name, source_msg_id=f"{self._bot}/{update['update_id']}",
            received_utc=moment(inside(message, "date"), self._now()), cursor=cursor,
        )  # fmt: skip
        self._say(desk.collect(incoming), query, message)

    def _say(self, answered: Answered, query: Any, message: Any) -> None:
        """Tell the writer what was made of it. It is on disk by now: that nobody may hear this costs nothing."""
        with suppress(SourceTrouble):
            if query is not None:
                self._call("answerCallbackQuery", callback_query_id=inside(query, "id"), text=answered.words[:TOAST])
            elif answered.words:
                self._call("sendMessage", chat_id=inside(message, "chat", "id"), text=answered.words)

    def _call(self, method: str, **fields: Any) -> Any:
        """The result of one method of the bot. Raises SourceTrouble."""
        status, answer = self._wire.ask(f"{self._url}/{method}", **fields)
        if status == 200 and inside(answer, "ok") is True:
            return inside(answer, "result")
        if status in (401, 404):
            raise SourceTrouble("login")
        if status == 409:
            raise SourceTrouble("conflict", pause_s=CONFLICT_S)
        if status == 429:
            wait_s = inside(answer, "parameters", "retry_after")
            raise SourceTrouble("busy", pause_s=float(wait_s) if isinstance(wait_s, int) else CONFLICT_S)
        raise SourceTrouble(f"http-{status}")


def _answer(data: object, message: object) -> tuple[str, object]:
    """The token and the words of a button, of a reply to a message with buttons, or of `TOKEN words`."""
    if data is not None:
        return _split(data)
    text = inside(message, "text")
    answered, _ = _split(inside(message, "reply_to_message", "reply_markup", "inline_keyboard", 0, 0, "callback_data"))
    return (answered, text) if answered else _split(text)


def _split(said: object) -> tuple[str, object]:
    """`TOKEN:words` or `TOKEN words` in two; no token, and all of it, where it is neither."""
    found = _PRESSED.fullmatch(said) if isinstance(said, str) else None
    return (found[1], found[2]) if found else ("", said)
