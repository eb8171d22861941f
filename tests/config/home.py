"""A folder with a configuration, as a person would keep one: files are written, then read by the real thing."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ritualsd.config import Loaded, load
from ritualsd.model import Settings

PEOPLE = """\
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
"""


@dataclass(frozen=True, slots=True)
class Home:
    """`folder` holds config.toml and whatever lies beside it."""

    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    def write(self, text: str | bytes, name: str = "config.toml") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def secret(self, name: str, value: str, mode: int = 0o600) -> Path:
        path = self.write(value, f"secrets/{name}")
        os.chmod(path, mode)
        return path

    def load(self, env: Mapping[str, str] | None = None) -> Loaded:
        return load(self.config, env or {"TZ": "UTC"})

    def settings(self, text: str, env: Mapping[str, str] | None = None) -> Settings:
        """The settings of a text without errors."""
        self.write(text)
        loaded = self.load(env)
        assert loaded.settings is not None, [str(problem) for problem in loaded.problems]
        return loaded.settings

    def said(self, text: str | bytes, env: Mapping[str, str] | None = None) -> list[str]:
        """Every problem of a text, without the folder's name."""
        self.write(text)
        return [str(problem).replace(f"{self.folder}/", "") for problem in self.load(env).problems]

    def ritual(self, lines: str) -> list[str]:
        """Every problem of one ritual between two people; its own first line is line 7 of the file."""
        return self.said(f"{PEOPLE}[rituals.r]\n{lines}\n")
