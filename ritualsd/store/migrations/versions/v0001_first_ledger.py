"""The ledger as it was first released: streams, occurrences, deliveries with their attempts, and small memories."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _planning()
    _occurrences()
    _deliveries()
    _attempts_and_draws()
    _keeping()


def _planning() -> None:
    op.create_table(
        "installation",
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("created_utc", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("household", name=op.f("pk_installation")),
    )
    op.create_table(
        "streams",
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("ritual", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("when", sa.Text(), nullable=False),
        sa.Column("rule_hash", sa.Text(), nullable=False),
        sa.Column("mark_utc", sa.BigInteger(), nullable=False),
        sa.Column("next_due_utc", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("household", "ritual", "key", name=op.f("pk_streams")),
    )
    op.create_index(op.f("ix_streams_household_next_due_utc"), "streams", ["household", "next_due_utc"])


def _occurrences() -> None:
    op.create_table(
        "occurrences",
        sa.Column("id", ID, nullable=False),
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("ritual", sa.Text(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("due_utc", sa.BigInteger(), nullable=False),
        sa.Column("slot_local", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("words_hash", sa.Text(), server_default="", nullable=False),
        sa.Column("drawn", sa.Text(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("closed_utc", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occurrences")),
        sa.UniqueConstraint(
            "household",
            "ritual",
            "slot",
            "person",
            "part",
            name=op.f("uq_occurrences_household_ritual_slot_person_part"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_occurrences_household_due_utc"), "occurrences", ["household", "due_utc"])
    op.create_index(
        op.f("ix_occurrences_household_ritual_person_due_utc"),
        "occurrences",
        ["household", "ritual", "person", "due_utc"],
    )
    op.create_index(op.f("ix_occurrences_household_state_due_utc"), "occurrences", ["household", "state", "due_utc"])


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", ID, nullable=False),
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("occurrence", ID, nullable=False),
        sa.Column("ritual", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("due_utc", sa.BigInteger(), nullable=False),
        sa.Column("expires_utc", sa.BigInteger(), nullable=False),
        sa.Column("next_attempt_utc", sa.BigInteger(), nullable=False),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sent_utc", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["occurrence"], ["occurrences.id"], name=op.f("fk_deliveries_occurrence"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("occurrence", "order", name=op.f("uq_deliveries_occurrence_order")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_deliveries_household_person_channel_sent_utc"),
        "deliveries",
        ["household", "person", "channel", "sent_utc"],
    )
    op.create_index(
        op.f("ix_deliveries_household_state_next_attempt_utc"), "deliveries", ["household", "state", "next_attempt_utc"]
    )


def _attempts_and_draws() -> None:
    op.create_table(
        "attempts",
        sa.Column("delivery", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("boot", sa.Text(), nullable=False),
        sa.Column("started_utc", sa.BigInteger(), nullable=False),
        sa.Column("ended_utc", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("code", sa.Text(), server_default="", nullable=False),
        sa.Column("provider_id", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["delivery"], ["deliveries.id"], name=op.f("fk_attempts_delivery"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("delivery", "number", name=op.f("pk_attempts")),
    )
    op.create_table(
        "draws",
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("prompt_id", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("last_utc", sa.BigInteger(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("household", "scope", "kind", "prompt_id", name=op.f("pk_draws")),
    )


def _keeping() -> None:
    op.create_table(
        "pauses",
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("ritual", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("since_utc", sa.BigInteger(), nullable=False),
        sa.Column("until_utc", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("household", "ritual", "person", name=op.f("pk_pauses")),
    )
    op.create_table(
        "channels",
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since_utc", sa.BigInteger(), nullable=True),
        sa.Column("last_attempt_utc", sa.BigInteger(), nullable=True),
        sa.Column("last_code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("household", "label", name=op.f("pk_channels")),
    )
    op.create_table(
        "memory",
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("household", "key", name=op.f("pk_memory")),
    )
