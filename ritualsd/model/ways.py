"""The ways an answer can come back without an open port: a mailbox, reply topics, a bot. Only what the file says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ritualsd.model.people import Secret, empty


@dataclass(frozen=True, slots=True, kw_only=True)
class MailWay:
    """A mailbox that answers are sent to. `imap` is its whole URL, `address` its own address.

    `plus`: its server delivers `local+anything@domain` too; without it the token stands in the mail's last line.
    """

    imap: Secret
    address: str
    plus: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicWay:
    """An ntfy server, and for each person the topic that their buttons post to. `token` None: no login is needed."""

    url: str
    topics: Mapping[str, Secret] = field(default_factory=empty)
    token: Secret | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BotWay:
    """A Telegram bot, and for each person the one chat it listens to. `api` is where bots are served."""

    token: Secret
    chats: Mapping[str, int] = field(default_factory=empty)
    api: str = "https://api.telegram.org"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Those the configuration names; the command line and the page are always there beside them."""

    mail: MailWay | None = None
    topics: TopicWay | None = None
    bot: BotWay | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WayBack:
    """How one message can be answered from where it is read; a field left empty is not offered.

    `link` opens its page. `buttons` are what they say, and what pressing one answers. `topic` is where an ntfy button
    posts to, `mail` the address a mail is answered at, `line` what a mail ends with for its answer to be known by,
    `bot` where the Telegram bot with its token is reached that writes to `chat`.
    """

    token: str = field(default="", repr=False)
    link: str = field(default="", repr=False)
    buttons: tuple[tuple[str, str], ...] = ()
    topic: str = field(default="", repr=False)
    mail: str = field(default="", repr=False)
    line: str = field(default="", repr=False)
    bot: str = field(default="", repr=False)
    chat: int = 0


NO_WAY_BACK = WayBack()
