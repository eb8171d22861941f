"""The text of a first configuration: the people, and a ready-made schedule. It asks nobody and writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ritualsd.config.schedules import ALONE, STARTER, schedule
from ritualsd.config.values import RESERVED, slug
from ritualsd.core.inline import inline

_LAST_SECOND = 50
"""Past this second of a minute, the next one begins too soon to be ready for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Someone:
    """A person as `init` knows them. `channel` is an Apprise URL; "" leaves them with the built-in inbox."""

    name: str
    channel: str = ""


def starter(people: Sequence[Someone], zone: str, today: date, schedule_name: str = "") -> str:
    """A configuration that works at once. Without a schedule's name: about two messages a week each, nothing secret,
    nothing that presses.

    `people`: at least one; the ids are made from their names. Raises NotFound for a schedule there is not.
    """
    ids = ids_of(people)
    chosen = schedule(schedule_name or (STARTER if len(people) > 1 else ALONE))
    parts = [
        "# Your rituals. `ritualsd check` reads this file for you; `ritualsd next` shows what is coming.\n",
        f"timezone = {inline(zone)}\n",
        *(_person(id_, one, chosen.a_day) for id_, one in zip(ids, people, strict=True)),
        chosen.text(today),
    ]
    return "\n".join(parts)


def demo(now: datetime, zone: str, name: str = "You") -> str:
    """A configuration for a first look: one person, only the built-in inbox, and a ritual due at the next full minute.

    `now` is aware, in `zone`; a minute that is almost over gives the one after, so that there is time to start.
    """
    return "\n".join(
        [
            "# A first look: one person, whose messages appear in the built-in inbox.\n",
            f"timezone = {inline(zone)}\n",
            "[people.you]",
            f"name = {inline(name)}\n",
            "[rituals.first-prompt]",
            f'when   = "every day at {_soon(now):%H:%M}"',
            'to     = "you"',
            'prompt = "gratitude"',
            "",
        ]
    )


def ids_of(people: Sequence[Someone]) -> list[str]:
    """An id for each person, made from the name, and different for each."""
    taken: list[str] = []
    for number, one in enumerate(people, 1):
        id_ = slug(one.name) or f"person-{number}"
        taken.append(f"{id_}-{number}" if id_ in (*taken, *RESERVED) else id_)
    return taken


def secret_name(id_: str) -> str:
    """The name of the file under secrets/ that holds a person's channel."""
    return f"{id_}_phone"


def _person(id_: str, one: Someone, a_day: int) -> str:
    lines = [f"[people.{id_}]", f"name  = {inline(one.name)}", 'quiet = "22:00-08:00"', f"max_per_day = {a_day}"]
    if one.channel:
        lines.append(f"channels = {inline({'phone': f'${{{secret_name(id_)}}}'})}   # the address lies in secrets/")
    else:
        lines.append("# No channel yet: messages wait in the built-in inbox. To reach a phone, for example:")
        lines.append(f"# channels = {inline({'phone': f'ntfys://${{{id_}_token}}@ntfy.example.org/{id_}'})}")
    return "\n".join(lines) + "\n"


def _soon(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0) + timedelta(minutes=1 if now.second < _LAST_SECOND else 2)
