"""The time zone of the machine, for those who name none. Reads a link and two small files, nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from ritualsd.config.files import Unreadable, read_bytes
from ritualsd.core.zones import zone
from ritualsd.errors import NotFound

LINK = "/etc/localtime"
FILE = "/etc/timezone"
_FOLDER = "zoneinfo/"


def system_zone(env: Mapping[str, str]) -> str:
    """The name of the machine's zone: $TZ, where /etc/localtime points, /etc/timezone, else "UTC"."""
    for name in _candidates(env):
        try:
            return zone(name).key
        except NotFound:
            continue
    return "UTC"


def _candidates(env: Mapping[str, str]) -> Iterator[str]:
    if env.get("TZ"):
        yield env["TZ"].removeprefix(":")
    try:
        target = os.readlink(LINK)
    except OSError:
        target = ""
    if _FOLDER in target:
        yield target.split(_FOLDER, 1)[1]
    try:
        yield read_bytes(Path(FILE), 1024).decode("ascii", "replace").strip()
    except Unreadable:
        return
