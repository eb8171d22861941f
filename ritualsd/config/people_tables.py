"""What may stand under [people.*], [circles.*] and [calendars.*]. Descriptions here are the manual's own words."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ritualsd.config.fields import Days, Duration, Id, Language, Name, QuietHours, Table, Weekday


class ChannelTable(Table):
    """A channel written as a table, when there is more to say than its address."""

    url: str = Field(
        description="The address, as an Apprise URL. Keep tokens out of it with ${name}.",
        examples=["mailtos://${ben_mail}@example.org?to=ben@example.org"],
    )
    shared_with: list[Id] = Field(
        default=[],
        description="People who can see this channel too. A secret from them never goes here.",
        examples=[["ben"]],
    )


class PersonTable(Table):
    """Someone who receives rituals."""

    name: Name | None = Field(
        default=None,
        description="What this person is called in messages. Left out, the id is used.",
        examples=["Ana"],
    )
    timezone: Name | None = Field(
        default=None,
        description="Where this person lives; their rituals come at their own local time.",
        examples=["America/New_York"],
    )
    language: Language | None = Field(
        default=None,
        description="The language of everything this person reads. Left out, the one at the top.",
        examples=["de"],
    )
    quiet: QuietHours | None = Field(
        default=None,
        description="Hours in which nothing is sent, retries included. May cross midnight.",
        examples=["22:30-07:00"],
    )
    busy: Name | None = Field(
        default=None,
        description="A calendar file (.ics) of this person's own, beside this one. A ritual with `together` waits "
        "until nothing in it takes their time. Only when is read, never what.",
        examples=["ana.ics"],
    )
    preview: Literal["discreet", "full"] = Field(
        default="discreet",
        description='"discreet" keeps the words out of the title a locked phone shows; "full" puts them there.',
        examples=["discreet"],
    )
    pronouns: Name | None = Field(
        default=None,
        description="How to speak of this person. Nothing here assumes any.",
        examples=["she/her"],
    )
    max_per_day: int | None = Field(
        default=None,
        ge=0,
        le=1000,
        description="At most this many messages a day; the least important is left out, not saved up.",
        examples=[4],
    )
    max_per_week: int | None = Field(
        default=None,
        ge=0,
        le=1000,
        description="At most this many messages a week, from Monday on.",
        examples=[12],
    )
    rest_days: list[Weekday] = Field(
        default=[],
        description="Days on which nothing comes but what has importance 5.",
        examples=[["Saturday"]],
    )
    min_gap: Duration | None = Field(
        default=None,
        description="The shortest time between two messages.",
        examples=["30 minutes"],
    )
    confirm: bool = Field(
        default=False,
        description="true: nothing but a welcome is sent until this person says yes.",
        examples=[True],
    )
    channels: dict[Id, str | ChannelTable] = Field(
        default={},
        description="Where messages go, tried in this order: the second is the fallback of the first. "
        "Left out, they wait in the built-in inbox.",
        examples=[{"phone": "ntfys://${ana_token}@ntfy.example.org/ana"}],
    )


class CircleTable(Table):
    """Some of the people, under one name that a ritual can be sent to."""

    members: list[Id] = Field(description="The people in this circle.", examples=[["ana", "ben"]])


class CalendarTable(Table):
    """Days a ritual may leave out with `skip`."""

    dates: list[Days] | None = Field(
        default=None,
        description="Days and ranges of days, both ends included.",
        examples=[["2026-12-24..2027-01-03", "2027-05-01"]],
    )
    ics: Name | None = Field(
        default=None,
        description="A calendar file (.ics) beside this one, in place of dates.",
        examples=["holidays.ics"],
    )
