"""Every phrase a receiver may read beside the prompts, in English. Packs of other languages have the same keys.

Plain, short, warm; no guilt, nobody's name but those in braces. A key that ends in a plural form, such as `.one` and
`.other`, is said by `Phrases.count`.
"""

from __future__ import annotations

PHRASES: dict[str, str] = {
    "title.discreet": "A small note",
    "late": "A little late, from {when}:",
    "names.and": "{most} and {last}",
    "names.comma": ", ",
    "when.today": "today",
    "when.tomorrow": "tomorrow",
    "when.days.one": "in a day",
    "when.days.other": "in {count} days",
    "when.weeks.one": "in a week",
    "when.weeks.other": "in {count} weeks",
    "date.time": "{hour}:{minute}",
    "date.weekday-time": "{weekday} {time}",
    "date.day": "{weekday}, {day} {month}",
    "date.day-year": "{day} {month} {year}",
    "weekday.1": "Monday",
    "weekday.2": "Tuesday",
    "weekday.3": "Wednesday",
    "weekday.4": "Thursday",
    "weekday.5": "Friday",
    "weekday.6": "Saturday",
    "weekday.7": "Sunday",
    "month.1": "January",
    "month.2": "February",
    "month.3": "March",
    "month.4": "April",
    "month.5": "May",
    "month.6": "June",
    "month.7": "July",
    "month.8": "August",
    "month.9": "September",
    "month.10": "October",
    "month.11": "November",
    "month.12": "December",
}
