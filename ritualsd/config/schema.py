"""The whole configuration file as pydantic models: the one source of its rules, its example and its manual."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field

from ritualsd.config.fields import Duration, Id, Language, Name, Table
from ritualsd.config.people_tables import CalendarTable, CircleTable, PersonTable
from ritualsd.config.replies_tables import RepliesTable
from ritualsd.config.ritual_table import RitualTable


class PlaceTable(Table):
    """Where home is, for sunrise and sunset."""

    lat: float = Field(ge=-90, le=90, description="Degrees north.", examples=[52.52])
    lon: float = Field(ge=-180, le=180, description="Degrees east.", examples=[13.40])


class WebTable(Table):
    """The web page: the built-in inbox."""

    enabled: bool = Field(default=True, description="false: no web page at all.", examples=[False])
    bind: Name = Field(default="127.0.0.1:8377", description="Where the web page listens.", examples=["127.0.0.1:8377"])
    public_url: Name | None = Field(
        default=None,
        description="The address under which your phones reach it, if they do.",
        examples=["https://rituals.example.org"],
    )
    proxies: list[Name] = Field(
        default=[],
        description="Addresses of proxies in front of it, whose word is taken for where a visitor comes from.",
        examples=[["127.0.0.1"]],
    )
    open_to_network: bool = Field(
        default=False,
        description="true: bind may be an address other machines reach; the page crosses the network unencrypted.",
        examples=[True],
    )
    metrics: bool = Field(
        default=False,
        description="true: /metrics tells Prometheus how the daemon does, in numbers alone. For many households.",
        examples=[True],
    )


class PluginTable(Table):
    """One plugin: the host's own keys, and any other key as a setting of the plugin itself."""

    model_config = ConfigDict(extra="allow")

    enabled: bool = Field(default=True, description="false: don't load it.", examples=[False])
    timeout: Duration | None = Field(default=None, description="How long one call may take.", examples=["5 seconds"])
    isolation: Literal["thread", "process"] | None = Field(
        default=None,
        description="Where it runs: a process of its own, the default for plugins that do not come with ritualsd, or a "
        "thread of the daemon.",
        examples=["process"],
    )
    reads: list[Name] = Field(
        default=[], description="What of yours it may read; nothing unless named.", examples=[["facts"]]
    )


class PluginsTable(Table):
    """Plugins: which must be there, where else to look, and one table for each with settings."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, PluginTable]

    require: list[Name] = Field(
        default=[], description="Plugins that must be installed.", examples=[["ritualsd-weather>=1"]]
    )
    paths: list[Name] = Field(
        default=[], description="More folders or files to load plugins from.", examples=[["../my-plugins"]]
    )


class StorageTable(Table):
    """Where the record is kept."""

    url: Name | None = Field(
        default=None,
        description="A PostgreSQL database, in place of the SQLite file in the state folder.",
        examples=["postgresql://${db_user}:${db_password}@localhost/ritualsd"],
    )
    keep_messages: Duration = Field(
        default="90 days",
        validate_default=True,
        description="How long the words of sent messages are kept.",
        examples=["30 days"],
    )
    encrypt: bool = Field(default=False, description="true: keep words encrypted on the disk.", examples=[True])
    key: Name | None = Field(
        default=None,
        description="The key for that, and for backups: a secret, made by `ritualsd key new`. Lost, it takes the words "
        "along.",
        examples=["${ritualsd_key}"],
    )


class EngineTable(Table):
    """Who runs the deliveries."""

    kind: Literal["embedded", "procrastinate"] = Field(
        default="embedded",
        description='"embedded": the daemon delivers by itself; "procrastinate": it plans, and any number of '
        "`ritualsd worker` deliver, for a record on PostgreSQL.",
        examples=["embedded"],
    )


class ResourceTable(Table):
    """One place to turn to."""

    name: Name = Field(description="Who they are.", examples=["Telephone counselling"])
    contact: Name = Field(description="How to reach them.", examples=["+49 800 0000000"])


class HelpTable(Table):
    """What the private sign-post shows to someone who would like support."""

    resources: list[ResourceTable] = Field(
        default=[],
        description="Places to turn to, shown privately.",
        examples=[[{"name": "Telephone counselling", "contact": "+49 800 0000000"}]],
    )


class ConfigFile(Table):
    """What config.toml may hold. A file in rituals.d holds people and rituals only."""

    timezone: Name | None = Field(
        default=None,
        description="The time zone of everyone who has none of their own. Left out: the machine's.",
        examples=["Europe/Berlin"],
    )
    language: Language = Field(default="en", description="The language of prompts.", examples=["en"])
    place: PlaceTable | None = Field(
        default=None,
        description="Where home is; needed only for sunrise and sunset.",
        examples=[{"lat": 52.52, "lon": 13.40}],
    )
    households: Name | None = Field(
        default=None,
        description="A folder of households, each with people and rituals of its own. This file then has none.",
        examples=["households/"],
    )
    people: dict[Id, PersonTable] = Field(default={}, description="The people who receive rituals.")
    circles: dict[Id, CircleTable] = Field(
        default={}, description="Groups of people; without any, all people form one, called everyone."
    )
    rituals: dict[Id, RitualTable] = Field(default={}, description="The rituals themselves.")
    calendars: dict[Id, CalendarTable] = Field(default={}, description="Days that rituals can leave out.")
    web: WebTable = Field(default={}, validate_default=True, description="The built-in inbox page.")
    replies: RepliesTable = Field(
        default={}, validate_default=True, description="Ways for answers to come back without an open port."
    )
    plugins: PluginsTable = Field(default={}, validate_default=True, description="Plugins and their settings.")
    storage: StorageTable = Field(default={}, validate_default=True, description="Where the record is kept.")
    engine: EngineTable = Field(default={}, validate_default=True, description="Who runs the deliveries.")
    help: HelpTable = Field(default={}, validate_default=True, description="Where to turn for support.")


def json_schema() -> dict[str, Any]:
    """The JSON Schema of config.toml, for editors that complete TOML."""
    schema = ConfigFile.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "ritualsd configuration"}
