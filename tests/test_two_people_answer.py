"""The other half of the promise in one piece, from an installed wheel and on real servers: two people are asked by
mail, one answers by replying to it, the other on the page in a browser, and only then does each read what both said."""

from __future__ import annotations

import contextlib
import json
import smtplib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.leaks.cage import hide, hide_links
from tests.servers import (
    PASSWORD,
    MailServer,
    free_port,
    imap_server,
    mail_server,
    needs_imap_server,
    needs_mail_server,
    soon,
)
from tests.settled import settled
from tests.web.browser import chromium, tab

ANA, BEN, US = "ana@example.org", "ben@example.org", "rituals@example.org"
ANAS_WORDS, BENS_WORDS = "Jasmine tea on the balcony.", "The walk home in the rain."
PATIENCE_S = 60

CONFIG = """
timezone = "Europe/Berlin"
[web]
bind = "127.0.0.1:{web}"
public_url = "http://127.0.0.1:{web}"
[people.ana]
name = "Ana"
preview = "full"
channels = {{ mail = "mailto://example.org:{smtp}?smtp=127.0.0.1&from=rituals@example.org&to=ana@example.org" }}
[people.ben]
name = "Ben"
preview = "full"
channels = {{ mail = "mailto://example.org:{smtp}?smtp=127.0.0.1&from=rituals@example.org&to=ben@example.org" }}
[replies.mail]
imap = "imap://rituals:{password}@127.0.0.1:{imap}/INBOX"
address = "rituals@example.org"
[rituals.check-in]
when = "every year on 1 January at 12:00"
to = "everyone"
message = "What was good about this week?"
ask = "text"
reveal = "together"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A running daemon of the installed wheel, its mail server, and the log it wrote so far."""

    ritualsd: list[str]
    mail: MailServer
    log: Path

    def ask(self, *command: str) -> Any:
        told = subprocess.run([*self.ritualsd, *command, "--json"], capture_output=True, text=True, check=False)
        return json.loads(told.stdout or "{}")

    def hears_mail(self) -> bool:
        return bool(self.ask("status").get("replies", {}).get("mail", {}).get("listening"))

    def answers(self, person: str) -> int:
        """How many answers of this person are on record."""
        told = subprocess.run([*self.ritualsd, "export", "--person", person], capture_output=True, check=True).stdout
        return sum(len(message["answers"]) for message in json.loads(told)["messages"])


@contextmanager
def home(installed: Path, folder: Path) -> Iterator[Home]:
    with mail_server(ANA, BEN, US, tagged=US) as mail, imap_server(mail.folder) as imap:
        config, log = folder / "config.toml", folder / "log"
        config.write_text(CONFIG.format(web=free_port(), smtp=mail.port, imap=imap.port, password=PASSWORD), "utf-8")
        ritualsd = [str(installed), "--config", str(config), "--state", str(folder / "state")]
        settled(config, folder / "state")
        with log.open("w") as out, subprocess.Popen([*ritualsd, "run"], stderr=out, stdout=out) as daemon:
            try:
                yield Home(ritualsd=ritualsd, mail=mail, log=log)
            finally:
                daemon.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    daemon.wait(60)
                print(log.read_text())
        assert daemon.returncode == 0


def reply_to(letter: EmailMessage, words: str, mail: MailServer) -> None:
    """As a mail program does it: to the address the letter names, the letter quoted below."""
    answer = EmailMessage()
    answer["From"], answer["To"], answer["Subject"] = letter["To"], letter["Reply-To"], f"Re: {letter['Subject']}"
    answer["In-Reply-To"] = letter["Message-ID"]
    quoted = "\n".join(f"> {line}" for line in letter.get_content().splitlines())
    answer.set_content(f"{words}\n\nOn Sun, 22 Nov 2026 at 18:00, us <{US}> wrote:\n{quoted}\n")
    with smtplib.SMTP("127.0.0.1", mail.port, timeout=20) as post:
        post.send_message(answer)


def link_in(letter: EmailMessage) -> str:
    """The bare link on the last line."""
    last = str(letter.get_content()).strip().splitlines()[-1]
    assert "/r/" in last
    return last


def answer_on_the_page(browser: Any, link: str, words: str) -> str:
    """Open the link, write, press the button. What the page said before."""
    with tab(browser, "phone") as page:
        page.goto(link)
        before = str(page.content())
        page.get_by_label("In your words").fill(words)
        page.get_by_role("button", name="Keep these words").click()
        page.get_by_text("You wrote:").wait_for()
        return before


@needs_mail_server
@needs_imap_server
@pytest.mark.wheel
@pytest.mark.process
@pytest.mark.browser
def test_one_answers_by_mail_and_one_on_the_page_and_both_then_read_what_was_said(
    installed: Path, tmp_path: Path
) -> None:
    with chromium() as browser, home(installed, tmp_path) as here:
        assert soon(here.hears_mail, PATIENCE_S)
        hide(ANAS_WORDS, BENS_WORDS, PASSWORD)
        here.ask("send", "check-in")
        (to_ana,) = here.mail.wait_for(ANA, 1, PATIENCE_S)
        (to_ben,) = here.mail.wait_for(BEN, 1, PATIENCE_S)
        hide_links(f"{link_in(to_ana)} {link_in(to_ben)}")
        assert to_ana["Auto-Submitted"] == "auto-generated"
        assert to_ana["Reply-To"] != to_ben["Reply-To"]

        reply_to(to_ana, ANAS_WORDS, here.mail)
        assert soon(lambda: here.answers("ana") == 1, PATIENCE_S)
        assert [len(here.mail.letters(address)) for address in (ANA, BEN)] == [1, 1]
        page = answer_on_the_page(browser, link_in(to_ben), BENS_WORDS)
        assert ANAS_WORDS not in page
        assert "Ana" not in page

        for address in (ANA, BEN):
            asked, revealed = here.mail.wait_for(address, 2, PATIENCE_S)
            words = str(revealed.get_content())
            assert f"Ana: {ANAS_WORDS}" in words
            assert f"Ben: {BENS_WORDS}" in words
            assert ANAS_WORDS not in str(asked)
            assert BENS_WORDS not in str(asked)
        written = here.log.read_text("utf-8")
        for secret in (ANAS_WORDS, BENS_WORDS, PASSWORD, US, link_in(to_ana).rpartition("/")[2]):
            assert secret not in written
