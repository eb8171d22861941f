"""Secret links and cookies as the pages take them: whose they are, or nothing at all. Issues and spends them too."""

from __future__ import annotations

from datetime import timedelta

from ritualsd.core.tokens import RANDOM_BYTES, is_token, token_digest, token_of
from ritualsd.model import Pass, Purpose
from ritualsd.web.house import House

SESSION_LASTS = timedelta(days=30)


def granted(house: House, token: str, purpose: Purpose) -> Pass | None:
    """What this secret opens now, or None. Whatever is wrong with it, the ledger is asked once, so that no refusal
    comes sooner than another."""
    found = house.store.passes.find(token_digest(token))
    if found is None or found.purpose is not purpose or not is_token(token):
        return None
    if found.until_utc is not None and found.until_utc <= house.now():
        return None
    return found if found.person in house.settings_of().household.people else None


def new_session(house: House, person: str) -> str:
    """The cookie of a new session of this person; the ledger keeps only its digest."""
    token = token_of(house.random(RANDOM_BYTES))
    now = house.now()
    house.store.passes.issue(
        Pass(
            digest=token_digest(token), person=person, purpose=Purpose.SESSION, made_utc=now,
            until_utc=now + SESSION_LASTS,
        )
    )  # fmt: skip
    return token
