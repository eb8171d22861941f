"""What may stand under [rituals.*]. Descriptions here are the manual's own words."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ritualsd.config.fields import CatchUp, Clock, Day, Duration, Id, Name, Phrase, Remind, Table, Words


class NudgeTable(Table):
    """One gentle second message when nobody has answered."""

    after: Duration = Field(description="How long to wait first.", examples=["3 hours"])
    times: int = Field(default=1, ge=1, le=5, description="How many, at most.", examples=[1])


class RitualTable(Table):
    """A promise about local time: when, to whom, and what is said."""

    when: Phrase = Field(
        description="When it happens, in plain English; `ritualsd explain` shows what a phrase means.",
        examples=["every Sunday at 18:00"],
    )
    to: Id | list[Id] = Field(
        description='Who receives it: a person, a list, a circle, "everyone", or "turns" (one at a time, fairly).',
        examples=["everyone"],
    )
    prompt: Id | None = Field(
        default=None,
        description="The kind of prompt to draw, from every deck and plugin that offers it. "
        "A ritual has exactly one of prompt, deck and message.",
        examples=["gratitude"],
    )
    deck: Name | None = Field(
        default=None,
        description="Draw from this one deck only.",
        examples=["our-jokes"],
    )
    message: Words | None = Field(
        default=None,
        description="These very words. {name} is who receives them, {other} the other one of two people.",
        examples=["Good night, {name}."],
    )
    name: Name | None = Field(
        default=None, description="What the ritual is called in titles and lists.", examples=["Sunday check-in"]
    )
    enabled: bool = Field(default=True, description="false: keep it here, and let it rest.", examples=[False])
    tags: list[Id] = Field(
        default=[], description="Draw only from prompts with one of these tags.", examples=[["evening"]]
    )
    depth: int = Field(
        default=2,
        ge=1,
        le=5,
        description="How deep a prompt may go: 1 is light, 2 personal, 3 feelings and needs, 4 tender. "
        "5 is never drawn, only picked by hand.",
        examples=[3],
    )
    place: list[Literal["home", "out", "apart"]] = Field(
        default=[], description="Draw only what can be done in one of these places.", examples=[["home"]]
    )
    max_cost: int | None = Field(
        default=None,
        ge=0,
        le=3,
        description="Draw only what costs no more: 0 nothing, 1 a coffee, 2 a meal out, 3 saved up for.",
        examples=[0],
    )
    max_minutes: int | None = Field(
        default=None, ge=1, description="Draw only what takes no longer, in minutes.", examples=[30]
    )
    max_effort: int | None = Field(
        default=None,
        ge=1,
        le=3,
        description="Draw only what needs no more preparation: 1 none, 2 some, 3 planned.",
        examples=[1],
    )
    secret_from: Id | list[Id] = Field(
        default=[],
        description='Who must not know: a person, a list, or "others" (everyone but the one who receives it).',
        examples=["others"],
    )
    secret_until: Day | Literal["after done"] | None = Field(
        default=None,
        description='When the secret ends: after a day, that day included, or each time "after done", once its person '
        "says that it was done. From then on listings show it like any other ritual. Left out, it stays a secret.",
        examples=["2026-06-14"],
    )
    importance: int | None = Field(
        default=None,
        ge=1,
        le=5,
        description="When a day is full, 1 gives way first. Left out, its kind decides.",
        examples=[4],
    )
    expires: Duration | None = Field(
        default=None,
        description="After this long it makes no sense any more, and is not sent. Left out, its kind decides.",
        examples=["2 days"],
    )
    catch_up: CatchUp | None = Field(
        default=None,
        description='How late it may still be sent after the machine was off, or "none". Left out, its kind decides.',
        examples=["12 hours"],
    )
    catch_up_mode: Literal["latest", "all", "none"] | None = Field(
        default=None,
        description="Which of several missed ones to send late: the latest, all of them, or none.",
        examples=["latest"],
    )
    zone: Name | None = Field(
        default=None,
        description="One fixed time zone, so that it is the same instant for everyone.",
        examples=["Europe/Berlin"],
    )
    together: bool = Field(
        default=False,
        description="true: one instant at which nobody it goes to has quiet hours.",
        examples=[True],
    )
    from_: Day | None = Field(
        default=None, alias="from", description="The first day it may happen.", examples=["2026-01-04"]
    )
    until: Day | None = Field(default=None, description="The last day it may happen.", examples=["2026-12-31"])
    times: int | None = Field(default=None, ge=1, le=100_000, description="How often in all.", examples=[10])
    earliest: Clock | None = Field(
        default=None, description="Never before this time of day, whatever `when` says.", examples=["08:00"]
    )
    latest: Clock | None = Field(
        default=None, description="Never after this time of day, whatever `when` says.", examples=["21:00"]
    )
    gap: Literal["first-valid", "skip"] = Field(
        default="first-valid",
        description="When the clocks skip its time in spring: the first valid moment after, or not that day.",
        examples=["first-valid"],
    )
    leap: Literal["feb-28", "mar-1", "leap-years"] = Field(
        default="feb-28",
        description="What 29 February means in a year that has none.",
        examples=["feb-28"],
    )
    short_month: Literal["skip", "last-day"] = Field(
        default="skip",
        description="What the 29th, 30th and 31st mean in a shorter month: nothing, or its last day.",
        examples=["last-day"],
    )
    skip: list[Id] = Field(default=[], description="Leave out the days of these calendars.", examples=[["away"]])
    on_skip: Literal["skip", "before", "after"] = Field(
        default="skip",
        description="What becomes of one that falls on such a day: left out, or moved before or after.",
        examples=["after"],
    )
    since: int | None = Field(
        default=None,
        ge=1000,
        le=9999,
        description="The year it began; {years} in the message counts from it.",
        examples=[2015],
    )
    remind: list[Remind] = Field(
        default=[],
        description="Messages ahead of the day itself.",
        examples=[["3 weeks before", "3 days before", "on the day"]],
    )
    away: Duration | None = Field(
        default=None,
        description="After this message, once `prepare` has passed, nothing at all comes to anyone in it for so long: "
        "a time without phones.",
        examples=["45 minutes"],
    )
    prepare: Duration | None = Field(
        default=None, description="How long before that time its message comes.", examples=["30 minutes"]
    )
    ask: Literal["none", "done", "text", "scale"] | list[Name] = Field(
        default="none",
        description="What it asks for beside done, skip and snooze: words, a number from 1 to 5, or one of your own "
        "choices. `ritualsd reply` takes the answer.",
        examples=["text"],
    )
    reveal: Literal["together", "at-once", "never"] = Field(
        default="together",
        description="When the others see an answer: when all have answered, at once, or never.",
        examples=["together"],
    )
    nudge: NudgeTable | None = Field(
        default=None,
        description="A gentle second message when no answer has come.",
        examples=[{"after": "3 hours", "times": 1}],
    )
