"""What people say of themselves, and the secret links by which they say it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _utc(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _keyed(table: str, *columns: sa.Column[Any], by: tuple[str, ...]) -> None:
    op.create_table(
        table, _text("household"), *columns, sa.PrimaryKeyConstraint("household", *by, name=op.f(f"pk_{table}"))
    )


def upgrade() -> None:
    _keyed("own", _text("person"), _text("key"), _text("value"), _utc("since_utc"), by=("person", "key"))
    _keyed(
        "seasons", _text("person"), _text("name"), _utc("since_utc"), _utc("until_utc", nullable=True), by=("person",)
    )
    _keyed(
        "facts",
        *(_text("person"), _text("key"), _text("value"), _text("audience"), _utc("told_utc")),
        by=("person", "key"),
    )
    _keyed(
        "tastes",
        *(_text("person"), _text("kind"), _text("prompt_id"), _text("verdict"), _utc("at_utc")),
        by=("person", "kind", "prompt_id"),
    )
    op.create_table(
        "promises",
        sa.Column("id", ID, nullable=False),
        *(_text("household"), _text("person"), _text("words"), _utc("made_utc"), _utc("changed_utc")),
        *(_utc("due_utc", nullable=True), _text("state"), _text("shared_with")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promises")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_promises_household_state_due_utc"), "promises", ["household", "state", "due_utc"])
    _keyed(
        "passes",
        *(sa.Column("digest", sa.LargeBinary(), nullable=False), _text("person"), _text("purpose")),
        *(_utc("made_utc"), _utc("until_utc", nullable=True), sa.Column("occurrence", ID, nullable=False)),
        by=("digest",),
    )
    op.create_index(op.f("ix_passes_household_occurrence"), "passes", ["household", "occurrence"])
    op.create_index(op.f("ix_passes_household_person_purpose"), "passes", ["household", "person", "purpose"])
    op.add_column("occurrences", sa.Column("depth", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("deliveries", sa.Column("reply_token", sa.Text(), nullable=False, server_default=""))
    for name in ("late", "stands"):
        op.add_column("replies", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "UPDATE replies SET stands = true WHERE NOT EXISTS (SELECT 1 FROM replies AS later WHERE later.occurrence ="
        " replies.occurrence AND (later.received_utc, later.id) > (replies.received_utc, replies.id))"
    )
