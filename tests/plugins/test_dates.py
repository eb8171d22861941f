"""The plugin dates: what it reads in calendars and address books, what it leaves out, and when it speaks."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ritualsd.content.find import bundled_folder
from ritualsd.errors import PluginProblem

pytest_plugins = "ritualsd.testing"

ICS = """\
BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
SUMMARY:Sam's birthday
DTSTART;VALUE=DATE:19900614
RRULE:FREQ=YEARLY
BEGIN:VALARM
SUMMARY:not this
DTSTART:20260101
END:VALARM
END:VEVENT
BEGIN:VEVENT
SUMMARY:Moved in together\\, at last
DTSTART:20150614T120000Z
RRULE:FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=14;INTERVAL=1
END:VEVENT
BEGIN:VEVENT
SUMMARY:Dentist
DTSTART:20260614T090000
END:VEVENT
BEGIN:VEVENT
SUMMARY:Every other year
DTSTART;VALUE=DATE:20240614
RRULE:FREQ=YEARLY;INTERVAL=2
END:VEVENT
BEGIN:VEVENT
SUMMARY:Over
DTSTART;VALUE=DATE:20100614
RRULE:FREQ=YEARLY;UNTIL=20200614
END:VEVENT
BEGIN:VEVENT
SUMMARY:Called off
DTSTART;VALUE=DATE:20100614
RRULE:FREQ=YEARLY
STATUS:CANCELLED
END:VEVENT
END:VCALENDAR
"""
VCF = """\
BEGIN:VCARD
VERSION:3.0
FN:Kim
 Ödegård
BDAY:1985-06-14
ANNIVERSARY:20100220
END:VCARD
BEGIN:VCARD
VERSION:4.0
N:Doe;Lou;;;
item1.BDAY;VALUE=date:--0614
END:VCARD
BEGIN:VCARD
VERSION:2.1
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Zo=C3=AB
BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29
END:VCARD
BEGIN:VCARD
FN:No day
BDAY:sometime in June
END:VCARD
"""


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(hour=9, tzinfo=UTC)


@pytest.fixture
def told(load_plugin: Any, ask: Any, tmp_path: Path) -> Any:
    """What is told on a day, for a file with this content."""

    def tell(
        content: str | bytes, on: str, name: str = "family.ics", language: str = "en", **settings: Any
    ) -> list[str]:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        plugin = load_plugin(bundled_folder() / "dates", files=[str(path)], **settings)
        return [prompt.text for prompt in plugin.offers(ask("dates", at=day(on), language=language))]

    return tell


def test_the_yearly_events_of_a_calendar_are_told_in_one_message(told: Any) -> None:
    assert told(ICS, "2026-06-14") == [
        "Moved in together, at last: today, Sunday 14 June. Sam's birthday: today, Sunday 14 June."
        " A few words may be enough."
    ]


def test_a_date_is_told_in_the_language_of_its_reader(told: Any) -> None:
    assert told(VCF, "2026-02-20", name="people.vcf", years=True, language="de-CH") == [
        "Jahrestag von KimÖdegård (16 Jahre): heute, Freitag, 20. Februar. Ein paar Worte können genug sein."
    ]
    (text,) = told(ICS, "2026-05-24", ahead=[21], language="de")
    assert "in 3 Wochen, Sonntag, 14. Juni." in text


@pytest.mark.parametrize(
    ("on", "says"),
    [
        ("2026-05-24", "in 3 weeks, Sunday 14 June. Is there anything that takes a while to find or to make?"),
        ("2026-06-11", "in 3 days, Sunday 14 June. Who else may want to know?"),
        ("2026-06-07", "in a week, Sunday 14 June. Who else may want to know?"),
        ("2026-06-13", "tomorrow, Sunday 14 June. What would you like to say?"),
    ],
)
def test_each_lead_up_has_its_words(told: Any, on: str, says: str) -> None:
    (text,) = told(ICS, on, ahead=[21, 7, 3, 1])
    assert text.endswith(says)


def test_contacts_give_birthdays_and_anniversaries(told: Any) -> None:
    (text,) = told(VCF, "2026-06-14", name="people.vcf")
    assert "The birthday of KimÖdegård: today" in text  # a fold takes one space with it, as the format says
    assert "The birthday of Lou Doe: today" in text
    assert "No day" not in text
    (text,) = told(VCF, "2026-02-20", name="people.vcf", years=True)
    assert text.startswith("The anniversary of KimÖdegård (16 years): today")


def test_years_are_said_only_when_asked_for_and_known(told: Any) -> None:
    assert "(36 years)" in told(ICS, "2026-06-14", years=True)[0]
    assert "years" not in told(ICS, "2026-06-14")[0]
    assert "years" not in told(VCF.replace("1985-", "--"), "2026-06-14", years=True)[0]


@pytest.mark.parametrize(
    ("leap", "tells"),
    [("feb-28", ["2026-02-28", "2028-02-29"]), ("mar-1", ["2026-03-01", "2028-02-29"]), ("leap-years", ["2028-02-29"])],
)
def test_a_leap_day_comes_as_the_settings_say(told: Any, leap: str, tells: list[str]) -> None:
    days = ["2026-02-28", "2026-03-01", "2028-02-28", "2028-02-29", "2028-03-01"]
    assert [on for on in days if told(VCF, on, leap=leap, ahead=[0])] == tells


def test_a_lead_up_reaches_over_the_new_year(told: Any) -> None:
    (text,) = told(ICS.replace("19900614", "19900105"), "2026-12-15", ahead=[21])
    assert text.startswith("Sam's birthday: in 3 weeks, Tuesday 5 January.")


def test_a_day_without_any_is_silent(told: Any) -> None:
    assert told(ICS, "2026-06-15") == []


def test_many_on_one_day_are_counted_after_the_sixth(told: Any) -> None:
    events = "".join(
        f"BEGIN:VEVENT\nSUMMARY:Party {n:02}\nDTSTART:20200614\nRRULE:FREQ=YEARLY\nEND:VEVENT\n" for n in range(9)
    )
    (text,) = told(events, "2026-06-14")
    assert "Party 05: today, Sunday 14 June. And 3 more." in text


def test_braces_in_a_title_mean_themselves(told: Any) -> None:
    assert "{{name}}" in told(ICS.replace("Sam's", "{name}'s"), "2026-06-14")[0]


def test_a_file_that_changed_is_read_again_and_one_that_is_gone_is_waited_for(
    load_plugin: Any, ask: Any, tmp_path: Path
) -> None:
    path = tmp_path / "family.ics"
    path.write_text(ICS)
    plugin = load_plugin(bundled_folder() / "dates", files=[str(path)])
    today = ask("dates", at=day("2026-06-14"))
    assert "Sam's" in plugin.offers(today)[0].text
    path.write_text(ICS.replace("Sam's", "Alexandra's"))
    assert "Alexandra's" in plugin.offers(today)[0].text
    path.unlink()
    with pytest.raises(PluginProblem, match="PluginUnavailable: file 1: no such file"):
        plugin.offers(today)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        (b"A" * (4 * 1024 * 1024 + 1), "is larger than 4 MB"),
        (b"BEGIN:VEVENT\nSUMMARY:x\nDTSTART:20200614\nRRULE:FREQ=YEARLY\nEND:VEVENT\n" * 2001, "more than 2,000 dates"),
    ],
)
def test_a_file_that_cannot_be_used_is_said_at_the_start(told: Any, content: bytes, says: str) -> None:
    with pytest.raises(PluginProblem, match=says):
        told(content, "2026-06-14")


def test_a_missing_file_a_folder_and_a_pipe_are_said_too(load_plugin: Any, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ics")
    for name, says in (
        ("none.ics", "no such file"),
        ("pipe.ics", "is not a file"),
        (".", "is a directory|is not a file"),
    ):
        with pytest.raises(PluginProblem, match=says):
            load_plugin(bundled_folder() / "dates", files=[str(tmp_path / name)])


@given(st.text(max_size=300), st.sampled_from(["VEVENT", "VCARD"]))
def test_nothing_a_file_can_hold_does_more_than_be_left_out(text: str, kind: str) -> None:
    import sys
    from importlib.util import module_from_spec, spec_from_file_location

    name = "dates_cards_under_test"
    if name not in sys.modules:
        spec = spec_from_file_location(name, bundled_folder() / "dates" / "cards.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    cards = sys.modules[name]
    lines = f"BEGIN:{kind}\nSUMMARY:{text}\nFN:{text}\nDTSTART:{text}\nBDAY:{text}\nRRULE:{text}\n{text}\nEND:{kind}\n"
    for item in cards._items(cards._lines(lines)):
        for found in cards._dates_of(item):
            assert found.title
            assert datetime(2000, found.month, found.day, tzinfo=UTC)


def test_it_keeps_the_contract(conforms: Any, tmp_path: Path) -> None:
    (tmp_path / "family.ics").write_text(ICS)
    conforms(bundled_folder() / "dates", files=[str(tmp_path / "family.ics")])


CONFIG = """
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[rituals.dates]
when = "every day at 09:00"
to = "ana"
prompt = "dates"
[plugins.dates]
files = ["family.ics"]
"""


def test_a_daily_ritual_speaks_on_the_days_there_is_something_and_stays_silent_on_the_others(
    daemon: Any, tmp_path: Path, clock: Any
) -> None:
    (tmp_path / "family.ics").write_text(ICS)
    clock.to("2026-05-20T12:00")
    house = daemon(CONFIG)
    went = house.run_until("2026-06-20T12:00")
    assert [each.body.split(": ")[1].split(",")[0] for each in went] == ["in 3 weeks", "in 3 days", "today"]
    assert len(house.record("dates")) == 31
    (reason,) = {entry.occurrence.reason for entry in house.record("dates")} - {"sent"}
    assert reason == "no-content"
    assert clock.at - timedelta(days=31) == datetime(2026, 5, 20, 10, tzinfo=UTC)
