"""`ritualsd free` and `ritualsd calendar`, as typed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ritualsd.errors import NotFound
from tests.cli.home import Home

CONFIG = """
timezone = "UTC"
[people.ana]
quiet = "22:00-08:00"
[people.ben]
quiet = "20:00-10:00"
[people.cleo]
quiet = "10:00-20:00"
[circles.us]
members = ["ana", "ben"]
[rituals.tea]
when = "every day at 16:30"
to = "us"
message = "CANARY"
"""


def test_free_names_the_times_that_suit_everyone(home: Home) -> None:
    home.write(CONFIG)
    found = home.json("free", "--for", "us", "--days", "4", "--minutes", "600")
    assert len(found) >= 3
    for each in found[1:-1]:
        assert (each["from_utc"][11:16], each["until_utc"][11:16]) == ("10:00", "20:00")
    assert "10:00" in home.text("free", "--for", "ana,ben")
    assert "suits everyone" in home.text("free", "--minutes", "30")
    assert isinstance(home.run("free", "--for", "nobody-here").exception, NotFound)


def test_a_calendar_is_printed_and_its_links_are_given_out_and_taken_back(home: Home) -> None:
    home.write(CONFIG)
    assert isinstance(home.run("calendar", "--for", "ana").exception, NotFound)  # before the first start
    url = home.json("calendar", "--for", "ana", "--link")["url"]
    assert "/cal/" in url
    assert home.text("calendar", "--for", "ana", "--link") != url
    printed = home.run("calendar", "--for", "ana").stdout_bytes.decode()
    assert printed.startswith("BEGIN:VCALENDAR\r\n")
    assert printed.count("BEGIN:VEVENT") > 390
    assert "CANARY" not in printed
    tomorrow = datetime.now(UTC) + timedelta(days=2)
    assert f"DTSTART:{tomorrow:%Y%m%d}T163000Z" in printed
    assert home.text("calendar", "--for", "cleo").count("BEGIN:VEVENT") == 0
    assert home.text("calendar", "--for", "ana", "--revoke") == "Links ended: 2.\n"
