"""A household in a folder, and the real command line run on it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from ritualsd.cli.main import cli

TWO = """
timezone = "Europe/Berlin"

[people.ana]
name     = "Ana"
timezone = "America/New_York"

[people.ben]
name = "Ben"

[rituals.tea]
when    = "every day at 16:30"
to      = "everyone"
message = "The kettle is yours, {name}."

[rituals.plan]
when    = "every day at 12:00"
to      = "ana"
message = "CANARY: the boat for the birthday"
secret_from = "others"

[rituals.asleep]
when    = "every day at 08:00"
to      = "ben"
message = "never"
enabled = false
"""


@dataclass(frozen=True)
class Home:
    """Where the configuration and the state lie."""

    folder: Path

    @property
    def state(self) -> Path:
        return self.folder / "state"

    def write(self, config: str) -> None:
        (self.folder / "config.toml").write_text(config, "utf-8")

    def run(self, *arguments: str) -> Result:
        """A command as typed; its own errors are in `.exception`, as `main` would print them."""
        where = ["--config", str(self.folder / "config.toml"), "--state", str(self.state)]
        return CliRunner().invoke(cli, [*where, *arguments], env={"HOME": str(self.folder)})

    def text(self, *arguments: str) -> str:
        result = self.run(*arguments)
        assert result.exception is None, result.exception
        return result.output

    def json(self, *arguments: str) -> Any:
        result = self.run(*arguments, "--json")
        assert result.exception is None, result.exception
        return json.loads(result.stdout)
