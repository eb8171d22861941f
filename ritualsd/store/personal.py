"""What people say of themselves, in the ledger: their own settings, seasons, facts and tastes. Decides nothing.

The functions run inside the caller's transaction; `PersonalDrawer` gives each a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Column, Select, bindparam, delete, select

from ritualsd.model import Fact, LifeSeason, Taste
from ritualsd.store import consent, rows
from ritualsd.store.tables import facts, own, seasons, tastes
from ritualsd.store.tx import HOUSEHOLD, Transactions, Tx, put_over

_PERSON: BindParameter[str] = bindparam("of_person")

OWN = select(own.c.person, own.c.key, own.c.value).where(own.c.household == HOUSEHOLD)
DROP_OWN = delete(own).where(own.c.household == HOUSEHOLD, own.c.person == _PERSON, own.c.key == bindparam("of_key"))
SEASONS = select(*rows.SEASON).where(seasons.c.household == HOUSEHOLD).order_by(seasons.c.person)
FACTS = select(*rows.FACT).where(facts.c.household == HOUSEHOLD).order_by(facts.c.person, facts.c.key)
DROP_FACT = delete(facts).where(
    facts.c.household == HOUSEHOLD, facts.c.person == _PERSON, facts.c.key == bindparam("of_key")
)
TASTES = select(*rows.TASTE).where(tastes.c.household == HOUSEHOLD).order_by(tastes.c.at_utc)
DROP_TASTE = delete(tastes).where(
    tastes.c.household == HOUSEHOLD,
    tastes.c.person == _PERSON,
    tastes.c.kind == bindparam("of_kind"),
    tastes.c.prompt_id == bindparam("of_prompt"),
)
PUT_OWN, PUT_SEASON, PUT_FACT, PUT_TASTE = put_over(own), put_over(seasons), put_over(facts), put_over(tastes)


def put_taste(tx: Tx, taste: Taste) -> None:
    """Keep a verdict in place of the one before it."""
    tx.put(PUT_TASTE, [rows.values(taste)])


def drop_taste(tx: Tx, taste: Taste) -> None:
    """Take the verdict on that prompt back."""
    tx.run(DROP_TASTE, of_person=taste.person, of_kind=taste.kind, of_prompt=taste.prompt_id)


def own_of(tx: Tx, people: Collection[str] | None) -> dict[str, dict[str, str]]:
    """The own settings of these people, or everybody's, by person and key."""
    found: dict[str, dict[str, str]] = {}
    for row in tx.run(_of_these(OWN, own.c.person, people)):
        found.setdefault(row.person, {})[row.key] = row.value
    return found


def set_own(tx: Tx, person: str, key: str, value: str, now: datetime) -> None:
    """Keep an own setting, or drop it ("") for the household's; what it withdraws consent to is withdrawn."""
    if value:
        tx.put(PUT_OWN, [{"person": person, "key": key, "value": value, "since_utc": now}])
    else:
        tx.run(DROP_OWN, of_person=person, of_key=key)
    consent.withdraw(tx, person, key, value)


def seasons_of(tx: Tx, people: Collection[str] | None) -> tuple[LifeSeason, ...]:
    """Those of these people, or all on record, ended ones too."""
    found = tx.run(_of_these(SEASONS, seasons.c.person, people))
    return tuple(LifeSeason(**row._mapping) for row in found)


def set_season(tx: Tx, season: LifeSeason) -> None:
    """Keep a person's season in place of the one before it."""
    tx.put(PUT_SEASON, [rows.values(season)])


def facts_of(tx: Tx, person: str) -> tuple[Fact, ...]:
    """What a person told of themselves, or ("") everybody did."""
    return tuple(Fact(**row._mapping) for row in tx.run(_of(FACTS, facts.c.person, person), of_person=person))


def tell(tx: Tx, fact: Fact) -> None:
    """Keep a fact in place of the one with its key."""
    tx.put(PUT_FACT, [rows.values(fact)])


def forget(tx: Tx, person: str, key: str) -> bool:
    """Drop a fact; False when there is none."""
    return bool(tx.run(DROP_FACT, of_person=person, of_key=key).rowcount)


def tastes_of(tx: Tx, person: str) -> tuple[Taste, ...]:
    """A person's verdicts, or ("") everybody's, the oldest first."""
    return tuple(Taste(**row._mapping) for row in tx.run(_of(TASTES, tastes.c.person, person), of_person=person))


def _of(everyones: Select[Any], column: Column[str], person: str) -> Select[Any]:
    return everyones.where(column == _PERSON) if person else everyones


def _of_these(everyones: Select[Any], column: Column[str], people: Collection[str] | None) -> Select[Any]:
    return everyones if people is None else everyones.where(column.in_(people))


class PersonalDrawer:
    """`ports.Personal`."""

    def __init__(self, ledger: Transactions) -> None:
        self._ledger = ledger

    def own(self, of: Collection[str] | None = None) -> Mapping[str, Mapping[str, str]]:
        return self._ledger.read(own_of, of)

    def set_own(self, person: str, key: str, value: str, now: datetime) -> None:
        self._ledger.write(set_own, person, key, value, now)

    def seasons(self, of: Collection[str] | None = None) -> tuple[LifeSeason, ...]:
        return self._ledger.read(seasons_of, of)

    def set_season(self, season: LifeSeason) -> None:
        self._ledger.write(set_season, season)

    def facts(self, person: str = "") -> tuple[Fact, ...]:
        return self._ledger.read(facts_of, person)

    def tell(self, fact: Fact) -> None:
        self._ledger.write(tell, fact)

    def forget(self, person: str, key: str) -> bool:
        return self._ledger.write(forget, person, key)

    def answered(self, person: str) -> Mapping[int, int]:
        return self._ledger.read(consent.answered, person)

    def ratings(self, ritual: str, since_utc: datetime) -> tuple[str, ...]:
        return self._ledger.read(consent.ratings, ritual, since_utc)

    def tastes(self, person: str = "") -> tuple[Taste, ...]:
        return self._ledger.read(tastes_of, person)

    def taste(self, taste: Taste) -> None:
        self._ledger.write(put_taste, taste)
