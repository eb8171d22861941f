"""Canaries in tokens, words, answers and secrets of a real daemon whose libraries all log at DEBUG: none comes out
where anybody but its reader looks."""

from __future__ import annotations

import json
import re
import signal
import time
from pathlib import Path

import pytest

from tests.leaks.cage import Cage, read
from tests.servers import free_port
from tests.system.daemon import House, Peer, listening, until
from tests.web.test_with_daemon import ask

pytestmark = pytest.mark.process

CONFIG = """
timezone = "UTC"
[web]
bind = "127.0.0.1:{port}"
public_url = "http://127.0.0.1:{port}"
[people.ana]
name = "Ana"
preview = "full"
channels = {{ phone = "{url}" }}
[people.ben]
name = "Ben"
channels = {{ phone = "json://user:${{bens_token}}@127.0.0.1:9" }}
[rituals.hello]
when = "every day at 04:00"
to = "everyone"
ask = "text"
message = "CANARY-WORDS {{name}}"
[rituals.surprise]
when = "every day at 04:00"
to = "ana"
ask = "text"
message = "CANARY-SECRET"
secret_from = "ben"
"""


def links_in(peer: Peer) -> list[str]:
    """The links of the messages that ask something."""
    sent = [body.decode().replace("\\/", "/") for body in peer.bodies]
    found = [re.search(r"http://127[0-9.:]+/r/[A-Za-z0-9_-]{22}", text) for text in sent]
    return [link[0] for link in found if link and "CANARY" in ask(link[0]).text]


def test_no_canary_leaves_its_cage(tmp_path: Path, cage: Cage) -> None:
    """The cage looks at everything else; here is what commands say to somebody else or to nobody in particular."""
    with listening() as peer:
        secret = tmp_path / "secrets" / "bens_token"
        secret.parent.mkdir()
        secret.touch(mode=0o600)
        secret.write_text("CANARY-TOKEN")
        url = peer.url.replace("json://", "json://user:CANARY-PASSWORD@")
        house = House(tmp_path, CONFIG.format(port=free_port(), url=url))
        try:
            house.start()
            assert until(lambda: "web.listening" in house.log)
            for name in ("hello", "surprise"):
                house.tell("send", name)
            assert until(lambda: len(links_in(peer)) == 2)
            links = links_in(peer)
            base = links[0].partition("/r/")[0]
            for number, link in enumerate(links):
                nonce = re.search(r'name="nonce" value="([^"]+)"', ask(link).text)
                assert nonce is not None
                said = ask(link, "POST", nonce=nonce[1], do="words", words=f"CANARY-ANSWER-{number}")
                assert said.status == 303
            for wrong in ("/r/CANARY-GUESS", "/cal/CANARY-GUESS.ics", "/answer/CANARY-GUESS", "/CANARY-GUESS"):
                ask(f"{base}{wrong}")
            assert ask(house.tell("calendar", "--for", "ana", "--link").stdout.strip()).status == 200
            listings = (["status"], ["log"], ["why"], ["log", "--for", "ben"], ["next", "--json"], ["check"])
            told = "".join(house.tell(*command).stdout for command in listings)
            house.tell("reply", "hello@x/ana", "CANARY-SAID", "--as", "ana")
            house.config.write_text('[people.ana]\nchannels = { phone = "json://CANARY-BROKEN')
            house.signal(signal.SIGHUP)
            assert until(lambda: "config.refused" in house.log)
            told += json.dumps(house.status())
            time.sleep(0.5)
        finally:
            house.close()
        assert "CANARY" not in told
        assert "Traceback" not in told + house.log
        assert any(read(path) for path in cage.folder.glob("[0-9]*"))  # the libraries do speak up
