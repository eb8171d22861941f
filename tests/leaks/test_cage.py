"""The cage itself: a small process that lets a canary out in each of the ways there are, and one that lets none out."""

from __future__ import annotations

import os
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest

from tests.leaks.cage import caged, children, family, forms_of, hide_links, listen, peer, read
from tests.servers import soon

WORDS = "a picnic by the lake"
CONFIG = f'[rituals.plan]\nmessage = "{{name}}, {WORDS}"\n'
BEGINS = r"""
import base64, logging, os, subprocess, sys, time
from pathlib import Path
words, state = Path(sys.argv[2]).read_text().split('"')[1].split(", ")[1], Path(sys.argv[4])
sys.stdin.read()  # until somebody looks on
waits = [sys.executable, "-S", "-c", "import os, time\nwhile not os.path.exists('seen'): time.sleep(0.01)"]
(state / "private").touch(0o600)
(state / "private").write_text(words)
"""
WAYS = {
    "what a library logged": "logging.getLogger('library').debug('sending %s', words)",
    "the log": "print(base64.b64encode(f'Ana: {words}'.encode()).decode(), file=sys.stderr)",
    "the log ": "raise ValueError(words)",
    "arguments": "subprocess.run([*waits, words])",
    "environment": "subprocess.run(waits, env={'SUBJECT': words})",
    "which others can read": "os.umask(0o022); (state / 'note').write_text(words)",
    "is a core file": "Path('core.17').write_text('anything')",
}


def lived(folder: Path, leak: str, env: dict[str, str] | None = None) -> list[str]:
    """What escaped from a process that does `leak` and ends."""
    (folder / "cage").mkdir()
    (folder / "state").mkdir()
    config, log = folder / "config.toml", folder / "log"
    config.write_text(CONFIG)
    with caged(folder / "cage") as cage, log.open("w") as error:
        command = [sys.executable, "-c", BEGINS + leak, "--config", str(config), "--state", str(folder / "state")]
        environment = dict(os.environ) | (env or {})
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=error, cwd=folder, env=environment)
        assert soon(lambda: bool(cage.look() or cage.states)), log.read_text()
        assert process.stdin is not None
        process.stdin.close()
        while process.poll() is None:
            waiting = [*family(process.pid, read(f"/proc/{process.pid}/cmdline"))]
            cage.look()
            if waiting:  # it was there when the cage looked
                (folder / "seen").touch()
        return cage.escaped()


@pytest.mark.parametrize("where", WAYS)
def test_each_way_out_is_seen(where: str, tmp_path: Path) -> None:
    (found,) = lived(tmp_path, WAYS[where])
    assert where.strip() in found


def test_a_secret_in_our_own_environment_is_seen_once_a_child_has_it(tmp_path: Path) -> None:
    secret = {"RITUALSD_SECRET_TOKEN": "CANARY"}
    (found,) = lived(tmp_path, "subprocess.run(waits)", secret)
    assert "environment" in found


def test_who_lets_nothing_out_is_let_alone(tmp_path: Path) -> None:
    secret = {"RITUALSD_SECRET_TOKEN": "CANARY"}
    assert lived(tmp_path, "subprocess.run(waits, env={})", secret) == []


def test_what_a_mail_server_tells_its_own_is_its_affair_and_another_process_is_watched(tmp_path: Path) -> None:
    child = (
        "import subprocess, sys; sys.stdin.readline();"
        "subprocess.run([sys.executable, '-c', 'import sys; sys.stdin.read()', 'CANARY'])"
    )
    with (
        caged(tmp_path) as cage,
        subprocess.Popen([sys.executable, "-c", child], stdin=subprocess.PIPE) as server,
        peer(server.pid),
        subprocess.Popen([sys.executable, "-c", child], stdin=subprocess.PIPE) as another,
    ):
        for process in (server, another):  # only now, when it is known whose the server is
            assert process.stdin is not None
            process.stdin.write(b"\n")
            process.stdin.flush()
        assert soon(lambda: any(children(server.pid)) and any(b"CANARY" in text for text in tuple(cage.seen.values())))
        for process in (server, another):
            assert process.stdin is not None
            process.stdin.close()
        (found,) = cage.escaped()
        assert "arguments" in found


def test_a_link_that_somebody_received_is_theirs(tmp_path: Path) -> None:
    with caged(tmp_path) as cage:
        token = "x" * 22
        hide_links(f"http:\\/\\/example.org\\/r\\/{token}")
        listen(f"GET /r/{token} 200")
        (found,) = cage.escaped()
        assert token in found
        assert cage.escaped() == []


@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
def test_words_are_known_again_in_base64_wherever_they_stand(before: str) -> None:
    text = b64encode(f"{before}{WORDS}, and more".encode())
    assert any(form in text for form in forms_of(WORDS))
