"""The schema of a new database; and on a PostgreSQL server looked at, made, or brought up to date, as one transaction.

Whose tables they are stands in a comment on one of them: a dump takes it along, and no other program writes the same.
"""

from __future__ import annotations

from sqlalchemy import Connection, insert, text

from ritualsd.errors import NotFound, StoreDamaged, StoreError, StoreTooNew
from ritualsd.store.tables import REVISIONS, metadata, schema_version

OURS = "ritualsd"
MOVING = "ritualsd: a record is being moved here: "
"""Instead, as long as that goes on; then comes the id of the installation it is from."""

HEAD = REVISIONS[-1]
SCHEMA = "(the schema)"
"""No household: whoever writes under this name changes the tables themselves."""

THEIRS = "this database belongs to another program"

_COMMENT = text("SELECT obj_description(to_regclass('alembic_version'), 'pg_class')")
_STRANGERS = text(
    "SELECT count(*) FROM pg_catalog.pg_class WHERE relnamespace = current_schema()::regnamespace"
    " AND relkind IN ('r', 'p') AND relname = ANY(:names)"
)
_LOOSE = text(
    "SELECT table_name, string_agg(format('ALTER COLUMN %I TYPE text COLLATE \"C\"', column_name), ', ') AS changes"
    " FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ANY(:names)"
    " AND data_type = 'text' AND collation_name IS NULL GROUP BY table_name"
)
_READY = text(
    "SELECT current_schema(), pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()"
)


def settle(connection: Connection, where: str) -> None:
    """Make the tables where there are none, and bring older ones up to date. Call under the lock of the schema.

    Raises StoreDamaged for another program's database, StoreTooNew, and StoreError for one that is only half moved.
    """
    demand_fit(connection, where)
    revision = known_revision(connection, where)
    if revision is None:
        make(connection, OURS)
    elif origin := moving_from(connection):
        raise StoreError(
            f"a record was being moved here (installation {origin}), and it is not all here yet",
            where=where,
            todo="run `ritualsd migrate` again, where it was begun",
        )
    elif revision != HEAD:
        from ritualsd.store.migrate import upgrade_server  # Alembic is slow to load, and seldom needed

        upgrade_server(connection, where)
        bind_letters(connection)


def make_tables(connection: Connection) -> None:
    """The schema as it is today, in any database; a test proves that the migrations lead to the same."""
    metadata.create_all(connection, checkfirst=False)
    schema_version.create(connection)
    connection.execute(insert(schema_version).values(version_num=HEAD))


def make(connection: Connection, comment: str) -> None:
    """The tables on a server, and the word of whose they are."""
    make_tables(connection)
    bind_letters(connection)
    say(connection, comment)


def say(connection: Connection, comment: str) -> None:
    """Leave word of whose tables these are."""
    quoted = comment.replace("'", "''")
    connection.exec_driver_sql(f"COMMENT ON TABLE alembic_version IS '{quoted}'")


def moving_from(connection: Connection) -> str:
    """The installation whose record is being moved here; "" where none is."""
    comment = connection.execute(_COMMENT).scalar() or ""
    return str(comment).removeprefix(MOVING) if str(comment).startswith(MOVING) else ""


def demand_head(connection: Connection, where: str) -> None:
    """Prove that this can be read as it is. Raises NotFound where nothing was recorded yet, and what `settle` does."""
    revision = known_revision(connection, where)
    if revision is None or moving_from(connection):
        raise NotFound("nothing has been recorded yet", where=where, todo="start it first: ritualsd run")
    if revision != HEAD:
        raise outdated(where)


def outdated(where: str) -> StoreError:
    """The refusal of an older database by who may not change it."""
    return StoreError(
        "the database is from an older ritualsd",
        where=where,
        todo="start the daemon once, so that it can be brought up to date",
    )


def known_revision(connection: Connection, where: str) -> str | None:
    """The revision of the tables here; None where there are none. Raises StoreDamaged and StoreTooNew."""
    comment = connection.execute(_COMMENT).scalar()
    if comment is None:
        names = [*metadata.tables, schema_version.name]
        if connection.execute(_STRANGERS, {"names": names}).scalar():
            raise StoreDamaged(THEIRS, where=where, todo="make a database of its own for ritualsd; nothing was changed")
        return None
    revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    if not str(comment).startswith(OURS) or revision is None:
        raise StoreDamaged(THEIRS, where=where, todo="make a database of its own for ritualsd; nothing was changed")
    if revision not in REVISIONS:
        raise StoreTooNew(
            f"this database was written by a newer ritualsd (schema {revision}, this one knows {HEAD})",
            where=where,
            todo="install the newer version again, or put a backup of before in its place; nothing was changed",
        )
    return str(revision)


def bind_letters(connection: Connection) -> None:
    """Let every text be compared letter by letter, as Python and SQLite do, whatever the server's language."""
    for table, changes in connection.execute(_LOOSE, {"names": list(metadata.tables)}).all():
        connection.exec_driver_sql(f'ALTER TABLE "{table}" {changes}')


def demand_fit(connection: Connection, where: str) -> None:
    """Raises StoreError for a database that cannot hold every word, or has no place for tables."""
    schema, encoding = connection.execute(_READY).one()
    if schema is None:
        todo = "GRANT ALL ON SCHEMA public TO its user, or set its search_path"
        raise StoreError("this user has no schema to make tables in", where=where, todo=todo)
    if encoding != "UTF8":
        raise StoreError(
            f"this database keeps its text in {encoding}, which cannot hold every word",
            where=where,
            todo="make it anew: createdb --encoding=UTF8 --template=template0 …",
        )
