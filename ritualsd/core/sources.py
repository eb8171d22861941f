"""Why a source of replies cannot be read: the closed list of codes, and the sentence a person reads for each."""

from __future__ import annotations

from datetime import datetime, timedelta

KEEPS = {"ntfy": timedelta(hours=12), "telegram": timedelta(hours=24)}
"""How long the server of a source keeps what nobody has fetched, unless its owner chose otherwise."""

SENTENCES: dict[str, str] = {
    "login": "the server refused the password or token",
    "conflict": "another program reads the same bot, and only one can",
    "folder": "the mailbox has no such folder",
    "dns": "the name of the server could not be found",
    "refused": "nothing listens at that address",
    "timeout": "the server does not answer",
    "tls": "no encrypted connection could be made",
    "tls-verify": "the certificate of the server could not be trusted",
    "busy": "the server asks to be left alone for a while",
    "closed": "the server ended the connection",
    "connection": "the connection broke",
    "garbage": "what answers there speaks another language",
    "store": "answers cannot be recorded at the moment",
    "crash": "reading it failed in an unexpected way",
}
"""Every code but `http-NNN`, with the sentence a person reads."""


def sentence(code: str) -> str:
    """What a code means, for a person."""
    return SENTENCES.get(code) or f"the server answered {code.partition('-')[2]}"


def unheard(name: str, code: str, since_utc: datetime, now: datetime) -> str:
    """Since when a source is not heard and why, and whether answers may be lost by now."""
    told = f"not heard since {since_utc:%Y-%m-%dT%H:%M:%SZ}, because {sentence(code)}"
    kept = KEEPS.get(name)
    if kept is None or now - since_utc < kept:
        return told
    hours = int(kept.total_seconds()) // 3600
    return f"{told}; its server keeps answers for {hours} hours, so some may be lost"
