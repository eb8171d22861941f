"""Who may go to a provider now, who waits, and that nobody waits for somebody else's."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ritualsd.send import doors
from ritualsd.send.doors import NARROW, Address, Doors, address
from tests.servers import soon

LATER_S = 60.0


def to(provider: str = "json://one.example.org", account: str = "one", wide: int = 3) -> Address:
    return Address(provider=provider, account=account, wide=wide)


def enter(at: Doors, address: Address, wait_s: float = 0.0) -> bool:
    return at.enter(address, time.monotonic() + wait_s)


@pytest.mark.parametrize(
    ("url", "provider"),
    [
        ("ntfys://ntfy.example.org/topic", "ntfys://ntfy.example.org:"),
        ("NTFYS://token@NTFY.example.org:8443/topic?x=1", "ntfys://ntfy.example.org:8443"),
        ("ntfy://a-topic", "ntfy"),
        ("tgram://123456789:AAFabc/12", "tgram"),
        ("discord://111/aaa", "discord"),
        ("mailto://us:word@gmail.com?to=ana@example.org", "mailto://gmail.com:"),
        ("json://[::1]:8080/x", "json://::1:8080"),
        ("json://[/", "json"),
        ("not a url", "not a url"),
    ],
)
def test_a_provider_is_who_runs_the_servers(url: str, provider: str) -> None:
    assert address(url).provider == provider


def test_each_bot_of_one_provider_has_limits_of_its_own() -> None:
    one, other = address("tgram://1:A/5"), address("tgram://2:B/5")
    assert (one.provider, one.account) != (other.provider, other.account)
    assert one.provider == other.provider


def test_a_mail_server_gets_fewer_connections() -> None:
    assert address("mailtos://us:word@gmail.com").wide < address("ntfy://a-topic").wide


def test_nothing_of_an_address_is_ever_printed() -> None:
    assert "secret" not in repr(address("json://secret.example.org/secret"))


def test_so_many_are_inside_and_no_more() -> None:
    at = Doors()
    assert [enter(at, to()) for _ in range(4)] == [True, True, True, False]
    at.leave(to(), "ok")
    assert [enter(at, to()) for _ in range(2)] == [True, False]


def test_a_full_house_keeps_nobody_from_another() -> None:
    at = Doors()
    while enter(at, to()):
        pass
    assert enter(at, to("json://other.example.org"))


def test_who_waits_comes_in_when_another_leaves() -> None:
    at = Doors()
    for _ in range(3):
        enter(at, to())
    with ThreadPoolExecutor(1) as threads:
        waits = threads.submit(enter, at, to(), LATER_S)
        assert waiting(at, 1)
        at.leave(to(), "ok")
        assert waits.result(30)


@pytest.mark.parametrize("code", ["deadline", "read-timeout", "connect-timeout"])
def test_several_without_an_answer_make_the_door_narrow_and_answers_open_it_again(code: str) -> None:
    at = Doors()
    for _ in range(3):
        enter(at, to())
    for _ in range(3):
        at.leave(to(), code)
    assert [enter(at, to(), LATER_S) for _ in range(3)] == [True] * NARROW + [False], "nobody waits there"
    at.leave(to(), "http-500")
    assert [enter(at, to()) for _ in range(3)] == [True, True, False], "an answer, of whatever kind, and one more may"


@pytest.mark.parametrize("code", ["no-worker", "crash", "bad-url", ""])
def test_what_came_of_a_message_on_our_side_is_no_answer_of_its_provider(code: str) -> None:
    at = Doors()
    for each in ("deadline", code, "deadline", code, "deadline", code):
        enter(at, to())
        at.leave(to(), each)
    assert [enter(at, to()) for _ in range(3)].count(True) == NARROW


def test_one_without_an_answer_now_and_then_changes_nothing() -> None:
    at = Doors()
    for code in ("deadline", "deadline", "ok") * 3:
        enter(at, to())
        at.leave(to(), code)
    assert [enter(at, to()) for _ in range(4)].count(True) == 3


def test_who_waits_when_a_provider_falls_silent_is_sent_away() -> None:
    at = Doors()
    for _ in range(3):
        enter(at, to())
    with ThreadPoolExecutor(5) as threads:
        waits = [threads.submit(enter, at, to(), LATER_S) for _ in range(5)]
        assert waiting(at, 5)
        for _ in range(3):
            at.leave(to(), "deadline")
        came_in = sum(each.result(30) for each in waits)
    assert came_in <= 3


def test_an_account_that_is_to_slow_down_rests_and_others_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "REST_S", 3600)
    at = Doors()
    enter(at, to())
    at.leave(to(), "http-429")
    assert not enter(at, to(), LATER_S)
    assert enter(at, to(account="another"))


def test_after_its_rest_an_account_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "REST_S", 0.2)
    at = Doors()
    enter(at, to())
    at.leave(to(), "http-429")
    assert soon(lambda: enter(at, to()))


def test_one_who_is_sent_away_gives_the_place_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "REST_S", 3600)
    at = Doors()
    resting, well = to(account="resting"), to(account="well")
    for one in (resting, well, well):
        assert enter(at, one)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(enter, at, resting, LATER_S)
        assert waiting(at, 1)
        second = threads.submit(enter, at, well, LATER_S)
        assert waiting(at, 2)
        at.leave(resting, "http-429")
        assert (first.result(30), second.result(30)) == (False, True)


def test_closing_sends_away_who_waits_and_who_comes() -> None:
    at = Doors()
    while enter(at, to()):
        pass
    with ThreadPoolExecutor(5) as threads:
        all_of_them = [threads.submit(enter, at, to(), LATER_S) for _ in range(5)]
        assert waiting(at, 5)
        at.close()
        assert {each.result(30) for each in all_of_them} == {False}
    assert not enter(at, to("json://other.example.org"))


def test_nothing_is_remembered_of_a_provider_that_is_well() -> None:
    at = Doors()
    for n in range(100):
        enter(at, to(f"json://{n}.example.org"))
        at.leave(to(f"json://{n}.example.org"), "ok")
    assert at._doors == {}


def test_many_threads_all_get_in_and_never_too_many_at_once() -> None:
    at, inside, most, lock = Doors(), [0], [0], threading.Lock()

    def visit(_: int) -> bool:
        if not enter(at, to(), LATER_S):
            return False
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        time.sleep(0.001)
        with lock:
            inside[0] -= 1
        at.leave(to(), "ok")
        return True

    with ThreadPoolExecutor(30) as threads:
        assert all(threads.map(visit, range(300)))
    assert most[0] <= 3


def waiting(at: Doors, count: int) -> bool:
    """Whether so many stand before the one door there is."""
    return soon(lambda: sum(door.waiting for door in at._doors.values()) == count)
