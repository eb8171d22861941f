"""The pages of a running daemon: the link in a message leads to its page, and a link from the command line signs in."""

from __future__ import annotations

import http.client
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from tests.servers import free_port
from tests.system.daemon import House, listening, until
from tests.web.home import Answer

pytestmark = pytest.mark.process

CONFIG = """
timezone = "UTC"
[web]
bind = "127.0.0.1:{port}"
public_url = "http://127.0.0.1:{port}"
[people.ana]
name = "Ana"
channels = {{ phone = "{url}" }}
[rituals.hello]
when = "every day at 04:00"
to = "ana"
ask = "text"
message = "CANARY-QUESTION"
"""


def ask(url: str, method: str = "GET", cookie: str = "", **fields: str) -> Answer:
    """One request as a browser on that very page sends it."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin", "Cookie": cookie}
    try:
        connection.request(method, parts.path, urlencode(fields), headers)
        answer = connection.getresponse()
        told = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(answer.status, told, answer.read().decode())
    finally:
        connection.close()


def links(bodies: Sequence[bytes]) -> list[str]:
    """The way to the page of each message; the first of all is a welcome."""
    texts = [body.decode().replace("\\/", "/") for body in bodies]
    return [link for text in texts for link in re.findall(r"http://127\.0\.0\.1:\d+/r/[A-Za-z0-9_-]{22}", text)[:1]]


def test_from_a_message_to_its_page_and_from_the_command_line_to_ones_own(tmp_path: Path) -> None:
    with listening() as peer:
        house = House(tmp_path, CONFIG.format(port=free_port(), url=peer.url))
        try:
            house.start()
            assert until(lambda: "web.listening" in house.log)
            assert house.tell("send", "hello").returncode == 0
            assert until(lambda: any("CANARY-QUESTION" in ask(link).text for link in links(peer.bodies)))
            assert "CANARY" not in repr(peer.bodies)  # discreet, where the words can stand behind a link
            link, page = next((each, ask(each).text) for each in links(peer.bodies) if "CANARY" in ask(each).text)
            nonce = re.search(r'name="nonce" value="([^"]+)"', page)
            assert nonce is not None
            assert ask(link, "POST", nonce=nonce[1], do="words", words="CANARY-ANSWER").status == 303
            assert "CANARY-ANSWER" in ask(link).text

            way_in = house.tell("page", "--for", "ana").stdout.strip()
            cookie = ask(way_in, "POST").headers["set-cookie"].partition(";")[0]
            own = way_in.partition("/in/")[0]
            assert "CANARY-ANSWER" in ask(f"{own}/journal", cookie=cookie).text
            assert house.tell("page", "--for", "ana", "--sign-out").returncode == 0
            assert ask(f"{own}/journal", cookie=cookie).status == 403
            for secret in ("CANARY", link.rpartition("/")[2], way_in.rpartition("/")[2], cookie.partition("=")[2]):
                assert secret not in house.log
        finally:
            house.close()
