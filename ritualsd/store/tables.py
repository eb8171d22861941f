"""The tables of the ledger, as this version of ritualsd knows them. Holds no queries and opens nothing.

Instants are whole microseconds since 1970 in UTC: a Python datetime comes back equal to the last digit (the planner
compares what it read with what is stored), integers sort and index alike in every database, and no zone is implied.
Columns carry the names of the fields in `ritualsd.model`, so a row needs no translation.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from ritualsd.model import ActionKind, DeliveryState, OccurrenceState, PromiseState, Purpose, Verdict
from ritualsd.store.kinds import Choice, Json, Tags, Utc, WallClock

REVISIONS = ("0001", "0002", "0003", "0004")
"""Every schema there ever was, oldest first; the last one is what the tables below describe."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER is the row id there


def _household() -> Column[str]:
    return Column("household", Text, primary_key=True)


installation = Table(
    "installation",
    metadata,
    _household(),
    Column("id", Text, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("created_utc", Utc, nullable=False),
)

streams = Table(
    "streams",
    metadata,
    _household(),
    Column("ritual", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("zone", Text, nullable=False),
    Column("when", Text, nullable=False),
    Column("rule_hash", Text, nullable=False),
    Column("mark_utc", Utc, nullable=False),
    Column("next_due_utc", Utc),
    Column("since_utc", Utc),
    Column("after_utc", Utc),
    Column("done_utc", Utc),  # follows from the replies; kept here so that planning never has to look for it
    Index(None, "household", "next_due_utc"),  # the beat asks this index, and nothing else
)

occurrences = Table(
    "occurrences",
    metadata,
    Column("id", Id, primary_key=True),
    Column("household", Text, nullable=False),
    Column("ritual", Text, nullable=False),
    Column("slot", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("part", Text, nullable=False),
    Column("due_utc", Utc, nullable=False),
    Column("slot_local", WallClock, nullable=False),
    Column("zone", Text, nullable=False),
    Column("state", Choice(OccurrenceState), nullable=False),
    Column("reason", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("words_hash", Text, nullable=False, server_default=""),  # of title and body, from the moment they are final
    Column("drawn", Json),  # the whole Drawn, so that a sibling at the same slot is asked the same
    Column("depth", Integer, nullable=False, server_default="0"),  # of what was drawn; it outlives the words
    Column("late", Boolean, nullable=False),
    Column("closed_utc", Utc),
    UniqueConstraint("household", "ritual", "slot", "person", "part"),
    Index(None, "household", "due_utc"),
    Index(None, "household", "state", "due_utc"),
    Index(None, "household", "ritual", "person", "due_utc"),
    Index(None, "household", "person", "due_utc"),  # so that what others get lengthens nobody's way to their own
    sqlite_autoincrement=True,  # a number once given is never given again, even after an erasure
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("household", Text, nullable=False),
    Column("occurrence", Id, ForeignKey("occurrences.id", ondelete="CASCADE"), nullable=False),
    Column("ritual", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("due_utc", Utc, nullable=False),
    Column("expires_utc", Utc, nullable=False),
    Column("next_attempt_utc", Utc, nullable=False),
    Column("order", Integer, nullable=False),
    Column("state", Choice(DeliveryState), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("code", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("sent_utc", Utc),
    Column("reply_token", Text, nullable=False, server_default=""),  # in clear, so only until the delivery is over
    Column("queued_utc", Utc),  # when a job was made for it; None where none is known
    UniqueConstraint("occurrence", "order"),
    Index(None, "household", "state", "next_attempt_utc"),
    Index(None, "state", "next_attempt_utc"),  # whoever delivers asks for all households at once
    Index(None, "household", "person", "channel", "sent_utc"),
    sqlite_autoincrement=True,
)

attempts = Table(
    "attempts",
    metadata,
    Column("delivery", Id, ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("household", Text, nullable=False),
    Column("boot", Text, nullable=False),
    Column("started_utc", Utc, nullable=False),
    Column("ended_utc", Utc),
    Column("kind", Text, nullable=False, server_default=""),
    Column("code", Text, nullable=False, server_default=""),
    Column("provider_id", Text, nullable=False, server_default=""),
)

replies = Table(
    "replies",
    metadata,
    Column("id", Id, primary_key=True),
    Column("household", Text, nullable=False),
    Column("occurrence", Id, ForeignKey("occurrences.id", ondelete="CASCADE"), nullable=False),
    Column("ritual", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("action", Choice(ActionKind), nullable=False),
    Column("words", Text, nullable=False),
    Column("until_utc", Utc),
    Column("source", Text, nullable=False),
    Column("source_msg_id", Text, nullable=False),
    Column("received_utc", Utc, nullable=False),
    Column("late", Boolean, nullable=False, server_default=false()),
    Column("stands", Boolean, nullable=False, server_default=false()),  # as core.replies says; kept for queries
    UniqueConstraint("household", "source", "source_msg_id"),  # a message told of twice is one reply
    Index(None, "household", "ritual", "received_utc"),
    Index(None, "household", "person", "received_utc"),
    Index(None, "occurrence", "received_utc"),
    sqlite_autoincrement=True,
)

draws = Table(
    "draws",
    metadata,
    _household(),
    Column("scope", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("prompt_id", Text, primary_key=True),
    Column("round", Integer, nullable=False),
    Column("last_utc", Utc, nullable=False),
    Column("tags", Tags, nullable=False),
)

pauses = Table(
    "pauses",
    metadata,
    _household(),
    Column("ritual", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("since_utc", Utc, nullable=False),
    Column("until_utc", Utc),
    Index(None, "household", "person"),
)

channels = Table(
    "channels",
    metadata,
    _household(),
    Column("label", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("failing_since_utc", Utc),
    Column("last_attempt_utc", Utc),
    Column("last_code", Text, nullable=False),
)

memory = Table(
    "memory",
    metadata,
    _household(),
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

own = Table(
    "own",
    metadata,
    _household(),
    Column("person", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("since_utc", Utc, nullable=False),
)

seasons = Table(
    "seasons",
    metadata,
    _household(),
    Column("person", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("since_utc", Utc, nullable=False),
    Column("until_utc", Utc),
)

facts = Table(
    "facts",
    metadata,
    _household(),
    Column("person", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("audience", Tags, nullable=False),
    Column("told_utc", Utc, nullable=False),
)

tastes = Table(
    "tastes",
    metadata,
    _household(),
    Column("person", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("prompt_id", Text, primary_key=True),
    Column("verdict", Choice(Verdict), nullable=False),
    Column("at_utc", Utc, nullable=False),
)

promises = Table(
    "promises",
    metadata,
    Column("id", Id, primary_key=True),
    Column("household", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("made_utc", Utc, nullable=False),
    Column("changed_utc", Utc, nullable=False),
    Column("due_utc", Utc),
    Column("state", Choice(PromiseState), nullable=False),
    Column("shared_with", Tags, nullable=False),
    Index(None, "household", "state", "due_utc"),
    Index(None, "household", "person"),
    sqlite_autoincrement=True,
)

passes = Table(
    "passes",
    metadata,
    _household(),
    Column("digest", LargeBinary, primary_key=True),
    Column("person", Text, nullable=False),
    Column("purpose", Choice(Purpose), nullable=False),
    Column("made_utc", Utc, nullable=False),
    Column("until_utc", Utc),
    Column("occurrence", Id, nullable=False),
    Index(None, "digest"),  # whose household a link leads to is asked of all at once
    Index(None, "household", "occurrence"),
    Index(None, "household", "person", "purpose"),
)

households = Table(
    "households",
    metadata,
    _household(),
    Column("source", Text, nullable=False),  # its file, as named below the folder of households
    Column("stamp", Text, nullable=False),  # of the file when it was last looked at: unchanged, it need not be read
    Column("hash", Text, nullable=False),  # of the content that was adopted; "" where none was yet
    Column("problems", Text, nullable=False),  # why what the file says now is not in force; "" where it is
    Column("rituals", Integer, nullable=False),
    Column("wake_utc", Utc),  # when there is something to plan, to word or to look at again
    Index(None, "wake_utc"),
)

schema_version = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""Where Alembic keeps the revision; apart from `metadata`, since it is Alembic's table and no household's."""
