"""Real servers for the tests: OpenSMTPD, Dovecot and Mosquitto on free loopback ports, in folders of their own.

@needs_mail_server
def test_it() -> None:
    with mail_server("ana@example.org") as mail:
        …  # mailto://example.org:{mail.port}?smtp=127.0.0.1&from=us@example.org&to=ana@example.org
        (letter,) = mail.wait_for("ana@example.org", 1)
"""

from __future__ import annotations

import fcntl
import grp
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import pytest

from tests.leaks.cage import peer

PATH = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin", "/sbin"))
SMTPD_SOCKET = Path("/var/run/smtpd.sock")  # built into OpenSMTPD, so that only one can run on a machine
START_S = 60.0  # nothing takes so long; a busy machine may


def program(name: str) -> str:
    """The path of a server's program, or "" where it is not installed; Debian keeps them out of a user's PATH."""
    return shutil.which(name, path=PATH) or ""


def why_no_mail_server() -> str:
    if not program("smtpd"):
        return "OpenSMTPD is not installed (scripts/debian-packages)"
    return "" if os.geteuid() == 0 else "OpenSMTPD starts as root only"


def why_no_broker() -> str:
    return "" if program("mosquitto") else "Mosquitto is not installed (scripts/debian-packages)"


def _needs(reason: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    def mark(test: Callable[..., None]) -> Callable[..., None]:
        return pytest.mark.servers(pytest.mark.skipif(bool(reason), reason=reason)(test))

    return mark


needs_mail_server = _needs(why_no_mail_server())
needs_broker = _needs(why_no_broker())


def soon(holds: Callable[[], bool], seconds: float = START_S) -> bool:
    """Whether something becomes true within some seconds."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def free_port() -> int:
    """None of those that the system gives to whoever asks for any: so that nobody else has it when it is used."""
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@contextmanager
def running(command: list[str], port: int, folder: Path) -> Iterator[None]:
    """A server process that listens on `port`, ended afterwards; its own log is in the error when it does not start."""
    log = folder / "log"
    start = partial(subprocess.Popen, cwd=folder, start_new_session=True)
    with log.open("wb") as output, start(command, stdout=output, stderr=output) as server, peer(server.pid):
        try:
            if not soon(lambda: server.poll() is not None or answers(port)) or server.poll() is not None:
                raise RuntimeError(f"{command[0]} did not start:\n{log.read_text('utf-8', 'replace')}")
            yield
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
            with suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)  # what it started may take its time to notice


@contextmanager
def open_folder() -> Iterator[Path]:
    """A temporary folder that the servers' own users may look into."""
    with tempfile.TemporaryDirectory(prefix="ritualsd-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


# ── mail ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """A running OpenSMTPD. Takes mail for its addresses only; any other recipient gets a 5xx reply."""

    port: int
    folder: Path

    def letters(self, address: str) -> list[EmailMessage]:
        """What has arrived for an address, oldest first."""
        arrived = sorted(
            (self.folder / address.partition("@")[0] / "new").glob("*"), key=lambda file: file.stat().st_mtime
        )
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in arrived]

    def wait_for(self, address: str, count: int, seconds: float = START_S) -> list[EmailMessage]:
        """The letters, once there are `count` of them."""
        assert soon(lambda: len(self.letters(address)) >= count, seconds), f"{address} has {len(self.letters(address))}"
        return self.letters(address)


@contextmanager
def mail_server(*addresses: str, tagged: str = "") -> Iterator[MailServer]:
    """OpenSMTPD with a maildir for each address, all of one domain. Waits while another test has it.

    `tagged` is one of them that also takes what is sent to `local+anything@domain`.
    """
    with _only_one("smtpd"), open_folder() as folder:
        if SMTPD_SOCKET.exists() and _listens(SMTPD_SOCKET):
            pytest.skip("another OpenSMTPD runs on this machine")
        port, boxes = free_port(), folder / "boxes"
        boxes.mkdir()
        boxes.chmod(0o777)  # letters are written by the user `nobody`
        config = folder / "smtpd.conf"
        config.write_text(_smtpd_conf(port, boxes, addresses, tagged))
        with running([program("smtpd"), "-d", "-f", str(config)], port, folder):
            yield MailServer(port=port, folder=boxes)


def _smtpd_conf(port: int, boxes: Path, addresses: tuple[str, ...], tagged: str) -> str:
    domain = addresses[0].partition("@")[2]
    local = tagged.partition("@")[0]
    people = ", ".join(f'"{address}" = "nobody"' for address in addresses)
    return f"""\
table people {{ {people} }}
listen on 127.0.0.1 port {port} hostname mail.{domain}
action "keep" maildir "{boxes}/%{{rcpt.user}}" user nobody virtual <people>
{_taking_tags(boxes, local, domain) if tagged else ""}
match from any for domain "{domain}" action "keep"
"""


def _taking_tags(boxes: Path, local: str, domain: str) -> str:
    return f"""\
action "answers" maildir "{boxes}/{local}" user nobody virtual <people>
match from any for rcpt-to regex "^{local}(\\+.*)?@{domain}$" action "answers"
"""


@contextmanager
def _only_one(name: str) -> Iterator[None]:
    with (Path(tempfile.gettempdir()) / f"ritualsd-test-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


# ── a mailbox ─────────────────────────────────────────────────────────────────────────────────


def why_no_imap_server() -> str:
    return "" if program("dovecot") else "Dovecot is not installed (scripts/debian-packages)"


needs_imap_server = _needs(why_no_imap_server())


@dataclass(slots=True, kw_only=True)
class ImapServer:
    """A Dovecot over a folder with a maildir for each user; everybody's password is `PASSWORD`."""

    port: int
    boxes: Path
    capability: str
    _process: ExitStack

    def url(self, user: str, password: str = "") -> str:
        return f"imap://{user}:{password or PASSWORD}@127.0.0.1:{self.port}/INBOX"

    def drop(self, user: str, letter: bytes) -> None:
        """Put a letter into a mailbox, as a mail server does: whole, or not at all."""
        box = self.boxes / user
        for part in ("cur", "new", "tmp"):
            (box / part).mkdir(parents=True, exist_ok=True)
            _give_to_nobody(box / part)
        _give_to_nobody(box)
        name = f"{time.time_ns()}.test"
        (box / "tmp" / name).write_bytes(letter)
        _give_to_nobody(box / "tmp" / name)
        (box / "tmp" / name).rename(box / "new" / name)

    def down(self) -> None:
        self._process.close()

    def up(self) -> None:
        self._process.enter_context(_dovecot(self))


PASSWORD = "open-sesame"


@contextmanager
def imap_server(boxes: Path | None = None, *, capability: str = "") -> Iterator[ImapServer]:
    """Dovecot for the maildirs in `boxes`, or for a folder of its own. Needs no root, and no more than loopback.

    `capability` is all it says it can do, in place of what it can.
    """
    with open_folder() as folder, ExitStack() as process:
        home = boxes or folder / "boxes"
        home.mkdir(exist_ok=True)
        home.chmod(0o777)
        server = ImapServer(port=free_port(), boxes=home, capability=capability, _process=process)
        server.up()
        yield server


@contextmanager
def _dovecot(server: ImapServer) -> Iterator[None]:
    with open_folder() as folder:
        config = folder / "dovecot.conf"
        config.write_text(_dovecot_conf(server, folder))
        with running([program("dovecot"), "-F", "-c", str(config)], server.port, folder):
            yield


def _dovecot_conf(server: ImapServer, folder: Path) -> str:
    user, group = (
        ("nobody", "nogroup")
        if os.geteuid() == 0
        else (pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name)
    )
    return f"""\
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
log_path = /dev/stderr
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{server.boxes}/%n
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
{f"imap_capability = {server.capability}" if server.capability else ""}
first_valid_uid = 1
first_valid_gid = 1
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {server.port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={server.boxes}/%n
}}
"""


def _our_names() -> tuple[str, str]:
    return pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name


def _give_to_nobody(path: Path) -> None:
    """To the user Dovecot reads as, where that is not us."""
    if os.geteuid() == 0:
        shutil.chown(path, "nobody", "nogroup")


# ── mqtt ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True, kw_only=True)
class Broker:
    """A running Mosquitto, and everything that was published on it while it ran: (topic, words) in order."""

    port: int
    heard: list[tuple[str, str]] = field(default_factory=list)

    def wait_for(self, count: int, seconds: float = START_S) -> list[tuple[str, str]]:
        """What was published, once there are `count` messages."""
        assert soon(lambda: len(self.heard) >= count, seconds), f"{len(self.heard)} messages were published"
        return self.heard


@contextmanager
def broker() -> Iterator[Broker]:
    """Mosquitto for anyone on this machine."""
    with open_folder() as folder:
        port = free_port()
        config = folder / "mosquitto.conf"
        config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
        with running([program("mosquitto"), "-c", str(config)], port, folder), _listening(port) as heard:
            yield Broker(port=port, heard=heard)


@contextmanager
def _listening(port: int) -> Iterator[list[tuple[str, str]]]:
    from paho.mqtt.client import Client
    from paho.mqtt.enums import CallbackAPIVersion

    heard: list[tuple[str, str]] = []
    ready = threading.Event()
    client = Client(CallbackAPIVersion.VERSION2)
    client.on_connect = lambda *_: client.subscribe("#", qos=1)
    client.on_subscribe = lambda *_: ready.set()
    client.on_message = lambda _client, _data, message: heard.append((message.topic, message.payload.decode()))
    client.connect("127.0.0.1", port)
    client.loop_start()
    try:
        assert ready.wait(START_S), "the broker took no subscription"
        yield heard
    finally:
        client.disconnect()
        client.loop_stop()
