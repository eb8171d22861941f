"""The kinds of value a key may hold, for pydantic and for the JSON Schema. The tables are made of these."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema

from ritualsd.config import values
from ritualsd.config.values import ID_PATTERN
from ritualsd.model import Quiet


class Table(BaseModel):
    """One TOML table: unknown keys are errors, nothing is converted, and it is built when first used."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, defer_build=True, allow_inf_nan=False, hide_input_in_errors=True
    )


def _text(*examples: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "examples": list(examples)})


_DAY = {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "pattern": r"\.\."}]}

Id = Annotated[str, Field(pattern=ID_PATTERN)]
Name = Annotated[str, AfterValidator(values.name)]
Language = Annotated[str, AfterValidator(values.language)]
Words = Annotated[str, AfterValidator(values.words)]
Duration = Annotated[timedelta, PlainValidator(values.duration), _text("30 minutes", "2 hours", "3 days")]
CatchUp = Annotated[timedelta | None, PlainValidator(values.catch_up), _text("12 hours", "none")]
Clock = Annotated[time, PlainValidator(values.clock), _text("18:30")]
QuietHours = Annotated[Quiet, PlainValidator(values.quiet), _text("22:30-07:00")]
Day = Annotated[date, PlainValidator(values.day), WithJsonSchema({"type": "string", "format": "date"})]
Days = Annotated[tuple[date, date], PlainValidator(values.days), WithJsonSchema(_DAY)]
Remind = Annotated[str, PlainValidator(values.remind), _text("3 weeks before", "on the day")]
Weekday = Annotated[int, PlainValidator(values.weekday), _text("Saturday", "Sun")]
Phrase = Annotated[
    Any,
    PlainValidator(values.phrase),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "object"}]}},
                {"type": "object"},
            ]
        }
    ),
]
