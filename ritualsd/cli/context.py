"""What every command shares: where the configuration and the state are, and how to read them. Loads nothing itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ritualsd.errors import ConfigError

if TYPE_CHECKING:
    from ritualsd.config import Loaded
    from ritualsd.model import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The global options and the environment, as given."""

    config: Path | None
    state: Path | None
    no_plugins: bool
    env: Mapping[str, str]
    household: str | None = None

    def config_path(self) -> Path:
        """The configuration file to use. Raises ConfigMissing."""
        from ritualsd.config import find

        return find(self.config, self.env)

    def state_path(self) -> Path:
        """The state folder, whether it exists or not."""
        for given in (self.state, self.env.get("RITUALSD_STATE"), self.env.get("STATE_DIRECTORY")):
            if given:
                return Path(given)
        home = self.env.get("XDG_STATE_HOME") or str(Path(self.env.get("HOME") or "/var/lib") / ".local" / "state")
        return Path(home) / "ritualsd"

    def loaded(self) -> Loaded:
        """The configuration with all its problems."""
        from ritualsd.config import load

        return load(self.config_path(), self.env)

    def machine(self) -> Settings:
        """The main configuration, whether one household lives by it or many. Raises ConfigError with every problem."""
        loaded = self.loaded()
        if loaded.settings is None:
            raise ConfigError("the configuration has errors", problems=loaded.problems)
        return loaded.settings

    def settings(self) -> Settings:
        """The configuration, of the household named where there are many. Raises ConfigError with every problem when
        it has an error, NotFound for a household that is not there."""
        main = self.machine()
        if not main.households and not self.household:
            return main
        from ritualsd.cli.households import chosen  # for those who have many

        return chosen(main, self.household, self.env)

    def perform(self, action: str, /, **fields: Any) -> dict[str, Any]:
        """The answer to one of the daemon's actions, done by it or, where none runs, here. Raises RitualsdError."""
        from ritualsd.daemon.commands import perform

        if self.household:
            fields["household"] = self.household
        return perform(action, self.state_path(), self.settings, no_plugins=self.no_plugins, **fields)


def print_json(value: Any) -> None:
    """One JSON document on standard output, as every `--json` prints it."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))


pass_context = click.make_pass_decorator(Context)
