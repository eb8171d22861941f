"""The ways answers come back, from [replies.*]: secrets in place, every address checked. Asks no server."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from ritualsd.config.channels import inline_token
from ritualsd.config.findings import Spot, did_you_mean, quoted
from ritualsd.config.secrets import SecretProblem, Secrets
from ritualsd.core.links import LOOPBACK
from ritualsd.model import BotWay, MailWay, Person, Secret, TopicWay, Ways

if TYPE_CHECKING:
    from ritualsd.config.replies_tables import RepliesTable, ReplyMailTable, ReplyNtfyTable, ReplyTelegramTable

T = TypeVar("T")

TOKEN_LENGTH = 22
LONGEST_LOCAL = 64  # of an address, by RFC 5321
SHORT_TOPIC = 16

_PUT = "put it in a file under secrets/ and write ${its_name} here"
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*/=?^_`{|}~-]+@[A-Za-z0-9.-]+")
_TOPIC = re.compile(r"[A-Za-z0-9_-]{1,64}")
_BOT = re.compile(r"[0-9]{3,20}:[A-Za-z0-9_-]{20,100}")


def ways(table: RepliesTable, people: Mapping[str, Person], secrets: Secrets, here: Spot) -> Ways:
    """Those that are written and can be used."""
    return Ways(
        mail=_mail(table.mail, secrets, here.below("mail")) if table.mail else None,
        topics=_topics(table.ntfy, people, secrets, here.below("ntfy")) if table.ntfy else None,
        bot=_bot(table.telegram, people, secrets, here.below("telegram")) if table.telegram else None,
    )


def _mail(table: ReplyMailTable, secrets: Secrets, here: Spot) -> MailWay | None:
    imap = _filled(table.imap, secrets, here, "imap", in_url=True)
    if imap is not None and not _is_mailbox(imap):
        here.error("imap", "this is no mailbox", 'write it like "imaps://${user}:${password}@mail.example.org/INBOX"')
    if inline_token(table.imap):
        here.warning("imap", "this address seems to hold a password, for everyone who reads this file", _PUT)
    if not _ADDRESS.fullmatch(table.address):
        hint = 'write it like "rituals@example.org", without a + in it'
        here.error("address", "this is no address that answers could be sent to", hint)
    elif table.plus and len(table.address.partition("@")[0]) + 1 + TOKEN_LENGTH > LONGEST_LOCAL:
        here.error("address", "with + and a token this is longer than an address may be", "choose a shorter one")
    return MailWay(imap=Secret(imap), address=table.address, plus=table.plus) if imap is not None else None


def _topics(table: ReplyNtfyTable, people: Mapping[str, Person], secrets: Secrets, here: Spot) -> TopicWay | None:
    _check_server(table.url, here, "url", "https://ntfy.example.org")
    token = _filled(table.token, secrets, here, "token") if table.token else None
    _check_people(table.topics, people, here.below("topics"))
    topics: dict[str, Secret] = {}
    for person, written in table.topics.items():
        topic = _filled(written, secrets, here.below("topics"), person)
        if topic is None:
            continue
        _check_topic(topic, here.below("topics"), person)
        if Secret(topic) in topics.values():
            here.below("topics").error(person, "two people cannot have the same topic", "choose another one")
        topics[person] = Secret(topic)
    return TopicWay(url=table.url.rstrip("/"), topics=topics, token=Secret(token) if token else None)


def _bot(table: ReplyTelegramTable, people: Mapping[str, Person], secrets: Secrets, here: Spot) -> BotWay | None:
    token = _filled(table.token, secrets, here, "token")
    if token is not None and not _BOT.fullmatch(token):
        here.error("token", "this is no token of a bot", "copy it as BotFather gave it: 123456:ABC…")
    elif "${" not in table.token:
        here.warning("token", "everyone who reads this file can use the bot", _PUT)
    _check_server(table.api, here, "api", "https://api.telegram.org")
    _check_people(table.chats, people, here.below("chats"))
    for person, chat in table.chats.items():
        if chat <= 0 or list(table.chats.values()).count(chat) > 1:
            message = "this is not the private chat of one person"
            here.below("chats").error(person, message, "write the number of their own chat with the bot")
    api = table.api.rstrip("/")
    return BotWay(token=Secret(token), chats=dict(table.chats), api=api) if token is not None else None


def _filled(written: str, secrets: Secrets, here: Spot, key: str, *, in_url: bool = False) -> str | None:
    try:
        return secrets.fill(written, in_url=in_url)
    except SecretProblem as problem:
        here.error(key, problem.what, problem.todo)
        return None


def _is_mailbox(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("imap", "imaps") and bool(parts.hostname and parts.username and parts.port != 0)
    except ValueError:
        return False


def _check_server(url: str, here: Spot, key: str, example: str) -> None:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or parts.query or parts.fragment or parts.username:
        here.error(key, "this is not the address of a server", f'write it like "{example}"')
    elif parts.scheme == "http" and parts.hostname not in LOOPBACK:
        here.warning(key, "answers would cross the network unencrypted", "use an https:// address")


def _check_people(named: Mapping[str, T], people: Mapping[str, Person], here: Spot) -> None:
    for person in named:
        if person not in people:
            hint = did_you_mean(person, people, "name someone of [people.*]")
            here.error(person, f"nobody is called {quoted(person)}", hint)


def _check_topic(topic: str, here: Spot, person: str) -> None:
    if not _TOPIC.fullmatch(topic):
        here.error(person, "this is no topic", "use letters, digits, - and _, at most 64")
    elif len(topic) < SHORT_TOPIC:
        message = f"whoever guesses a topic reads it, and this one has under {SHORT_TOPIC} letters"
        here.warning(person, message, "use a long random one")
