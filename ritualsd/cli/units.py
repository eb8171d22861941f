"""The systemd files as text: the units we ship, fitted to one installation. Writes nothing and runs nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DEFAULT_PORT = 8377
UNIT = "ritualsd.service"
WORKER = "ritualsd-worker@.service"
HIDDEN = ("/boot", "/media", "/mnt", "/srv", "/opt")
HOMES = ("/home", "/root", "/run/user")
SECRET = re.compile(r"\$\{([A-Za-z0-9_.-]+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Install:
    """What the system unit is fitted to. `prefixes` are the folders Python runs from, real paths, outside /usr."""

    python: str
    config: Path
    prefixes: tuple[str, ...] = ()
    port: int = DEFAULT_PORT


def shipped() -> Path:
    """The folder of the units we ship: inside an installed wheel, else the checkout's."""
    package = Path(__file__).resolve().parents[1]
    bundled = package / "bundled_systemd"
    return bundled if bundled.is_dir() else package.parent / "systemd"


def system_unit(install: Install) -> str:
    """The unit for the whole machine."""
    return _fitted(UNIT, install, "run").replace(f":tcp:{DEFAULT_PORT}", f":tcp:{install.port}")


def worker_unit(install: Install) -> str:
    """The template of workers."""
    return _fitted(WORKER, install, "worker")


def _fitted(unit: str, install: Install, command: str) -> str:
    text = (shipped() / unit).read_text("utf-8")
    text = _line(text, "ExecStart", f"{_start(install.python)} --config {_quoted(str(install.config))} {command}")
    if install.prefixes:
        text = _line(text, "ExecPaths", " ".join(["/usr/bin /usr/lib /lib /lib64", *map(_quoted, install.prefixes)]))
        kept = [f"-{folder}" for folder in HIDDEN if not any(inside(path, (folder,)) for path in install.prefixes)]
        text = _line(text, "InaccessiblePaths", " ".join(kept))
    return text


def user_unit(python: str, config: Path | None) -> str:
    """The unit for one person; `config` None: the one that is found by itself."""
    text = (shipped() / "user" / UNIT).read_text("utf-8")
    option = f" --config {_quoted(str(config))}" if config else ""
    return _line(text, "ExecStart", f"{_start(python)}{option} run")


def newer_systemd() -> str:
    """The drop-in for systemd 254 and newer."""
    return (shipped() / "drop-ins" / "50-systemd-254.conf").read_text("utf-8")


def credentials(names: Collection[str], folder: Path) -> str:
    """The drop-in that hands each secret over by name."""
    lines = [f"LoadCredential={name}:{folder / name}" for name in sorted(names)]
    return "\n".join(["# One line for each ${name} of the configuration.", "[Service]", *lines, ""])


def static_user() -> str:
    """The drop-in for a configuration that not everybody on the machine may read."""
    return (
        "# The configuration is not readable by everyone, so the service needs a user that can be given the right.\n"
        "[Service]\nDynamicUser=no\nUser=ritualsd\nGroup=ritualsd\n"
    )


def sysusers() -> str:
    """That user, for systemd-sysusers."""
    return 'u ritualsd - "ritualsd" /var/lib/ritualsd\n'


def secret_names(tables: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Every ${name} in the channels and plugin settings of these configuration files."""
    return frozenset(
        name
        for table in tables
        for part in ("people", "plugins")
        for text in _strings(table.get(part))
        for name in SECRET.findall(text)
    )


def inside(path: str, folders: Iterable[str]) -> bool:
    """Whether `path` is one of these folders or below one."""
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _line(text: str, key: str, value: str) -> str:
    """`text` with the value of its one `key=` line replaced."""
    return re.sub(rf"^{key}=.*$", lambda _: f"{key}={value}", text, count=1, flags=re.MULTILINE)


def _start(python: str) -> str:
    return f"{_quoted(python)} -I -B -u -X utf8 -m ritualsd"


def _quoted(path: str) -> str:
    """A path as a unit file takes it: `%` doubled, and quoted where it holds a space."""
    escaped = path.replace("%", "%%")
    return f'"{escaped}"' if re.search(r"\s", escaped) else escaped
