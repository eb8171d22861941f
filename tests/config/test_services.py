"""The list of services that `check` reads is the one the installed Apprise has. This is the only test that loads it."""

from __future__ import annotations

import subprocess
import sys

from ritualsd.config.services import SERVICES

ASK = "from apprise.manager_plugins import NotificationManager as M; print(' '.join(M().schemas()))"


def test_the_services_are_those_of_the_installed_apprise() -> None:
    answer = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True)
    assert set(answer.stdout.split()) == SERVICES
