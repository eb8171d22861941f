"""Canaries in tokens, words, answers and secrets of a real daemon whose libraries all log at DEBUG: none comes out
where anybody but its reader looks."""

from __future__ import annotations

import json
import os
import re
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

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
LOUD = """
import logging, sys
logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
"""


def family(pid: int) -> Iterator[int]:
    """A process and everything below it."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            yield from family(int(child))


def seen_from_outside(pid: int) -> str:
    """What anybody on the machine reads of a process, and what its children were handed."""
    found = []
    for each in family(pid):
        for name in ("cmdline", "environ"):
            try:
                found.append(Path(f"/proc/{each}/{name}").read_bytes().decode("utf-8", "replace"))
            except OSError:  # it ended meanwhile
                continue
    return "\n".join(found)


def links_in(peer: Peer) -> list[str]:
    """The links of the messages that ask something."""
    sent = [body.decode().replace("\\/", "/") for body in peer.bodies]
    found = [re.search(r"http://127[0-9.:]+/r/[A-Za-z0-9_-]{22}", text) for text in sent]
    return [link[0] for link in found if link and "CANARY" in ask(link[0]).text]


def readable_by_others(folder: Path) -> list[Path]:
    """Files below a folder that others could read, were the folder itself open."""
    return [path for path in folder.rglob("*") if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077]


def test_no_canary_leaves_its_cage(tmp_path: Path) -> None:
    with listening() as peer:
        (tmp_path / "loud").mkdir()
        (tmp_path / "loud" / "sitecustomize.py").write_text(LOUD)
        (tmp_path / "secrets").mkdir()
        (tmp_path / "secrets" / "bens_token").write_text("CANARY-TOKEN")
        os.chmod(tmp_path / "secrets" / "bens_token", 0o600)
        url = peer.url.replace("json://", "json://user:CANARY-PASSWORD@")
        house = LoudHouse(tmp_path, CONFIG.format(port=free_port(), url=url))
        outside: list[str] = []
        try:
            house.start()
            assert until(lambda: "web.listening" in house.log)
            assert house.process is not None
            for name in ("hello", "surprise"):
                outside.append(house.tell("send", name).stderr)
                outside.append(seen_from_outside(house.process.pid))
            assert until(lambda: len(links_in(peer)) == 2)
            outside.append(seen_from_outside(house.process.pid))
            links = links_in(peer)
            base = links[0].partition("/r/")[0]
            for number, link in enumerate(links):
                nonce = re.search(r'name="nonce" value="([^"]+)"', ask(link).text)
                assert nonce is not None
                said = ask(link, "POST", nonce=nonce[1], do="words", words=f"CANARY-ANSWER-{number}")
                assert said.status == 303
            for wrong in ("/r/CANARY-GUESS", "/cal/CANARY-GUESS.ics", "/answer/CANARY-GUESS", "/CANARY-GUESS"):
                ask(f"{base}{wrong}")
            links.append(house.tell("calendar", "--for", "ana", "--link").stdout.strip())
            assert ask(links[-1]).status == 200
            for command in (["status"], ["log"], ["why"], ["log", "--for", "ben"], ["next", "--json"], ["check"]):
                told = house.tell(*command)
                outside += [told.stdout, told.stderr]
            outside += [house.tell("reply", "hello@x/ana", "CANARY-SAID", "--as", "ana").stderr]
            house.config.write_text('[people.ana]\nchannels = { phone = "json://CANARY-BROKEN')
            house.signal(1)  # SIGHUP
            assert until(lambda: "config.refused" in house.log)
            outside.append(json.dumps(house.status()))
            outside.append("\n".join(house.systemd.heard))
            time.sleep(0.5)
        finally:
            house.close()
        outside.append(house.log)
        everything = "\n".join(outside)
        assert "DEBUG:" in house.log  # the libraries do speak up
        for canary in ("CANARY", *(link.rpartition("/")[2].removesuffix(".ics") for link in links)):
            assert canary not in everything, canary
        assert "Traceback" not in everything
        assert readable_by_others(house.state) == []
        assert not list(tmp_path.rglob("core*"))


class LoudHouse(House):
    """A house whose processes all begin by logging everything any library has to say."""

    @property
    def env(self) -> dict[str, str]:
        plain = super().env
        return plain | {"PYTHONPATH": f"{self.folder / 'loud'}{os.pathsep}{plain['PYTHONPATH']}"}
