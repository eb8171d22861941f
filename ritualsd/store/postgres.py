"""PostgreSQL as we use it: how a connection is opened and proven safe, and what its errors mean. Knows no table.

Durable means that the server syncs what it commits, and says "done" only then; each connection makes sure of that.
No message of the driver's is ever shown: it may quote a value, and where it could not connect, the address.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import psycopg
from psycopg.abc import Buffer
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.string import StrDumper
from sqlalchemy import Engine, create_engine
from sqlalchemy.dialects.sqlite.dml import OnConflictDoNothing, OnConflictDoUpdate
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import QueuePool

from ritualsd.errors import StoreBusy, StoreDamaged, StoreError, StoreFull

OLDEST = 130000
"""The oldest server whose word we ask for about a transaction in doubt, as it numbers itself."""

POOL, MORE, FREE_S = 4, 16, 30.0
"""Connections that are kept, how many more there may be at once, and how long to wait for one of them."""

GUARDED = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
    "application_name": "ritualsd",
}
"""A server that went away without a word is noticed within half a minute. What the address itself says comes first."""

SESSION = """
    SELECT set_config('idle_in_transaction_session_timeout', '60s', false),
           set_config('lock_timeout', '30s', false),
           set_config('tcp_keepalives_idle', '10', false),
           set_config('tcp_keepalives_interval', '5', false),
           set_config('tcp_keepalives_count', '3', false),
           CASE WHEN current_setting('synchronous_commit') IN ('off', 'local')
                THEN set_config('synchronous_commit', 'on', false) END,
           current_setting('fsync'), current_setting('server_version_num')
"""
"""Whoever freezes or vanishes in the middle of a transaction must not hold its locks for hours."""

Failure = DBAPIError | psycopg.Error | NoneFree | StoreDamaged
FAILURES = (DBAPIError, psycopg.Error, NoneFree, StoreDamaged)
"""What may come up from below: SQLAlchemy, the driver, a pool that is used up, a value our own kinds cannot read."""

_AGAIN = {"40001", "40P01", "55P03"}  # a serialisation failure, a deadlock, a lock that was not to be had
_AWAY = ("08", "57P", "53300", "25006", "55000")  # no connection; ended, or starting; too many; one that only follows
_FULL = {"53100"}
_BROKEN = ("XX001", "XX002", "58030")


class Text(StrDumper):
    """The one character no PostgreSQL keeps is left out; nobody can read it anyway."""

    def dump(self, obj: str) -> Buffer | None:
        return super().dump(obj.replace("\0", ""))


def pool(url: str, *, read_only: bool) -> Engine:
    """Connections to the server at a libpq address, opened when they are needed. Raises StoreError for no address."""
    address, where = _address(url), place(url)

    def connect() -> psycopg.Connection[Any]:
        connection = psycopg.connect(address, autocommit=True)
        try:
            _prove(connection, where)
            connection.adapters.register_dumper(str, Text)
            connection.autocommit = False
            connection.read_only = read_only or None
        except BaseException:
            connection.close()
            raise
        return connection

    return create_engine(
        "postgresql+psycopg://",
        creator=cast("Callable[[], Any]", connect),
        poolclass=QueuePool,
        pool_size=POOL,
        max_overflow=MORE,
        pool_timeout=FREE_S,
        hide_parameters=True,
        use_native_hstore=False,
    )


def place(url: str) -> str:
    """Which server and database an address means: what may be told of it."""
    parts = _parts(url)
    host = parts.get("host") or parts.get("hostaddr") or "this machine"
    port = f":{parts['port']}" if "port" in parts else ""
    return f"PostgreSQL, {host}{port}, database {parts.get('dbname') or parts.get('user') or 'of this user'}"


def _address(url: str) -> str:
    given = _parts(url)
    return make_conninfo("", **(GUARDED | given))


def _parts(url: str) -> dict[str, str]:
    try:
        return {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    except psycopg.Error:
        raise StoreError(
            "the address of the database cannot be read",
            todo="write it like postgresql://ritualsd:${password}@host/ritualsd under [storage]",
        ) from None


def _prove(connection: psycopg.Connection[Any], where: str) -> None:
    """Raises StoreError for a server that would lose what it said it had."""
    *_, syncs, version = connection.execute(SESSION).fetchone() or ("off", "0")
    if syncs != "on":
        raise StoreError(
            "this server does not sync what it writes (fsync is off), so nothing recorded there would be safe",
            where=where,
            todo="say fsync = on in its postgresql.conf",
        )
    if int(version) < OLDEST:
        raise StoreError("this server is too old", where=where, todo=f"take PostgreSQL {OLDEST // 10000} or newer")


def state_of(error: Failure) -> str:
    """The five characters PostgreSQL names an error by; "" where the driver raised by itself."""
    origin = error.orig if isinstance(error, DBAPIError) else error
    return getattr(origin, "sqlstate", None) or ""


def is_away(error: Failure) -> bool:
    """Whether there was no server to do it, or no longer: what was asked may be asked again."""
    if isinstance(error, NoneFree) or (isinstance(error, DBAPIError) and error.connection_invalidated):
        return True
    state = state_of(error)
    unnamed = not state and isinstance(getattr(error, "orig", error), psycopg.OperationalError)
    return unnamed or state.startswith(_AWAY)


def may_pass(error: Failure) -> bool:
    """Whether the same may go well a moment later."""
    return is_away(error) or state_of(error) in _AGAIN


def meaning(error: Failure, where: str) -> StoreError:
    """The error of ours for one of the driver's. Carries PostgreSQL's name for it, never a statement or a value."""
    if isinstance(error, StoreDamaged):
        return StoreDamaged(error.what, where=where, todo="nothing was changed; see whether a backup is sound")
    state = state_of(error)
    if is_away(error):
        return StoreBusy(
            "the database cannot be reached",
            where=where,
            todo="see whether the server runs, lets this user in, and takes what is written to it",
        )
    if state in _AGAIN:
        return StoreBusy("others hold what is needed here", where=where, todo="try again in a moment")
    if state in _FULL:
        return StoreFull("no space is left to record anything", where=where, todo="free some space on the server")
    if state == "42501":
        todo = "let it make and change tables in its schema: GRANT ALL ON SCHEMA public TO …"
        return StoreError("the database user may not do this", where=where, todo=todo)
    if state.startswith(_BROKEN):
        return StoreDamaged(f"the database is damaged ({state})", where=where, todo="see the server's own log")
    if isinstance(error, DBAPIError) and isinstance(error.orig, psycopg.DataError) and state in ("", "22021"):
        return StoreError("some of these characters cannot be stored", where=where)
    name = state or type(getattr(error, "orig", error)).__name__
    return StoreError(f"the database refused ({name})", where=where)


# SQLite took ON CONFLICT over from PostgreSQL, all but the name of a constraint, which PostgreSQL's own would look at.
@compiles(OnConflictDoNothing, "postgresql")
def _do_nothing(clause: Any, compiler: Any, **how: Any) -> str:
    clause.constraint_target = None
    return str(compiler.visit_on_conflict_do_nothing(clause, **how))


@compiles(OnConflictDoUpdate, "postgresql")
def _do_update(clause: Any, compiler: Any, **how: Any) -> str:
    clause.constraint_target = None
    return str(compiler.visit_on_conflict_do_update(clause, **how))
