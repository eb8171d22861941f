"""A real mailbox on Dovecot: what is marked, what is left alone, and what happens when its numbers begin anew."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from imaplib import IMAP4
from pathlib import Path
from threading import Event as Flag
from threading import Thread

import pytest

from ritualsd.daemon.desk import HouseholdDesk
from ritualsd.errors import StoreFull
from ritualsd.model import Incoming, MailWay, Secret
from ritualsd.ports import Answered
from ritualsd.replies.mailbox import MailSource
from tests.replies.every_way import ADDRESS, letter
from tests.replies.home import Asked, asked
from tests.servers import PASSWORD, ImapServer, imap_server, needs_imap_server, soon

UNTRUSTED = Path(__file__).parents[1] / "send" / "untrusted.pem"


@pytest.fixture
def home() -> Iterator[Asked]:
    home = asked()
    yield home
    home.stage.world.store.close()


@pytest.fixture
def server() -> Iterator[ImapServer]:
    with imap_server() as server:
        yield server


def source(home: Asked, url: str, **over: float) -> MailSource:
    return MailSource(MailWay(imap=Secret(url), address=ADDRESS), home.stage.clock.now, **({"idle_s": 2.0} | over))


def flags(server: ImapServer) -> list[bytes]:
    """The flags of every letter, oldest first."""
    with IMAP4("127.0.0.1", server.port, timeout=10) as box:
        box.login("rituals", PASSWORD)
        box.select("INBOX", readonly=True)
        _, found = box.fetch("1:*", "(FLAGS)")
    return [line for line in found if isinstance(line, bytes)]


@needs_imap_server
def test_only_what_was_kept_is_marked_as_read(server: ImapServer, home: Asked) -> None:
    server.drop("rituals", letter("", "A private mail that is none of our business.").as_bytes())
    server.drop("rituals", letter(home.tokens["ana"], "I am away.", Auto_Submitted="auto-replied").as_bytes())
    server.drop("rituals", letter(home.tokens["ana"], "We had tea.").as_bytes())
    with home.listening(source(home, server.url("rituals"))):
        home.wait_for("We had tea.")
        assert soon(lambda: [b"Seen" in line for line in flags(server)] == [False, False, True])
    assert home.dropped() == ["automatic"]


@needs_imap_server
def test_a_letter_that_says_nothing_is_no_answer_and_not_marked(server: ImapServer, home: Asked) -> None:
    server.drop("rituals", letter(home.tokens["ana"], "> A small note\n\n-- \nAna").as_bytes())
    server.drop("rituals", letter(home.tokens["ana"], "done").as_bytes())
    with home.listening(source(home, server.url("rituals"))):
        home.wait_for("done")
        assert soon(lambda: [b"Seen" in line for line in flags(server)] == [False, True])


@needs_imap_server
def test_a_mailbox_that_numbers_its_letters_anew_is_read_again_and_nothing_is_kept_twice(
    server: ImapServer, home: Asked
) -> None:
    server.drop("rituals", letter(home.tokens["ana"], "before").as_bytes())
    reader = source(home, server.url("rituals"))
    with home.listening(reader):
        home.wait_for("before")
    before = home.stage.world.store.recall(reader.cursor_key)
    server.down()
    for index in (server.boxes / "rituals").glob("dovecot*"):
        index.unlink()
    server.up()
    server.drop("rituals", letter(home.tokens["ana"], "after").as_bytes())
    with home.listening(reader):
        home.wait_for("before", "after")
    after = home.stage.world.store.recall(reader.cursor_key)
    assert before.partition(":")[0] != after.partition(":")[0]


@needs_imap_server
def test_new_mail_is_heard_while_idle_lasts(server: ImapServer, home: Asked) -> None:
    server.drop("rituals", letter(home.tokens["ana"], "first").as_bytes())
    with home.listening(source(home, server.url("rituals"), idle_s=25.0)):
        home.wait_for("first")
        server.drop("rituals", letter(home.tokens["ana"], "second").as_bytes())
        assert soon(lambda: home.heard() == ["first", "second"], 40)


@contextmanager
def with_news_in_between(port: int) -> Iterator[int]:
    """A port where the server speaks of another letter whenever it is asked about one, as it may at any time."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def listen() -> None:
            with suppress(OSError):
                while True:
                    client, _ = listener.accept()
                    server = socket.create_connection(("127.0.0.1", port))
                    Thread(target=pass_on, args=(client, server, b""), daemon=True).start()
                    Thread(
                        target=pass_on, args=(server, client, b"* 1 FETCH (FLAGS (\\Seen))\r\n"), daemon=True
                    ).start()

        Thread(target=listen, daemon=True).start()
        yield listener.getsockname()[1]


def pass_on(one: socket.socket, other: socket.socket, news: bytes) -> None:
    with suppress(OSError), one, other:
        for line in one.makefile("rb"):
            other.sendall(news + line if line.startswith(b"*") and b"RFC822.SIZE" in line else line)


@needs_imap_server
def test_news_of_another_letter_in_between_loses_none(server: ImapServer, home: Asked) -> None:
    server.drop("rituals", letter("", "A private mail that was just read elsewhere.").as_bytes())
    server.drop("rituals", letter(home.tokens["ana"], "We had tea.").as_bytes())
    with with_news_in_between(server.port) as port:
        url = server.url("rituals").replace(f":{server.port}/", f":{port}/")
        with home.listening(source(home, url)):
            home.wait_for("We had tea.")
    assert home.dropped() == []


class Full(HouseholdDesk):
    """Has no room for the second message it is handed."""

    handed = 0

    def collect(self, incoming: Incoming) -> Answered:
        self.handed += 1
        if self.handed == 2:
            raise StoreFull("the disk is full")
        return super().collect(incoming)


@needs_imap_server
def test_a_letter_with_several_tokens_is_not_done_with_before_the_last(server: ImapServer, home: Asked) -> None:
    server.drop("rituals", letter("A" * 22, f"We had tea.\n\nref {home.tokens['ana']}").as_bytes())
    full = Full("mail", lambda: (home.stage.world, home.stage.settings), lambda: None, lambda: None)
    with pytest.raises(StoreFull):
        source(home, server.url("rituals")).listen(full, Flag())
    with home.listening(source(home, server.url("rituals"))):
        home.wait_for(f"We had tea.\n\nref {home.tokens['ana']}")


@needs_imap_server
def test_a_folder_that_is_not_there_is_told(server: ImapServer, home: Asked) -> None:
    server.drop("rituals", letter("", "x").as_bytes())
    url = server.url("rituals").replace("/INBOX", "/Nowhere")
    with home.listening(source(home, url), wait=False):
        home.wait_for_trouble("folder")


@needs_imap_server
def test_a_mailbox_without_idle_is_looked_at_now_and_then(home: Asked) -> None:
    with imap_server(capability="IMAP4rev1 LITERAL+") as server:
        server.drop("rituals", letter(home.tokens["ana"], "first").as_bytes())
        with home.listening(source(home, server.url("rituals"), poll_s=0.2)):
            home.wait_for("first")
            server.drop("rituals", letter(home.tokens["ana"], "second").as_bytes())
            home.wait_for("first", "second")


def test_a_certificate_nobody_vouches_for_is_not_accepted(home: Asked) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(UNTRUSTED)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def shake_hands() -> None:
            while True:
                try:
                    line, _ = listener.accept()
                    context.wrap_socket(line, server_side=True).close()
                except ssl.SSLError:
                    continue
                except OSError:
                    return

        Thread(target=shake_hands, daemon=True).start()
        url = f"imaps://rituals:{PASSWORD}@127.0.0.1:{listener.getsockname()[1]}/INBOX"
        with home.listening(source(home, url), wait=False):
            home.wait_for_trouble("tls-verify")


def test_no_password_crosses_the_network_in_clear(home: Asked) -> None:
    """Beyond this machine `imap://` begins with STARTTLS; a server that has none gets no password."""
    reader = source(home, "imap://rituals:secret@mail.example.invalid/INBOX")
    with home.listening(reader, wait=False):
        home.wait_for_trouble("dns")
    assert "secret" not in repr(home.events)
