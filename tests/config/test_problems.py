"""Every mistake in one run: its line, its key, what is wrong and what to write instead."""

from __future__ import annotations

import pytest

from tests.config.home import PEOPLE, Home

EVERYTHING_WRONG = """\
timezon = "Europe/Berlin"
langage = 3

[people.Ana]
name = 3
quiet = "25:00-07:00"
[people.ben]
timezone = "Europe/Berln"
shoe_size = 44

[circles.us]
members = ["ana", "bem"]

[rituals.a]
whn = "every dya at 07:30"
to = "evryone"
depth = true
importance = 9
gap = "frst-valid"
expires = "2 moons"
message = "hi {nme}"

[web]
bind = "everywhere"
"""

ALL_OF_IT = """\
config.toml:1: timezon: nothing here is called "timezon"; did you mean "timezone"?
config.toml:2: langage: nothing here is called "langage"; did you mean "language"?
config.toml:2: language: this should be text in quotes; write it like language = "en"
config.toml:4: people.Ana: an id is made of lower-case letters, digits, - and _, starts with a letter or digit, and is \
at most 64 long; write people.ana
config.toml:5: people.Ana.name: this should be text in quotes; write it like name = "Ana"
config.toml:6: people.Ana.quiet: this should be a time of day; write it like "18:30", from "00:00" to "23:59"
config.toml:8: people.ben.timezone: there is no time zone called "Europe/Berln"; did you mean "Europe/Berlin"?
config.toml:9: people.ben.shoe_size: nothing here is called "shoe_size"; remove it, or use one of: name, timezone, \
language, quiet, busy, preview, pronouns, max_per_day, max_per_week, rest_days, min_gap, confirm, channels
config.toml:12: circles.us.members: there is nobody called "bem"; did you mean "ben"?
config.toml:15: rituals.a.whn: nothing here is called "whn"; did you mean "when"?
config.toml:16: rituals.a.to: there is no person or circle called "evryone"; did you mean "everyone"?
config.toml:17: rituals.a.depth: this should be a whole number; write it like depth = 3
config.toml:18: rituals.a.importance: this should be at most 5; write it like importance = 4
config.toml:19: rituals.a.gap: this should be "first-valid" or "skip"; did you mean "first-valid"?
config.toml:20: rituals.a.expires: this should be a length of time; write "30 minutes", "2 hours", "3 days" or "1 week"
config.toml:21: rituals.a.message: nothing fills the placeholder "nme"; did you mean "name"?
config.toml:24: web.bind: this is not an address and a port; write it like "127.0.0.1:8377"
"""


def test_one_run_tells_every_mistake_even_behind_a_mistake(home: Home) -> None:
    said = home.said(EVERYTHING_WRONG)
    schedule = [line for line in said if line.startswith("config.toml:15: rituals.a.when: ")]
    assert len(schedule) == 1  # the phrase behind the misspelt key was read too; its words are the calendar's
    assert "".join(f"{line}\n" for line in said if line not in schedule) == ALL_OF_IT
    assert home.load().settings is None


WRONG_KINDS = [
    ("rituals = 3", "rituals: this should be a table; write it as a table, [rituals]"),
    ("people.ana = 3", "people.ana: this should be a table; write it as a table, [people.ana]"),
    ("people.ana.channels = []", "people.ana.channels: this should be a table; "),
    ("people.ana.channels.phone = 3", "people.ana.channels.phone: this should be text in quotes or a table; "),
    ("people.ana.channels.phone = {}", "people.ana.channels.phone.url: this is missing; write it like url = "),
    ("people.ana.channels.phone = { url = 3 }", "people.ana.channels.phone.url: this should be text in quotes; "),
    ("people.ana.confirm = 1", "people.ana.confirm: this should be true or false; write it like confirm = true"),
    ("people.ana.preview = 'none'", 'people.ana.preview: this should be "discreet" or "full"; '),
    ("people.ana.name = ''", "people.ana.name: this should have between 1 and 200 characters; "),
    ('people.ana.name = "a\\u0007"', "people.ana.name: this holds a character that cannot be seen; "),
    ("people.ana.quiet = '07:00-07:00'", "people.ana.quiet: quiet hours that end when they begin would "),
    ("people.ana.quiet = '7'", "people.ana.quiet: quiet hours are two times of day; "),
    ("people.ana.min_gap = '1 month'", "people.ana.min_gap: this should be a length of time; "),
    ("people.ana.min_gap = '0 days'", "people.ana.min_gap: this should be longer than nothing and at most ten years; "),
    ("people.ana.max_per_day = 1.5", "people.ana.max_per_day: this should be a whole number; "),
    ("language = 'German'", 'language: this should be a language; write it like "en" or "pt-BR"'),
    ("place = { lat = 91, lon = 0 }", "place.lat: this should be at most 90; "),
    ("place = { lat = 9 }", "place.lon: this is missing; write it like lon = 13.4"),
    ("timezone = 'Mars/Olympus'", 'timezone: there is no time zone called "Mars/Olympus"; '),
    ("timezone = '../../etc/passwd'", 'timezone: there is no time zone called "../../etc/passwd"; '),
    ("calendars.away = {}", "calendars.away: a calendar has either dates or ics; "),
    ("calendars.away.dates = ['2027-01-03..2026-12-24']", "calendars.away.dates: this range ends before it begins; "),
    ("calendars.away.dates = [2026-02-30]", None),
    ("calendars.away.dates = ['2026-02-30']", "calendars.away.dates: this should be a date that exists; "),
    ("circles.us.members = []", "circles.us.members: this circle is empty; "),
    ("circles.us = {}", "circles.us.members: this is missing; "),
    ("circles.zoe.members = ['zoe']", 'circles.zoe: "zoe" is already a person; '),
    ("circles.turns.members = ['zoe']", 'circles.turns: "turns" is already a word of its own in `to`; '),
    ("people.everyone = {}", 'people.everyone: "everyone" has a meaning of its own in `to`; choose another id'),
    ("plugins.weather = 3", "plugins.weather: this should be a table; "),
    ("plugins.requires = ['a']", 'plugins.requires: this should be a table; did you mean "require"?'),
    ("plugins.weather.isolation = 'none'", 'plugins.weather.isolation: this should be "thread" or "process"; '),
    ("storage.url = 'mysql://localhost'", "storage.url: only a postgresql:// address can stand here; "),
    ("engine.kind = 'procrastinate'", "engine.kind: work can only be shared by way of a PostgreSQL database; "),
    ("engine.kind = 'embeded'", 'engine.kind: this should be "embedded" or "procrastinate"; did you mean "embedded"?'),
    ("web.bind = '127.0.0.1:99999'", "web.bind: this is not an address and a port; "),
    ("web.bind = '0.0.0.0:8377'", "web.bind: other machines could read the page there, unencrypted; "),
    ("web.public_url = 'example.org'", "web.public_url: this is not a web address; "),
    ("help.resources = [{ name = 'a' }]", "help.resources.contact: this is missing; write it like contact = "),
]


@pytest.mark.parametrize(("line", "start"), WRONG_KINDS)
def test_a_value_of_the_wrong_kind_says_what_to_write(home: Home, line: str, start: str | None) -> None:
    said = home.said(f"{line}\npeople.zoe.name = 'Zoe'\n")
    errors = [str(problem) for problem in home.load().problems if problem.severity == "error"]
    assert len(errors) == 1, said
    if start is not None:
        assert errors[0].removeprefix(f"{home.config}:1: ").startswith(start)


def test_an_address_open_to_the_network_is_a_choice_with_an_honest_name(home: Home) -> None:
    settings = home.settings(f'{PEOPLE}[web]\nbind = "0.0.0.0:8377"\nopen_to_network = true\n')
    assert settings.web_bind == "0.0.0.0:8377"


def test_a_control_character_in_a_key_never_reaches_the_terminal(home: Home) -> None:
    said = "\n".join(home.said(f'{PEOPLE}"\\u001b[31mred" = 1\n[rituals."\\u0007"]\n'))
    assert said.replace("\n", "").isprintable()
    assert "\\u001b" in said


def test_two_rituals_with_one_id_name_both_places(home: Home) -> None:
    ritual = '[rituals.walk]\nwhen = "every day at 07:30"\nto = "ana"\nprompt = "gratitude"\n'
    home.write("\n" + ritual, "rituals.d/b.toml")
    said = home.said(PEOPLE + ritual)
    assert said == [
        'rituals.d/b.toml:2: rituals.walk: "walk" exists already, in config.toml:6; give one of the two another id'
    ]
    assert home.load().settings is None


def test_files_in_rituals_d_add_people_and_rituals_and_nothing_else(home: Home) -> None:
    ritual = '[rituals.r]\nwhen = "every day at 07:30"\nto = "zoe"\nprompt = "gratitude"\n'
    home.write(f"[people.zoe]\n{ritual}", "rituals.d/a.toml")
    settings = home.settings(PEOPLE)
    assert list(settings.household.people) == ["ana", "ben", "zoe"]
    assert settings.household.rituals["r"].source_file == str(home.folder / "rituals.d/a.toml")
    assert settings.household.rituals["r"].source_line == 2
    home.write('timezone = "UTC"\n', "rituals.d/b.toml")
    assert home.said(PEOPLE) == ["rituals.d/b.toml:1: timezone: only config.toml can say this; move it to config.toml"]


def test_an_editors_hidden_file_in_rituals_d_is_not_read(home: Home) -> None:
    home.write("not toml", "rituals.d/.#a.toml")
    home.write("not toml", "rituals.d/a.toml~")
    home.write(PEOPLE)
    assert home.load().files == (str(home.config),)


def test_a_thousand_unknown_keys_are_all_told_quickly(home: Home) -> None:
    said = home.said(PEOPLE + "".join(f"unknown-{number} = 1\n" for number in range(1000)))
    assert len([line for line in said if "nothing here is called" in line]) == 1000
