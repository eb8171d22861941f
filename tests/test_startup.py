"""What each command may load. A command that must start fast never imports what it does not use.

Judged by `sys.modules` in a fresh process; the clock is only asked for a loose ceiling.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

RUNNER = """
import json, os, sys
sys.argv = ["ritualsd", *json.loads(os.environ["ARGUMENTS"])]
status = 0
try:
    from ritualsd.cli.main import main
    main()
except SystemExit as end:
    status = end.code
finally:
    sys.stdout.flush()
    print("\\n" + json.dumps({"status": status, "modules": sorted(sys.modules)}))
"""

CONFIG = """
timezone = "Europe/Berlin"

[people.ana]
name = "Ana"

[rituals.small-thanks]
when   = "every Sunday at 18:00"
to     = "ana"
prompt = "gratitude"
"""

WEB = {"starlette", "uvicorn", "jinja2", "anyio", "h11"}
SENDING = {"apprise", "requests", "apscheduler"}
LEDGER = {"sqlalchemy", "alembic", "psycopg"}
HEAVY = WEB | SENDING | LEDGER | {"cryptography", "pluggy", "structlog", "rich", "asyncio", "pydantic"}

FAST = {  # the command, and what of HEAVY it may load
    "--help": set(),
    "--version": set(),
    "next --help": set(),
    "explain 'every Sunday at 18:00' --zone Europe/Berlin": set(),
    "explain 'every Sunday at 18:00' --json": set(),
    "check": {"pydantic"},
    "next": {"pydantic"},
    "next --for ana --json": {"pydantic"},
    "schema": {"pydantic"},
}
READING = ["why", "log --json", "inbox", "simulate --days 10", "draw gratitude -n 1", "status"]
NEVER_READING = WEB | SENDING | {"alembic", "psycopg", "structlog"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small configuration and nothing else."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "config.toml").write_text(CONFIG, "utf-8")
    return folder


def loaded_by(command: str, home: Path) -> tuple[int | None, set[str]]:
    """The exit status of a command run in a fresh process, and the top-level names it imported."""
    given = ["--config", str(home / "config.toml"), "--state", str(home / "state"), *shlex.split(command)]
    run = subprocess.run(
        [sys.executable, "-c", RUNNER],
        env={"ARGUMENTS": json.dumps(given), "PATH": "/usr/bin:/bin", "HOME": str(home), "PYTHONPATH": pythonpath()},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    told = json.loads(run.stdout.strip().splitlines()[-1])
    assert "Traceback" not in run.stderr, run.stderr
    return told["status"], {name.split(".")[0] for name in told["modules"]}


def pythonpath() -> str:
    """Where this very ritualsd stands, so that the test says something about it and no other."""
    import ritualsd

    return str(Path(ritualsd.__file__).parents[1])


@pytest.mark.parametrize("command", FAST)
def test_a_fast_command_loads_only_what_it_needs(command: str, home: Path) -> None:
    status, modules = loaded_by(command, home)
    assert (status or 0, modules & HEAVY - FAST[command]) == (0, set())


@pytest.mark.parametrize("command", READING)
def test_a_reading_command_never_loads_what_sends_schedules_or_serves(command: str, home: Path) -> None:
    status, modules = loaded_by(command, home)
    assert (status or 0) in (0, 1)  # 1: no daemon to report on, no inbox before the first start
    assert modules & NEVER_READING == set()


def test_help_is_there_at_once(home: Path) -> None:
    began = time.monotonic()
    loaded_by("--help", home)
    assert time.monotonic() - began < 30


def test_the_version_is_told_alike_everywhere() -> None:
    import ritualsd

    written = tomllib.loads((Path(pythonpath()) / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert ritualsd.__version__ == written
