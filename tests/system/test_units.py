"""The systemd units: accepted without a word, closed enough, each key explained, fitted to the installation."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ritualsd.cli import service, units
from ritualsd.cli.main import cli

SYSTEM = units.shipped() / "ritualsd.service"
WORKER = units.shipped() / "ritualsd-worker@.service"
USER = units.shipped() / "user" / "ritualsd.service"
NEWER = units.shipped() / "drop-ins" / "50-systemd-254.conf"

CONFIG = """
timezone = "UTC"
[people.ana]
name = "Ana"
channels = { phone = "ntfys://${ana_token}@ntfy.example.org/ana" }   # not ${this}
[web]
bind = "127.0.0.1:9000"
[plugins.weather]
key = "${weather_key}"
"""

needs_analyze = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed here"
)


def analyze(tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"XDG_RUNTIME_DIR": str(tmp_path)}
    return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, env=env, check=False, timeout=60)


def copied(tmp_path: Path, unit: Path) -> str:
    """The unit with an interpreter that exists here, since `verify` looks for it."""
    text = re.sub(r"^ExecStart=\S+", f"ExecStart={shutil.which('true')}", unit.read_text(), flags=re.MULTILINE)
    copy = tmp_path / unit.name.replace("@", "@1")
    copy.write_text(text)
    return str(copy)


@needs_analyze
@pytest.mark.parametrize(
    ("unit", "options"), [(SYSTEM, []), (WORKER, []), (USER, ["--user"])], ids=["system", "worker", "user"]
)
def test_systemd_accepts_the_unit_without_a_word(tmp_path: Path, unit: Path, options: list[str]) -> None:
    done = analyze(tmp_path, "verify", *options, copied(tmp_path, unit))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@needs_analyze
@pytest.mark.parametrize("unit", [SYSTEM, WORKER], ids=["daemon", "worker"])
def test_the_system_units_expose_no_more_than_one_and_a_half(tmp_path: Path, unit: Path) -> None:
    done = analyze(tmp_path, "security", "--offline=true", "--threshold=15", copied(tmp_path, unit))
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("unit", [SYSTEM, WORKER, USER, NEWER], ids=["system", "worker", "user", "newer"])
def test_every_block_of_keys_says_why(unit: Path) -> None:
    """A key stands below a comment or a heading, or directly below another key that shares it."""
    explained = False
    for line in unit.read_text().splitlines():
        if line.startswith(("#", "[")) or not line:
            explained = bool(line)
        else:
            assert explained, line


def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *words: str, version: int = 252) -> Result:
    """Run `service install` as on a machine with that systemd, into a folder of ours."""
    monkeypatch.setattr(service, "_systemd_version", lambda: version)
    config = tmp_path / "etc" / "config.toml"
    config.parent.mkdir(exist_ok=True)
    if not config.exists():
        config.write_text(CONFIG)
        config.chmod(0o644)
    env = {"XDG_CONFIG_HOME": "/home/ana/.config"}
    monkeypatch.setenv("XDG_CONFIG_HOME", env["XDG_CONFIG_HOME"])
    options = ["--config", str(config), "service", "install", *words]
    return CliRunner().invoke(cli, options, env=env, catch_exceptions=False)


def test_the_user_unit_gets_this_interpreter_and_the_commands_left_to_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.executable", "/home/ana/my tools/bin/python")
    done = installed(monkeypatch, tmp_path, "--user", "--root", str(tmp_path / "root"))
    unit = tmp_path / "root/home/ana/.config/systemd/user/ritualsd.service"
    assert f"wrote {unit}" in done.output
    start = next(line for line in unit.read_text().splitlines() if line.startswith("ExecStart="))
    assert start.startswith('ExecStart="/home/ana/my tools/bin/python" -I -B -u -X utf8 -m ritualsd --config ')
    assert start.endswith(" run")
    assert "systemctl --user enable --now ritualsd" in done.output
    assert "enable-linger" in done.output
    assert not (unit.parent / "ritualsd.service.d").exists()


def test_the_system_unit_is_fitted_to_the_installation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.executable", "/opt/ritualsd/bin/python")
    monkeypatch.setattr(service, "_prefixes", lambda: ("/opt/ritualsd",))
    done = installed(monkeypatch, tmp_path, "--root", str(tmp_path / "root"), version=257)
    units_folder = tmp_path / "root/etc/systemd/system"
    unit = (units_folder / "ritualsd.service").read_text()
    assert "ExecStart=/opt/ritualsd/bin/python -I" in unit
    assert "ExecPaths=/usr/bin /usr/lib /lib /lib64 /opt/ritualsd\n" in unit
    assert "InaccessiblePaths=-/boot -/media -/mnt -/srv\n" in unit
    assert "SocketBindAllow=ipv4:tcp:9000\n" in unit
    assert "8377" not in unit
    drop_ins = units_folder / "ritualsd.service.d"
    assert sorted(path.name for path in drop_ins.iterdir()) == ["50-systemd-254.conf", "60-credentials.conf"]
    secrets = tmp_path / "etc" / "secrets"
    assert (drop_ins / "60-credentials.conf").read_text().splitlines()[1:] == [
        "[Service]",
        f"LoadCredential=ana_token:{secrets}/ana_token",
        f"LoadCredential=weather_key:{secrets}/weather_key",
    ]
    assert f"{secrets}/ana_token" in done.output
    assert "--state /var/lib/ritualsd" in done.output


def test_the_unit_of_workers_is_fitted_too_and_opens_no_port(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.executable", "/opt/ritualsd/bin/python")
    monkeypatch.setattr(service, "_prefixes", lambda: ("/opt/ritualsd",))
    done = installed(monkeypatch, tmp_path, "--worker", "--root", str(tmp_path / "root"), version=257)
    units_folder = tmp_path / "root/etc/systemd/system"
    unit = (units_folder / "ritualsd-worker@.service").read_text()
    start = next(line for line in unit.splitlines() if line.startswith("ExecStart=/opt/ritualsd/bin/python -I"))
    assert start.endswith(" worker")
    assert "SocketBindAllow" not in unit
    assert [path.name for path in (units_folder / "ritualsd-worker@.service.d").iterdir()] == ["60-credentials.conf"]
    assert not (units_folder / "ritualsd.service").exists()
    assert "systemctl enable --now ritualsd-worker@1" in done.output


def test_workers_are_no_affair_of_a_single_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    done = installed(monkeypatch, tmp_path, "--worker", "--user", "--root", str(tmp_path / "root"))
    assert done.exit_code == 2
    assert "leave --user out" in done.output


@needs_analyze
def test_a_fitted_system_unit_is_accepted_and_closed_as_well(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.executable", shutil.which("true") or "/bin/true")
    monkeypatch.setattr(service, "_prefixes", lambda: ("/opt/ritualsd",))
    installed(monkeypatch, tmp_path, "--root", str(tmp_path / "root"))
    unit = str(tmp_path / "root/etc/systemd/system/ritualsd.service")
    done = analyze(tmp_path, "verify", unit)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert analyze(tmp_path, "security", "--offline=true", "--threshold=15", unit).returncode == 0


def test_a_configuration_not_everybody_may_read_gets_a_user_that_can(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(service, "_prefixes", lambda: ())
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "config.toml").write_text(CONFIG)
    (tmp_path / "etc" / "config.toml").chmod(0o640)
    done = installed(monkeypatch, tmp_path, "--root", str(tmp_path / "root"))
    drop_ins = tmp_path / "root/etc/systemd/system/ritualsd.service.d"
    assert "DynamicUser=no" in (drop_ins / "40-static-user.conf").read_text()
    assert (tmp_path / "root/etc/sysusers.d/ritualsd.conf").read_text().startswith("u ritualsd")
    assert "systemd-sysusers" in done.output


def test_an_installation_in_a_home_is_refused_for_the_whole_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(service, "_prefixes", lambda: ("/home/ana/.local/share/pipx/venvs/ritualsd",))
    with pytest.raises(Exception, match="home folder"):
        installed(monkeypatch, tmp_path, "--root", str(tmp_path / "root"))
    assert not (tmp_path / "root").exists()


def test_print_writes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    done = installed(monkeypatch, tmp_path, "--user", "--print", "--root", str(tmp_path / "root"))
    assert "[Service]" in done.output
    assert not (tmp_path / "root").exists()


def test_the_newer_drop_in_clears_the_reload_command_that_would_signal_twice() -> None:
    text = NEWER.read_text()
    assert "Type=notify-reload\n" in text
    assert "\nExecReload=\n" in text
