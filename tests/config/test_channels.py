"""What is said about a channel's address without asking anyone."""

from __future__ import annotations

import pytest

from ritualsd.config.channels import OURS, remarks
from ritualsd.config.services import LOCAL, PLAIN, SERVICES

LONG = "w7Xq-2vRt9Lk4pZe"

ERRORS = [
    ("hello", "this is not the address of a channel"),
    ("", "this is not the address of a channel"),
    ("ntfys://a.example/b c", "this is not the address of a channel"),
    ("ntfys://a.example/b\nmailto://c", "this is not the address of a channel"),
    ("nfty://a.example/b", 'no service is called "nfty"'),
    ("http://example.org/hook", 'no service is called "http"'),
    ("dbus://", "dbus:// speaks to the desktop"),
    ("gnome://", "gnome:// speaks to the desktop"),
    ("windows://", "windows:// speaks to the desktop"),
    ("syslog://", "syslog:// speaks to the desktop"),
    ("json://[::1/x", "this address cannot be taken apart"),
    ("tgram://123:abc", "a Telegram address needs the chat"),
    ("tgram://123:abc/", "a Telegram address needs the chat"),
    ("xmpp://user:pass@example.org", "xmpp:// without encryption reports success"),
    *(
        (f"jsons://example.org/x?{key}=1", f"{key}= is ritualsd's own business")
        for key in ("retry", "wait", "optional")
    ),
    *(
        (f"jsons://example.org/x?{key}=1", f"{key}= is ritualsd's own business")
        for key in ("format", "overflow", "attach")
    ),
    ("jsons://example.org/x?a=1&RETRY=3", "retry= is ritualsd's own business"),
]

WARNINGS = [
    ("https://discord.com/api/webhooks/1/x", "Apprise knows only some services by their web address"),
    ("json://example.org/x", "json:// crosses the internet unencrypted"),
    ("mqtt://8.8.8.8/topic", "mqtt:// crosses the internet unencrypted"),
    ("ntfy://push.example.org/topic", "ntfy:// crosses the internet unencrypted"),
    ("jsons://example.org/x?verify=no", "verify=no accepts anyone"),
    ("ntfys://ana", "whoever guesses a public ntfy topic reads it"),
    ("ntfys://ntfy.sh/ana", "whoever guesses a public ntfy topic reads it"),
    ("mailtos://ana:secret@example.org", "seems to hold a password or token"),
    ("mailtos://example.org?user=ana&pass=secret", "seems to hold a password or token"),
    ("tgram://123456789:AAHk3jh4g5j6h7k8l9/42?detect=no", "seems to hold a password or token"),
    (f"ntfys://{LONG}", "seems to hold a password or token"),
]

FINE = [
    "inbox://",
    "ntfys://${token}@ntfy.example.org/ana",
    "ntfys://${token}@ntfy.sh/ana",
    "tgram://${token}/42?detect=no",
    "mailtos://${mail_password}@example.org?to=ana@example.org",
    "mailto://localhost:2525?from=a@example.org&to=b@example.org",
    "json://localhost:8080/hook",
    "json://192.168.1.4/hook",
    "json://[::1]:8080/hook",
    "mqtt://broker.lan/ana",
    "mqtt://broker/ana",
    "mqtts://example.org/ana",
    "NTFYS://ntfy.example.org/ana",
]


def test_the_parameters_that_ritualsd_decides_itself_are_refused() -> None:
    assert {"retry", "wait", "optional", "format", "overflow", "attach"} == OURS


@pytest.mark.parametrize(("url", "start"), ERRORS)
def test_an_address_that_cannot_work_is_an_error(url: str, start: str) -> None:
    found = [remark for remark in remarks(url, url) if remark.severity == "error"]
    assert len(found) == 1
    assert found[0].message.startswith(start)
    assert found[0].hint


@pytest.mark.parametrize(("url", "part"), WARNINGS)
def test_an_address_that_works_badly_is_a_warning(url: str, part: str) -> None:
    found = list(remarks(url, url))
    assert {remark.severity for remark in found} == {"warning"}
    assert any(part in remark.message for remark in found)


@pytest.mark.parametrize("url", FINE)
def test_nothing_is_said_about_a_good_address(url: str) -> None:
    assert list(remarks(url, url)) == []


def test_a_near_miss_of_a_service_is_named() -> None:
    (remark,) = remarks("ntyfs://a.example/b", "ntyfs://a.example/b")
    assert remark.hint == 'did you mean "ntfys"?'


def test_a_whole_address_in_a_secret_is_checked_but_is_no_inline_token() -> None:
    assert list(remarks("${mail}", "mailtos://ana:pa%40ss@example.org")) == []
    (remark,) = remarks("${mail}", "no address at all")
    assert remark.message == "the secret named here is not the address of a channel"


@pytest.mark.parametrize("url", [url for url, _ in ERRORS + WARNINGS])
def test_no_remark_repeats_the_address(url: str) -> None:
    rest = url.partition("://")[2].partition("?")[0]
    assert not rest or not any(rest in remark.message + remark.hint for remark in remarks(url, url))


def test_what_is_local_or_unencrypted_is_a_service_and_has_its_twin() -> None:
    assert LOCAL <= SERVICES
    assert PLAIN <= SERVICES
    assert {f"{scheme}s" for scheme in PLAIN} <= SERVICES
