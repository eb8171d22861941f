"""Many households on one ledger, and jobs made for deliveries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("queued_utc", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_deliveries_state_next_attempt_utc"), "deliveries", ["state", "next_attempt_utc"])
    for table, at in (("occurrences", "due_utc"), ("replies", "received_utc")):
        op.create_index(op.f(f"ix_{table}_household_person_{at}"), table, ["household", "person", at])
    for table in ("pauses", "promises"):
        op.create_index(op.f(f"ix_{table}_household_person"), table, ["household", "person"])
    op.create_index(op.f("ix_passes_digest"), "passes", ["digest"])
    op.create_table(
        "households",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("household", "source", "stamp", "hash", "problems")),
        sa.Column("rituals", sa.Integer(), nullable=False),
        sa.Column("wake_utc", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("household", name=op.f("pk_households")),
    )
    op.create_index(op.f("ix_households_wake_utc"), "households", ["wake_utc"])
