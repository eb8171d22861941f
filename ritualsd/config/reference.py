"""The reference page of the configuration, made from the schema.

`python -m ritualsd.config.reference` writes it to docs/reference.md in the folder it is run in.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ritualsd.config.defaults import ANYTHING_ELSE, KINDS, Manner
from ritualsd.config.people_tables import CalendarTable, ChannelTable, CircleTable, PersonTable
from ritualsd.config.replies_tables import ReplyMailTable, ReplyNtfyTable, ReplyTelegramTable
from ritualsd.config.ritual_table import NudgeTable, RitualTable
from ritualsd.config.schema import (
    ConfigFile,
    EngineTable,
    HelpTable,
    PlaceTable,
    PluginsTable,
    PluginTable,
    ResourceTable,
    StorageTable,
    WebTable,
)
from ritualsd.config.shape import fields
from ritualsd.core.inline import inline

_TABLES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("", ConfigFile),
    ("place", PlaceTable),
    ("people.NAME", PersonTable),
    ("people.NAME.channels.NAME", ChannelTable),
    ("circles.NAME", CircleTable),
    ("rituals.NAME", RitualTable),
    ("rituals.NAME.nudge", NudgeTable),
    ("calendars.NAME", CalendarTable),
    ("web", WebTable),
    ("replies.mail", ReplyMailTable),
    ("replies.ntfy", ReplyNtfyTable),
    ("replies.telegram", ReplyTelegramTable),
    ("plugins", PluginsTable),
    ("plugins.NAME", PluginTable),
    ("storage", StorageTable),
    ("engine", EngineTable),
    ("help", HelpTable),
    ("help.resources", ResourceTable),
)

_OPENING = """\
# Configuration

One TOML file, `config.toml`, looked for in this order: `--config PATH`, `$RITUALSD_CONFIG`,
`$XDG_CONFIG_HOME/ritualsd/config.toml` (`~/.config` where that is not set), `/etc/ritualsd/config.toml`.
Files in the folder `rituals.d` beside it may add more `[people.NAME]` and `[rituals.NAME]` tables.

`ritualsd check` lists every mistake with its line and what to write instead; an unknown key is a mistake.
`ritualsd schema` prints the JSON Schema, with which an editor completes keys as you type.
[config.example.toml](../config.example.toml) shows every key in its place.

A `NAME` is made of lower-case letters, digits, `-` and `_`. A length of time is written `"30 minutes"`, `"2 hours"`,
`"3 days"` or `"1 week"`, a time of day `"18:30"`, a date `2026-12-24` or `"2026-12-24"`.
"""

_SECRETS = """\
## Secrets

`${name}` in a channel's address or a plugin's setting stands for a secret. It is read from the first of these:

1. the file `name` in `$CREDENTIALS_DIRECTORY` (where systemd puts credentials),
2. the file `name` in the folder `$RITUALSD_SECRETS`,
3. the file `secrets/name` beside `config.toml`,
4. the environment variable `RITUALSD_SECRET_NAME` (upper case, `_` for `-` and `.`).

Inside an address it is percent-encoded; a value that is only `${name}` is taken as it is, so a whole address can be
one secret. A secret file that other users of the machine can read is refused, except the first kind, which systemd
guards by itself.
"""

_KINDS = """\
## What each kind means where a ritual does not say

| `prompt` | `importance` | `catch_up` | `expires` |
|---|---|---|---|
"""


def reference() -> str:
    """The whole text of docs/reference.md."""
    return "\n".join([_OPENING, *(_table(name, model) for name, model in _TABLES), _kinds(), _SECRETS])


def _table(name: str, model: type[BaseModel]) -> str:
    title = f"## `[{name}]`" if name else "## At the top of the file"
    intro = "" if not name else f"{model.__doc__}\n\n"
    head = "| key | for example | left out | what it says |\n|---|---|---|---|\n"
    return f"{title}\n\n{intro}{head}" + "".join(_rows(model))


def _rows(model: type[BaseModel]) -> Iterator[str]:
    for key, info in fields(model):
        if not info.examples:
            continue  # a table with a section of its own
        meaning = (info.description or "").replace("|", "\\|")
        yield f"| `{key}` | `{inline(info.examples[0])}` | {_left_out(info)} | {meaning} |\n"


def _left_out(info: FieldInfo) -> str:
    if info.is_required():
        return "must be there"
    return "" if info.default in (None, [], {}) else f"`{inline(info.default)}`"


def _kinds() -> str:
    rows = [f"| `{kind}` | {_manner(manner)} |" for kind, manner in KINDS.items()]
    return _KINDS + "\n".join([*rows, f"| anything else | {_manner(ANYTHING_ELSE)} |"]) + "\n"


def _manner(manner: Manner) -> str:
    expires = _length(manner.expires) if manner.expires else "when the next is due"
    return f"{manner.importance} | {_length(manner.catch_up)} | {expires}"


def _length(length: timedelta) -> str:
    hours = int(length.total_seconds()) // 3600
    return f"{hours // 24} day{'s' * (hours > 24)}" if hours % 24 == 0 else f"{hours} hours"


if __name__ == "__main__":
    Path("docs/reference.md").write_text(reference(), "utf-8")
