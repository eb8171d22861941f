"""Grant: the secret link of one message. Makes it; whoever stores the message stores the grant in the same moment."""

from __future__ import annotations

from datetime import datetime

from ritualsd.core.tokens import AFTER_WINDOW, RANDOM_BYTES, token_digest, token_of
from ritualsd.model import Pass, Purpose
from ritualsd.ports import World


def granted(world: World, person: str, occurrence: int, until_utc: datetime, now: datetime) -> tuple[str, Pass]:
    """A new token by which `person` can answer `occurrence`, and what the ledger keeps of it.

    It is good until a week after `until_utc`, when the message stops making sense.
    """
    token = token_of(world.random(RANDOM_BYTES))
    return token, Pass(
        digest=token_digest(token), person=person, purpose=Purpose.REPLY, made_utc=now,
        until_utc=until_utc + AFTER_WINDOW, occurrence=occurrence,
    )  # fmt: skip
