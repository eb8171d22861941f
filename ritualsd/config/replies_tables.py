"""What may stand under [replies.*]. Descriptions here are the manual's own words."""

from __future__ import annotations

from pydantic import Field

from ritualsd.config.fields import Id, Name, Table


class ReplyMailTable(Table):
    """A mailbox that people answer to by e-mail. It is read over IMAP; nothing in it is moved or deleted."""

    imap: Name = Field(
        description="The mailbox: imaps://USER:PASSWORD@HOST/FOLDER. imap:// begins in clear and changes to TLS.",
        examples=["imaps://${mail_user}:${mail_password}@mail.example.org/INBOX"],
    )
    address: Name = Field(description="Its address, which answers go to.", examples=["rituals@example.org"])
    plus: bool = Field(
        default=True,
        description="Whether mail to rituals+anything@example.org arrives there too. false: a line at the end of each "
        "mail says what an answer is about, and must be quoted in it.",
        examples=[False],
    )


class ReplyNtfyTable(Table):
    """Topics of an ntfy server that the buttons of a message post to."""

    url: Name = Field(description="The server.", examples=["https://ntfy.example.org"])
    token: Name | None = Field(
        default=None, description="An access token, where reading a topic needs one.", examples=["${ntfy_token}"]
    )
    topics: dict[Id, Name] = Field(
        description="For each person a topic of their own, long and random: no one else should know it.",
        examples=[{"ana": "${ana_reply_topic}"}],
    )


class ReplyTelegramTable(Table):
    """A Telegram bot, for buttons under its messages and replies to them."""

    token: Name = Field(description="The bot's token.", examples=["${telegram_bot}"])
    chats: dict[Id, int] = Field(
        description="For each person the number of their private chat with the bot; it listens to no other.",
        examples=[{"ana": 123456789}],
    )
    api: Name = Field(
        default="https://api.telegram.org",
        description="Where the Bot API is served, if you run a server of your own.",
        examples=["http://127.0.0.1:8081"],
    )


class RepliesTable(Table):
    """Ways for answers to come back that need no open port. Each is optional."""

    mail: ReplyMailTable | None = Field(default=None, description="By e-mail.")
    ntfy: ReplyNtfyTable | None = Field(default=None, description="By the buttons of ntfy.")
    telegram: ReplyTelegramTable | None = Field(default=None, description="By a Telegram bot.")
