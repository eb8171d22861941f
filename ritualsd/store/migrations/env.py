"""What Alembic runs: every missing migration on the connection it was given, in one transaction."""

from __future__ import annotations

from alembic import context

from ritualsd.errors import StoreDamaged

connection = context.config.attributes["connection"]
# Alembic takes SQLite for a database that cannot roll back DDL. It can, where the driver leaves transactions to us.
context.configure(connection=connection, transactional_ddl=True, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
    lost = connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if lost:
        raise StoreDamaged("the database holds rows that belong to nothing, so it was left as it was")
