"""`ritualsd service`: puts the systemd units in place. Writes files and says which; changes nothing that runs."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from ritualsd.cli import units
from ritualsd.cli.context import Context, pass_context
from ritualsd.errors import RitualsdError

SYSTEM_CONFIG = Path("/etc/ritualsd/config.toml")
SYSTEM_UNITS = Path("/etc/systemd/system")


@click.group("service")
def command() -> None:
    """Install the systemd service.

    \b
    Example:
      ritualsd service install --user
      sudo ritualsd service install
    """


@command.command("install")
@click.option("--user", "for_user", is_flag=True, help="For you alone, without root.")
@click.option("--worker", is_flag=True, help="The unit of workers (docs/scale-out.md), in place of the daemon's.")
@click.option("--print", "only_print", is_flag=True, help="Print the files instead of writing them.")
@click.option("--root", type=click.Path(path_type=Path), default=Path("/"), help="Write below this folder.")
@pass_context
def install(context: Context, for_user: bool, worker: bool, only_print: bool, root: Path) -> None:
    """Write the systemd unit, fitted to this installation, and list the commands that are left to run.

    \b
    Example:
      ritualsd service install --user
      ritualsd service install --user --print
      sudo ritualsd --config /etc/ritualsd/config.toml service install
      sudo ritualsd service install --worker
    """
    if worker and for_user:
        raise click.UsageError("--worker is for a whole machine: leave --user out")
    unit = units.WORKER if worker else units.UNIT
    files = dict(_user_files(context) if for_user else _system_files(context, unit))
    if not only_print:
        _write({root / path.relative_to("/"): text for path, text in files.items()})
    else:
        for path, text in files.items():
            click.echo(f"# ── {path}\n{text}")
    click.echo("\nNow run:", err=only_print)
    for line in _user_commands() if for_user else _system_commands(context, files, unit):
        click.echo(f"  {line}", err=only_print)


def _user_files(context: Context) -> Iterator[tuple[Path, str]]:
    folder = Path(context.env.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"
    config = context.config.absolute() if context.config else None
    yield folder / units.UNIT, units.user_unit(sys.executable, config)
    if _systemd_version() >= 254:
        yield folder / f"{units.UNIT}.d" / "50-systemd-254.conf", units.newer_systemd()


def _system_files(context: Context, unit: str) -> Iterator[tuple[Path, str]]:
    config = _system_config(context)
    tables = list(_tables(config))
    prefixes = _prefixes()
    homes = [path for path in prefixes if units.inside(path, units.HOMES)]
    if homes:
        raise RitualsdError(
            "this ritualsd is installed in a home folder, which a system service cannot see",
            where=homes[0],
            todo="use `ritualsd service install --user`, or install it below /opt first (see docs/systemd.md)",
        )
    fitted = units.Install(python=sys.executable, config=config, prefixes=prefixes, port=_port(tables))
    drop_ins = SYSTEM_UNITS / f"{unit}.d"
    yield SYSTEM_UNITS / unit, units.worker_unit(fitted) if unit == units.WORKER else units.system_unit(fitted)
    if _needs_static_user(config):
        yield drop_ins / "40-static-user.conf", units.static_user()
        yield Path("/etc/sysusers.d/ritualsd.conf"), units.sysusers()
    if _systemd_version() >= 254 and unit == units.UNIT:
        yield drop_ins / "50-systemd-254.conf", units.newer_systemd()
    if names := units.secret_names(tables):
        yield drop_ins / "60-credentials.conf", units.credentials(names, config.parent / "secrets")


def _system_config(context: Context) -> Path:
    return context.config.absolute() if context.config else SYSTEM_CONFIG


def _tables(config: Path) -> Iterator[Mapping[str, Any]]:
    """The configuration files as they parse; one that does not is left for `ritualsd check` to explain."""
    for path in (config, *sorted((config.parent / "rituals.d").glob("*.toml"))):
        try:
            yield tomllib.loads(path.read_text("utf-8-sig"))
        except (OSError, ValueError, RecursionError):
            click.echo(f"{path} cannot be read: the secrets it names are left out", err=True)


def _prefixes() -> tuple[str, ...]:
    """The folders Python runs from that are not below /usr."""
    found = {os.path.realpath(path) for path in (sys.prefix, sys.base_prefix, sys.exec_prefix)}
    return tuple(sorted(path for path in found if not units.inside(path, ("/usr",))))


def _port(tables: list[Mapping[str, Any]]) -> int:
    web = tables[0].get("web", {}) if tables else {}
    _, _, port = str(web.get("bind", "") if isinstance(web, Mapping) else "").rpartition(":")
    return int(port) if port.isdecimal() else units.DEFAULT_PORT


def _needs_static_user(config: Path) -> bool:
    try:
        return not config.stat().st_mode & stat.S_IROTH
    except OSError:
        return False


def _systemd_version() -> int:
    try:
        done = subprocess.run(["systemctl", "--version"], capture_output=True, text=True, timeout=10, check=False)  # noqa: S607 - the one on the path, to read its version
    except (OSError, subprocess.TimeoutExpired):
        return 0
    words = done.stdout.split()
    return int(words[1]) if len(words) > 1 and words[1].isdecimal() else 0


def _write(files: Mapping[Path, str]) -> None:
    for path, text in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            path.chmod(0o644)
        except OSError as error:
            raise RitualsdError(
                f"cannot write it ({error.strerror})", where=str(path), todo="run it with sudo, or use --user"
            ) from error
        click.echo(f"wrote {path}")


def _user_commands() -> Iterator[str]:
    yield "systemctl --user daemon-reload"
    yield "systemctl --user enable --now ritualsd"
    yield "loginctl enable-linger    # or it ends when you log out"
    yield "ritualsd status"


def _system_commands(context: Context, files: Mapping[Path, str], unit: str) -> Iterator[str]:
    config = _system_config(context)
    if any(path.name == "40-static-user.conf" for path in files):
        yield "systemd-sysusers"
        yield f"chown -R root:ritualsd {config.parent} && chmod 750 {config.parent} && chmod 640 {config}"
    for line in files.get(SYSTEM_UNITS / f"{unit}.d" / "60-credentials.conf", "").splitlines():
        source = Path(line.partition(":")[2])
        if line.startswith("LoadCredential=") and not source.exists():
            yield f"install -m 600 /dev/stdin {source}    # the secret; the service cannot start without it"
    yield "systemctl daemon-reload"
    if unit == units.WORKER:
        yield "systemctl enable --now ritualsd-worker@1    # and @2, @3: as many as the machine has cores"
        return
    yield "systemctl enable --now ritualsd"
    yield "ritualsd --state /var/lib/ritualsd status    # from a shell, name the state folder"
