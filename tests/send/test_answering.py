"""How a message can be answered, as it really leaves: buttons and a tap, an address to reply to, the bare link."""

from __future__ import annotations

import json
from email import message_from_bytes, policy

import pytest

from ritualsd.model import WayBack
from ritualsd.send.answering import answering
from ritualsd.send.pool import SenderPool
from ritualsd.send.render import render
from tests.send import sink as peer
from tests.send.conftest import to, warmed
from tests.send.sink import Sink
from tests.send.test_mail_faults import Script, mail_server
from tests.send.test_mail_faults import url as mail_url

TOKEN = "A" * 21 + "Q"
LINK = f"https://rituals.example.org/r/{TOKEN}"
BACK = WayBack(
    token=TOKEN,
    link=LINK,
    buttons=(("Erledigt ✅", "done"), ("Auslassen", "skip"), ("In 2 Stunden", "snooze 2h")),
    topic="https://ntfy.example.org/replies-of-ana",
    mail=f"rituals+{TOKEN}@example.org",
)


def test_ntfy_gets_a_tap_and_three_buttons_that_post_the_answer(shared_pool: SenderPool) -> None:
    warmed(shared_pool)
    with Sink(peer.status(200)) as sink:
        outcome = shared_pool.send(to(f"ntfy://{sink.address}/ana"), "A small note", "The words.", back=BACK)
        assert outcome.kind == "sent"
        (request,) = sink.requests
    assert request.headers["x-click"] == LINK
    actions = json.loads(request.headers["x-actions"])
    assert [action["label"] for action in actions] == [label for label, _ in BACK.buttons]
    assert [json.loads(action["body"])["a"] for action in actions] == ["done", "skip", "snooze 2h"]
    assert {json.loads(action["body"])["t"] for action in actions} == {TOKEN}
    assert {(action["action"], action["url"], action["method"]) for action in actions} == {("http", BACK.topic, "POST")}
    assert LINK not in request.json()["message"]


def test_a_mail_says_where_to_answer_and_that_a_machine_wrote_it(shared_pool: SenderPool) -> None:
    warmed(shared_pool)
    script = Script()
    with mail_server(script) as port:
        outcome = shared_pool.send(to(mail_url(port)), "A small note", "The words.", back=BACK)
    assert outcome.kind == "sent", outcome
    mail = message_from_bytes(script.taken[0], policy=policy.default)
    assert BACK.mail in mail["Reply-To"]
    assert mail["Auto-Submitted"] == "auto-generated"
    words = mail.get_body(("plain",))
    assert words is not None
    assert words.get_content().strip().splitlines()[-1] == LINK


def test_everywhere_else_the_link_stands_bare_on_the_last_line(shared_pool: SenderPool) -> None:
    warmed(shared_pool)
    with Sink(peer.status(200)) as sink:
        shared_pool.send(to(f"json://{sink.address}/"), "A small note", "The words.", back=BACK)
        shared_pool.send(to(f"json://{sink.address}/"), "A small note", "The words.")
        with_it, without = (request.json()["message"] for request in sink.requests)
    assert with_it.split("\n") == ["The words.", LINK]
    assert without == "The words."


@pytest.mark.parametrize("scheme", ["ntfy", "pover", "mailto", "tgram", "json", "matrix", "sms"])
def test_no_way_back_leaves_words_and_address_as_they_are(scheme: str) -> None:
    for given in ({}, {"link": "", "buttons": (), "topic": "", "mail": "", "line": "", "token": ""}):
        found = answering(scheme, given)
        assert found.last_line == ""
        assert set(found.keys) <= {"headers"}


def test_pushover_carries_the_link_beside_the_words() -> None:
    found = answering("pover", {"link": LINK})
    assert (found.keys, found.last_line) == ({"supplemental_url": LINK}, "")


def test_a_mail_without_a_plus_address_ends_with_what_its_answer_is_known_by() -> None:
    found = answering("mailto", {"mail": "rituals@example.org", "line": f"ref {TOKEN}"})
    assert found.last_line == f"ref {TOKEN}"


def test_headers_of_an_address_stay_and_ours_come_beside_them() -> None:
    found = answering("mailto", {}).over({"headers": {"X-Room": "kitchen"}, "to": "ana"})
    assert found == {"headers": {"Auto-Submitted": "auto-generated", "X-Room": "kitchen"}, "to": "ana"}


@pytest.mark.parametrize("scheme", ["irc", "ntfy", "json", "tgram"])
def test_words_are_cut_and_the_last_line_never(scheme: str) -> None:
    _, body = render(scheme, "A title", "word " * 20_000, last_line=LINK)
    assert body.split("\n")[-1] == LINK
    assert body.split("\n")[-2].endswith("…")
