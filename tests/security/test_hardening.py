"""What the daemon must never do by itself: leave a core, show values in a trace, ask the network, read a file."""

from __future__ import annotations

import faulthandler
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ritualsd.config.services import LOCAL
from ritualsd.send.service import FETCHING
from ritualsd.send.worker import Desk
from tests.config.home import Home

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 'timezone = "UTC"\n[people.ana]\nname = "Ana"\n'

# Nothing is due, and the welcome waits: what is looked up now is our own idea.
ASLEEP = f"""{PEOPLE}quiet = "00:00-23:59"
channels = {{ phone = "ntfys://ntfy.example.org/some-long-topic-of-hers" }}
[web]
bind = "127.0.0.1:0"
[rituals.tea]
when = "every year on 1 January at 04:00"
to = "ana"
prompt = "gratitude"
"""

# Writes down every name that is looked up and every address that is connected to, then runs the command it is given.
WATCHER = """
import sys
from pathlib import Path
seen = Path(sys.argv.pop(1))
def watch(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        address = args[1] if event in ("socket.connect", "socket.sendto") else args[0]
        if isinstance(address, tuple) or event.startswith("socket.get"):
            with seen.open("a") as file:
                file.write(f"{event} {address}\\n")
sys.addaudithook(watch)
from ritualsd.cli.main import main
main()
"""


def test_nothing_of_the_daemon_may_leave_a_core_file() -> None:
    unit = (ROOT / "systemd" / "ritualsd.service").read_text()
    assert re.search(r"^LimitCORE=0$", unit, re.MULTILINE)
    code = "import resource; from ritualsd.daemon.process import no_core_files; no_core_files()"
    asked = f"{code}; print(resource.getrlimit(resource.RLIMIT_CORE)[0])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "0"


def test_a_trace_of_a_hang_names_lines_and_no_values(tmp_path: Path) -> None:
    secret = "CANARY in a variable"
    with (tmp_path / "trace").open("w") as file:
        faulthandler.dump_traceback(file, all_threads=True)
    trace = (tmp_path / "trace").read_text()
    assert "test_a_trace_of_a_hang" in trace
    assert secret not in trace


@pytest.mark.parametrize("bind", ["0.0.0.0:8377", "[::]:8377", "192.168.1.4:8377"])
def test_pages_open_to_the_network_have_to_be_asked_for_by_name(home: Home, bind: str) -> None:
    told = " ".join(home.said(f'{PEOPLE}[web]\nbind = "{bind}"\n'))
    assert "open_to_network" in told
    asked = " ".join(home.said(f'{PEOPLE}[web]\nbind = "{bind}"\nopen_to_network = true\n'))
    assert "web.bind" not in asked


@pytest.mark.parametrize("scheme", sorted(LOCAL))
def test_services_of_the_machine_itself_are_no_channel(home: Home, scheme: str) -> None:
    told = home.said(f'{PEOPLE}channels = {{ phone = "{scheme}://" }}\n')
    assert "which is no person" in told[0]


@pytest.mark.parametrize("key", sorted(FETCHING))
def test_no_address_makes_the_sender_read_a_file_or_another_configuration(tmp_path: Path, key: str) -> None:
    (tmp_path / "private").write_text("CANARY")
    for url in (f"json://127.0.0.1:9/?{key}=file://{tmp_path}/private", f"file://{tmp_path}/private", "config://x"):
        job = {"url": url, "title": "", "body": "words", "deadline_s": 300, "storage": None}
        assert Desk().answer(job)["kind"] != "sent"


@pytest.mark.process
def test_a_start_asks_nobody_on_the_network(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    seen.write_text("")
    (tmp_path / "config.toml").write_text(ASLEEP)
    words = ["--config", str(tmp_path / "config.toml"), "--state", str(tmp_path / "state"), "run"]
    with subprocess.Popen(
        [sys.executable, "-c", WATCHER, str(seen), *words], stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as daemon:
        assert daemon.stderr is not None
        for line in daemon.stderr:
            if "web.listening" in line or "web.failed" in line:
                break
        daemon.terminate()
        daemon.stderr.read()
        daemon.wait(30)
    asked = [line for line in seen.read_text().splitlines() if "127.0.0.1" not in line]
    assert asked == []
