"""`ritualsd schema`: the JSON Schema of config.toml, for editors. Reads no configuration."""

from __future__ import annotations

import click

from ritualsd.cli.context import print_json


@click.command()
def command() -> None:
    """Print the JSON Schema of the configuration, for editors that complete TOML.

    \b
    Example:
      ritualsd schema > ~/.config/ritualsd/schema.json
    and, as the first line of config.toml:
      #:schema ./schema.json
    """
    from ritualsd.config.schema import json_schema

    print_json(json_schema())
