"""A record on a server is made once, brought up to date whole or not at all, and another program's is left alone."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from psycopg import errors

from ritualsd.core.keys import key_text
from ritualsd.errors import NotFound, StoreBusy, StoreDamaged, StoreError, StoreFull, StoreTooNew
from ritualsd.model import DeliveryState, Fact, Keyring, Secret
from ritualsd.store import memory_store, migrate, open_reader, open_store, pooled, schema
from ritualsd.store.migrations import __file__ as migrations_file
from ritualsd.store.peek import kept, peek
from ritualsd.store.pooled import Pooled
from ritualsd.store.postgres import may_pass, meaning
from ritualsd.store.tables import REVISIONS, metadata
from tests.cli.home import TWO, Home
from tests.contract.ledgers import KEYRING, NOW, occurrence, planned, ready, sending, stream
from tests.postgres import PASSWORD, fresh_database, name_of, needs_postgres, the_server

pytestmark = needs_postgres

SHAPE = """
    SELECT table_name, column_name, ordinal_position > 0, data_type, is_nullable, column_default, collation_name
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
    UNION ALL SELECT tablename, indexname, true, indexdef, '', '', '' FROM pg_indexes
    WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    UNION ALL SELECT conrelid::regclass::text, conname, true, pg_get_constraintdef(oid), '', '', '' FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'
    ORDER BY 1, 2, 4
"""
NEXT = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "next", {head!r}

def upgrade():
    with op.batch_alter_table("occurrences") as batch:
        batch.add_column(sa.Column("mood", sa.Text(), nullable=False, server_default="calm"))
    {then}
"""


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Install the next release, whose migration does `then` at its end."""

    def install(then: str = "pass") -> None:
        scripts = tmp_path / "next"
        shutil.copytree(
            Path(migrations_file).parent, scripts, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
        )
        (scripts / "versions" / "v_next.py").write_text(NEXT.format(head=REVISIONS[-1], then=then))
        monkeypatch.setattr(migrate, "SCRIPTS", str(scripts))
        monkeypatch.setattr(schema, "REVISIONS", (*REVISIONS, "next"))
        monkeypatch.setattr(schema, "HEAD", "next")

    return install


def by_migrations(connection) -> None:
    config = Config()
    config.set_main_option("script_location", migrate.SCRIPTS)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    schema.bind_letters(connection)


def test_the_migrations_lead_to_the_very_tables_a_new_database_gets(url, state) -> None:
    with fresh_database() as other:
        database = Pooled(other)
        database.write(by_migrations)
        open_store(state, url=url, clock_now=NOW).close()
        made, migrated = (the_server().ask(SHAPE, name_of(each)) for each in (url, other))
        assert migrated == made
        assert len(made) > 150
        assert database.read(lambda each: compare_metadata(MigrationContext.configure(each), metadata))[1:] == []
        database.close()


def test_every_text_is_compared_letter_by_letter(url, state) -> None:
    store = open_store(state, url=url, clock_now=NOW)
    loose = "SELECT 1 FROM information_schema.columns WHERE data_type = 'text' AND table_schema = 'public'"
    assert the_server().ask(f"{loose} AND collation_name IS DISTINCT FROM 'C'", name_of(url)) == []
    keys = ["a:b", "a~", "a", "B", "é", "a_c", "ß", "🌿", "Z", "_"]
    store.remember_all(dict.fromkeys(keys, "x"))
    for own, person in enumerate(["Zoe", "ana", "Ben"]):
        store.personal.tell(Fact(person=person, key=str(own), value="v", told_utc=NOW))
    assert [fact.person for fact in store.personal.facts()] == ["Ben", "Zoe", "ana"]
    assert sorted(store.recall_all("a")) == sorted(["a:b", "a~", "a", "a_c"])
    store.close()


def test_several_that_begin_at_once_make_it_once(url, tmp_path) -> None:
    opened = []

    def begin(number: int) -> None:
        opened.append(open_store(tmp_path / str(number), url=url, clock_now=NOW))

    threads = [threading.Thread(target=begin, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len({store.installation().id for store in opened}) == 1
    assert len(opened) == 4
    for store in opened:
        store.close()


def test_an_older_one_is_brought_up_to_date_with_all_it_holds(url, state, release) -> None:
    store = open_store(state, url=url, clock_now=NOW)
    (held,) = planned(store, occurrence())
    ready(store, held)
    store.close()
    release()
    newer = open_store(state, url=url, clock_now=NOW)
    assert newer.find(held.name).deliveries[0].body
    assert the_server().ask("SELECT mood FROM occurrences", name_of(url)) == [("calm",)]
    newer.close()
    collation = "SELECT collation_name FROM information_schema.columns WHERE column_name = 'mood'"
    assert the_server().ask(collation, name_of(url)) == [("C",)]


def test_a_migration_that_fails_leaves_the_old_schema_and_can_be_repeated(url, state, release) -> None:
    open_store(state, url=url, clock_now=NOW).close()
    before = the_server().ask(SHAPE, name_of(url))
    release("raise ValueError('canary')")
    with pytest.raises(StoreError, match="left as it was") as caught:
        open_store(state, url=url, clock_now=NOW)
    assert "canary" not in str(caught.value)
    assert the_server().ask(SHAPE, name_of(url)) == before
    release()
    open_store(state, url=url, clock_now=NOW).close()


def test_a_migration_that_lost_its_server_is_tried_again(url, state, release, tmp_path) -> None:
    open_store(state, url=url, clock_now=NOW).close()
    mark = tmp_path / "once"
    release(f"""
    from pathlib import Path
    mark = Path({str(mark)!r})
    if not mark.exists():
        mark.touch()
        op.execute("SELECT pg_terminate_backend(pg_backend_pid())")
""")
    open_store(state, url=url, clock_now=NOW).close()
    assert mark.exists()
    assert the_server().ask("SELECT version_num FROM alembic_version", name_of(url)) == [("next",)]


def test_one_of_a_newer_ritualsd_is_refused_before_anything_is_written(url, state) -> None:
    open_store(state, url=url, clock_now=NOW).close()
    the_server().ask("UPDATE alembic_version SET version_num = '9999'", name_of(url))
    for opening in (
        lambda: open_store(state, url=url, clock_now=NOW),
        lambda: open_reader(state, url=url),
    ):
        with pytest.raises(StoreTooNew, match="9999"):
            opening()


@pytest.mark.parametrize("theirs", ["CREATE TABLE replies (id int)", "CREATE TABLE alembic_version (version_num text)"])
def test_a_database_of_another_program_is_left_alone(url, state, theirs) -> None:
    the_server().ask(theirs, name_of(url))
    with pytest.raises(StoreDamaged, match="another program"):
        open_store(state, url=url, clock_now=NOW)
    assert the_server().ask("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", name_of(url)) == [(1,)]


def test_other_tables_may_lie_beside_ours(url, state) -> None:
    the_server().ask("CREATE TABLE theirs (id int)", name_of(url))
    open_store(state, url=url, clock_now=NOW).close()


def test_a_database_that_cannot_hold_every_word_is_refused(state) -> None:
    server, name = the_server(), "latin"
    server.ask(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    with pytest.raises(StoreError, match="LATIN1"):
        open_store(state, url=server.url(name), clock_now=NOW)
    server.ask(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_user_that_may_make_no_tables_is_told_what_to_ask_for(url, state) -> None:
    server = the_server()
    server.ask("REVOKE CREATE ON SCHEMA public FROM PUBLIC", name_of(url))
    server.ask(f"CREATE ROLE guest_{name_of(url)} LOGIN PASSWORD '{PASSWORD}'")
    with pytest.raises(StoreError, match="GRANT") as caught:
        open_store(state, url=url.replace("ritualsd:", f"guest_{name_of(url)}:", 1), clock_now=NOW)
    assert PASSWORD not in str(caught.value)


def test_the_owner_of_a_database_needs_no_other_right_and_may_come_by_its_socket(state) -> None:
    server = the_server()
    for wish in (
        f"CREATE ROLE plain LOGIN PASSWORD '{PASSWORD}'",
        "CREATE DATABASE plain OWNER plain TEMPLATE template0",
    ):
        server.ask(wish)
    url = f"postgresql://plain:{PASSWORD}@/plain?host={server.folder}&port={server.port}"
    with closing(open_store(state, url=url, clock_now=NOW)) as store:
        store.personal.tell(Fact(person="ana", key="song", value="hers", told_utc=NOW))
        store.erasure.person("ana", NOW)
        assert store.personal.facts() == ()
    server.ask("DROP DATABASE plain WITH (FORCE)")


def test_a_reader_finds_nothing_before_the_first_start_and_never_writes(url, state) -> None:
    with pytest.raises(NotFound, match="ritualsd run"):
        open_reader(state, url=url)
    store = open_store(state, url=url, clock_now=NOW)
    store.remember("a", "b")
    reader = open_reader(state, url=url)
    assert reader.recall("a") == "b"
    with pytest.raises(StoreError, match="for reading only"):
        reader.remember("a", "c")
    assert store.recall("a") == "b"
    for each in (reader, store):
        each.close()


def test_what_no_database_can_keep_is_left_out_or_refused_and_nothing_else_goes(url, state) -> None:
    store = open_store(state, url=url, clock_now=NOW)
    store.remember("a", "one\0two")
    assert store.recall("a") == "onetwo"
    with pytest.raises(StoreError, match="characters"):
        store.remember("a", "\ud800")
    assert store.recall("a") == "onetwo"
    store.close()


def test_what_was_erased_is_in_no_table_of_the_server(url, state) -> None:
    canary = "a canary that sings alone"
    store = open_store(state, url=url, clock_now=NOW)
    store.personal.tell(Fact(person="ana", key="song", value=canary, told_utc=NOW))
    database = the_server().ask("SELECT oid FROM pg_database WHERE datname = current_database()", name_of(url))[0][0]
    files = the_server().data / "base" / str(database)

    def heard() -> bool:
        the_server().ask("CHECKPOINT")
        return any(canary.encode() in file.read_bytes() for file in files.iterdir() if file.is_file())

    assert heard()
    store.erasure.person("ana", NOW)
    assert not heard()
    store.close()


def test_an_erasure_says_so_where_somebody_still_sees_what_was_there_before(url, state, monkeypatch) -> None:
    store = open_store(state, url=url, clock_now=NOW)
    store.personal.tell(Fact(person="ana", key="song", value="hers", told_utc=NOW))
    monkeypatch.setattr(pooled, "PATIENCE_S", 0.5)
    with psycopg.connect(url) as looking_back, closing(open_store(state, url=url, clock_now=NOW)) as hasty:
        looking_back.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        looking_back.execute("SELECT 1")
        with pytest.raises(StoreBusy, match="another program reads"):
            hasty.erasure.person("ana", NOW)
    store.erasure.person("ana", NOW)
    assert store.personal.facts() == ()
    store.close()


def test_a_key_seals_what_lies_on_a_server(url, state) -> None:
    open_store(state, url=url, clock_now=NOW).close()
    store = open_store(state, url=url, clock_now=NOW, sealing=KEYRING)
    store.personal.tell(Fact(person="ana", key="song", value="a canary", told_utc=NOW))
    assert [fact.value for fact in store.personal.facts()] == ["a canary"]
    assert "canary" not in repr(the_server().ask("SELECT value FROM facts", name_of(url)))
    store.close()
    with pytest.raises(StoreError, match="no key"):
        open_store(state, url=url, clock_now=NOW)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (errors.DiskFull, StoreFull),
        (errors.DataCorrupted, StoreDamaged),
        (errors.IoError, StoreDamaged),
        (errors.InsufficientPrivilege, StoreError),
        (errors.DeadlockDetected, StoreBusy),
        (errors.LockNotAvailable, StoreBusy),
        (errors.AdminShutdown, StoreBusy),
        (errors.ReadOnlySqlTransaction, StoreBusy),
        (errors.ObjectNotInPrerequisiteState, StoreBusy),
        (errors.TooManyConnections, StoreBusy),
        (errors.UndefinedTable, StoreError),
    ],
)
def test_what_the_server_refuses_has_a_name_of_ours_and_none_of_its_words(theirs, ours) -> None:
    told = meaning(theirs("canary"), "here")
    assert type(told) is ours
    assert "canary" not in str(told)
    assert may_pass(theirs("")) == (ours is StoreBusy)


def test_a_preview_sees_the_same_on_a_server_as_in_a_file(url, state, tmp_path) -> None:
    home = Home(tmp_path)
    looks = []
    for config, address in ((TWO, ""), (f"{TWO}\n[storage]\nurl = {url!r}\n", url)):
        home.write(config)
        store = open_store(tmp_path / "another machine" if address else home.state, url=address, clock_now=NOW)
        store.sync_streams([stream("plan", key="turns", when="2 weeks after done at 10:00")], [], [], NOW)
        planned(store, occurrence(0, "ben", "plan"), occurrence(1, "ana", "plan"))
        store.remember("breaker:x", "y")
        store.close()
        seen = peek(home.state, url=address)
        assert seen is not None
        counts = dict(seen.counts)
        looks.append((counts, seen.pauses, seen.done, seen.seasons, dict(kept(home.state, "breaker:", url=address))))
        assert "plan" in home.text("next", "--for", "ana")
        assert home.run("simulate", "--days", "2").exception is None
        home.text("log")
    assert looks[0] == looks[1]


def test_a_command_elsewhere_leaves_alone_what_a_daemon_is_sending(url, tmp_path) -> None:
    home = Home(tmp_path)
    home.write(f"{TWO}\n[storage]\nurl = {url!r}\n")
    daemon = open_store(tmp_path / "another machine", url=url, clock_now=NOW)
    (held,) = planned(daemon, occurrence())
    sending(daemon, held, boot="there")
    assert home.run("pause", "--ritual", "tea").exception is None
    assert [pause.ritual for pause in daemon.pauses()] == ["tea"]
    assert daemon.find(held.name).deliveries[0].state is DeliveryState.SENDING
    daemon.close()


def test_before_anything_was_recorded_there_a_preview_says_so(url, state) -> None:
    assert peek(state, url=url) is None
    assert kept(state, "breaker:", url=url) == {}


def test_a_copy_in_memory_holds_one_household_and_changes_nothing(url, state) -> None:
    store = open_store(state, url=url, clock_now=NOW)
    (held,) = planned(store, occurrence())
    ready(store, held)
    copy = memory_store(copy_of=state, url=url)
    assert copy.history() == store.history()
    copy.remember("a", "b")
    assert store.recall("a") == ""
    assert copy.installation() == store.installation()
    for each in (copy, store):
        each.close()


def test_a_copy_of_one_household_is_opened_by_the_key_of_all(url, state) -> None:
    open_store(state, url=url, clock_now=NOW, sealing=KEYRING).close()
    oak = open_store(state, url=url, clock_now=NOW, sealing=KEYRING, household="oak")
    oak.personal.tell(Fact(person="ana", key="drink", value="cocoa", told_utc=NOW))
    oak.close()

    def facts(sealing: Keyring | None) -> list[str]:
        with closing(memory_store(copy_of=state, url=url, household="oak", sealing=sealing)) as copy:
            return [fact.value for fact in copy.personal.facts()]

    assert facts(KEYRING) == ["cocoa"]
    assert not any(facts(None))
    with pytest.raises(StoreError, match="does not open the words"):
        facts(Keyring(text=Secret(key_text(b"\1" * 32))))


@pytest.mark.parametrize("words", [("backup", "x.backup", "--plain"), ("restore", "x.backup")])
def test_a_backup_of_a_server_is_left_to_its_own_tools(tmp_path, url, words) -> None:
    home = Home(tmp_path)
    home.write(f"{TWO}\n[storage]\nurl = {url!r}\n")
    refused = home.run(*words)
    assert "pg_" in str(refused.exception)
    assert PASSWORD not in str(refused.exception)
