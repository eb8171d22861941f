"""From the pool through Apprise into a real maildir and a real topic."""

from __future__ import annotations

from tests.send.conftest import Send
from tests.servers import broker, mail_server, needs_broker, needs_mail_server

LINK = "https://rituals.example.org/r/abc_DEF-123?x=1&y=2"


def mailto(port: int, address: str) -> str:
    return f"mailto://example.org:{port}?smtp=127.0.0.1&from=rituals@example.org&to={address}"


@needs_mail_server
def test_a_mail_arrives_in_a_real_mailbox_word_for_word(send: Send) -> None:
    with mail_server("ana@example.org", "ben@example.org") as mail:
        outcome = send(mailto(mail.port, "ana@example.org"), title="Grüße", body=f"1 < 2 & *so* on\n{LINK}")
        (letter,) = mail.wait_for("ana@example.org", 1)
        assert mail.letters("ben@example.org") == []
    assert (outcome.kind, outcome.code) == ("sent", "ok")
    assert letter["Subject"] == "Grüße"
    assert letter.get_content().splitlines() == ["1 < 2 & *so* on", LINK]


@needs_mail_server
def test_a_real_mail_server_refuses_a_stranger_for_good(send: Send) -> None:
    with mail_server("ana@example.org") as mail:
        outcome = send(mailto(mail.port, "nobody-we-know@example.org"))
    assert outcome.kind == "permanent"
    assert outcome.code.startswith("smtp-5")


@needs_broker
def test_a_message_arrives_on_a_real_topic(send: Send) -> None:
    with broker() as mqtt:
        outcome = send(f"mqtt://127.0.0.1:{mqtt.port}/rituals/ana?qos=1", title="A small note", body=f"Words.\n{LINK}")
        heard = mqtt.wait_for(1)
    assert (outcome.kind, outcome.code) == ("sent", "ok")
    assert heard == [("rituals/ana", f"A small note\nWords.\n{LINK}")]


@needs_broker
def test_one_message_after_another_arrives_though_mqtt_leaves_threads_behind(send: Send) -> None:
    with broker() as mqtt:
        kinds = {send(f"mqtt://127.0.0.1:{mqtt.port}/rituals/ana?qos=1", title="", body=str(n)).kind for n in range(3)}
        heard = mqtt.wait_for(3)
    assert kinds == {"sent"}
    assert [words for _, words in heard] == ["0", "1", "2"]
