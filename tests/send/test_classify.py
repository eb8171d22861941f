"""The table from what Apprise logs to what it means. The texts are as Apprise 2.2 and its libraries write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ritualsd.send.classify import CODES, classify, from_http, from_smtp, is_code, sentence

POOL = "HTTPSConnectionPool(host='h.example', port=443): "
RETRIES = POOL + "Max retries exceeded with url: /bot12:SECRET/refused/EOF/SSL (Caused by "

SOCKET = [
    ("(550, b'5.1.1 no such user', 'us@example.org')", "permanent", "smtp-550"),
    ("{'a@example.org': (550, b'no such user')}", "permanent", "smtp-550"),
    ("{'a@example.org': (451, b'greylisted')}", "transient", "smtp-451"),
    ("(535, b'5.7.8 wrong')", "permanent", "smtp-535"),
    ("(421, b'4.7.0 later')", "transient", "smtp-421"),
    (
        RETRIES + "NameResolutionError(\"HTTPSConnection(host='h.example', port=443): Failed to resolve 'h.example' "
        '([Errno -2] Name or service not known)"))',
        "transient",
        "dns",
    ),
    ("[Errno -3] Temporary failure in name resolution", "transient", "dns"),
    (RETRIES + "NewConnectionError('…: Failed to establish: [Errno 111] Connection refused'))", "transient", "refused"),
    ("[Errno 111] Connection refused", "transient", "refused"),
    (RETRIES + "NewConnectionError('…: [Errno 113] No route to host'))", "transient", "unreachable"),
    ("[Errno 101] Network is unreachable", "transient", "unreachable"),
    (
        RETRIES + "ConnectTimeoutError(<HTTPSConnection(host='h.example', port=443)>, 'Connection to h.example timed "
        "out. (connect timeout=4.0)'))",
        "transient",
        "connect-timeout",
    ),
    (POOL + "Read timed out. (read timeout=15.0)", "unknown", "read-timeout"),
    ("timed out", "unknown", "read-timeout"),
    ("The read operation timed out", "unknown", "read-timeout"),
    ("('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))", "unknown", "reset"),
    ("('Connection aborted.', RemoteDisconnected('Remote end closed connection'))", "unknown", "reset"),
    ("('Connection broken: IncompleteRead(0 bytes read, 9 more expected)', …)", "unknown", "reset"),
    ("[Errno 104] Connection reset by peer", "unknown", "reset"),
    ("Connection unexpectedly closed", "unknown", "reset"),
    (RETRIES + "SSLError(SSLEOFError(8, '[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred'))", "unknown", "reset"),
    (
        RETRIES
        + "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed')))",
        "permanent",
        "tls-verify",
    ),
    (RETRIES + "SSLError(SSLError(1, '[SSL: WRONG_VERSION_NUMBER] wrong version number')))", "transient", "tls"),
    ("STARTTLS extension not supported by server.", "transient", "tls"),
    ("Failed to parse: http://[", "permanent", "bad-url"),
    (
        "Invalid leading whitespace, reserved character(s), or return character(s) in header value",
        "permanent",
        "bad-url",
    ),
    ("something else entirely", "transient", "unexplained"),
]


@pytest.mark.parametrize(("text", "kind", "code"), SOCKET)
def test_every_broken_connection_has_its_meaning(text: str, kind: str, code: str) -> None:
    assert classify("FAILURE", [("DEBUG", f"Socket Exception: {text}")]) == (kind, code)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Failed to send JSON notification: Not Found, error=404.", "http-404"),
        ("Failed to send ntfy notification to topic 'error=200.': forbidden, error=40301.", "http-403"),
        ("Failed to send notification error=404", "http-404"),
    ],
)
def test_the_number_is_read_where_apprise_puts_it(text: str, code: str) -> None:
    assert classify("FAILURE", [("WARNING", text)]) == ("permanent", code)


def test_words_of_the_user_in_a_url_prove_nothing() -> None:
    text = RETRIES + "SomethingNew('of which we know nothing'))"
    assert classify("FAILURE", [("DEBUG", f"Socket Exception: {text}")]) == ("transient", "unexplained")


def test_a_body_in_the_log_proves_nothing() -> None:
    log = [("DEBUG", "ntfy Payload: {'message': 'Socket Exception: [Errno 111] error=404.'}"), ("INFO", "error=404.")]
    assert classify("FAILURE", log) == ("transient", "unexplained")


def test_an_answer_with_a_number_beats_a_broken_connection() -> None:
    log = [
        ("DEBUG", "Socket Exception: {'a@example.org': (550, b'no such user')}"),
        ("WARNING", 'Sending email to "a@example.org" failed.'),
        ("DEBUG", "Socket Exception: Connection unexpectedly closed"),
    ]
    assert classify("FAILURE", log) == ("permanent", "smtp-550")


def test_the_last_answer_decides() -> None:
    log = [("WARNING", "Failed to log in, error=401."), ("WARNING", "Failed to send, error=503.")]
    assert classify("FAILURE", log) == ("transient", "http-503")


def test_a_service_that_raised_may_have_sent() -> None:
    log = [("WARNING", "Notification service 'JSON' raised an exception."), ("DEBUG", "Notification Exception: ")]
    assert classify("FAILURE", log) == ("unknown", "exception")


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        ("SUCCESS", "sent", "ok"),
        ("TIMEOUT", "unknown", "deadline"),
        ("FAILURE", "transient", "unexplained"),
        ("NOMATCH", "transient", "unexplained"),
        ("PARTIAL", "transient", "unexplained"),
    ],
)
def test_the_status_alone_says_little(status: str, kind: str, code: str) -> None:
    assert classify(status, []) == (kind, code)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (204, "unknown"),
        (302, "permanent"),
        (408, "transient"),
        (418, "permanent"),
        (425, "transient"),
        (599, "transient"),
    ],
)
def test_http_numbers_sort_into_kinds(number: int, kind: str) -> None:
    assert from_http(number) == (kind, f"http-{number}")


def test_smtp_numbers_sort_into_kinds() -> None:
    assert [from_smtp(number)[0] for number in (421, 452, 500, 554)] == ["transient"] * 2 + ["permanent"] * 2


@given(st.lists(st.tuples(st.sampled_from(["DEBUG", "WARNING", "ERROR"]), st.text())))
def test_whatever_is_logged_the_code_is_of_the_closed_list(log: list[tuple[str, str]]) -> None:
    _, code = classify("FAILURE", log)
    assert is_code(code)


@pytest.mark.parametrize("code", ["", "http-4040", "http-abc", "smtp-", "OK", None, 404, "dns\n"])
def test_anything_else_is_no_code(code: object) -> None:
    assert not is_code(code)


@pytest.mark.parametrize("code", [*CODES, "http-404", "smtp-550"])
def test_every_code_has_a_sentence_a_person_can_read(code: str) -> None:
    words = sentence(code)
    assert words
    assert "!" not in words
    assert not words.endswith(".")
