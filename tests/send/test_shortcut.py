"""The short way of a request says and hears the same as `requests` does: the installed one, with real sockets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from requests import Response

from ritualsd.send.connections import KeepingAdapter
from ritualsd.send.shortcut import Send, short_way, take_the_short_way
from tests.send import sink as peer
from tests.send.sink import Request, Sink

AS_USUAL = {"allow_redirects": False, "timeout": (60, 60)}


def never(method: str, url: str, **said: Any) -> Response:
    raise AssertionError(f"the long way, for {sorted(said)}")


@pytest.fixture(scope="module")
def short() -> Send:
    return short_way(KeepingAdapter(), otherwise=never)


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    with Sink(peer.status(200, b'{"fine": true}', "Content-Type: application/json", "Set-Cookie: a=b")) as one:
        yield one


def heard(sink: Sink, send: Send, method: str, path: str, **said: Any) -> tuple[Request, Response]:
    sink.requests.clear()
    answer = send(method, f"http://{sink.address}/{path}", **AS_USUAL, **said)
    (request,) = sink.requests
    return request, answer


texts = st.text(st.characters(codec="utf-8"), max_size=12)
tokens = st.text("abcDEF-09", min_size=1, max_size=8).filter(lambda name: not name.startswith("-"))
pairs = st.dictionaries(texts, texts, max_size=2)
usual_names = st.sampled_from(["User-Agent", "accept", "Content-Type", "Connection", "X-Own", "Authorization"])
requests_said = st.fixed_dictionaries(
    {},
    optional={
        "params": st.one_of(st.none(), pairs),
        "data": st.one_of(st.none(), pairs, texts.filter(bool), st.binary(min_size=1, max_size=20)),
        "headers": st.one_of(st.none(), st.dictionaries(usual_names, st.one_of(st.none(), tokens), max_size=3)),
        "auth": st.one_of(st.none(), st.tuples(tokens, tokens)),
        "verify": st.booleans(),
    },
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(method=st.sampled_from(["POST", "get", "PUT", "delete"]), path=tokens, said=requests_said)
def test_the_peer_reads_the_same_request(short: Send, sink: Sink, method: str, path: str, said: dict[str, Any]) -> None:
    ours, _ = heard(sink, short, method, path, **said)
    theirs, _ = heard(sink, requests.api.request, method, path, **said)
    assert ours == theirs


@pytest.mark.parametrize("said", [{"json": {"a": "ü"}}, {"files": {"note": ("a.txt", b"words")}, "data": {"a": "b"}}])
def test_a_body_that_is_made_for_us_is_the_same_but_for_its_seam(short: Send, sink: Sink, said: dict[str, Any]) -> None:
    def seamless(request: Request) -> tuple[bytes, int]:
        seam = request.headers["content-type"].partition("boundary=")[2].encode()
        return (request.body.replace(seam, b"SEAM") if seam else request.body), len(request.headers)

    assert seamless(heard(sink, short, "POST", "x", **said)[0]) == seamless(
        heard(sink, requests.api.request, "POST", "x", **said)[0]
    )


def test_the_answer_reads_the_same(short: Send, sink: Sink) -> None:
    ours, theirs = (heard(sink, send, "POST", "x?a=1", data=b"w")[1] for send in (short, requests.api.request))
    for what in ("status_code", "content", "text", "headers", "url", "ok", "reason", "encoding"):
        assert getattr(ours, what) == getattr(theirs, what), what
    assert ours.json() == theirs.json() == {"fine": True}
    assert ours.cookies == theirs.cookies


@pytest.mark.parametrize(
    ("behaviour", "url"),
    [
        (peer.reset_after_the_body, "http://{}/"),
        (peer.hang_up, "http://{}/"),
        (peer.hang_up, "https://{}/"),
        (peer.plain_to_tls, "https://{}/"),
        (peer.hang, "http://{}/"),
        (peer.status(200), "http://127.0.0.1:9/"),
        (peer.status(200), "http://no-such-host.invalid/"),
        (peer.status(200), "http://[/"),
        (peer.status(200), "http://127.0.0.1:99999999/"),
    ],
)
def test_it_fails_in_the_same_way(short: Send, behaviour: peer.Behaviour, url: str) -> None:
    failures: list[type[BaseException]] = []
    patience_s = 0.3 if behaviour is peer.hang else 60
    with Sink(behaviour) as sink:
        for send in (short, requests.api.request):
            with pytest.raises(requests.RequestException) as failure:
                send("POST", url.format(sink.address), data=b"x", timeout=(60, patience_s), allow_redirects=False)
            failures.append(failure.type)
    assert failures[0] is failures[1]


def test_a_header_that_could_hold_another_is_refused_alike(short: Send) -> None:
    for send in (short, requests.api.request):
        with pytest.raises(requests.exceptions.InvalidHeader):
            send("POST", "http://127.0.0.1:9/", headers={"X-Own": "a\r\nX-Evil: 1"}, **AS_USUAL)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"allow_redirects": True},
        {"allow_redirects": False, "stream": True},
        {"allow_redirects": False, "proxies": {}},
        {"allow_redirects": False, "cert": "x.pem"},
        {"allow_redirects": False, "cookies": {"a": "b"}},
        {"allow_redirects": False, "auth": requests.auth.HTTPDigestAuth("a", "b")},
        {"allow_redirects": False, "a-new-thing": 1},
    ],
)
def test_what_it_does_not_do_itself_goes_the_long_way_as_it_came(said: dict[str, Any]) -> None:
    taken: list[dict[str, Any]] = []

    def otherwise(method: str, url: str, **more: Any) -> Response:
        taken.append({"method": method, "url": url, **more})
        return Response()

    short_way(KeepingAdapter(), otherwise)("POST", "http://127.0.0.1:9/", **said)
    assert taken == [{"method": "POST", "url": "http://127.0.0.1:9/", **said}]


def test_another_wire_than_http_goes_the_long_way() -> None:
    with pytest.raises(requests.exceptions.InvalidSchema):
        short_way(KeepingAdapter(), requests.api.request)("POST", "ftp://127.0.0.1/", **AS_USUAL)


def test_behind_a_proxy_nothing_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    before = requests.api.request
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    take_the_short_way(KeepingAdapter())
    assert requests.api.request is requests.request is before


def test_every_verb_of_requests_goes_the_short_way(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for module in (requests, requests.api):
        monkeypatch.setattr(module, "request", never)
    take_the_short_way(KeepingAdapter())
    for verb in (requests.get, requests.post, requests.put, requests.delete, requests.patch):
        assert verb(f"http://{sink.address}/", **AS_USUAL).ok  # type: ignore[operator] # a list of functions


def test_the_authorities_are_those_of_the_environment_as_in_a_session(
    short: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sink(peer.status(200), tls=True) as sink:
        url = f"https://{sink.address}/"
        for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
            monkeypatch.delenv(name, raising=False)
        with pytest.raises(requests.exceptions.SSLError, match="CERTIFICATE_VERIFY_FAILED"):
            short("POST", url, **AS_USUAL)
        assert short("POST", url, verify=False, **AS_USUAL).ok
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(peer.CERTIFICATE))
        assert short("POST", url, **AS_USUAL).ok
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere.pem")
        with pytest.raises(OSError, match="invalid path"):
            short("POST", url, **AS_USUAL)


def test_a_request_is_said_in_one_piece(short: Send) -> None:
    pieces: list[bytes] = []

    def take(exchange: peer.Exchange) -> None:
        pieces.append(exchange.connection.recv(65_536))
        exchange.say(peer.head(200, 0))

    with Sink(take) as sink:
        assert short("POST", f"http://{sink.address}/", data=b"a word", **AS_USUAL).ok
    assert pieces[0].endswith(b"a word")


def test_a_long_body_arrives_whole(short: Send, sink: Sink) -> None:
    for length in (64 * 1024, 64 * 1024 + 1, 3_000_000):
        request, _ = heard(sink, short, "POST", "x", data=b"w" * length)
        assert len(request.body) == length
