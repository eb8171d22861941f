"""No statement of the ledger reaches past its household: it names it, or rows that were just read from it."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import pytest
from sqlalchemy import Delete, Select, Update
from sqlalchemy.dialects import sqlite

from ritualsd import store

ROWS_JUST_READ = {"ids", "of_occurrence", "of_occurrences"}
STATEMENTS = {
    f"{module.name}.{name}": value
    for module in pkgutil.iter_modules(store.__path__)
    if not module.ispkg
    for name, value in vars(import_module(f"ritualsd.store.{module.name}")).items()
    if isinstance(value, Select | Update | Delete)
}


@pytest.mark.parametrize("name", sorted(STATEMENTS))
def test_every_statement_stays_in_its_household(name: str) -> None:
    binds = STATEMENTS[name].compile(dialect=sqlite.dialect()).params.keys()
    assert "of_household" in binds or ROWS_JUST_READ & binds


def test_there_are_statements_to_look_at() -> None:
    assert len(STATEMENTS) > 80
