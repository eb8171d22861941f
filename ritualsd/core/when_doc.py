"""The manual's page on `when`, made from the table of productions: `python -m ritualsd.core.when_doc > docs/when.md`.

Writes no file itself; a test keeps the page equal to this.
"""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import fill

from ritualsd.core.when import canonical, parse
from ritualsd.core.when_productions import SECTIONS, Production

_BEGIN = """\
<!-- Made by `python -m ritualsd.core.when_doc`. Change ritualsd/core/when_productions.py or when_doc.py instead. -->

# When

One closed English grammar says when a ritual happens. A word it does not know is an error that shows the place and
offers the nearest phrase that works; nothing is guessed. Case does not matter, `Mon` and `Oct` are fine, numbers up to
twelve may be words, and `the` may be left out before an ordinal.

Every rule has one canonical form. `ritualsd explain "PHRASE"` prints it with the next times, and says why one moved.

Below, DAYS are days of the week, TIMES is anything under [Which times](#which-times), and a DATE is 2026-01-04.
"""

_END = """\
## Tables, dates and times of TOML

```toml
when = { cron = "*/20 9-16 * * 1-5" }
```

```toml
when = { rrule = "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", from = 2026-01-01T13:13:00 }
```

```toml
when = { every = "other Sunday", at = 18:00:00, from = 2026-01-04 }
```

```toml
when = { on = 2026-12-31, at = 23:55:00 }
```

```toml
when = 2026-12-31T23:55:00
```

```toml
when = ["every weekday at 07:30", "every weekend at 09:30"]
```

A table has one of `cron`, `rrule`, `every` or `on`, and beside it `at`, `between`, `from`, `until` and `times`.

## What a time means where the clock changes

A slot is a local date and time; its instant is computed from it, in the zone of the person it goes to.

- **The clock skips it** (02:30 on the night it goes from 02:00 to 03:00): the first moment after the gap, 03:00. With
  `gap = "skip"` it is left out that day.
- **The clock repeats it**: once, at the first of the two.
- **The date never was** (30 December 2011 in Samoa): nothing.
- **Two slots of one ritual on one moment** (02:00 and 02:30 in such a gap): one message; the other is recorded as
  falling on the same moment.
- **Cron with a star** in the minutes or hours, or with seconds, follows real time: `0 * * * *` rings in both of the
  repeated hours. Cron with fixed hours and minutes follows the rules above.

A month without a 29th, 30th or 31st has no such slot; `short_month = "last-day"` chooses its last day instead. Only a
yearly 29 February moves by itself: `leap = "feb-28"` (the default), `"mar-1"`, or `"leap-years"`. RRULE and cron never
move.

## Days away, reminders, and the order of it all

`skip` names calendars. A slot on one of their days is left out, or moved with `on_skip = "before"` or `"after"` to the
nearest day that is free, at the same time of day. `remind = ["3 weeks before", "on the day"]` counts back from the day
it moved to, and lists everything that is sent. Then the time is resolved in the zone. Calendars, and one instant for
everyone, have [a page of their own](calendars.md).

## Moments drawn by chance

A moment in a window is a keyed hash of this installation's secret, the ritual and the day (or week, or month). The
same question always has the same answer: a restart, a reload, another order of the file or an edit of another ritual
rolls nothing again, and `next` tells the truth. Change the window, the quiet hours or the days away, and the draws that
depend on them change.

Silence is bounded: unless quiet hours or days away fill a whole period, two neighbours are less than two periods apart,
so "once a week" is never silent for two weeks.

## What we answer differently, on purpose

- **A time the clock skips**: RFC 5545 reads 02:30 as 03:30 and systemd leaves it out; here it is 03:00, which is late
  for nothing and which 03:00 itself cannot overtake.
- **A date that never was**: cronsim rings at the start of the next day; here nothing happens, for that day has a slot
  of its own.
- **`FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z`** in New York: the prose of RFC 5545 lists 15:00 too; here it ends
  with 12:00, for the rule itself ends at 13:00 there.
- **00:01 in St John's in 2010 and 02:45 in Chatham**, both skipped by the clock: systemd 252 finds nothing at all; here
  it is the end of the gap.
- **`FREQ=SECONDLY` and `INTERVAL=0`**: an error, for a ritual every second is no ritual.
- **Cron's `@daily`** and its kin are taken, `@reboot` is not: it names no time.

A rule may be silent for as long as {years} years (a fifth Sunday in February); what is silent for longer never comes.
"""


def page() -> str:
    """The page, Markdown."""
    from ritualsd.core.dates import SEARCH_YEARS

    sections = (_section(title, productions) for title, productions in SECTIONS.items())
    return "\n".join([_BEGIN, *sections, _END.replace("{years}", str(SEARCH_YEARS))])


def _section(title: str, productions: tuple[Production, ...]) -> str:
    return "\n".join([f"## {title}", "", *(line for production in productions for line in _entry(production))])


def _entry(production: Production) -> Iterator[str]:
    yield f"### {production.notation}"
    yield ""
    yield fill(production.meaning, 120, break_on_hyphens=False)
    yield ""
    for example in production.examples:
        form = canonical(parse(example))
        yield f"- `{example}`" + (f" is `{form}`" if form != example else "")
    yield ""


if __name__ == "__main__":
    print(page(), end="")
