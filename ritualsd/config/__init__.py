"""The configuration: TOML files in, Settings out, every problem at once with its line. Never rewrites a person's file.

This front door stays light: pydantic is loaded by the first `load`, never by `find` or `fingerprint`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ritualsd.config.places import find, fingerprint, fingerprint_as_read, forget_calendars, signature
from ritualsd.model import Problem, Settings

__all__ = ["Loaded", "find", "fingerprint", "load"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What the files say. `settings` is None when any problem is an error; warnings alone leave it usable.

    `fingerprint` was taken before reading, so a file that changed meanwhile shows at the next look.
    """

    settings: Settings | None
    problems: tuple[Problem, ...]
    fingerprint: str
    files: tuple[str, ...]


def load(path: Path, env: Mapping[str, str]) -> Loaded:
    """Read `path`, the `rituals.d/*.toml` beside it and the secrets they name. Never raises for what a file holds."""
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # its scan for plugins costs 20 ms and finds none
    from ritualsd.config.assemble import assemble

    seen = signature(path)
    forget_calendars(path)
    settings, problems, files = assemble(path, env)
    return Loaded(settings=settings, problems=problems, fingerprint=fingerprint_as_read(path, seen), files=files)
