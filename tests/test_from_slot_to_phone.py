"""The promise in one piece, from an installed wheel and on real servers: two people in two zones get their words by
mail, on a topic and over HTTP, each at the slot and not two seconds off it."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from zoneinfo import ZoneInfo

import pytest

from tests.servers import broker, mail_server, needs_broker, needs_mail_server, soon
from tests.settled import settled

TOLERANCE_S = 30.0  # within its minute; how soon in it is a matter of the machine
AHEAD_S = 25  # the daemon must be ready before the minute begins

CONFIG = """
timezone = "Europe/Berlin"
[web]
enabled = false
[people.ana]
name = "Ana"
timezone = "America/New_York"
channels = {{ mail = "mailto://example.org:{mail}?smtp=127.0.0.1&from=us@example.org&to=ana@example.org" }}
[people.ben]
name = "Ben"
channels = {{ topic = "mqtt://127.0.0.1:{mqtt}/home/ben?qos=1" }}
[people.cleo]
name = "Cleo"
channels = {{ hook = "json://127.0.0.1:{http}/" }}
[rituals.for-ana]
when = "every day at {ana}"
to = "ana"
message = "Good morning {{name}}, from far away."
[rituals.for-ben]
when = "every day at {ben}"
to = "ben"
prompt = "gratitude"
[rituals.for-cleo]
when = "on {day} at {ben}"
to = "cleo"
message = "Hello {{name}}."
"""


@dataclass(slots=True)
class Hook:
    """A loopback HTTP endpoint that notes when something came, and what."""

    port: int
    heard: list[tuple[float, dict[str, str]]]


@contextmanager
def hook() -> Iterator[Hook]:
    heard: list[tuple[float, dict[str, str]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append((time.time(), json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Hook(port=server.server_address[1], heard=heard)
    finally:
        server.shutdown()
        server.server_close()


def next_minute() -> datetime:
    """The next full minute that leaves the daemon time to start."""
    now = datetime.now(UTC)
    minute = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return minute if (minute - now).total_seconds() >= AHEAD_S else minute + timedelta(minutes=1)


def sent_seconds(ritualsd: list[str]) -> dict[str, float]:
    """From the record: how many seconds after its slot each ritual was accepted."""
    rows = json.loads(subprocess.run([*ritualsd, "log", "--json"], capture_output=True, text=True, check=True).stdout)
    when = datetime.fromisoformat
    return {
        row["ritual"]: (when(row["sent_utc"]) - when(row["due_utc"])).total_seconds() for row in rows if row["sent_utc"]
    }


@needs_mail_server
@needs_broker
@pytest.mark.wheel
@pytest.mark.process
def test_a_schedule_for_two_zones_arrives_by_mail_topic_and_http_at_its_slot(installed: Path, tmp_path: Path) -> None:
    with mail_server("ana@example.org") as mail, broker() as mqtt, hook() as web:
        due = next_minute()
        local = {
            "ana": due.astimezone(ZoneInfo("America/New_York")).strftime("%H:%M"),
            "ben": due.astimezone(ZoneInfo("Europe/Berlin")).strftime("%H:%M"),
            "day": due.astimezone(ZoneInfo("Europe/Berlin")).strftime("%Y-%m-%d"),
        }
        (tmp_path / "config.toml").write_text(
            CONFIG.format(mail=mail.port, mqtt=mqtt.port, http=web.port, **local), "utf-8"
        )
        ritualsd = [
            str(installed), "--config", str(tmp_path / "config.toml"), "--state", str(tmp_path / "state"),
        ]  # fmt: skip
        settled(tmp_path / "config.toml", tmp_path / "state")
        log = tmp_path / "log"
        with log.open("w") as out, subprocess.Popen([*ritualsd, "run"], stderr=out, stdout=out) as daemon:
            try:
                (letter,) = mail.wait_for("ana@example.org", 1, seconds=180)
                ((topic, words),) = mqtt.wait_for(1)
                assert soon(lambda: bool(web.heard))
                assert soon(lambda: len(sent_seconds(ritualsd)) == 3)
            finally:
                daemon.terminate()
                assert daemon.wait(60) == 0
                print(log.read_text())
    assert letter.get_content().strip() == "Good morning Ana, from far away."
    assert abs((parsedate_to_datetime(letter["Date"]) - due).total_seconds()) <= TOLERANCE_S
    assert topic == "home/ben"
    assert words.startswith("A small note\n")
    ((at, body),) = web.heard
    assert body["message"] == "Hello Cleo."
    assert 0 <= at - due.timestamp() <= TOLERANCE_S
    delays = sent_seconds(ritualsd)
    assert all(0 <= delay <= TOLERANCE_S for delay in delays.values()), delays
