"""Limits: fair to each key, bounded in memory, and alike for everyone behind one connection."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from ritualsd.web.limits import Allowance, neighbourhood, visitor
from ritualsd.web.nonces import is_ours, new_nonce
from ritualsd.web.posting import from_us
from tests.web.home import ANA, household


def test_so_many_at_once_then_as_they_grow_back() -> None:
    allowance = Allowance(10)
    assert [allowance.take("a", 0.0) for _ in range(12)] == [True] * 10 + [False] * 2
    assert allowance.take("b", 0.0)
    assert [allowance.take("a", 6.0), allowance.take("a", 6.0)] == [True, False]
    assert [allowance.take("a", 600.0) for _ in range(11)] == [True] * 10 + [False]


@given(st.lists(st.tuples(st.integers(0, 50), st.floats(0, 30)), max_size=300))
def test_memory_is_bounded_and_nobody_gets_more_than_twice_the_rate(asked: list[tuple[int, float]]) -> None:
    allowance, now = Allowance(5, keys=20), 0.0
    got: dict[int, list[float]] = {}
    for key, wait in asked:
        now += wait
        if allowance.take(key % 10, now):
            got.setdefault(key % 10, []).append(now)
    assert len(allowance) <= 20
    for times in got.values():
        assert all(sum(start <= at < start + 60 for at in times) <= 10 for start in times)


def test_a_thousand_strangers_leave_only_so_much_behind() -> None:
    allowance = Allowance(5, keys=100)
    for number in range(1000):
        allowance.take(number, 0.0)
    assert len(allowance) == 100


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("testclient", "testclient", True),
    ],
)
def test_a_household_on_one_connection_counts_as_one(one: str, other: str, same: bool) -> None:
    assert (neighbourhood(one) == neighbourhood(other)) is same


@pytest.mark.parametrize(
    ("client", "forwarded", "proxies", "found"),
    [
        ("127.0.0.1", "192.0.2.1", {"127.0.0.1"}, "192.0.2.1"),
        ("127.0.0.1", "10.9.9.9, 192.0.2.1", {"127.0.0.1"}, "192.0.2.1"),
        ("127.0.0.1", "192.0.2.1, 10.0.0.2", {"127.0.0.1", "10.0.0.2"}, "192.0.2.1"),
        ("127.0.0.1", "", {"127.0.0.1"}, "127.0.0.1"),
        ("127.0.0.1", "192.0.2.1", set(), "127.0.0.1"),
        ("192.0.2.5", "192.0.2.1", {"127.0.0.1"}, "192.0.2.5"),
    ],
)
def test_only_a_proxy_of_ours_is_believed_about_where_a_visitor_comes_from(
    client: str, forwarded: str, proxies: set[str], found: str
) -> None:
    assert visitor(client, forwarded, proxies) == found


@given(st.text(max_size=60))
def test_only_our_own_nonce_for_just_this_form_is_ours(guess: str) -> None:
    made = new_nonce(b"s" * 32, b"this", b"r" * 12)
    assert is_ours(made, b"s" * 32, b"this")
    assert not is_ours(made, b"s" * 32, b"that")
    assert not is_ours(made, b"t" * 32, b"this")
    assert guess == made or not is_ours(guess, b"s" * 32, b"this")


@pytest.mark.parametrize(
    ("bind", "public_url", "headers", "ours"),
    [
        ("127.0.0.1:8377", "", {"origin": "http://127.0.0.1:8377"}, True),
        ("127.0.0.1:8377", "", {"origin": "http://localhost:8377"}, True),
        ("127.0.0.1:8377", "", {"origin": "http://127.0.0.1:8378"}, False),
        ("127.0.0.1:80", "", {"origin": "http://127.0.0.1"}, True),
        ("::1:8377", "", {"origin": "http://[::1]:8377"}, True),
        ("127.0.0.1:8377", "https://Rituals.example.org:443/", {"origin": "https://rituals.example.org"}, True),
        ("127.0.0.1:8377", "https://rituals.example.org", {"origin": "http://rituals.example.org"}, False),
        ("0.0.0.0:8377", "", {"origin": "http://192.0.2.7:8377", "host": "192.0.2.7:8377"}, True),
        ("0.0.0.0:8377", "", {"origin": "http://192.0.2.9:8377", "host": "192.0.2.7:8377"}, False),
        ("0.0.0.0:8377", "", {"origin": "http://evil.example:8377", "host": "evil.example:8377"}, False),
        ("127.0.0.1:8377", "", {"origin": "null"}, False),
        ("127.0.0.1:8377", "", {"origin": ""}, False),
        ("127.0.0.1:8377", "", {"origin": "http://[", "host": "["}, False),
        ("127.0.0.1:8377", "", {"sec-fetch-site": "same-origin", "origin": "null"}, True),
        ("127.0.0.1:8377", "", {"sec-fetch-site": "", "origin": "http://127.0.0.1:8377"}, False),
        ("127.0.0.1:8377", "", {"referer": "http://127.0.0.1:8377/"}, False),
    ],
)
def test_a_form_is_ours_by_what_the_browser_says_of_it(
    bind: str, public_url: str, headers: dict[str, str], ours: bool
) -> None:
    assert from_us(Headers(headers), household(ANA, public_url=public_url), bind) is ours
