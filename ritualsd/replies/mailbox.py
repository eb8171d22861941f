"""Answers by e-mail: a mailbox read over IMAP, told of new mail by IDLE. Moves and deletes nothing in it.

imap_tools' own `flag` would expunge, and its TLS would trust any certificate: neither is used here.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from imaplib import IMAP4
from threading import Event as Flag
from urllib.parse import unquote, urlsplit

from imap_tools import BaseMailBox, MailBox, MailboxFolderSelectError, MailboxLoginError, MailBoxStartTls
from imap_tools import MailBoxUnencrypted as MailBoxInClear
from imap_tools.errors import ImapToolsError

from ritualsd.errors import SourceTrouble
from ritualsd.model import Incoming, MailWay
from ritualsd.ports import Desk
from ritualsd.replies.letter import Letter, read_letter
from ritualsd.replies.trouble import from_error

ANSWER_S = 20.0
IDLE_S = 9 * 60.0  # well under the 29 minutes of RFC 2177, and under what home routers forget
SETTLE_S = 30.0  # the first wait after a look: servers may not tell of what arrives while it begins
POLL_S = 120.0
LONGEST = 256 * 1024
LOOK_BACK = timedelta(days=30)
"""How far a mailbox is read that we know nothing of yet: no token lives longer."""

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_ARRIVED = re.compile(rb'INTERNALDATE "([^"]+)"')


@dataclass(slots=True)
class Session:
    """One connection: the mailbox's own number for its numbering, and the last letter seen in it."""

    box: BaseMailBox
    validity: str
    last: int


class MailSource:
    """`ports.ReplySource` over one mailbox. `now` is the clock; `idle_s` and `poll_s`: how often to look anyway."""

    name = "mail"

    def __init__(
        self, way: MailWay, now: Callable[[], datetime], *, idle_s: float = IDLE_S, poll_s: float = POLL_S
    ) -> None:
        url = urlsplit(way.imap.reveal())
        self._secure = url.scheme.lower() == "imaps"
        self._host, self._port = url.hostname or "", url.port or (993 if self._secure else 143)
        self._user, self._password = unquote(url.username or ""), unquote(url.password or "")
        self._folder = unquote(url.path.strip("/")) or "INBOX"
        self._address = way.address
        self._now, self._idle_s, self._poll_s = now, idle_s, poll_s
        account = f"{self._user}@{self._host}/{self._folder}"
        self.cursor_key = f"source.mail.{sha256(account.encode()).hexdigest()[:12]}"
        self._socket: socket.socket | None = None

    def listen(self, desk: Desk, stop: Flag) -> None:
        """See `ports.ReplySource`. Letters are marked as read once they are kept, and no others."""
        with self._connected(stop) as box:
            session = self._open(box, desk)
            desk.listening()
            wait_s = SETTLE_S
            while not stop.is_set():
                if self._catch_up(session, desk, stop):
                    wait_s = SETTLE_S
                if not _has_more(box):
                    self._wait(box, stop, wait_s)
                    wait_s = self._idle_s

    def hang_up(self) -> None:
        if (line := self._socket) is not None:
            with suppress(OSError):
                socket.socket.shutdown(line, socket.SHUT_RDWR)  # not that of TLS, which would wait for an answer

    @contextmanager
    def _connected(self, stop: Flag) -> Iterator[BaseMailBox]:
        box: BaseMailBox | None = None
        try:
            box = self._dial()
            self._socket = box.client.sock
            yield box
        except MailboxLoginError:
            raise SourceTrouble("login") from None
        except MailboxFolderSelectError:
            raise SourceTrouble("folder") from None
        except (IMAP4.error, ImapToolsError, OSError, ValueError) as error:
            if not stop.is_set():
                raise from_error(error) from None
        finally:
            if box is not None:
                with suppress(IMAP4.error, OSError):
                    box.client.shutdown()

    def _dial(self) -> BaseMailBox:
        """Never imaplib's own TLS, which trusts anyone; in clear only where nobody listens between."""
        trusted = ssl.create_default_context()
        if self._secure:
            return MailBox(self._host, self._port, timeout=ANSWER_S, ssl_context=trusted)
        if self._host in LOOPBACK:
            return MailBoxInClear(self._host, self._port, timeout=ANSWER_S)
        return MailBoxStartTls(self._host, self._port, timeout=ANSWER_S, ssl_context=trusted)

    def _open(self, box: BaseMailBox, desk: Desk) -> Session:
        login = box.login if (self._user + self._password).isascii() else box.login_utf8
        login(self._user, self._password, initial_folder=self._folder)
        _, numbers = box.client.response("UIDVALIDITY")
        validity = numbers[-1].decode() if numbers and numbers[-1] else "0"
        known, _, last = desk.cursor(self.cursor_key).partition(":")
        return Session(box, validity, int(last) if known == validity else 0)

    def _catch_up(self, session: Session, desk: Desk, stop: Flag) -> bool:
        """Read every letter after the last one, oldest first. Whether there were any."""
        since = self._now().astimezone(UTC) - LOOK_BACK
        wanted = f"UID {session.last + 1}:*" if session.last else f"SINCE {_imap_day(since)}"
        # "5:*" names the last letter even where its number is under 5.
        found = sorted(uid for uid in map(int, session.box.uids(wanted, charset=None)) if uid > session.last)
        kept = True
        for uid in found:
            if stop.is_set():
                return True
            kept = self._read(session, uid, desk)
            session.last = uid
        if not kept:
            desk.skip(self._at(session, session.last))
        return bool(found)

    def _at(self, session: Session, uid: int) -> tuple[str, str]:
        return self.cursor_key, f"{session.validity}:{uid}"

    def _read(self, session: Session, uid: int, desk: Desk) -> bool:
        """Hand one letter over, if it is an answer. Whether its cursor was kept."""
        found = self._fetch(session.box, uid, desk)
        if found is None:
            return False
        letter, arrived = found
        if not letter.tokens or letter.automatic:
            if letter.tokens:
                desk.dropped("automatic")
            return False
        for token in letter.tokens:
            is_last = token == letter.tokens[-1]  # until then the letter is not done with
            incoming = Incoming(
                token=token, text=letter.words, source=self.name, source_msg_id=letter.id,
                received_utc=arrived, cursor=self._at(session, uid) if is_last else None,
            )  # fmt: skip
            answered = desk.collect(incoming)
            if answered.unclear:
                desk.ask_again(incoming)
            if answered.kept:
                session.box.client.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")
            if answered.kept or answered.unclear:
                return is_last
        return True

    def _fetch(self, box: BaseMailBox, uid: int, desk: Desk) -> tuple[Letter, datetime] | None:
        """A letter and when the server got it; None for one that is gone, too big to look at, or no mail."""
        _, told = box.client.uid("FETCH", str(uid), "(RFC822.SIZE INTERNALDATE)")
        # A server may tell of other letters in between, such as one that was just read elsewhere.
        line = next((one for one in told if isinstance(one, bytes) and _SIZE.search(one)), b"")
        size = _SIZE.search(line)
        if size is None:
            return None
        if int(size[1]) > LONGEST:
            desk.dropped("too-big")
            return None
        _, told = box.client.uid("FETCH", str(uid), "(BODY.PEEK[])")
        raw = next((part[1] for part in told if isinstance(part, tuple)), b"")
        try:
            return read_letter(raw, self._address), self._arrived(line)
        except ValueError:
            desk.dropped("unreadable")
            return None

    def _arrived(self, line: bytes) -> datetime:
        """When the server got a letter; never later than now, whatever its clock says."""
        now, found = self._now(), _ARRIVED.search(line)
        try:
            at = parsedate_to_datetime(found[1].decode().strip().replace("-", " ", 2)) if found else now
        except ValueError:
            return now
        return min(at.astimezone(UTC), now)

    def _wait(self, box: BaseMailBox, stop: Flag, wait_s: float) -> None:
        """Until the server says that something changed, or it is time to look by ourselves."""
        if "IDLE" not in box.client.capabilities:
            stop.wait(self._poll_s)
            return
        box.idle.wait(min(wait_s, self._idle_s))


def _has_more(box: BaseMailBox) -> bool:
    """Whether a letter was announced while we asked for others: IDLE would not tell of it again."""
    _, told = box.client.response("EXISTS")
    return any(told)


def _imap_day(moment: datetime) -> str:
    """As IMAP writes a day, whatever language this machine speaks."""
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{moment.day}-{months[moment.month - 1]}-{moment.year}"
