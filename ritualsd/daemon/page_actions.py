"""What a command does about somebody's own pages and calendar: make a way in, or close every one there is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ritualsd.daemon.own_actions import whose
from ritualsd.flow.sign_in import new_calendar, new_link
from ritualsd.model import Purpose, Settings
from ritualsd.ports import World


def page(world: World, settings: Settings, fields: Mapping[str, Any]) -> dict[str, Any]:
    """A link that lets `person` in once; or, with `sign_out`, how many places they were signed in at until now."""
    person, passes = whose(settings, fields), world.store.passes
    if not fields.get("sign_out"):
        return {"person": person, "url": new_link(world, settings, person, world.clock.now())}
    given = [each for purpose in (Purpose.SIGN_IN, Purpose.SESSION) for each in passes.of(person, purpose)]
    ended = sum(passes.revoke(each.digest) for each in given if each.until_utc and each.until_utc > world.clock.now())
    return {"person": person, "signed_out": ended}


def calendar(world: World, settings: Settings, fields: Mapping[str, Any]) -> dict[str, Any]:
    """A secret address of `person`'s calendar; or, with `revoke`, how many there were until now."""
    person, passes = whose(settings, fields), world.store.passes
    if fields.get("revoke"):
        given = passes.of(person, Purpose.CALENDAR)
        return {"person": person, "revoked": sum(passes.revoke(each.digest) for each in given)}
    return {"person": person, "url": new_calendar(world, settings, person, world.clock.now())}
