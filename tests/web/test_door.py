"""The door: reading only, known names only, the same answer for every wrong key, and the headers on all of them."""

from __future__ import annotations

from dataclasses import replace
from http.client import HTTPConnection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ritualsd.core.links import inbox_token, inbox_url, reader, site, split_bind
from ritualsd.web.door import HEADERS, host_allowed
from tests.web.home import ANA, BEN, Home, household


def test_every_wrong_key_gets_the_same_404_as_any_unknown_address(two: Home) -> None:
    right = two.path("ana")
    wrong = [
        "/inbox/" + "A" * 22,
        right[:-1],
        right + "A",
        right + "/",
        "/inbox/",
        "/inbox/%00",
        "/inbox/%C3%A9",
        "/inbox/" + "A" * 5000,
        "/nowhere",
    ]
    answers = [two.ask(path) for path in wrong]
    assert {answer.status for answer in answers} == {404}
    assert len({(answer.text, tuple(sorted(answer.headers.items()))) for answer in answers}) == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"])
def test_nothing_but_reading_is_allowed_and_the_answer_tells_no_keys_apart(two: Home, method: str) -> None:
    right, wrong = (two.ask(path, method) for path in (two.path("ana"), "/inbox/" + "A" * 22))
    assert right.status == 405
    assert right.headers["allow"] == "GET, HEAD"
    assert (right.text, right.headers) == (wrong.text, wrong.headers)


def test_head_is_get_without_the_page(two: Home) -> None:
    get, head = two.ask(two.path("ana")), two.ask(two.path("ana"), "HEAD")
    assert (head.status, head.text) == (200, "")
    assert head.headers == get.headers


@pytest.mark.parametrize("path", ["/", "/style.css", "/favicon.ico", "/nowhere", "ana"])
def test_every_answer_carries_the_headers(two: Home, path: str) -> None:
    answer = two.ask(two.path("ana") if path == "ana" else path)
    assert {name: answer.headers.get(name.lower()) for name in HEADERS} == dict(HEADERS)


def test_refusals_carry_the_headers_too(two: Home) -> None:
    for answer in (two.ask("/", "POST"), two.ask("/", Host="evil.example")):
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "script-src" not in answer.headers["content-security-policy"]


def test_no_answer_names_the_software_behind_it(two: Home) -> None:
    assert not {"server", "x-powered-by", "date"} & {name.lower() for name in two.ask("/").headers}


def test_the_icon_a_browser_asks_for_is_there(two: Home) -> None:
    icon = two.ask("/favicon.ico")
    assert (icon.status, icon.headers["content-type"]) == (200, "image/svg+xml")


def test_a_foreign_name_pointed_at_us_reads_nothing(two: Home) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example:80", "localhost.", "evil@localhost", "localhost/x", "", "a b"):
        answer = two.ask(two.path("ana"), Host=host)
        assert (answer.status, "picnic" in answer.text) == (400, False)


def test_our_own_names_are_answered(two: Home) -> None:
    for host in ("localhost", f"localhost:{two.port}", "LOCALHOST:1", "127.0.0.1", "[::1]:80"):
        assert two.ask(two.path("ana"), Host=host).status == 200


def test_the_public_name_is_answered_and_follows_a_reload(changing: Home) -> None:
    assert changing.ask("/", Host="rituals.example.org").status == 400
    changing.settings = household(ANA, BEN, public_url="https://Rituals.example.org:8443/")
    assert changing.ask("/", Host="rituals.example.org:8443").status == 200


def test_listening_everywhere_answers_any_address_but_no_foreign_name() -> None:
    settings = household(ANA, BEN)
    assert host_allowed("192.0.2.7:8377", settings, "0.0.0.0")
    assert host_allowed("[2001:db8::1]", settings, "::")
    assert not host_allowed("evil.example", settings, "0.0.0.0")
    assert not host_allowed("192.0.2.7:8377", settings, "127.0.0.1")


def test_a_great_header_is_refused_and_the_next_reader_is_served(two: Home) -> None:
    assert two.ask("/", Cookie="x" * 20_000).status == 431
    assert two.ask("/").status == 200


def test_a_body_is_never_read(two: Home) -> None:
    assert two.ask(two.path("ana"), "GET", body=b"x" * 60_000).status == 200


def test_a_proxy_that_adds_a_line_of_its_own_is_the_one_believed(changing: Home) -> None:
    """Whoever writes a line before it, another each time, is still one visitor to the limit of forms."""
    changing.settings = replace(changing.settings, proxies=frozenset({"127.0.0.1"}))
    visits = (_asked_for_a_link(changing, f"192.0.2.{number}", "198.51.100.7") for number in range(256))
    assert 429 in visits
    assert _asked_for_a_link(changing, "198.51.100.7", "192.0.2.1") == 303


def _asked_for_a_link(home: Home, *forwarded: str) -> int:
    """The status of a form sent with these X-Forwarded-For lines."""
    connection = HTTPConnection("127.0.0.1", home.port, timeout=60)
    try:
        connection.putrequest("POST", "/in")
        for line in forwarded:
            connection.putheader("X-Forwarded-For", line)
        connection.putheader("Sec-Fetch-Site", "same-origin")
        connection.putheader("Content-Type", "application/x-www-form-urlencoded")
        connection.putheader("Content-Length", "6")
        connection.endheaders(b"name=x")
        return connection.getresponse().status
    finally:
        connection.close()


# the addresses themselves


def test_an_address_is_a_key_of_its_own_for_each_person_and_installation() -> None:
    tokens = {inbox_token(secret, who) for secret in (b"a" * 32, b"b" * 32) for who in ("ana", "ben")}
    assert len(tokens) == 4
    assert {len(token) for token in tokens} == {22}


@given(st.text(max_size=30), st.lists(st.text(max_size=8), unique=True, max_size=5))
def test_only_a_persons_own_token_opens_their_inbox(token: str, people: list[str]) -> None:
    secret = b"s" * 32
    assert reader(token, secret, people) is None
    assert [reader(inbox_token(secret, who), secret, people) for who in people] == people


def test_the_printed_address_is_the_public_one_where_there_is_one() -> None:
    assert inbox_url("127.0.0.1:8377", "https://r.example.org/", b"s", "ana").startswith("https://r.example.org/inbox/")
    assert site("0.0.0.0:80") == "http://localhost:80"
    assert site("[::1]:8377") == "http://[::1]:8377"


@pytest.mark.parametrize("bind", ["", "8377", "localhost", "localhost:", "localhost:http", "localhost:99999", "a:-1"])
def test_an_address_without_a_port_is_refused(bind: str) -> None:
    with pytest.raises(ValueError, match="host and a port"):
        split_bind(bind)
