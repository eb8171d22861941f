"""The migrations of the ledger, one file a revision. Run by Alembic through `ritualsd.store.migrate` only."""
