"""A household moves from its file to a server in the midst of things: nothing is lost, and nothing repeated."""

from __future__ import annotations

import json
import signal
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from tests.postgres import PASSWORD, fresh_database, name_of, needs_postgres, the_server
from tests.system.daemon import House, Peer, until

pytestmark = [pytest.mark.process, needs_postgres]

HOUSE = """
timezone = "UTC"
[web]
enabled = false
[people.ana]
name = "Ana"
channels = {{ phone = "{phone}" }}
[people.ben]
name = "Ben"
channels = {{ tablet = "{nowhere}" }}
[rituals.first]
when = "every day at 04:00"
to = "ana"
message = "the first words"
[rituals.second]
when = "every day at 04:00"
to = "ana"
message = "the second words"
[rituals.third]
when = "every day at 04:00"
to = "ben"
message = "the third words"
"""


def told(peer: Peer) -> Counter[str]:
    return Counter(str(json.loads(body)["message"]).strip() for body in peer.bodies)


def waiting(house: House) -> list[str]:
    with closing(sqlite3.connect(house.state / "ritualsd.db")) as database:
        found = database.execute("SELECT state FROM deliveries ORDER BY id").fetchall()
    return [state for (state,) in found]


def test_a_house_killed_in_the_midst_of_sending_moves_and_goes_on(tmp_path: Path, peer: Peer) -> None:
    text = HOUSE.format(phone=peer.url, nowhere="json://127.0.0.1:1")
    house = House(tmp_path, text)
    try:
        with fresh_database() as url:
            house.start()
            house.tell("send", "first")
            assert until(lambda: waiting(house) == ["sent"])
            house.tell("send", "third")
            assert until(lambda: waiting(house) == ["sent", "pending"] and "delivery.retry" in house.log), house.log
            peer.hangs.set()
            house.tell("send", "second")
            assert until(lambda: len(peer.bodies) == 2)
            house.signal(signal.SIGKILL)
            assert house.ended() is not None
            assert waiting(house) == ["sent", "pending", "sending"]
            peer.hangs.clear()

            moved = house.tell("migrate", "--to", url)
            assert moved.returncode == 0, moved.stderr
            assert "the same as in the file" in moved.stdout
            assert not (house.state / "ritualsd.db").exists()
            assert "moved to a PostgreSQL server" in house.tell("run").stderr

            house.config.write_text(text.replace("json://127.0.0.1:1", peer.url) + f'[storage]\nurl = "{url}"\n')
            soon = "UPDATE deliveries SET next_attempt_utc = due_utc WHERE state = 'pending'"
            the_server().ask(soon, name_of(url))  # instead of half a minute
            house.start()
            assert until(lambda: sum(told(peer).values()) == 4), house.log
            house.signal(signal.SIGTERM)
            assert house.ended() == 0
            log = house.tell("log")
            assert log.returncode == 0, log.stderr
            assert PASSWORD not in house.log + moved.stdout + moved.stderr + log.stdout
        counted = {words.split("\n")[0]: times for words, times in told(peer).items()}
        assert sorted(counted.values()) == [1, 1, 2]  # twice is what was in flight at the kill
    finally:
        house.close()
