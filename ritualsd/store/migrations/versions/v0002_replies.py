"""Replies, and what a rule that counts from done needs to know: when it was first seen, and last done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "replies",
        sa.Column("id", ID, nullable=False),
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("occurrence", ID, nullable=False),
        sa.Column("ritual", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("until_utc", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_msg_id", sa.Text(), nullable=False),
        sa.Column("received_utc", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["occurrence"], ["occurrences.id"], name=op.f("fk_replies_occurrence"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replies")),
        sa.UniqueConstraint(
            "household", "source", "source_msg_id", name=op.f("uq_replies_household_source_source_msg_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_replies_household_ritual_received_utc"), "replies", ["household", "ritual", "received_utc"]
    )
    op.create_index(op.f("ix_replies_occurrence_received_utc"), "replies", ["occurrence", "received_utc"])
    op.add_column("streams", sa.Column("since_utc", sa.BigInteger(), nullable=True))
    op.add_column("streams", sa.Column("after_utc", sa.BigInteger(), nullable=True))
    op.add_column("streams", sa.Column("done_utc", sa.BigInteger(), nullable=True))
    op.execute("UPDATE streams SET since_utc = mark_utc, after_utc = mark_utc")  # the earliest moment still known
