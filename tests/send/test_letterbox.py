"""A mail connection is kept for the next mail of the same account, and a server that left in between costs no mail:
on the installed Apprise, with a real SMTP conversation."""

from __future__ import annotations

import inspect
import re
import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from ritualsd.model import WayBack
from ritualsd.send import connections, letterbox
from ritualsd.send.letterbox import KEPT_TRUST, Letterbox
from ritualsd.send.pool import SenderPool
from tests.send.certificates import throw_away
from tests.send.conftest import to, warmed
from tests.send.sink import CERTIFICATE, Sink, status
from tests.send.test_mail_faults import mail_server as scripted_server
from tests.servers import soon

MAILS = 20
AT_MOST = 5
"""Connections; one where the machine is quick, and more where it stops for a second between two mails."""


class Office:
    """A mail server that takes every mail, and counts who came. `patience`: mails after which it leaves unasked."""

    def __init__(self, patience: int = 1000) -> None:
        self.patience = patience
        self.peers: list[object] = []
        self.taken: list[bytes] = []
        self.said_no: list[str] = []
        self.left = threading.Semaphore(0)
        self.logins: dict[object, bytes] = {}
        self.goodbyes = 0

    @property
    def connections(self) -> int:
        return len(set(self.peers))

    def login(self, server: SMTP, session: Session, envelope: Envelope, how: str, said: Any) -> AuthResult:
        assert isinstance(said, LoginPassword)
        self.logins[session.peer] = said.login
        return AuthResult(success=True)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.peers.append(session.peer)
        if address.startswith("nobody"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.goodbyes += 1
        return "221 Bye"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.taken.append(envelope.content)
        if len(self.taken) % self.patience == 0:
            server.loop.call_later(0.05, self._leave, server)
        return "250 OK"

    def _leave(self, server: SMTP) -> None:
        server.transport.abort()
        self.left.release()


@contextmanager
def mail_server(office: Office) -> Iterator[int]:
    with scripted_server(office, authenticator=office.login, auth_require_tls=False) as port:
        yield port


def url(port: int, *, person: str = "ana", login: str = "") -> str:
    return f"mailto://{login}example.org:{port}?smtp=127.0.0.1&from=us@example.org&to={person}@example.org"


@pytest.fixture
def one_by_one(own_pool: SenderPool) -> SenderPool:
    warmed(own_pool)
    return own_pool


def test_mails_that_follow_each_other_share_a_connection(one_by_one: SenderPool) -> None:
    office = Office()
    with mail_server(office) as port:
        people = ["ana", "ben"]
        outcomes = {one_by_one.send(to(url(port, person=people[n % 2])), "", str(n)).code for n in range(MAILS)}
    assert outcomes == {"ok"}
    assert [message_from_bytes(mail, policy=policy.default).get_content().strip() for mail in office.taken] == [
        str(n) for n in range(MAILS)
    ]
    assert office.connections <= AT_MOST


def test_a_connection_that_rested_is_ended_at_the_next_message_of_any_kind(one_by_one: SenderPool) -> None:
    office = Office()
    with mail_server(office) as port, Sink(status(200)) as sink:
        assert one_by_one.send(to(url(port)), "", "x").code == "ok"
        time.sleep(connections.IDLE_S)
        assert not office.goodbyes
        other = to(f"json://{sink.address}/")
        assert soon(lambda: one_by_one.send(other, "", "x").code == "ok" and office.goodbyes == 1)


def test_what_a_mail_carries_is_the_same_on_a_kept_connection(one_by_one: SenderPool) -> None:
    office = Office()
    with mail_server(office) as port:
        for n in range(3):
            back = WayBack(mail=f"us+{n}@example.org", line=f"token-{n}")
            assert one_by_one.send(to(url(port)), f"Title {n}", "Words.", back=back).code == "ok"
    mails = [message_from_bytes(mail, policy=policy.default) for mail in office.taken]
    assert [mail["Reply-To"] for mail in mails] == [f"us+{n}@example.org" for n in range(3)]
    assert [mail["Auto-Submitted"] for mail in mails] == ["auto-generated"] * 3
    assert [mail.get_content().splitlines() for mail in mails] == [["Words.", f"token-{n}"] for n in range(3)]
    assert len({mail["Message-ID"] for mail in mails}) == 3


def test_a_mail_server_that_left_meanwhile_costs_no_mail(one_by_one: SenderPool) -> None:
    office = Office(patience=1)
    with mail_server(office) as port:
        for _ in range(4):
            assert one_by_one.send(to(url(port)), "", "x").code == "ok"
            assert office.left.acquire(timeout=30)
    assert office.connections == len(office.taken) == 4


def test_a_refused_mail_is_refused_alone(one_by_one: SenderPool) -> None:
    office = Office()
    with mail_server(office) as port:
        codes = [one_by_one.send(to(url(port, person=name)), "", "x").code for name in ("ana", "nobody", "ana")]
    assert codes == ["ok", "smtp-550", "ok"]
    assert len(office.taken) == 2


def test_another_account_has_a_connection_of_its_own(one_by_one: SenderPool) -> None:
    office = Office()
    logins = ["one:word@", "two:word@", "one:word@"]
    with mail_server(office) as port:
        codes = {one_by_one.send(to(url(port, login=login)), "", "x").code for login in logins}
    assert codes == {"ok"}
    assert [office.logins[peer] for peer in office.peers] == [b"one", b"two", b"one"]


def test_mails_that_leave_at_once_have_a_connection_each_and_lend_it_on(monkeypatch: pytest.MonkeyPatch) -> None:
    from apprise.plugins.email.smtp import AppriseSMTPController

    monkeypatch.setattr(letterbox, "IDLE_S", 600)
    office, box, together = Office(), Letterbox(AppriseSMTPController), threading.Barrier(3)

    def post(host: str, port: int) -> None:
        for _ in range(4):
            with box(host=host, port=port, secure_mode="insecure") as line:
                together.wait(30)
                assert line.sendmail("us@example.org", ["ana@example.org"], "Subject: x\r\n\r\nx")

    with mail_server(office) as port, ThreadPoolExecutor(3) as threads:
        for each in [threads.submit(post, "127.0.0.1", port) for _ in range(3)]:
            each.result()
    assert (office.connections, len(office.taken)) == (3, 12)


def test_the_default_trust_is_read_once_and_nobody_changes_it_for_another() -> None:
    with KEPT_TRUST.for_account({"verify_certificate": True}):
        one = KEPT_TRUST.create_default_context()
    with KEPT_TRUST.for_account({"verify_certificate": False}):
        other = KEPT_TRUST.create_default_context()
    outside = KEPT_TRUST.create_default_context()
    other.check_hostname, other.verify_mode = False, ssl.CERT_NONE
    with KEPT_TRUST.for_account({"verify_certificate": True}):
        assert KEPT_TRUST.create_default_context() is one
    assert outside is not one
    assert (one.check_hostname, one.verify_mode) == (True, ssl.CERT_REQUIRED)


def test_a_default_trust_that_changed_on_disk_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "authorities.pem"
    file.write_bytes(CERTIFICATE.read_bytes())
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with KEPT_TRUST.for_account({"verify_certificate": True}):
        before = KEPT_TRUST.create_default_context()
        file.write_bytes(throw_away(tmp_path)[0].read_bytes())
        after = KEPT_TRUST.create_default_context()
    assert before.get_ca_certs() != after.get_ca_certs()


def test_apprise_asks_for_no_more_of_ssl_than_we_stand_for() -> None:
    from apprise.plugins.email import smtp

    asked = re.findall(r"\bssl\.(\w+)", inspect.getsource(smtp))
    assert asked
    assert all(hasattr(KEPT_TRUST, name) for name in asked)


def test_a_server_is_not_given_more_mails_at_once_than_servers_like(monkeypatch: pytest.MonkeyPatch) -> None:
    from apprise.plugins.email.smtp import AppriseSMTPController

    monkeypatch.setattr(letterbox, "IDLE_S", 600)
    monkeypatch.setattr(letterbox, "MOST", 2)
    office, box = Office(), Letterbox(AppriseSMTPController)
    with mail_server(office) as port:
        for _ in range(5):
            with box(host="127.0.0.1", port=port, secure_mode="insecure") as line:
                assert line.sendmail("us@example.org", ["ana@example.org"], "Subject: x\r\n\r\nx")
    assert office.connections == 3
    assert len(office.taken) == 5
