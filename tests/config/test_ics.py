"""Calendar files: which days their events are, what is refused and how it is said, and how often they are read."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ritualsd.config import fingerprint, ics
from ritualsd.config.ics_events import Horizon, Refusal, days_of
from tests.config.home import PEOPLE, Home

TODAY = datetime.now(UTC).date()
SOON = TODAY + timedelta(days=30)
USES = '[calendars.away]\nics = "away.ics"\n[rituals.r]\nwhen = "every day at 09:00"\nto = "ana"\nmessage = "hi"\n'


def stamp(day: date) -> str:
    return f"{day:%Y%m%d}"


def event(*lines: str) -> str:
    return "\r\n".join(["BEGIN:VEVENT", "UID:one", *lines, "END:VEVENT"])


def file(*events: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//t//t//EN", *events, "END:VCALENDAR", ""]).encode()


def days(home: Home, *events: str) -> tuple[tuple[date, date], ...]:
    """The days of a calendar file with these events, at home in Berlin."""
    home.write(file(*events), "away.ics")
    return home.settings(PEOPLE + USES).household.calendars["away"]


def refusal(home: Home, data: bytes) -> str:
    """What is said about a calendar file that is not taken."""
    home.write(data, "away.ics")
    (said,) = home.said(PEOPLE + USES)
    assert home.load().settings is None
    start = 'config.toml:7: calendars.away.ics: "away.ics"'
    assert said.startswith(start)
    return said.removeprefix(start)


def after(*numbers: int) -> tuple[tuple[date, date], ...]:
    """Single days, so many days after SOON."""
    return tuple((SOON + timedelta(number),) * 2 for number in numbers)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine must not look like a hostile file."""
    monkeypatch.setattr(ics, "PATIENCE_S", 60.0)


# ── which days ────────────────────────────────────────────────────────────────────────────────


def test_an_all_day_event_ends_before_its_end(home: Home) -> None:
    ends = stamp(SOON + timedelta(3))
    assert days(home, event(f"DTSTART;VALUE=DATE:{stamp(SOON)}", f"DTEND;VALUE=DATE:{ends}")) == (
        (SOON, SOON + timedelta(2)),
    )


def test_an_event_without_an_end_is_its_own_day(home: Home) -> None:
    assert days(home, event(f"DTSTART;VALUE=DATE:{stamp(SOON)}")) == after(0)
    assert days(home, event(f"DTSTART:{stamp(SOON)}T120000")) == after(0)


def test_an_event_with_a_time_is_on_the_days_it_touches_at_home(home: Home) -> None:
    evening = event(f"DTSTART;TZID=America/New_York:{stamp(SOON)}T200000", "DURATION:PT1H")
    assert days(home, evening) == after(1)
    until_midnight = event(f"DTSTART:{stamp(SOON)}T220000", f"DTEND:{stamp(SOON + timedelta(1))}T000000")
    assert days(home, until_midnight) == after(0)


def test_repeating_events_are_followed_and_their_exceptions_left_out(home: Home) -> None:
    weekly = event(
        f"DTSTART;VALUE=DATE:{stamp(SOON)}", "RRULE:FREQ=WEEKLY;COUNT=4",
        f"EXDATE;VALUE=DATE:{stamp(SOON + timedelta(7))}", f"RDATE;VALUE=DATE:{stamp(SOON + timedelta(9))}",
    )  # fmt: skip
    assert days(home, weekly) == after(0, 9, 14, 21)


def test_one_time_that_was_moved_or_called_off_counts_where_it_is_now(home: Home) -> None:
    zone = "TZID=Europe/Berlin"
    series = event(f"DTSTART;{zone}:{stamp(SOON)}T100000", "DURATION:PT1H", "RRULE:FREQ=DAILY;INTERVAL=7;COUNT=3")
    moved = event(
        f"RECURRENCE-ID;{zone}:{stamp(SOON + timedelta(7))}T100000", "DURATION:PT1H",
        f"DTSTART;{zone}:{stamp(SOON + timedelta(9))}T100000",
    )  # fmt: skip
    off = event(
        f"RECURRENCE-ID;{zone}:{stamp(SOON + timedelta(14))}T100000", "STATUS:CANCELLED",
        f"DTSTART;{zone}:{stamp(SOON + timedelta(14))}T100000",
    )  # fmt: skip
    assert days(home, series, moved, off) == after(0, 9)


def test_a_cancelled_event_is_no_day_away(home: Home) -> None:
    assert days(home, event(f"DTSTART;VALUE=DATE:{stamp(SOON)}", "STATUS:CANCELLED")) == ()


def test_a_birthday_of_long_ago_is_followed_for_four_hundred_days_both_ways(home: Home) -> None:
    born = date(1950, TODAY.month, 1)
    found = days(home, event(f"DTSTART;VALUE=DATE:{stamp(born)}", "RRULE:FREQ=YEARLY"))
    assert [first.year for first, _ in found] == [TODAY.year - 1, TODAY.year, TODAY.year + 1]


def test_an_until_in_another_clock_ends_a_series_there(home: Home) -> None:
    until = stamp(SOON + timedelta(2))
    series = event(f"DTSTART;TZID=Asia/Tokyo:{stamp(SOON)}T120000", f"RRULE:FREQ=DAILY;UNTIL={until}T030000Z")
    assert days(home, series) == ((SOON, SOON + timedelta(2)),)


def test_a_zone_the_file_itself_describes_is_known(home: Home) -> None:
    zone = "\r\n".join([
        "BEGIN:VTIMEZONE", "TZID:Ours", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+1200",
        "TZOFFSETTO:+1200", "END:STANDARD", "END:VTIMEZONE",
    ])  # fmt: skip
    assert days(home, zone, event(f"DTSTART;TZID=Ours:{stamp(SOON)}T080000")) == after(-1)


def test_days_on_end_become_one_range(home: Home) -> None:
    both = [event(f"DTSTART;VALUE=DATE:{stamp(SOON + timedelta(n))}").replace("one", str(n)) for n in (1, 0, 2)]
    assert days(home, *both) == ((SOON, SOON + timedelta(2)),)


# ── what is refused ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("frequency", ["SECONDLY", "MINUTELY", "HOURLY"])
def test_what_repeats_within_a_day_is_refused_by_its_line(home: Home, frequency: str) -> None:
    good = event(f"DTSTART;VALUE=DATE:{stamp(SOON)}")
    said = refusal(home, file(good, event("DTSTART:19700101T000000Z", f"RRULE:FREQ={frequency}")))
    assert said == f", line 8: the VEVENT there: FREQ={frequency} is not for days; let it repeat daily or more seldom"


@pytest.mark.parametrize(
    ("lines", "start"),
    [
        (["DTSTART:20260101T000000", "RRULE:FREQ=DAILY;COUNT=999999"], "its RRULE is not taken: COUNT lies between 1"),
        (["DTSTART:20260101T000000", "RRULE:FREQ=DAILY;INTERVAL=0"], "its RRULE is not taken: INTERVAL lies between 1"),
        (["DTSTART:20260101T000000", "RRULE:FREQ=DAILY;INTERVAL=99999"], "its RRULE is not taken: INTERVAL lies"),
        (["DTSTART:20260101T000000", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"], "its RRULE is not taken: no year"),
        (["DTSTART:20260101T000000", "RRULE:FREQ=SOMETIMES"], "its RRULE cannot be read"),
        (["DTSTART:20260101T000000", "RRULE:RSCALE=CHINESE;FREQ=YEARLY"], "its RRULE"),
        (["DTSTART:yesterday"], "its DTSTART cannot be read"),
        (["SUMMARY:x"], "it has no DTSTART, so it has no day"),
        (["DTSTART:20260101T000000", "DTSTART:20260102T000000"], "its DTSTART is said twice"),
        (["DTSTART;TZID=Mars/Olympus:20260101T000000"], "the time zone of its DTSTART is not known, 'Mars/Olympus'"),
        (["DTSTART:00010101T000000", "RRULE:FREQ=DAILY"], "its days cannot be told, or lie beyond the years there are"),
        (["DTSTART;VALUE=PERIOD:20260101T000000Z/PT1H"], "its days cannot be told"),
    ],
)  # fmt: skip
def test_an_event_that_cannot_be_followed_is_refused_by_its_line(home: Home, lines: list[str], start: str) -> None:
    said = refusal(home, file(event(*lines)))
    assert said.startswith(f", line 4: the VEVENT there: {start}")


@pytest.mark.parametrize(
    ("data", "start"),
    [
        (b"", ": this is not a whole calendar file; "),
        (b"hello", ": this is not a calendar file; "),
        (b"\xff\xfe\x00\x01" * 50, ": this is not a calendar file; "),
        (file(event("DTSTART:20260101T000000"))[:-20], ": this is not a whole calendar file; "),
        (b"BEGIN:VEVENT\r\nDTSTART:20260101\r\nEND:VEVENT\r\n", ": this is not a whole calendar file; "),
        (b"X" * (1024 * 1024 + 1), ": this file is larger than 1 MB; "),
        (file(*[event("DTSTART:20260101T000000")] * 5001), ": it holds more than 5,000 events; "),
    ],
    ids=["empty", "text", "binary", "cut off", "bare", "too large", "too many"],
)
def test_a_file_that_is_no_calendar_is_refused_as_a_whole(home: Home, data: bytes, start: str) -> None:
    assert refusal(home, data).startswith(start)


@pytest.mark.parametrize(
    "data",
    [
        b"BEGIN:VCALENDAR\r\n" * 60_000,
        file("\r\n".join(["BEGIN:VTIMEZONE", "TZID:Bomb", "BEGIN:STANDARD", "DTSTART:00010101T000000",
             "RRULE:FREQ=SECONDLY", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "END:STANDARD", "END:VTIMEZONE"]),
             event("DTSTART;TZID=Bomb:20260101T000000")),
        file(*[event("DTSTART:20250101T000000", "RRULE:FREQ=DAILY;BYHOUR=" + ",".join(map(str, range(24))))] * 900),
        file(event("DTSTART:99991231T235959", "DURATION:P99999999D", "RRULE:FREQ=DAILY")),
        file(event("DTSTART:00010101T000000", "DURATION:-P9999D", "RRULE:FREQ=DAILY;BYDAY=MO,TU")),
        file(event("DTSTART:20260101T000000", "X-" + "A" * 900_000 + ":1")),
    ],
    ids=["nested", "zone bomb", "too often", "end of time", "beginning of time", "long line"],
)  # fmt: skip
def test_a_hostile_file_ends_in_days_or_in_one_problem(home: Home, data: bytes) -> None:
    home.write(data, "away.ics")
    said = home.said(PEOPLE + USES)
    assert len(said) <= 1
    assert all("Traceback" not in line and "calendars.away.ics" in line for line in said)


SPOILT = st.lists(
    st.one_of(
        st.sampled_from([
            "DTSTART:20260101T000000", "DTSTART;VALUE=DATE:20260101", "DTEND:20250101T000000Z", "DURATION:-P1D",
            "RRULE:FREQ=MONTHLY;BYDAY=5FR", "RDATE;VALUE=PERIOD:20260301T000000Z/P1D", "EXDATE;VALUE=DATE:20260101",
            "RECURRENCE-ID:20260101", "STATUS:CANCELLED", "END:VEVENT\r\nBEGIN:VEVENT", "BEGIN:VALARM", "END:VALARM",
        ]),
        st.tuples(
            st.sampled_from(["DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "UID"]),
            st.sampled_from(["", ";VALUE=DATE", ";VALUE=PERIOD", ";TZID=Europe/Berlin", ";TZID=No/Where"]),
            st.one_of(st.text("0123456789TZP/+-,:;=DWMY", max_size=30), st.text(max_size=10)),
        ).map(lambda parts: f"{parts[0]}{parts[1]}:{parts[2]}"),
    ),
    max_size=6,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(SPOILT)
def test_whatever_an_event_says_it_is_days_or_a_refusal(lines: list[str]) -> None:
    horizon = Horizon(first=date(2025, 1, 1), last=date(2027, 1, 1), home=ZoneInfo("Europe/Berlin"))
    try:
        found = days_of(file(event(*lines)), horizon)
    except Refusal:
        return
    assert all(horizon.first <= first <= last <= horizon.last for first, last in found)


def test_a_file_that_takes_too_long_is_given_up(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ics, "PATIENCE_S", 0.01)
    said = refusal(home, file(event("DTSTART:19010203T040506")))
    assert said.startswith(": reading it takes longer than")
    monkeypatch.undo()
    assert home.load().settings is not None, "it may go better another time"


def test_a_file_that_is_not_there_or_no_file_says_so(home: Home) -> None:
    (said,) = home.said(PEOPLE + USES)
    assert said == 'config.toml:7: calendars.away.ics: "away.ics": there is no such file; check the name'
    os.mkfifo(home.folder / "away.ics")
    (said,) = home.said(PEOPLE + USES)
    assert "this is a pipe, not a file" in said


def test_a_calendar_with_a_broken_home_zone_is_still_read(home: Home) -> None:
    home.write(file(event("DTSTART:20260101T000000")), "away.ics")
    said = home.said(f"{PEOPLE}{USES}".replace("Europe/Berlin", "Europe/Berln"))
    assert [line.split(":")[2].strip() for line in said] == ["timezone"]


# ── how often ─────────────────────────────────────────────────────────────────────────────────


def test_the_same_content_is_read_once_however_often_it_is_used(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    really = ics._ask
    monkeypatch.setattr(ics, "_ask", lambda question: asked.append(question) or really(question))
    home.write(file(event(f"DTSTART;VALUE=DATE:{stamp(SOON)}", "SUMMARY:once")), "away.ics")
    many = "".join(f'[rituals.r{n}]\nwhen = "every day at 09:00"\nto = "ana"\nmessage = "hi"\nskip = ["away"]\n'
                   for n in range(300))  # fmt: skip
    for _ in range(3):
        home.settings(f"{PEOPLE}{USES}{many}")
    assert len(asked) == 1


def test_no_process_is_started_where_no_calendar_file_is_named(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ics, "_ask", lambda question: pytest.fail("it was asked"))
    home.settings(PEOPLE + '[calendars.away]\ndates = ["2026-12-24"]\n')


def test_a_changed_calendar_file_shows_in_the_fingerprint(home: Home) -> None:
    before = fingerprint(home.config)
    home.write(file(event(f"DTSTART;VALUE=DATE:{stamp(SOON)}")), "away.ics")
    home.settings(PEOPLE + USES)
    loaded = home.load()
    assert loaded.fingerprint == fingerprint(home.config) != before
    home.write(file(event(f"DTSTART;VALUE=DATE:{stamp(SOON + timedelta(1))}"), event("DTSTART:20260101")), "away.ics")
    changed = fingerprint(home.config)
    assert changed != loaded.fingerprint
    (home.folder / "away.ics").unlink()
    assert fingerprint(home.config) != changed
