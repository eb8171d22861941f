"""Connections are kept between messages, and everything else stays as it was: on the installed Apprise and requests,
over real sockets and real TLS."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from ritualsd.send import connections
from ritualsd.send.connections import KeepingAdapter
from ritualsd.send.pool import SenderPool
from tests.send import sink as peer
from tests.send.certificates import throw_away
from tests.send.conftest import Send, to, warmed
from tests.send.sink import CERTIFICATE, Sink

MESSAGES = 20
AT_MOST = 5
"""One where the machine is quick; a machine that stops for a second between two messages makes a new one."""


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return throw_away(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def trusting_pool(own_pool: SenderPool, trusted: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> SenderPool:
    """A pool whose workers trust the throw-away authority."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted[0]))
    return own_pool


@pytest.fixture
def adapter(monkeypatch: pytest.MonkeyPatch) -> KeepingAdapter:
    """One that keeps a connection however slow the machine is."""
    monkeypatch.setattr(connections, "IDLE_S", 600)
    return KeepingAdapter()


@pytest.fixture
def session(adapter: KeepingAdapter) -> Iterator[requests.Session]:
    with over(adapter) as made:
        yield made


def over(adapter: KeepingAdapter) -> requests.Session:
    made = requests.Session()
    made.trust_env = False
    made.mount("http://", adapter)
    made.mount("https://", adapter)
    return made


@pytest.mark.parametrize("scheme", ["json", "jsons", "ntfy", "ntfys"])
def test_messages_that_follow_each_other_share_a_connection(
    trusting_pool: SenderPool, trusted: tuple[Path, Path], scheme: str
) -> None:
    with Sink(peer.keep_alive(), tls=scheme.endswith("s"), certificate=trusted[1]) as sink:
        channel = to(f"{scheme}://{sink.address}/a-topic")
        outcomes = {trusting_pool.send(channel, "", str(n)).code for n in range(MESSAGES)}
    assert outcomes == {"ok"}
    assert len(sink.requests) == MESSAGES
    assert sink.connections <= AT_MOST


@pytest.mark.parametrize("scheme", ["json", "jsons"])
def test_a_server_that_closed_meanwhile_costs_no_message(
    trusting_pool: SenderPool, trusted: tuple[Path, Path], scheme: str
) -> None:
    warmed(trusting_pool)
    with Sink(peer.answer_and_leave, tls=scheme == "jsons", certificate=trusted[1]) as sink:
        for _ in range(4):
            assert trusting_pool.send(to(f"{scheme}://{sink.address}/"), "", "x").code == "ok"
            assert sink.left.acquire(timeout=30)
    assert sink.connections == len(sink.requests) == 4


def test_a_connection_made_without_checking_is_not_used_by_who_checks(send: Send) -> None:
    with Sink(peer.keep_alive(), tls=True) as sink:
        url = f"jsons://{sink.address}/"
        codes = [send(url + "?verify=no").code, send(url).code, send(url + "?verify=no").code, send(url).code]
    assert codes == ["ok", "tls-verify", "ok", "tls-verify"]


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_each_trust_has_connections_of_its_own(session: requests.Session, trusted: tuple[Path, Path]) -> None:
    ours, other, none = str(trusted[0]), str(CERTIFICATE), False
    with Sink(peer.keep_alive(), tls=True, certificate=trusted[1]) as sink:
        url = f"https://{sink.address}/"
        for verify in (ours, none, ours, none):
            assert session.post(url, verify=verify).ok
        for verify in (other, True):
            with pytest.raises(requests.exceptions.SSLError, match="CERTIFICATE_VERIFY_FAILED"):
                session.post(url, verify=verify)
        made = sink.connections
        assert session.post(url, verify=ours).ok
        assert session.post(url, verify=none).ok
        assert sink.connections == made == 4, "one for each trust, of which two were refused"


def test_authorities_that_changed_on_disk_are_read_again(
    session: requests.Session, trusted: tuple[Path, Path], tmp_path: Path
) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(CERTIFICATE.read_bytes())
    with Sink(peer.keep_alive(), tls=True, certificate=trusted[1]) as sink:
        with pytest.raises(requests.exceptions.SSLError, match="CERTIFICATE_VERIFY_FAILED"):
            session.post(f"https://{sink.address}/", verify=str(bundle))
        bundle.write_bytes(trusted[0].read_bytes())
        assert session.post(f"https://{sink.address}/", verify=str(bundle)).ok


def test_a_trust_that_cannot_be_read_fails_as_it_does_in_requests(session: requests.Session, tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("")
    with Sink(peer.keep_alive(), tls=True) as sink:
        with pytest.raises(requests.exceptions.SSLError):
            session.post(f"https://{sink.address}/", verify=str(empty))
        with pytest.raises(OSError, match="invalid path"):
            session.post(f"https://{sink.address}/", verify=str(tmp_path / "nowhere.pem"))
    assert sink.requests == []


def test_cookies_stay_with_their_session(adapter: KeepingAdapter) -> None:
    with Sink(peer.keep_alive("Set-Cookie: who=ana")) as sink:
        url = f"http://{sink.address}/"
        with over(adapter) as anas, over(adapter) as bens:
            for each in (anas, bens, anas):
                each.post(url)
    assert sink.connections == 1
    assert [request.headers.get("cookie") for request in sink.requests] == [None, None, "who=ana"]


def test_a_session_that_ends_leaves_the_connection_to_the_next(adapter: KeepingAdapter) -> None:
    with Sink(peer.keep_alive()) as sink:
        for _ in range(5):
            with over(adapter) as brief:
                brief.post(f"http://{sink.address}/")
    assert (sink.connections, len(sink.requests)) == (1, 5)


def test_a_kept_connection_that_breaks_over_a_message_is_not_tried_again_unseen(session: requests.Session) -> None:
    with Sink(peer.answer_once_then_reset) as sink:
        url = f"http://{sink.address}/"
        assert session.post(url, data=b"one").ok
        with pytest.raises(requests.exceptions.ConnectionError, match="Connection aborted"):
            session.post(url, data=b"two")
        assert [request.body for request in sink.requests] == [b"one", b"two"], "it may have arrived: others decide"
        assert session.post(url, data=b"three").ok


def test_a_connection_that_rested_too_long_is_not_used_again(
    session: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "IDLE_S", 0)
    with Sink(peer.keep_alive()) as sink:
        for _ in range(3):
            session.post(f"http://{sink.address}/")
    assert sink.connections == 3


@pytest.mark.parametrize("chunked", [False, True])
def test_of_a_long_answer_the_beginning_is_read_and_the_connection_is_left(
    session: requests.Session, chunked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "LONGEST", 50_000)

    def answer_at_length(exchange: peer.Exchange) -> None:
        exchange.read()
        how = "Transfer-Encoding: chunked" if chunked else "Content-Length: 1000000"
        exchange.say(f"HTTP/1.1 200 OK\r\n{how}\r\n\r\n".encode())
        exchange.say((b"f4240\r\n" if chunked else b"") + b"x" * 1_000_000)
        exchange.stopping.wait()

    with Sink(answer_at_length) as sink:
        for number in (1, 2):
            answer = session.post(f"http://{sink.address}/")
            assert 50_000 <= len(answer.content) < 100_000
            assert set(answer.text) == {"x"}
            assert sink.connections == number


def test_the_time_to_read_is_each_request_s_own(session: requests.Session) -> None:
    def answer_then_hang(exchange: peer.Exchange) -> None:
        peer.answer_and_leave(exchange)
        peer.hang(exchange)

    with Sink(answer_then_hang) as sink:
        session.post(f"http://{sink.address}/", timeout=60)
        with pytest.raises(requests.exceptions.ReadTimeout):
            session.post(f"http://{sink.address}/", timeout=(60, 0.2))
    assert sink.connections == 1
