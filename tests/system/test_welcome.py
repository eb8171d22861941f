"""The welcome, and leaving, with the real daemon: the first thing that arrives, and the last thing somebody needs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.system.daemon import House, Peer, config, listening, until

pytestmark = pytest.mark.process


def arrived(peer: Peer) -> list[str]:
    return [json.loads(body)["message"] for body in peer.bodies]


def test_the_welcome_comes_first_and_who_leaves_gets_nothing_until_they_come_back(tmp_path: Path) -> None:
    with listening() as peer:
        house = House(tmp_path, config(peer.url), welcoming=True).start()
        try:
            assert until(lambda: arrived(peer))
            assert arrived(peer)[0].startswith("Hello Ana, this is ritualsd.")
            assert "nothing more comes to you" in house.tell("leave", "--as", "ana").stdout
            house.tell("send", "hello")
            assert until(lambda: "you left" in house.tell("why", "--for", "ana").stdout)
            assert "comes again" in house.tell("leave", "--undo", "--as", "ana").stdout
            assert len(arrived(peer)) == 1
            assert "hello" in house.tell("changes", "--for", "ana").stdout
        finally:
            house.close()
    assert "~welcome" not in house.log
    assert "left" not in house.log.replace("left_", "")
