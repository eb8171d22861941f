"""Imports point down only, each heavy library has one room, and `core` decides without touching the world.

Read from the source with `ast`, so that an arrow hidden inside a function counts as well. It runs nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "ritualsd"

FLOORS = (
    {"errors"},
    {"model"},
    {"core"},
    {"ports"},
    {"config", "content", "store", "send", "replies", "engine", "web", "flow"},
    {"daemon"},
    {"cli"},
    {"__main__"},
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}

FRONT_DOORS = {"__init__", "testing"}  # they exist to reach into the rooms for others
TYPE_ONLY = {("errors", "model")}  # ConfigError carries Problems: named in an annotation, never imported at run time

HEAVY = {
    "apprise": {"send"},
    "apscheduler": {"daemon"},
    "pluggy": {"content"},
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "cryptography": {"store"},
    "procrastinate": {"engine"},
    "psycopg": {"store", "engine"},
    "httpx": {"replies"},
    "imap_tools": {"replies"},
    "starlette": {"web"},
    "uvicorn": {"web"},
    "jinja2": {"web"},
    "pydantic": {"config", "content"},
    "structlog": {"daemon"},
    "prometheus_client": {"daemon"},
    "rich": {"cli"},
    "click": {"cli"},
    "cronsim": {"core"},
    "dateutil": {"core"},
    "astral": {"config"},
    "icalendar": {"config"},
    "tomli_w": {"config", "cli"},
}

NOT_IN_CORE = {"os", "pathlib", "logging", "random", "time", "secrets", "socket", "subprocess", "threading"}
CLOCKS = {"now", "utcnow", "today"}
DYNAMIC = {"import_module", "__import__"}


@dataclass(frozen=True)
class Arrow:
    """One import: who, what, on which line, and whether it happens at module level or for types only."""

    file: Path
    line: int
    target: str
    top_level: bool
    type_only: bool

    @property
    def room(self) -> str:
        return self.file.relative_to(PACKAGE).parts[0].removesuffix(".py")

    @property
    def library(self) -> str:
        return self.target.split(".")[0]

    @property
    def target_room(self) -> str:
        """The room of ours it points at; "" for a library, `__init__` for the front door."""
        parts = self.target.split(".")
        return "" if parts[0] != "ritualsd" else parts[1] if len(parts) > 1 else "__init__"

    def __str__(self) -> str:
        return f"{self.file.relative_to(ROOT)}:{self.line} imports {self.target}"


def targets(node: ast.AST) -> list[str]:
    """The dotted names one node imports; `from ritualsd import x` names the room x, or the front door."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        if node.level:
            return ["." * node.level]
        if node.module == "ritualsd":
            return [f"ritualsd.{each.name}" if each.name in FLOOR else "ritualsd" for each in node.names]
        return [node.module or ""]
    if isinstance(node, ast.Call) and name_of(node.func) in DYNAMIC and node.args:
        first = node.args[0]
        return [first.value] if isinstance(first, ast.Constant) and isinstance(first.value, str) else []
    return []


def name_of(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def arrows_in(file: Path, source: str) -> Iterator[Arrow]:
    """Every import of a file, wherever it stands."""

    def walk(node: ast.AST, *, top: bool, typed: bool) -> Iterator[Arrow]:
        for target in targets(node):
            yield Arrow(file=file, line=getattr(node, "lineno", 0), target=target, top_level=top, type_only=typed)
        inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        guarded = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for child in ast.iter_child_nodes(node):
            yield from walk(child, top=top and not inside, typed=typed or guarded)

    yield from walk(ast.parse(source), top=True, typed=False)


def sources() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def all_arrows() -> list[Arrow]:
    return [arrow for file in sources() for arrow in arrows_in(file, file.read_text("utf-8"))]


def wrong_way(arrow: Arrow) -> bool:
    """Does it point up, or sideways to another adapter on the same floor?"""
    here, there = arrow.room, arrow.target_room
    if here in FRONT_DOORS or not there or here == there or there == "__init__":
        return False
    if arrow.type_only and (here, there) in TYPE_ONLY:
        return False
    return FLOOR[there] >= FLOOR[here]


def in_the_wrong_room(arrow: Arrow) -> bool:
    return arrow.room not in FRONT_DOORS and arrow.room not in HEAVY.get(arrow.library, {arrow.room})


def test_every_file_stands_on_a_known_floor() -> None:
    rooms = {file.relative_to(PACKAGE).parts[0].removesuffix(".py") for file in sources()}
    assert rooms - set(FLOOR) - FRONT_DOORS == set()


def test_imports_point_down_only_and_adapters_do_not_know_each_other() -> None:
    assert [str(arrow) for arrow in all_arrows() if wrong_way(arrow)] == []


def test_our_own_imports_are_written_in_full() -> None:
    assert [str(arrow) for arrow in all_arrows() if arrow.target.startswith(".")] == []


def test_each_heavy_library_has_one_room() -> None:
    assert [str(arrow) for arrow in all_arrows() if in_the_wrong_room(arrow)] == []


def test_core_loads_no_library_before_a_rule_needs_it() -> None:
    eager = [arrow for arrow in all_arrows() if arrow.room == "core" and arrow.library in HEAVY and arrow.top_level]
    assert [str(arrow) for arrow in eager if not arrow.type_only] == []


def test_core_touches_no_file_no_clock_no_chance_and_no_log() -> None:
    assert [str(arrow) for arrow in all_arrows() if arrow.room == "core" and arrow.library in NOT_IN_CORE] == []


def test_core_never_asks_what_time_it_is() -> None:
    asked = [
        f"{file.relative_to(ROOT)}:{node.lineno} calls {ast.unparse(node.func)}"
        for file in sorted((PACKAGE / "core").rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS
    ]
    assert asked == []


def test_bundled_plugins_use_the_front_door_only() -> None:
    inside = [
        str(arrow)
        for file in sorted((ROOT / "plugins").rglob("*.py"))
        for arrow in arrows_in(file, file.read_text("utf-8"))
        if arrow.target.startswith("ritualsd.") and not hasattr_of_front_door(arrow.target)
    ]
    assert inside == []


def hasattr_of_front_door(target: str) -> bool:
    import ritualsd

    return target.removeprefix("ritualsd.") in ritualsd.__all__


@pytest.mark.parametrize(
    ("room", "line", "caught_by"),
    [
        ("core", "import ritualsd.store", wrong_way),
        ("core", "def f():\n    from ritualsd.flow import plan", wrong_way),
        ("model", "from ritualsd import core", wrong_way),
        ("web", "from ritualsd.store import open_store", wrong_way),
        ("flow", "import_module('ritualsd.cli.main')", wrong_way),
        ("daemon", "import apprise", in_the_wrong_room),
        ("flow", "from sqlalchemy.engine import Engine", in_the_wrong_room),
    ],
)
def test_a_planted_arrow_is_caught(room: str, line: str, caught_by: object) -> None:
    planted = list(arrows_in(PACKAGE / room / "planted.py", line))
    assert [caught_by(arrow) for arrow in planted] == [True]  # type: ignore[operator] # a parametrised function
