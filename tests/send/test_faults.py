"""What becomes of a send when the peer misbehaves: one exact outcome for each way of failing, over real sockets."""

from __future__ import annotations

import socket

import pytest

from tests.send import sink as peer
from tests.send.conftest import Send
from tests.send.sink import Behaviour, Sink

ANSWERS = [
    (200, "sent", "ok"),
    (204, "sent", "ok"),
    (302, "permanent", "http-302"),
    (400, "permanent", "http-400"),
    (401, "permanent", "http-401"),
    (403, "permanent", "http-403"),
    (404, "permanent", "http-404"),
    (405, "permanent", "http-405"),
    (408, "transient", "http-408"),
    (410, "permanent", "http-410"),
    (413, "permanent", "http-413"),
    (425, "transient", "http-425"),
    (429, "transient", "http-429"),
    (500, "transient", "http-500"),
    (503, "transient", "http-503"),
]


@pytest.mark.parametrize(("answer", "kind", "code"), ANSWERS)
def test_every_http_status_has_its_outcome(send: Send, answer: int, kind: str, code: str) -> None:
    with Sink(peer.status(answer)) as sink:
        outcome = send(f"json://{sink.address}/")
    assert (outcome.kind, outcome.code) == (kind, code)
    assert len(sink.requests) == 1, "one call, one try: retries are decided elsewhere"


@pytest.mark.parametrize(
    ("answer", "body", "kind", "code"),
    [
        (200, b'{"id":"x"}', "sent", "ok"),
        (403, b'{"code":40301,"http":403,"error":"forbidden"}', "permanent", "http-403"),
        (429, b'{"code":42901,"http":429,"error":"limit reached"}', "transient", "http-429"),
        (507, b'{"code":50701,"http":507,"error":"insufficient storage"}', "transient", "http-507"),
        (404, b"<html>not even JSON</html>", "permanent", "http-404"),
    ],
)
def test_the_five_digits_of_ntfy_are_read(send: Send, answer: int, body: bytes, kind: str, code: str) -> None:
    with Sink(peer.status(answer, body)) as sink:
        outcome = send(f"ntfy://{sink.address}/a-topic")
    assert (outcome.kind, outcome.code) == (kind, code)


def test_a_redirect_is_a_failure_and_is_not_followed(send: Send) -> None:
    with Sink(peer.status(200)) as elsewhere, Sink(peer.redirect(f"http://{elsewhere.address}/")) as sink:
        plain = send(f"json://{sink.address}/")
        insisting = send(f"json://{sink.address}/?redirect=yes")
    assert (plain.kind, plain.code) == (insisting.kind, insisting.code) == ("permanent", "http-302")
    assert elsewhere.requests == []


def test_a_captive_portal_cannot_be_told_from_success(send: Send) -> None:
    with Sink(peer.captive) as sink:
        outcome = send(f"json://{sink.address}/")
    assert (outcome.kind, outcome.code) == ("sent", "ok")


@pytest.mark.parametrize(
    ("behaviour", "kind", "code"),
    [
        (peer.reset_before_the_body, "unknown", "reset"),
        (peer.reset_after_the_body, "unknown", "reset"),
    ],
)
def test_a_connection_that_breaks_leaves_it_unknown(send: Send, behaviour: Behaviour, kind: str, code: str) -> None:
    with Sink(behaviour) as sink:
        outcome = send(f"json://{sink.address}/")
    assert (outcome.kind, outcome.code) == (kind, code)


def test_an_answer_without_end_is_read_as_far_as_it_says_something(send: Send) -> None:
    with Sink(peer.flood(200)) as sink:
        outcome = send(f"json://{sink.address}/")
    assert (outcome.kind, outcome.code) == ("sent", "ok")


@pytest.mark.parametrize("behaviour", [peer.hang, peer.drip])
def test_a_peer_that_never_ends_is_cut_off_at_the_deadline(send: Send, behaviour: Behaviour) -> None:
    with Sink(behaviour) as sink:
        outcome = send(f"json://{sink.address}/", deadline_s=3)
    assert (outcome.kind, outcome.code) == ("unknown", "deadline")
    assert outcome.elapsed_s > 2.5


def test_nobody_listening_is_refused(send: Send) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    outcome = send(f"json://127.0.0.1:{port}/")
    assert (outcome.kind, outcome.code) == ("transient", "refused")


def test_a_name_that_does_not_exist_is_a_dns_failure(send: Send) -> None:
    outcome = send("json://no-such-host.invalid/")
    assert (outcome.kind, outcome.code) == ("transient", "dns")


def test_a_certificate_nobody_trusts_is_refused_for_good(send: Send) -> None:
    with Sink(peer.status(200), tls=True) as sink:
        outcome = send(f"jsons://{sink.address}/")
        trusting = send(f"jsons://{sink.address}/?verify=no")
    assert (outcome.kind, outcome.code) == ("permanent", "tls-verify")
    assert (trusting.kind, trusting.code) == ("sent", "ok")


def test_tls_against_a_plain_server_is_transient(send: Send) -> None:
    with Sink(peer.plain_to_tls) as sink:
        outcome = send(f"jsons://{sink.address}/")
    assert (outcome.kind, outcome.code) == ("transient", "tls")


@pytest.mark.parametrize("scheme", ["json", "jsons"])
def test_a_peer_that_hangs_up_without_a_word_leaves_it_unknown(send: Send, scheme: str) -> None:
    with Sink(peer.hang_up) as sink:
        outcome = send(f"{scheme}://{sink.address}/")
    assert (outcome.kind, outcome.code) == ("unknown", "reset")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("not a url at all", "bad-url"),
        ("bogus://host/", "bad-url"),
        ("json://", "bad-url"),
        ("gnome://[", "bad-url"),
        ("json://127.0.0.1:99999999/", "bad-url"),
        ("ntfy://127.0.0.1/a/b", "bad-url"),
        ("mailto://user:word@example.org?to=a@example.org,b@example.org", "bad-url"),
        ("tgram://123456789:AAFabcdefghijklmnopqrstuvwxyzabcdef/", "bad-url"),
        ("tgram://123456789:AAFabcdefghijklmnopqrstuvwxyzabcdef/1/2", "bad-url"),
        ("dbus://", "missing-package"),
    ],
)
def test_an_address_that_names_no_single_recipient_is_refused_for_good(send: Send, url: str, code: str) -> None:
    outcome = send(url)
    assert (outcome.kind, outcome.code) == ("permanent", code)


@pytest.mark.parametrize("body", ["", "   \n", "\x00\x01"])
def test_a_message_with_nothing_in_it_is_refused_before_it_is_sent(send: Send, body: str) -> None:
    with Sink(peer.status(200)) as sink:
        outcome = send(f"json://{sink.address}/", body=body)
    assert (outcome.kind, outcome.code) == ("permanent", "empty")
    assert sink.requests == []


def test_an_address_cannot_make_the_worker_retry_or_send_a_file(send: Send) -> None:
    with Sink(peer.status(503)) as sink:
        outcome = send(f"json://{sink.address}/?retry=3&wait=0&optional=yes&attach=/etc/hostname&overflow=split")
    assert (outcome.kind, outcome.code) == ("transient", "http-503")
    assert len(sink.requests) == 1
    assert not sink.requests[0].json().get("attachments")


def test_sends_that_follow_each_other_are_not_throttled_inside_the_worker(send: Send) -> None:
    with Sink(peer.status(200)) as sink:
        took = sum(send(f"ntfy://{sink.address}/a-topic").elapsed_s for _ in range(4))
    assert len(sink.requests) == 4
    assert took < 16, "Apprise waits 5.5 s between two messages of one object, and longer after the clock went back"
