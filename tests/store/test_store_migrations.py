"""From one release to the next: the old schema or the new one, never between, and no row lost on the way."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from ritualsd.errors import StoreDamaged, StoreError
from ritualsd.store import inspection, memory_store, migrate, open_reader, open_store, opening
from ritualsd.store.migrations import __file__ as migrations_file
from ritualsd.store.sqlite import draft
from ritualsd.store.tables import REVISIONS, metadata
from tests.contract.ledgers import NOW, drawn, occurrence, planned, ready, stream

SCRIPTS = Path(migrations_file).parent

NEXT = """
import os, signal
import sqlalchemy as sa
from alembic import op
revision, down_revision = "next", {head!r}

def upgrade():
    with op.batch_alter_table("occurrences") as batch:  # rebuilds the table its deliveries hang on
        batch.add_column(sa.Column("mood", sa.Text(), nullable=False, server_default="calm"))
    op.create_table("moods", sa.Column("id", sa.Integer(), primary_key=True))
    {then}
    op.create_index("ix_moods", "moods", ["id"])
"""

OPEN_TWICE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from ritualsd.store import open_store
for _ in range(2):
    open_store(Path(sys.argv[1]), clock_now=datetime.now(UTC)).close()
print("alembic" in sys.modules)
"""

Release = Callable[[str], None]


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Release:
    """Install the next release, whose migration does `then` half-way."""

    def install(then: str = "pass") -> None:
        scripts = tmp_path / "100% next"
        shutil.copytree(SCRIPTS, scripts, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        (scripts / "versions" / "v_next.py").write_text(NEXT.format(head=REVISIONS[-1], then=then))
        monkeypatch.setattr(migrate, "SCRIPTS", str(scripts))
        monkeypatch.setattr(inspection, "REVISIONS", (*REVISIONS, "next"))
        monkeypatch.setattr(opening, "HEAD", "next")

    return install


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A ledger of the present release with rows in every table that hangs on another."""
    store = open_store(tmp_path / "state", clock_now=NOW)
    store.sync_streams([stream()], [], [], NOW)
    for each in planned(store, *map(occurrence, range(5))):
        store.claim(ready(store, each, draw=drawn()).id, "one", NOW)
    store.close()
    return tmp_path / "state"


def rows(path: Path) -> dict[str, int]:
    with closing(sqlite3.connect(path)) as raw:
        names = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: raw.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}


def version(path: Path) -> str:
    with closing(sqlite3.connect(path)) as raw:
        return str(raw.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def objects(path: Path) -> set[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as raw:
        return set(raw.execute("SELECT name, sql FROM sqlite_master"))


# this release


def test_the_revisions_are_those_of_the_scripts_in_order() -> None:
    config = Config()
    config.set_main_option("script_location", migrate.SCRIPTS)
    known = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(known)) == REVISIONS


def test_the_migrations_lead_to_the_very_tables_a_new_database_gets(tmp_path) -> None:
    (tmp_path / "migrated.db").touch()
    with draft(tmp_path / "migrated.db").connect() as connection:
        migrate.upgrade(connection)
        connection.rollback()
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    open_store(tmp_path / "state", clock_now=NOW).close()

    def shape(path: Path) -> set[tuple[str, str]]:
        return {(name, " ".join(sorted(re.findall(r"\w+", sql or "")))) for name, sql in objects(path)}

    assert shape(tmp_path / "migrated.db") == shape(tmp_path / "state" / "ritualsd.db")


# the next release


def test_an_older_database_is_brought_up_to_date_with_every_row(state, release) -> None:
    before = rows(state / "ritualsd.db")
    release()
    store = open_store(state, clock_now=NOW)
    assert len(store.history()) == 5
    store.close()
    assert version(state / "ritualsd.db") == "next"
    assert rows(state / "ritualsd.db") == before | {"moods": 0}


def test_a_whole_copy_of_what_it_was_stays_beside_it(state, release) -> None:
    before = rows(state / "ritualsd.db")
    release()
    open_store(state, clock_now=NOW).close()
    copy = state / f"ritualsd.db.of-{REVISIONS[-1]}"
    assert rows(copy) == before
    assert version(copy) == REVISIONS[-1]
    assert copy.stat().st_mode & 0o777 == 0o600
    assert sorted(file.name for file in state.iterdir()) == ["ritualsd.db", copy.name]


def test_the_copy_put_back_opens_as_it_was(state, release, monkeypatch) -> None:
    release()
    open_store(state, clock_now=NOW).close()
    monkeypatch.undo()
    with pytest.raises(StoreError, match="newer"):
        open_store(state, clock_now=NOW)
    (state / f"ritualsd.db.of-{REVISIONS[-1]}").replace(state / "ritualsd.db")
    store = open_store(state, clock_now=NOW)
    assert len(store.history()) == 5
    store.close()


@pytest.mark.parametrize("then", ["raise RuntimeError('no')", "op.execute('SELECT * FROM nowhere')"])
def test_a_migration_that_fails_leaves_the_old_schema_and_can_be_repeated(state, release, then) -> None:
    before = objects(state / "ritualsd.db"), rows(state / "ritualsd.db")
    release(then)
    for _ in range(2):
        with pytest.raises(StoreError, match="left as it was"):
            open_store(state, clock_now=NOW)
        assert (objects(state / "ritualsd.db"), rows(state / "ritualsd.db")) == before
    release()
    open_store(state, clock_now=NOW).close()
    assert version(state / "ritualsd.db") == "next"


def test_a_migration_killed_half_way_leaves_the_old_schema_and_can_be_repeated(state, release) -> None:
    before = objects(state / "ritualsd.db"), rows(state / "ritualsd.db")
    release("os.kill(os.getpid(), signal.SIGKILL)")
    child = os.fork()
    if child == 0:
        open_store(state, clock_now=NOW)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 9
    assert (objects(state / "ritualsd.db"), rows(state / "ritualsd.db")) == before
    release()
    open_store(state, clock_now=NOW).close()
    assert rows(state / "ritualsd.db") == before[1] | {"moods": 0}


def test_a_migration_that_orphans_rows_is_taken_back(state, release) -> None:
    before = rows(state / "ritualsd.db")
    release("op.execute('DELETE FROM occurrences WHERE id = 1')")
    with pytest.raises(StoreDamaged, match="belong to nothing"):
        open_store(state, clock_now=NOW)
    assert rows(state / "ritualsd.db") == before


def test_a_reader_leaves_an_older_database_to_the_daemon(state, release) -> None:
    release()
    with pytest.raises(StoreError, match="start the daemon once"):
        open_reader(state)
    assert version(state / "ritualsd.db") == REVISIONS[-1]


def test_a_memory_copy_of_an_older_database_is_brought_up_to_date_by_itself(state, release) -> None:
    release()
    store = memory_store(copy_of=state)
    assert len(store.history()) == 5
    store.close()
    assert version(state / "ritualsd.db") == REVISIONS[-1]


def test_opening_a_database_of_this_release_never_loads_alembic(tmp_path) -> None:
    ran = subprocess.run([sys.executable, "-c", OPEN_TWICE, str(tmp_path)], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
