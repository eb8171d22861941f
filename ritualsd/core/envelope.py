"""What of a message shows where it arrives, and the way back for an answer. Pure; judged at every send, as quiet
hours are, so that a person who wants less on their lock screen has it at once.
"""

from __future__ import annotations

from urllib.parse import unquote

from ritualsd.core.asking import choices_in
from ritualsd.core.notices import FOLLOW_UP, UNCLEAR, WELCOME, notice_in
from ritualsd.core.nudges import number_in
from ritualsd.core.phrases import Phrases
from ritualsd.model import NO_WAY_BACK, Channel, Delivery, Person, Ritual, Settings, WayBack

BY_ITSELF = frozenset({"sign-in"})
"""Notices whose words are a link already."""

NTFY = ("ntfy", "ntfys")
MAIL = ("mailto", "mailtos")
TELEGRAM = "tgram"


def is_asking(ritual: Ritual, part: str) -> bool:
    """Whether a message waits for an answer: a ritual that asks for something, or what is said again about one."""
    notice = notice_in(ritual.id, part)
    return (not notice or notice == UNCLEAR or bool(number_in(notice))) and (
        ritual.ask != "none" or ritual.nudge_after is not None
    )


def way_back(
    delivery: Delivery, ritual: Ritual, part: str, person: Person, channel: Channel, settings: Settings,
    phrases: Phrases,
) -> WayBack:  # fmt: skip
    """How this message can be answered on this channel. What lies in the inbox is answered on the same pages."""
    token = delivery.reply_token
    if not token or channel.is_inbox or notice_in(ritual.id, part) in BY_ITSELF:
        return NO_WAY_BACK
    choices = choices_in(ritual.id, part, phrases)
    asking = is_asking(ritual, part) or bool(choices) or ritual.id == FOLLOW_UP
    link = f"{settings.public_url.rstrip('/')}/r/{token}" if settings.public_url else ""
    return WayBack(
        token=token,
        link=link if asking or person.preview == "discreet" else "",
        buttons=tuple((choice, choice) for choice in choices) or (_buttons(phrases) if is_asking(ritual, part) else ()),
        topic=_topic(person, channel, settings) if asking else "",
        mail=_mail(token, channel, settings) if asking else "",
        line=_line(token, channel, settings) if asking else "",
        bot=_bot(person, channel, settings) if asking else "",
        chat=settings.ways.bot.chats.get(person.id, 0) if settings.ways.bot is not None else 0,
    )


def shown(delivery: Delivery, person: Person, back: WayBack, phrases: Phrases) -> str:
    """The body as it arrives: the words, or for a discreet preview only that they are behind the link. A welcome says
    what it is: whoever is new follows no link from nowhere."""
    is_hidden = back.link and person.preview == "discreet" and delivery.ritual != WELCOME
    return phrases.say("behind-link") if is_hidden else delivery.body


def _buttons(phrases: Phrases) -> tuple[tuple[str, str], ...]:
    labels = {"done": "done", "skip": "skip", "snooze": "snooze 2h"}
    return tuple((phrases.say(f"button.{name}"), text) for name, text in labels.items())


def _topic(person: Person, channel: Channel, settings: Settings) -> str:
    topics = settings.ways.topics
    if topics is None or channel.scheme not in NTFY or person.id not in topics.topics:
        return ""
    return f"{topics.url.rstrip('/')}/{topics.topics[person.id].reveal()}"


def _mail(token: str, channel: Channel, settings: Settings) -> str:
    mail = settings.ways.mail
    if mail is None or channel.scheme not in MAIL:
        return ""
    local, at, domain = mail.address.partition("@")
    return f"{local}+{token}{at}{domain}" if mail.plus else mail.address


def _bot(person: Person, channel: Channel, settings: Settings) -> str:
    """Where the bot is reached, if this channel is the very chat in which it listens to this person."""
    bot = settings.ways.bot
    if bot is None or channel.scheme != TELEGRAM or person.id not in bot.chats:
        return ""
    token, chat = bot.token.reveal(), bot.chats[person.id]
    address = unquote(channel.url.reveal()).partition("?")[0].rstrip("/")
    return f"{bot.api}/bot{token}" if address.endswith(f"{token}/{chat}") else ""


def _line(token: str, channel: Channel, settings: Settings) -> str:
    """What makes the answer to a mail known where its address cannot."""
    mail = settings.ways.mail
    return f"ref {token}" if mail is not None and not mail.plus and channel.scheme in MAIL else ""
