"""What becomes of a mail when the server says no, at each step of the conversation."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tests.send import sink as peer
from tests.send.conftest import Send
from tests.send.sink import Sink


class Script:
    """A mail server's answers, and what it took."""

    def __init__(self, *, sender: str = "250 OK", recipient: str = "250 OK", data: str = "250 OK") -> None:
        self.sender, self.recipient, self.data = sender, recipient, data
        self.taken: list[bytes] = []

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.sender

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.data.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.taken.append(envelope.content)
        return self.data


def no_password_is_right(*_: Any) -> AuthResult:
    return AuthResult(success=False, handled=False)


@contextmanager
def mail_server(script: object, **options: Any) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    controller = Controller(script, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def url(port: int, login: str = "") -> str:
    return f"mailto://{login}example.org:{port}?smtp=127.0.0.1&from=us@example.org&to=ana@example.org"


@pytest.mark.parametrize(
    ("script", "kind", "code"),
    [
        (Script(), "sent", "ok"),
        (Script(sender="550 no such sender"), "permanent", "smtp-550"),
        (Script(sender="451 not now"), "transient", "smtp-451"),
        (Script(recipient="550 no such user, error=200."), "permanent", "smtp-550"),
        (Script(recipient="451 greylisted"), "transient", "smtp-451"),
        (Script(recipient="452 mailbox full"), "transient", "smtp-452"),
        (Script(data="554 we think this is spam"), "permanent", "smtp-554"),
        (Script(data="451 try again"), "transient", "smtp-451"),
        (Script(data="421 closing"), "transient", "smtp-421"),
    ],
)
def test_every_smtp_reply_has_its_outcome(send: Send, script: Script, kind: str, code: str) -> None:
    with mail_server(script) as port:
        outcome = send(url(port))
    assert (outcome.kind, outcome.code) == (kind, code)
    assert len(script.taken) == (kind == "sent")


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_wrong_password_is_refused_for_good(send: Send) -> None:
    auth = {"authenticator": no_password_is_right, "auth_require_tls": False, "auth_required": True}
    with mail_server(Script(), **auth) as port:
        outcome = send(url(port, "user:wrong@"))
    assert (outcome.kind, outcome.code) == ("permanent", "smtp-535")


def test_a_mail_server_without_encryption_is_not_trusted_with_mail_that_asked_for_it(send: Send) -> None:
    script = Script()
    with mail_server(script) as port:
        outcome = send(url(port).replace("mailto", "mailtos"))
    assert (outcome.kind, outcome.code) == ("transient", "tls")
    assert script.taken == []


def test_a_mail_server_that_hangs_up_leaves_it_unknown(send: Send) -> None:
    with Sink(peer.greet_and_leave) as sink:
        outcome = send(url(sink.port))
    assert (outcome.kind, outcome.code) == ("unknown", "reset")


def test_a_mail_server_that_never_greets_is_cut_off_at_the_deadline(send: Send) -> None:
    with Sink(peer.silence) as sink:
        outcome = send(url(sink.port), deadline_s=3)
    assert (outcome.kind, outcome.code) == ("unknown", "deadline")


def test_nobody_listening_for_mail_is_refused(send: Send) -> None:
    with Sink(peer.hang) as sink:
        port = sink.port
    outcome = send(url(port))
    assert (outcome.kind, outcome.code) == ("transient", "refused")


def test_a_mail_is_plain_text_with_its_link_whole_and_no_header_slips_in(send: Send) -> None:
    script = Script()
    link = "https://rituals.example.org/r/abc_DEF-123?x=1&y=2"
    with mail_server(script) as port:
        outcome = send(url(port), title="Hi\r\nBcc: ben@example.org", body=f"1 < 2 & *so* on\n{link}")
    assert outcome.kind == "sent"
    mail = message_from_bytes(script.taken[0], policy=policy.default)
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Hi Bcc: ben@example.org"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().splitlines() == ["1 < 2 & *so* on", link]
