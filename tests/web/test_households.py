"""The pages of many households behind one address: each link and cookie leads to its own home and to no other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers import free_port
from tests.system.daemon import House, listening, until
from tests.web.test_with_daemon import ask

pytestmark = pytest.mark.process

MAIN = """
timezone = "UTC"
households = "households"
[web]
bind = "127.0.0.1:{port}"
public_url = "http://127.0.0.1:{port}"
metrics = true
"""
ONE = """
language = "{language}"
[people.ana]
name = "Ana {name}"
preview = "full"
channels = {{ phone = "{url}" }}
[rituals.hello]
when = "every day at 04:00"
to = "ana"
ask = "text"
message = "QUESTION-{name}"
"""


class Street:
    """A running daemon with two households that have the same ids."""

    def __init__(self, folder: Path, peer: Any) -> None:
        self.port, self.peer = free_port(), peer
        (folder / "households").mkdir()
        for name, language in (("oak", "en"), ("elm", "de")):
            text = ONE.format(name=name, language=language, url=peer.url)
            (folder / "households" / f"{name}.toml").write_text(text)
        self.house = House(folder, MAIN.format(port=self.port), welcoming=True).start()

    def said(self, *words: str) -> Any:
        done = self.house.tell(*words, "--json")
        return json.loads(done.stdout) if done.stdout else {}

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def link(self, name: str) -> str:
        """The way to the page of a household's question."""
        texts = [body.decode().replace("\\/", "/") for body in self.peer.bodies if f"QUESTION-{name}".encode() in body]
        found = [link for text in texts for link in re.findall(r"http://127\.0\.0\.1:\d+/r/[A-Za-z0-9_-]{22}", text)]
        return found[0] if found else ""


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    with listening() as peer:
        here = Street(tmp_path_factory.mktemp("street"), peer)
        try:
            assert until(lambda: here.said("status")["households"]["in_force"] == 2)
            assert until(lambda: "web.listening" in here.house.log)
            for name in ("oak", "elm"):
                here.said("send", "hello", "--household", name)
                assert until(lambda name=name: here.link(name))
            yield here
        finally:
            here.house.close()


def test_a_link_opens_the_question_of_its_own_household_and_keeps_the_answer_there(street: Street) -> None:
    oak = ask(street.link("oak"))
    assert "QUESTION-oak" in oak.text
    assert "QUESTION-elm" not in oak.text
    nonce = re.search(r'name="nonce" value="([^"]+)"', oak.text)
    assert nonce is not None
    assert ask(street.link("oak"), "POST", nonce=nonce[1], do="words", words="ANSWER-OF-THE-OAK").status == 303
    assert "ANSWER-OF-THE-OAK" in street.house.tell("export", "--person", "ana", "--household", "oak").stdout
    assert "ANSWER-OF-THE-OAK" not in street.house.tell("export", "--person", "ana", "--household", "elm").stdout


def test_a_cookie_and_a_calendar_lead_home(street: Street) -> None:
    told = street.house.tell("page", "--for", "ana", "--household", "elm").stdout
    way_in = re.search(r"http://\S+/in/\S+", told)[0]
    cookie = ask(way_in, "POST").headers["set-cookie"].partition(";")[0]
    page = ask(street.url("/inbox"), cookie=cookie)
    assert page.status == 200
    assert "QUESTION-elm" in page.text
    assert not re.search(r"\boak\b", page.text)  # a token may hold the letters
    told = street.house.tell("calendar", "--for", "ana", "--link", "--household", "oak").stdout
    feed = re.search(r"http://\S+\.ics", told)
    assert feed is not None
    assert ask(feed[0]).status == 200


def test_a_link_that_leads_nowhere_is_the_same_everywhere(street: Street) -> None:
    shown = {ask(street.url(path)).text for path in ("/r/" + "A" * 22, "/in/" + "B" * 22, "/cal/" + "C" * 22 + ".ics")}
    shown |= {ask(street.url(path)).text for path in (f"/inbox/{name}." + "A" * 22 for name in ("oak", "elm", "ash"))}
    assert len(shown) == 1


def test_prometheus_reads_counts_and_no_names(street: Street) -> None:
    def numbers() -> str:
        return ask(street.url("/metrics")).text

    assert until(lambda: re.search(r'ritualsd_attempts_total\{outcome="sent"\} [2-9]', numbers()))
    page = ask(street.url("/metrics"))
    assert page.status == 200
    assert 'ritualsd_households{state="loaded"} 2.0' in page.text
    assert "ritualsd_lateness_seconds_bucket" in page.text
    assert "ritualsd_beat_age_seconds" in page.text
    assert not {"oak", "elm", "ana", "hello", "QUESTION"} & set(re.findall(r"\w+", page.text))
