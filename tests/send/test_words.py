"""What arrives at the provider, word for word, and what of Apprise we rely on for it."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from ritualsd.send.render import LIMITS
from ritualsd.send.worker import Desk
from tests.send import sink as peer
from tests.send.conftest import Send
from tests.send.sink import Sink

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # inside Apprise

LINK = "https://rituals.example.org/r/abc_DEF-123?x=1&y=2"
WORDS = f"1 < 2 & <i> *so* _on_\nשלום 😀\n{LINK}"


def job(url: str, *, title: str = "", body: str = "x") -> dict[str, Any]:
    """A job as the worker gets it; for services whose address we can only bend from inside its process."""
    return {"url": url, "title": title, "body": body, "deadline_s": 300, "storage": None}


def test_ntfy_gets_plain_text_and_no_icon_to_fetch(send: Send) -> None:
    with Sink(peer.status(200)) as sink:
        assert send(f"ntfy://{sink.address}/a-topic", title="A small note", body=WORDS).kind == "sent"
    (request,) = sink.requests
    assert request.json() == {"topic": "a-topic", "title": "A small note", "message": WORDS}
    assert "x-icon" not in request.headers
    assert request.headers["user-agent"] == "ritualsd"


def test_a_format_in_the_address_does_not_change_the_words(send: Send) -> None:
    with Sink(peer.status(200)) as sink:
        send(f"ntfy://{sink.address}/a-topic?format=markdown", body=WORDS)
    assert sink.requests[0].json()["message"] == WORDS
    assert "x-markdown" not in sink.requests[0].headers


def test_an_ntfy_title_with_line_ends_is_no_failure(send: Send) -> None:
    with Sink(peer.status(200)) as sink:
        assert send(f"ntfy://{sink.address}/a-topic", title="A\r\nX-Evil: 1").kind == "sent"
    assert sink.requests[0].json()["title"] == "A X-Evil: 1"


@pytest.mark.parametrize("body", ["a\x00b", "\u202eabc", "\ud800", "x" * 1_000_000])
def test_odd_words_are_made_fit_and_sent(send: Send, body: str) -> None:
    with Sink(peer.status(200)) as sink:
        outcome = send(f"ntfy://{sink.address}/a-topic", body=body)
    assert outcome.kind == "sent"
    assert len(sink.requests[0].body) < 8_000


def test_telegram_gets_escaped_text_with_its_lines_and_link(monkeypatch: pytest.MonkeyPatch) -> None:
    from apprise.plugins.telegram import NotifyTelegram

    token = "123456789:AAFabcdefghijklmnopqrstuvwxyzabcdef"
    with Sink(peer.status(200, b'{"ok":true}')) as sink:
        monkeypatch.setattr(NotifyTelegram, "notify_url", f"http://{sink.address}/bot")
        reply = Desk().answer(job(f"tgram://{token}/987654321", title="A & B", body=WORDS))
    assert (reply["kind"], reply["code"]) == ("sent", "ok")
    (request,) = sink.requests
    sent = request.json()
    assert sent["parse_mode"] == "HTML"
    assert sent["text"].splitlines() == [
        "A &amp; B",
        "1 &lt; 2 &amp; &lt;i&gt; *so* _on_",
        "שלום 😀",
        LINK.replace("&", "&amp;"),
    ]


def test_a_long_message_is_cut_to_what_its_service_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    from apprise.plugins.discord import NotifyDiscord

    with Sink(peer.status(204, b"")) as sink:
        monkeypatch.setattr(NotifyDiscord, "notify_url", f"http://{sink.address}/api/webhooks")
        url = f"discord://{'1' * 18}/{'a' * 68}/"
        assert Desk().answer(job(url, title="t" * 300, body=f"{'word ' * 1_000}\n{LINK}"))["kind"] == "sent"
    sent = sink.requests[0].json()["content"]
    assert len(sent) <= 2_000
    assert sent.endswith(f"…\n{LINK}")


def test_every_service_we_give_a_limit_exists_and_takes_that_much() -> None:
    from apprise.plugins import N_MGR

    N_MGR.load_modules()
    for scheme, limits in LIMITS.items():
        service = N_MGR[scheme]
        assert limits.body <= service.body_maxlen, scheme
        assert limits.title <= service.title_maxlen, scheme


def test_what_we_rely_on_in_apprise_holds() -> None:
    import apprise

    asset = apprise.AppriseAsset(http_redirects=False, service_timeout=0)
    assert apprise.AppriseResultStatus.SUCCESS == 0
    assert {status.name for status in apprise.AppriseResultStatus} >= {"SUCCESS", "FAILURE", "TIMEOUT"}
    service = apprise.Apprise.instantiate("json://127.0.0.1:9/", asset=asset)
    assert service.redirects is False
    assert apprise.Apprise.instantiate("bogus://x", asset=asset) is None
    assert len(apprise.Apprise.instantiate("ntfy://127.0.0.1/a/b", asset=asset)) == 2


def test_with_no_time_limit_of_its_own_apprise_sends_in_our_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    from apprise.plugins.custom_json import NotifyJSON

    threads: list[str] = []
    monkeypatch.setattr(NotifyJSON, "send", lambda *_, **__: threads.append(threading.current_thread().name) or True)
    assert Desk().answer(job("json://127.0.0.1:9/"))["kind"] == "sent"
    assert threads == [threading.current_thread().name]


@pytest.mark.parametrize("error", [RuntimeError("boom"), MemoryError(), SystemExit(0), KeyError("x")])
def test_a_service_that_raises_leaves_it_unknown(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    from apprise.plugins.custom_json import NotifyJSON

    def send(*_: object, **__: object) -> bool:
        raise error

    monkeypatch.setattr(NotifyJSON, "send", send)
    assert Desk().answer(job("json://127.0.0.1:9/")) == {"kind": "unknown", "code": "exception", "last": True}
