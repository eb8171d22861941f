"""Each way an answer can come in, spoken to alike: what the contract of every source is tested through."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from email.utils import make_msgid

from ritualsd.model import BotWay, MailWay, Secret, TopicWay
from ritualsd.ports import ReplySource
from ritualsd.replies.mailbox import MailSource
from ritualsd.replies.ntfy import TopicSource
from ritualsd.replies.telegram import BotSource
from tests.replies.home import ANA_CHAT, ANA_TOPIC, BEN_CHAT, BEN_TOPIC
from tests.replies.peers import Ntfy, Telegram, running, update
from tests.servers import ImapServer, imap_server

BOT = "123456:AAtestTestTestTestTestTest"
ADDRESS = "rituals@example.org"
Now = Callable[[], datetime]


class Way(ABC):
    """`answer` is a person's; `again` repeats the last one; `strange` is what nobody in the household sent."""

    refused = "login"

    @abstractmethod
    def source(self, now: Now, *, wrong_password: bool = False) -> ReplySource: ...

    @abstractmethod
    def answer(self, token: str, words: str) -> None: ...

    @abstractmethod
    def again(self) -> None: ...

    @abstractmethod
    def forged(self, token: str) -> None:
        """Ana's token, or her name without one, from where only somebody else can be."""

    @abstractmethod
    def garbage(self) -> None: ...

    @abstractmethod
    def huge(self, token: str) -> None:
        """A message of a megabyte."""

    @abstractmethod
    def down(self) -> None: ...

    @abstractmethod
    def up(self) -> None: ...


class NtfyWay(Way):
    def __init__(self, server: Ntfy) -> None:
        self.server = server

    def source(self, now: Now, *, wrong_password: bool = False) -> ReplySource:
        topics = {"ana": Secret(ANA_TOPIC), "ben": Secret(BEN_TOPIC)}
        token = Secret("wrong" if wrong_password else self.server.token)
        return TopicSource(TopicWay(url=self.server.url, topics=topics, token=token), now)

    def answer(self, token: str, words: str) -> None:
        self.server.publish(ANA_TOPIC, json.dumps({"t": token, "a": words}))

    def again(self) -> None:
        self.server.repeat()

    def forged(self, token: str) -> None:
        self.server.publish(BEN_TOPIC, json.dumps({"t": token, "a": "forged"}))

    def garbage(self) -> None:
        for message in ("", "hello", "[" * 900, '{"t": 1, "a": null}', '{"t": "short", "a": "done"}', "\x00\ud800"):
            self.server.publish(ANA_TOPIC, message)
        self.server.publish(ANA_TOPIC, "x", id_="../../etc" + "x" * 90)

    def huge(self, token: str) -> None:
        self.server.publish(ANA_TOPIC, json.dumps({"t": token, "a": "x" * 5_000}))

    def down(self) -> None:
        self.server.down()

    def up(self) -> None:
        self.server.up()


class TelegramWay(Way):
    def __init__(self, server: Telegram) -> None:
        self.server = server

    def source(self, now: Now, *, wrong_password: bool = False) -> ReplySource:
        token = Secret("123456:wrong" if wrong_password else BOT)
        chats = {"ana": ANA_CHAT, "ben": BEN_CHAT}
        return BotSource(BotWay(token=token, chats=chats, api=self.server.url), now, poll_s=1)

    def answer(self, token: str, words: str) -> None:
        self.server.tell(update("reply", token, text=words))

    def again(self) -> None:
        last = max(self.server.updates or [update("reply", "x")], key=lambda one: int(one["update_id"]))
        self.server.tell(last, number=last["update_id"])

    def forged(self, token: str) -> None:
        self.server.tell(update("reply", token, chat=BEN_CHAT, text="forged"))
        self.server.tell(update("reply", token, chat=666, text="forged"))
        self.server.tell(update("reply", token, text="forged", **{"from": {"id": 666}}))

    def garbage(self) -> None:
        for told in (
            {},
            {"message": None},
            {"message": []},
            {"callback_query": {"data": 7}},
            {"message": {"text": {}}},
        ):
            self.server.tell({"update_id": 700000001, **told})
        self.server.tell(update("text", "x" * 22, text=None))
        self.server.tell(update("reply", "x" * 22, reply_to_message={"reply_markup": {"inline_keyboard": [[]]}}))

    def huge(self, token: str) -> None:
        self.server.tell(update("reply", token, text="x" * 1_000_000))

    def down(self) -> None:
        self.server.down()

    def up(self) -> None:
        self.server.up()


class MailWay_(Way):
    def __init__(self, server: ImapServer) -> None:
        self.server = server
        self.last = b""
        server.drop("rituals", letter("", "An older mail, about something else.").as_bytes())

    def source(self, now: Now, *, wrong_password: bool = False) -> ReplySource:
        url = self.server.url("rituals", "wrong" if wrong_password else "")
        return MailSource(MailWay(imap=Secret(url), address=ADDRESS), now, idle_s=2)

    def answer(self, token: str, words: str) -> None:
        self._drop(letter(token, f"{words}\n\nOn Sun, 22 Nov 2026 at 10:00 us <{ADDRESS}> wrote:\n> A small note\n"))

    def again(self) -> None:
        self.server.drop("rituals", self.last)

    def forged(self, token: str) -> None:
        """A sender is whoever they say they are, so that it proves nothing; what counts is the token."""
        self._drop(letter("", "forged", sender="ana@example.org"))
        self._drop(letter("x" * 22, "forged", sender="ana@example.org"))

    def garbage(self) -> None:
        for raw in (
            b"",
            b"\x00\xff\xfe" * 100,
            b"To: rituals+" + b"x" * 22 + b"@example.org\n\n\x80",
            b"Content-Type: x;;;\n\n",
        ):
            self.server.drop("rituals", raw)

    def huge(self, token: str) -> None:
        self._drop(letter(token, "x\n" * 500_000))

    def down(self) -> None:
        self.server.down()

    def up(self) -> None:
        self.server.up()

    def _drop(self, mail: EmailMessage) -> None:
        self.last = mail.as_bytes()
        self.server.drop("rituals", self.last)


def letter(token: str, words: str, sender: str = "anybody@example.com", **headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, ADDRESS.replace("@", f"+{token}@") if token else ADDRESS
    mail["Subject"], mail["Message-ID"] = "Re: A small note", make_msgid(domain="example.com")
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(words)
    return mail


@contextmanager
def ntfy() -> Iterator[Way]:
    server = Ntfy(token="tk_letmein")
    with running(server):
        yield NtfyWay(server)


@contextmanager
def telegram() -> Iterator[Way]:
    server = Telegram(BOT)
    with running(server):
        yield TelegramWay(server)


@contextmanager
def mail() -> Iterator[Way]:
    with imap_server() as server:
        yield MailWay_(server)
