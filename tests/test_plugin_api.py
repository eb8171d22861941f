"""What plugin authors build on does not change unseen: signatures and fields are compared with a file."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import ritualsd
from ritualsd.content.api import PLUGIN_API, PluginInfo
from ritualsd.content.hooks import Hooks
from ritualsd.model import Ask, Event, Memory, Message, Prompt
from tests.content.hosting import Yard, status

HERE = Path(__file__).parent
TYPES = (PluginInfo, Ask, Memory, Prompt, Message, Event)


def written(number: int) -> Path:
    return HERE / f"plugin_api_{number}.txt"


def rendered() -> str:
    """Every name of the front door, every hook with its signature, every field with its type and default."""
    lines = [f"ritualsd.{name}" for name in ritualsd.__all__]
    for name, spec in vars(Hooks).items():
        if name.startswith("ritualsd_"):
            arguments = list(inspect.signature(spec).parameters.values())[1:]
            lines.append(f"{name}({', '.join(map(argument, arguments))}) -> {spec.__annotations__['return']}")
    for kind in TYPES:
        lines += [f"{kind.__name__}.{each}" for each in fields(kind)]
    return "\n".join(lines) + "\n"


def argument(each: inspect.Parameter) -> str:
    return f"{each.name}: {each.annotation}" + ("" if each.default is each.empty else f" = {each.default!r}")


def fields(kind: Any) -> Iterator[str]:
    for each in dataclasses.fields(kind):
        yield f"{each.name}: {each.type}{default(each)}"


def default(each: dataclasses.Field[Any]) -> str:
    if each.default_factory is not dataclasses.MISSING:
        return " = …"
    return "" if each.default is dataclasses.MISSING else f" = {each.default!r}"


def test_nothing_plugins_build_on_changed_unseen() -> None:
    told = (
        "What plugins build on has changed. If it only adds something with a default, write it to "
        f"{written(PLUGIN_API).name} too; if it breaks plugins, raise PLUGIN_API and keep the old way working."
    )
    assert rendered() == written(PLUGIN_API).read_text("utf-8"), told


def test_what_the_api_before_promised_is_still_there() -> None:
    before = written(PLUGIN_API - 1)
    if PLUGIN_API == 1:
        assert not before.exists()
        return
    hooks = dict(re.findall(r"^(ritualsd_\w+)\((.*)\) ->", rendered(), re.MULTILINE))
    for name, arguments in re.findall(r"^(ritualsd_\w+)\((.*)\) ->", before.read_text("utf-8"), re.MULTILINE):
        assert set(arguments.split(", ")) <= set(hooks[name].split(", "))


PLAIN = """
    from ritualsd import PluginInfo, hookimpl

    PLUGIN = PluginInfo(name="plain", api=1)

    @hookimpl
    def ritualsd_gratitude_prompts(ask):
        return ["What was good?"]
"""


@pytest.mark.parametrize(
    ("ours", "expected", "says"),
    [
        (1, "active", ""),
        (2, "active", ""),
        (3, "incompatible", "needs plugin API 1, this ritualsd speaks 2 and 3; upgrade the plugin"),
    ],
)
def test_the_number_and_the_one_before_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ours: int, expected: str, says: str
) -> None:
    monkeypatch.setattr("ritualsd.content.api.PLUGIN_API", ours)
    yard = Yard(root=tmp_path)
    yard.plugin("plain", PLAIN, isolation="thread")
    row = status(yard.host(), "plain")
    assert (row.status, row.error) == (expected, says)
