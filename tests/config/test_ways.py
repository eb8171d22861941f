"""[replies.*]: where answers come back, and what is said about what cannot work, each with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from ritualsd.config import load
from ritualsd.model import Problem, Ways

HEAD = """\
[people.ana]
[people.ben]
[rituals.tea]
when = "every day at 10:00"
to = "ana"
message = "Tea?"
"""
SECRETS = {
    "RITUALSD_SECRET_MAIL_USER": "ana@example.org",
    "RITUALSD_SECRET_MAIL_PASSWORD": "p/w:d@x",
    "RITUALSD_SECRET_BOT": "123456:AAtestTestTestTestTestTest",
    "RITUALSD_SECRET_TOPIC": "ana-replies-3Rk9Qw-long",
}


def read(tmp_path: Path, text: str) -> tuple[Ways | None, list[Problem]]:
    (tmp_path / "config.toml").write_text(HEAD + text, "utf-8")
    loaded = load(tmp_path / "config.toml", SECRETS)
    return (loaded.settings.ways if loaded.settings else None), list(loaded.problems)


def problem(tmp_path: Path, text: str) -> Problem:
    """The one thing wrong with it."""
    _, problems = read(tmp_path, text)
    (only,) = problems
    return only


def test_without_the_tables_there_are_no_other_ways(tmp_path: Path) -> None:
    assert read(tmp_path, "") == (Ways(), [])


def test_secrets_are_put_in_place_and_shown_nowhere(tmp_path: Path) -> None:
    ways, problems = read(
        tmp_path,
        """
[replies.mail]
imap = "imaps://${mail_user}:${mail_password}@mail.example.org/INBOX"
address = "rituals@example.org"
[replies.ntfy]
url = "https://ntfy.example.org/"
topics = { ana = "${topic}" }
[replies.telegram]
token = "${bot}"
chats = { ana = 4711 }
""",
    )
    assert problems == []
    assert ways is not None
    assert ways.mail is not None
    assert ways.mail.imap.reveal() == "imaps://ana%40example.org:p%2Fw%3Ad%40x@mail.example.org/INBOX"
    assert ways.mail.plus
    assert ways.topics is not None
    assert (ways.topics.url, ways.topics.topics["ana"].reveal()) == (
        "https://ntfy.example.org",
        SECRETS["RITUALSD_SECRET_TOPIC"],
    )
    assert ways.bot is not None
    assert (ways.bot.chats, ways.bot.api) == ({"ana": 4711}, "https://api.telegram.org")
    assert not any(secret in repr(ways) for secret in SECRETS.values())


WRONG = {
    "a mailbox of another kind": ('[replies.mail]\nimap = "pop3://u@h"\naddress = "a@b.de"', 8, "replies.mail.imap"),
    "a mailbox without a user": (
        '[replies.mail]\nimap = "imaps://h/I"\naddress = "a@b.de"',
        8,
        "replies.mail.imap",
    ),
    "a missing secret": ('[replies.mail]\nimap = "imaps://u:${nope}@h"\naddress = "a@b.de"', 8, "replies.mail.imap"),
    "a + in the address": ('[replies.mail]\nimap = "imaps://u@h"\naddress = "a+b@c.de"', 9, "replies.mail.address"),
    "an address too long": (
        f'[replies.mail]\nimap = "imaps://u@h"\naddress = "{"a" * 50}@b.de"',
        9,
        "replies.mail.address",
    ),
    "a server that is none": ('[replies.ntfy]\nurl = "ntfy.sh"\ntopics = {}', 8, "replies.ntfy.url"),
    "a topic for nobody": (
        '[replies.ntfy]\nurl = "https://ntfy.sh"\ntopics = { anna = "${topic}" }',
        9,
        "replies.ntfy.topics.anna",
    ),
    "a topic for two": (
        '[replies.ntfy]\nurl = "https://ntfy.sh"\ntopics = { ana = "${topic}", ben = "${topic}" }',
        9,
        "replies.ntfy.topics.ben",
    ),
    "a token that is none": ('[replies.telegram]\ntoken = "${topic}"\nchats = {}', 8, "replies.telegram.token"),
    "a group as a chat": (
        '[replies.telegram]\ntoken = "${bot}"\nchats = { ana = -100123 }',
        9,
        "replies.telegram.chats.ana",
    ),
    "a chat as words": ('[replies.telegram]\ntoken = "${bot}"\nchats = { ana = "x" }', 9, "replies.telegram.chats.ana"),
    "an unknown key": ('[replies.mail]\nimap = "imaps://u@h"\naddress = "a@b.de"\nport = 1', 10, "replies.mail.port"),
}


@pytest.mark.parametrize(("text", "line", "key"), WRONG.values(), ids=WRONG.keys())
def test_a_mistake_is_told_with_its_line_and_what_to_write(tmp_path: Path, text: str, line: int, key: str) -> None:
    told = problem(tmp_path, text)
    assert (told.severity, told.line, told.key) == ("error", line, key)
    assert told.hint


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[replies.mail]\nimap = "imaps://u:hunter2@h"\naddress = "a@b.de"', "replies.mail.imap"),
        ('[replies.ntfy]\nurl = "http://ntfy.example.org"\ntopics = { ana = "${topic}" }', "replies.ntfy.url"),
        ('[replies.ntfy]\nurl = "https://ntfy.sh"\ntopics = { ana = "ana" }', "replies.ntfy.topics.ana"),
        (
            '[replies.telegram]\ntoken = "123456:AAtestTestTestTestTestTest"\nchats = { ana = 1 }',
            "replies.telegram.token",
        ),
    ],
)
def test_what_works_and_is_unwise_is_a_warning(tmp_path: Path, text: str, key: str) -> None:
    told = problem(tmp_path, text)
    assert (told.severity, told.key) == ("warning", key)
    assert "hunter2" not in str(told)


def test_a_mistake_in_one_way_never_shows_a_secret(tmp_path: Path) -> None:
    _, problems = read(tmp_path, '[replies.mail]\nimap = "${mail_password}"\naddress = "${mail_password}"\n')
    assert problems
    assert not any("p/w" in str(each) for each in problems)
