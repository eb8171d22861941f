"""No statement of the ledger reaches past its household: it names it, or rows that were just read from it."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import pytest
from sqlalchemy import Delete, Select, Update
from sqlalchemy.dialects import sqlite

from ritualsd import store

ACROSS = {"due", "registry", "queueing"}
"""They ask who is due over all households, and say no words of any."""

WORDS = ("title", "body", "reply_token", "words", "value")

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
    assert "of_household" in binds or ROWS_JUST_READ & binds or name.partition(".")[0] in ACROSS


@pytest.mark.parametrize("name", sorted(name for name in STATEMENTS if name.partition(".")[0] in ACROSS))
def test_who_asks_over_all_households_reads_no_words(name: str) -> None:
    text = str(STATEMENTS[name])
    assert ":of_household" in text or not any(f".{column}" in text.replace("anon_1.", "") for column in WORDS)


def test_there_are_statements_to_look_at() -> None:
    assert len(STATEMENTS) > 80
