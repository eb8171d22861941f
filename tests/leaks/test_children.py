"""What a child of ours is told of our environment: where modules are, and nothing that could hold a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from ritualsd.config import ics
from ritualsd.content import process as plugins
from ritualsd.content.conform import conformance
from ritualsd.content.record import Candidate
from ritualsd.send import process as sending

SECRETS = {
    "RITUALSD_SECRET_TOKEN": "CANARY",
    "RITUALSD_SECRETS": "/CANARY",
    "RITUALSD_CONFIG": "/CANARY",
    "CREDENTIALS_DIRECTORY": "/CANARY",
    "NOTIFY_SOCKET": "/CANARY",
    "HTTPS_PROXY": "http://user:CANARY@proxy",
    "PGPASSWORD": "CANARY",
    "NETRC": "/CANARY",
}
NOSY = """
import os
from ritualsd import hookimpl

@hookimpl
def ritualsd_gratitude_prompts(ask):
    seen = [name for name, text in os.environ.items() if "CANARY" in text]
    if seen:
        raise RuntimeError(f"it sees {', '.join(seen)}")
    return ["What made today easier?"]
"""


@pytest.fixture(autouse=True)
def _with_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in SECRETS.items():
        monkeypatch.setenv(name, text)


def test_no_child_is_told_a_secret_or_where_to_find_one(tmp_path: Path) -> None:
    told = [sending.environment(SECRETS), plugins.environment(SECRETS, str(tmp_path)), ics._environment()]
    assert [name for each in told for name, text in each.items() if "CANARY" in text or name in SECRETS] == []


def test_neither_is_a_plugin_that_is_only_checked(tmp_path: Path) -> None:
    nosy = tmp_path / "nosy.py"
    nosy.write_text(NOSY)
    verdicts = conformance(Candidate(name="nosy", source="", path=nosy), {})
    assert verdicts
    assert not any("it sees" in str(verdict) for verdict in verdicts)
