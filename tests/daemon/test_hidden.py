"""No line of the log holds a secret, in whichever form it got there, and ordinary words stay readable."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ritualsd.config import load
from ritualsd.core.events import E
from ritualsd.daemon.hidden import Hidden, forms
from ritualsd.model import Event, Secret, Settings
from tests.builders import channel, person, ritual, settings
from tests.daemon.test_logs import lines

CANARY = "tk_CANARY/9f8+e7=d6"


def configured(*values: str, url: str = "json://127.0.0.1/ana/phone") -> Settings:
    ana = person("ana", channels=(channel("ana", url=Secret(url)),))
    return replace(settings(ritual(), people=(ana,)), secrets=tuple(map(Secret, values)))


def logged(of: Settings, text: str) -> str:
    hidden = Hidden()
    hidden.learn(of)
    (line,) = lines([Event(name=E.PLUGIN_FAILED, fields={"error": text})], hidden=hidden)
    return line


@pytest.mark.parametrize(
    "form",
    [
        CANARY,
        quote(CANARY, safe=""),
        quote(CANARY),
        json.dumps(CANARY),
        b64encode(CANARY.encode()).decode(),
        urlsafe_b64encode(CANARY.encode()).decode().rstrip("="),
        f"https://api.example.org/bot{quote(CANARY, safe='')}/send",
    ],
)
def test_a_secret_is_masked_in_every_form(form: str) -> None:
    line = logged(configured(CANARY), f"could not load {form} now")
    assert "***" in line
    assert "could not load" in line
    assert not any(each in line for each in forms(CANARY))


@given(st.text(min_size=4, max_size=40).filter(lambda text: text.isprintable() and "*" not in text))
def test_whatever_the_secret_is_no_form_of_it_is_left(secret: str) -> None:
    hidden = Hidden()
    hidden.learn(configured(secret))
    for form in forms(secret):
        assert form not in hidden.without(f"<<{form}>>") or form in "***<<>>"


def test_the_parts_of_an_address_that_look_like_tokens_are_masked_and_names_are_not() -> None:
    of = configured(url="discord://123456789012345678/abcdEFGHijklMNOPqrstUVWX?to=ana")
    line = logged(of, "abcdEFGHijklMNOPqrstUVWX refused ana/phone")
    assert line.endswith('error="*** refused ana/phone"')


def test_a_password_in_an_address_is_masked() -> None:
    assert "hunter22" not in logged(configured(url="mailtos://ana:hunter22@mail.example.org"), "login hunter22 failed")


def test_what_a_hole_in_the_configuration_was_filled_with_is_known(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir(mode=0o700)
    (tmp_path / "secrets" / "token").write_text(f"{CANARY}\n")
    (tmp_path / "secrets" / "token").chmod(0o600)
    text = (
        'timezone = "UTC"\n[people.ana]\nname = "Ana"\nchannels = { phone = "ntfys://${token}@ntfy.example.org/ana" }\n'
    )
    (tmp_path / "config.toml").write_text(text)
    loaded = load(tmp_path / "config.toml", {})
    assert loaded.settings is not None
    assert [each.reveal() for each in loaded.settings.secrets] == [CANARY]
    assert CANARY not in repr(loaded.settings)
