"""What docs/scale-out.md shows is what happens, on a PostgreSQL of the tests; and what a worker says to its caller."""

from __future__ import annotations

import subprocess
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.examples.session import ROOT, Session, blocks, steps
from tests.postgres import PASSWORD, fresh_database, name_of, needs_postgres, the_server
from tests.system.daemon import House, config, listening, until

pytestmark = [pytest.mark.process, needs_postgres]
PAGE = ROOT / "docs" / "scale-out.md"


def test_what_the_page_shows_is_what_happens(tmp_path: Path) -> None:
    session, problems = Session(tmp_path), []
    with fresh_database() as url:
        secret = session.folder / "secrets" / "database"
        secret.parent.mkdir(mode=0o700)
        secret.touch(mode=0o600)
        secret.write_text(url)
        for block in blocks(PAGE):
            if block.file:
                tomllib.loads(block.text)
                session.write(block)
            elif block.language == "console":
                problems += [f"{block.line}: {problem}" for step in steps(block) for problem in session.run(step)]
    assert problems == []


def shared(url: str) -> str:
    return f'[storage]\nurl = "{url}"\n[engine]\nkind = "procrastinate"\n'


@contextmanager
def worker(house: House) -> Iterator[subprocess.Popen[str]]:
    """A worker of this house, once it is ready."""
    told = house.systemd.count("READY=1")
    with (house.folder / "worker-log").open("a") as log:
        process = subprocess.Popen(
            house.words("worker"), stdout=log, stderr=log, text=True,
            env=house.env | {"NOTIFY_SOCKET": house.systemd.path, "WATCHDOG_USEC": "6000000"},
        )  # fmt: skip
    try:
        assert until(lambda: house.systemd.count("READY=1") > told or process.poll() is not None)
        assert process.poll() is None, said(house)
        yield process
    finally:
        process.kill()
        process.wait(60)


def said(house: House) -> str:
    return (house.folder / "worker-log").read_text()


def test_a_worker_delivers_what_the_daemon_hands_out_and_ends_when_told(tmp_path: Path) -> None:
    with listening() as peer, fresh_database() as url:
        house = House(tmp_path, text=config(peer.url) + shared(url))
        try:
            house.start()
            assert house.tell("send", "hello").returncode == 0
            time.sleep(1)
            assert peer.bodies == []  # the daemon sends nothing itself
            with worker(house) as process:
                assert until(lambda: len(peer.bodies) == 1)
                assert until(lambda: house.systemd.count("WATCHDOG=1") > 0)
                process.terminate()
                assert process.wait(60) == 0
            assert until(lambda: house.systemd.count("STOPPING=1") == 1)
            assert "delivery.sent" in said(house)
            assert PASSWORD not in said(house) + house.log
            assert "CANARY" not in said(house)
        finally:
            house.close()


def test_what_a_worker_does_not_know_yet_waits_until_it_does(tmp_path: Path) -> None:
    (elsewhere := tmp_path / "elsewhere").mkdir()
    with listening() as peer, fresh_database() as url:
        newer = config(peer.url) + shared(url)
        house, other = House(tmp_path, text=newer), House(elsewhere, text=newer.replace("rituals.hello", "rituals.old"))
        try:
            house.start()
            assert house.tell("send", "hello").returncode == 0
            with worker(other):
                put_off = "SELECT count(*) FROM deliveries WHERE state = 'pending' AND code = 'config'"
                assert until(lambda: the_server().ask(put_off, name_of(url)) == [(1,)])
                assert peer.bodies == []
                other.config.write_text(newer)
                assert until(lambda: len(peer.bodies) == 1)
        finally:
            house.close()


def test_a_worker_needs_a_configuration_that_shares_its_work(tmp_path: Path) -> None:
    told = House(tmp_path).tell("worker")
    assert told.returncode == 1
    assert "there is nothing for a worker to do: the daemon delivers by itself" in told.stderr
    assert 'kind = "procrastinate"' in told.stderr
