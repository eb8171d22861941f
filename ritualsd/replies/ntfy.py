"""Answers from the buttons of ntfy: each person's posts to a topic of its own, and we keep the stream of it open.

Whoever knows a topic reads and writes it. The topic is no proof of anything: the token in the message is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from threading import Event as Flag
from typing import Any

from ritualsd.core.tokens import is_token
from ritualsd.errors import SourceTrouble
from ritualsd.model import Incoming, TopicWay
from ritualsd.ports import Desk
from ritualsd.replies.told import moment
from ritualsd.replies.wire import Wire

SILENCE_S = 120.0
"""The server says something at least every 45 seconds, unless its owner chose otherwise; so long we wait for it."""

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
LONGEST = 1024  # bytes of a message that may be an answer


class TopicSource:
    """`ports.ReplySource` over one ntfy server. `now` is the clock."""

    name = "ntfy"
    cursor_key = "source.ntfy"

    def __init__(self, way: TopicWay, now: Callable[[], datetime]) -> None:
        self._people = {topic.reveal(): person for person, topic in way.topics.items()}
        self._url = f"{way.url}/{','.join(sorted(self._people))}/json"
        self._now = now
        headers = {"Authorization": f"Bearer {way.token.reveal()}"} if way.token is not None else None
        self._wire = Wire(read_s=SILENCE_S, headers=headers)

    def listen(self, desk: Desk, stop: Flag) -> None:
        """See `ports.ReplySource`. What came while we were away is sent first, as far as the server still has it."""
        for line in self._wire.lines(self._url, {"since": desk.cursor(self.cursor_key) or "all"}):
            if stop.is_set():
                return
            told = _read(line)
            if told.get("event") == "open":
                desk.listening()
            elif told.get("event") == "message":
                self._take(told, desk)
        raise SourceTrouble("closed")

    def hang_up(self) -> None:
        self._wire.hang_up()

    def _take(self, told: dict[str, Any], desk: Desk) -> None:
        id_, person, posted = told.get("id"), self._people.get(str(told.get("topic"))), told.get("message")
        if not isinstance(id_, str) or not _ID.fullmatch(id_):
            return
        pressed = _pressed(posted) if person is not None and isinstance(posted, str) else None
        if person is None or pressed is None:
            desk.dropped("not-ours")
            desk.skip((self.cursor_key, id_))
            return
        token, text = pressed
        incoming = Incoming(
            token=token, person=person, text=text, source=self.name, source_msg_id=id_,
            received_utc=moment(told.get("time"), self._now()), cursor=(self.cursor_key, id_),
        )  # fmt: skip
        desk.collect(incoming)


def _read(line: bytes) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _pressed(posted: str) -> tuple[str, str] | None:
    """The token and the action in `{"t": token, "a": action}`; None for anything else."""
    if len(posted.encode("utf-8", "replace")) > LONGEST:
        return None
    said = _read(posted.encode("utf-8", "replace"))
    token, action = said.get("t"), said.get("a")
    if not isinstance(token, str) or not isinstance(action, str) or not is_token(token):
        return None
    return token, action
