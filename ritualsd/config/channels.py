"""What can be said about a channel's URL without loading Apprise or asking the network. Never shows the URL itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from ritualsd.config.findings import did_you_mean, quoted
from ritualsd.config.services import LOCAL, PLAIN, SERVICES
from ritualsd.model import INBOX_SCHEME

OURS = frozenset({"retry", "wait", "optional", "format", "overflow", "attach"})
"""Parameters of Apprise that ritualsd decides itself, durably."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,19}(?=://)")
_HOLE = re.compile(r"\$\{[^}]*\}")
_PASSWORDS = frozenset({"pass", "password", "token", "key", "apikey", "secret"})
_RANDOM = re.compile(r"(?=[^A-Za-z]*[A-Za-z])(?=[^0-9]*[0-9])[A-Za-z0-9_-]{16,}")
_NEAR = (".local", ".lan", ".home", ".internal", ".home.arpa", ".localhost", ".test", ".invalid")
_SHORT_TOPIC = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing to say about an address."""

    severity: Literal["error", "warning"]
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """The parts of a channel URL that the checks look at."""

    scheme: str
    host: str
    login: bool
    path: tuple[str, ...]
    query: dict[str, str]


def remarks(written: str, url: str) -> Iterator[Remark]:
    """Everything to say about a channel: `written` as in the file, `url` with its secrets filled in."""
    problem = _unusable(written, url)
    if problem is not None:
        yield problem
        return
    address = _address(url)
    if address is None:
        yield Remark(
            severity="error", message="this address cannot be taken apart", hint="check its brackets and slashes"
        )
        return
    if address.scheme != INBOX_SCHEME:
        yield from _refusals(address)
        yield from _warnings(address)
        if inline_token(written):
            yield Remark(
                severity="warning",
                message="this address seems to hold a password or token, for everyone who reads this file",
                hint="put it in a file under secrets/ and write ${its_name} here",
            )


def _unusable(written: str, url: str) -> Remark | None:
    """What keeps the text from being an address of a service we can use at all."""
    scheme = _SCHEME.match(url)
    if scheme is None or not url.isprintable() or " " in url.strip():
        where = "the secret named here" if _HOLE.fullmatch(written) else "this"
        hint = 'write an Apprise URL, such as "ntfys://ntfy.example.org/topic", with no space in it'
        return Remark(severity="error", message=f"{where} is not the address of a channel", hint=hint)
    name = scheme.group().lower()
    if name in LOCAL:
        message = f"{name}:// speaks to the desktop or log of the machine ritualsd runs on, which is no person"
        return Remark(severity="error", message=message, hint="use a service that reaches a phone or a mailbox")
    if name == "https":
        hint = "`ritualsd check --send-test` shows whether it does; else use the service's own Apprise URL"
        return Remark(severity="warning", message="Apprise knows only some services by their web address", hint=hint)
    if name not in SERVICES and name != INBOX_SCHEME:
        hint = did_you_mean(name, SERVICES, "see the Apprise documentation for the services it knows")
        return Remark(severity="error", message=f"no service is called {quoted(name)}", hint=hint)
    return None


def _address(url: str) -> Address | None:
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    login, _, place = parts.netloc.rpartition("@")
    host = place.split("]")[0].strip("[") if place.startswith("[") else place.split(":")[0]
    return Address(
        scheme=parts.scheme.lower(),
        host=unquote(host).lower(),
        login=bool(login),
        path=tuple(part for part in parts.path.split("/") if part),
        query={key.lower(): value for key, value in parse_qsl(parts.query, keep_blank_values=True)},
    )


def _refusals(address: Address) -> Iterator[Remark]:
    for key in sorted(OURS & address.query.keys()):
        message = f"{key}= is ritualsd's own business: it retries, falls back and formats by itself"
        yield Remark(severity="error", message=message, hint=f"remove {key}= from the address")
    if address.scheme == "tgram" and not address.path and not address.query.get("to"):
        message = "a Telegram address needs the chat it goes to, or it reads the bot's incoming messages to guess one"
        yield Remark(severity="error", message=message, hint="write tgram://${bot_token}/CHAT_ID?detect=no")
    if address.scheme == "xmpp":
        message = "xmpp:// without encryption reports success even with a wrong password"
        yield Remark(severity="error", message=message, hint="use xmpps://")


def _warnings(address: Address) -> Iterator[Remark]:
    topic = _public_topic(address)
    if topic is not None and len(topic) < _SHORT_TOPIC and not address.login:
        message = f"whoever guesses a public ntfy topic reads it, and this one has under {_SHORT_TOPIC} letters"
        yield Remark(severity="warning", message=message, hint="use a long random topic, or a server of your own")
    if address.scheme in PLAIN and topic is None and _is_public(address.host):
        message = f"{address.scheme}:// crosses the internet unencrypted"
        yield Remark(severity="warning", message=message, hint=f"use {address.scheme}s://")
    if address.query.get("verify", "").lower() in ("no", "false", "0", "off"):
        message = "verify=no accepts anyone who pretends to be this server"
        yield Remark(severity="warning", message=message, hint="remove it once the server has a valid certificate")


def _public_topic(address: Address) -> str | None:
    """The topic on ntfy.sh, where everyone may read; None for anything else."""
    if address.scheme not in ("ntfy", "ntfys"):
        return None
    if not address.path:
        return address.host
    return address.path[-1] if address.host == "ntfy.sh" else None


def _is_public(host: str) -> bool:
    """Whether a host lies beyond the home network, as far as its name tells."""
    if re.fullmatch(r"[0-9.]+", host) or ":" in host:
        from ipaddress import ip_address

        try:
            return ip_address(host).is_global
        except ValueError:
            return True
    return "." in host and not host.endswith(_NEAR)


def inline_token(written: str) -> bool:
    """Whether the text itself, outside of any ${name}, looks as if it held a password or a token."""
    bare = _HOLE.sub("", written)
    _, _, rest = bare.partition("://")
    place, _, query = rest.partition("?")
    login, at, _ = place.split("/", 1)[0].rpartition("@")
    if at and login.partition(":")[2]:
        return True
    if any(key.lower() in _PASSWORDS and value for key, value in parse_qsl(query)):
        return True
    return any(_RANDOM.fullmatch(piece) for piece in re.split(r"[/@:?&=,]", rest))
