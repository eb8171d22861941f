"""Build the wheel and install it into an environment of its own, outside the checkout."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def run(*command: str | Path, **more: object) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, its output as text."""
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=300, **more)  # type: ignore[call-overload, no-any-return] # passed through as given


def build_wheel(out: Path) -> Path:
    built = run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT)
    assert built.returncode == 0, built.stdout + built.stderr
    return next(out.glob("*.whl"))


def install(wheel: Path, folder: Path) -> Path:
    """The `ritualsd` command of a new environment that has the wheel and, beside it, this one's libraries."""
    assert run(sys.executable, "-m", "venv", "--without-pip", folder / "venv").returncode == 0
    python = folder / "venv" / "bin" / "python"
    installed = run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", wheel)
    assert installed.returncode == 0, installed.stderr
    borrow_libraries(folder / "venv")
    return folder / "venv" / "bin" / "ritualsd"


def borrow_libraries(venv: Path) -> None:
    """Let the new environment see this one's libraries (not its ritualsd: the wheel comes first on the path)."""
    import click

    site = next((venv / "lib").glob("python*/site-packages"))
    (site / "borrowed.pth").write_text(str(Path(click.__file__).parents[1]) + "\n", "utf-8")
