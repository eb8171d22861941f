"""Imports one candidate, and looks at what it says about itself and at the shape of its hooks.

Runs the plugin's import and nothing else of it.
"""

from __future__ import annotations

import inspect
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from difflib import get_close_matches
from hashlib import blake2b
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from ritualsd.content import api
from ritualsd.content.api import PROJECT, PluginInfo
from ritualsd.content.coerce import names
from ritualsd.content.hooks import HOOKS
from ritualsd.content.packs import is_pack
from ritualsd.content.record import Candidate, Refused

_MARK = f"{PROJECT}_impl"  # the attribute pluggy's marker leaves on a function


def load(candidate: Candidate) -> Any:
    """The plugin object: a module, or what the entry point names. Raises Refused, or whatever the plugin raises."""
    if candidate.entry:
        return candidate.entry.load()
    if candidate.path is None or not candidate.path.exists():
        raise Refused("missing", "there is nothing at this path", "mend [plugins] paths")
    if not candidate.bundled:
        _refuse_writable(candidate.path)
    return _module(candidate.path)


def _refuse_writable(path: Path) -> None:
    """Code that anybody on the machine may change is not run."""
    for place in (path, path.parent):
        if place.stat().st_mode & stat.S_IWOTH:
            raise Refused("load-error", f"anyone may write to {place}", f"chmod o-w {place}")


def _module(path: Path) -> ModuleType:
    file = path / "__init__.py" if path.is_dir() else path
    folders = [str(path)] if path.is_dir() else None
    # Flat and unique: a plugin called random.py shadows nothing, and a folder's relative imports still work.
    name = f"{PROJECT}_local_{blake2b(str(path).encode(), digest_size=4).hexdigest()}_{path.stem}"
    spec = spec_from_file_location(name, file, submodule_search_locations=folders)
    if spec is None or spec.loader is None:
        raise Refused("load-error", "is not a Python file")
    module = module_from_spec(spec)
    sys.modules[name] = module  # before it runs: dataclasses and pydantic look their module up while it does
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return module


def info_of(plugin: Any, name: str) -> PluginInfo:
    """What a plugin says about itself as PLUGIN, checked; the defaults where it says nothing. Raises Refused."""
    info = getattr(plugin, "PLUGIN", None)
    if info is None:
        return PluginInfo(name=name)
    if not isinstance(info, PluginInfo):
        raise Refused("load-error", "PLUGIN is not a PluginInfo", f'write PLUGIN = PluginInfo(name="{name}")')
    return checked(info, name)


def checked(info: PluginInfo, name: str) -> PluginInfo:
    """The same with its sets made plain, where this host can serve it. Raises Refused."""
    if info.api not in (api.PLUGIN_API, api.PLUGIN_API - 1) or info.api < 1:
        todo = "upgrade ritualsd" if isinstance(info.api, int) and info.api > api.PLUGIN_API else "upgrade the plugin"
        raise Refused("incompatible", f"needs plugin API {info.api!r:.20}, this ritualsd speaks {_spoken()}", todo)
    if info.name != name:
        raise Refused(
            "load-error", f"calls itself '{info.name!s:.60}' but was found as '{name}'", f'write name="{name}"'
        )
    if not isinstance(info.timeout, int | float) or not info.timeout > 0:
        raise Refused("load-error", "its timeout is not a number of seconds", "write timeout=5.0")
    return replace(info, kinds=names(info.kinds), reads=names(info.reads), sparse=names(info.sparse))


def _spoken() -> str:
    """The plugin APIs this ritualsd takes: its own number and the one before."""
    return " and ".join(str(number) for number in (api.PLUGIN_API - 1, api.PLUGIN_API) if number > 0)


def hooks_of(plugin: Any, folder: Callable[[], Path]) -> tuple[str, ...]:
    """The hooks a plugin implements, each known and well shaped. Raises Refused with the first that is not, and for one
    without any unless its `folder` holds the words of a language."""
    if inspect.isclass(plugin):
        raise Refused("load-error", "is a class", "register an instance of it, or a module")
    found = tuple(name for name, function in _candidates(plugin) if _check(name, function))
    if not found and not is_pack(folder()):
        raise Refused(
            "load-error", "has no hook", f"write a function such as {next(iter(HOOKS))}, with @hookimpl above it"
        )
    return found


def _candidates(plugin: Any) -> Iterator[tuple[str, Any]]:
    for name in dir(plugin):
        value = getattr(plugin, name, None)
        if inspect.ismodule(value):
            continue
        if name.startswith(f"{PROJECT}_") or getattr(value, _MARK, None):
            yield name, value


def _check(name: str, function: Any) -> bool:
    if name not in HOOKS:
        close = get_close_matches(name, HOOKS, n=1, cutoff=0.5)
        raise Refused(
            "load-error", f"unknown hook '{name}'", f"did you mean {close[0]}?" if close else "see docs/plugins.md"
        )
    options = getattr(function, _MARK, None)
    if not isinstance(options, dict):
        raise Refused("load-error", f"{name} is not marked", "write @hookimpl above it")
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        raise Refused("load-error", f"{name} is async", "write def: hooks are synchronous")
    for option in ("wrapper", "hookwrapper", "optionalhook", "specname"):
        if options.get(option):
            raise Refused("load-error", f"{name} uses {option}", "write a plain @hookimpl")
    _check_arguments(name, function)
    return True


def _check_arguments(name: str, function: Any) -> None:
    allowed = ", ".join(HOOKS[name]) or "no arguments"
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind not in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            raise Refused("load-error", f"{name} takes {parameter}", f"take {allowed} by name")
        if parameter.name not in HOOKS[name] and parameter.default is parameter.empty:
            raise Refused("load-error", f"{name} asks for '{parameter.name}'", f"it is called with {allowed}")
