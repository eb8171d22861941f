"""What the tables of people and rituals mean: to whom, kept from whom, how late, and in which words."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from ritualsd.config.defaults import ANYTHING_ELSE, KINDS
from ritualsd.model import Quiet, Ritual
from tests.config.home import PEOPLE, Home

THREE = PEOPLE + '[people.zoe]\nname = "Zoe"\n[circles.us]\nmembers = ["ana", "ben"]\n'


def ritual(home: Home, lines: str, people: str = THREE) -> Ritual:
    """The one ritual of three people; when and prompt are given unless the lines say otherwise."""
    usual = {"when": '"every day at 07:30"', "to": '"everyone"', "prompt": '"gratitude"'}
    said = {line.split("=")[0].strip() for line in lines.split("\n")}
    if said & {"message", "deck"}:
        del usual["prompt"]
    rest = "\n".join(f"{key} = {value}" for key, value in usual.items() if key not in said)
    return home.settings(f"{people}[rituals.r]\n{lines}\n{rest}\n").household.rituals["r"]


@pytest.mark.parametrize(
    ("to", "people", "turns"),
    [
        ('"everyone"', ("ana", "ben", "zoe"), False),
        ('"turns"', ("ana", "ben", "zoe"), True),
        ('"us"', ("ana", "ben"), False),
        ('"zoe"', ("zoe",), False),
        ('["zoe"]', ("zoe",), False),
        ('["zoe", "us", "ana"]', ("zoe", "ana", "ben"), False),
    ],
)
def test_to_names_people_circles_everyone_or_turns(home: Home, to: str, people: tuple[str, ...], turns: bool) -> None:
    read = ritual(home, f"to = {to}")
    assert (read.to, read.turns) == (people, turns)


def test_a_person_and_their_defaults(home: Home) -> None:
    household = home.settings(PEOPLE + '[people.zoe]\nquiet = "22:30-07:00"\ntimezone = "Asia/Tokyo"\n').household
    zoe, ana = household.people["zoe"], household.people["ana"]
    assert (zoe.name, zoe.zone, zoe.quiet) == ("Zoe", "Asia/Tokyo", Quiet(start=time(22, 30), end=time(7)))
    assert (ana.zone, ana.quiet, ana.preview, ana.pronouns) == ("Europe/Berlin", None, "discreet", "")
    assert household.circles == {"everyone": ("ana", "ben", "zoe")}


def test_someone_without_channels_has_the_built_in_inbox(home: Home) -> None:
    (channel,) = home.settings(PEOPLE).household.people["ana"].channels
    assert (channel.label, channel.url.reveal(), channel.shared_with) == ("ana/inbox", "inbox://", frozenset())


def test_channels_keep_their_order_and_say_who_shares_them(home: Home) -> None:
    shared = '{ url = "json://localhost/a", shared_with = ["ben"] }'
    text = f'[people.ana.channels]\nz = "inbox://"\na = {shared}\n[people.ben]\n'
    channels = home.settings(text).household.people["ana"].channels
    assert [(channel.name, channel.shared_with) for channel in channels] == [("z", frozenset()), ("a", {"ben"})]


@pytest.mark.parametrize("kind", [*KINDS, "a-kind-of-a-plugin"])
def test_a_kind_decides_what_the_ritual_does_not_say(home: Home, kind: str) -> None:
    manner = KINDS.get(kind, ANYTHING_ELSE)
    read = ritual(home, f'prompt = "{kind}"')
    assert (read.importance, read.catch_up, read.expires) == (manner.importance, manner.catch_up, manner.expires)
    own = ritual(home, f'prompt = "{kind}"\nimportance = 5\ncatch_up = "1 hour"\nexpires = "2 hours"')
    assert (own.importance, own.catch_up, own.expires) == (5, timedelta(hours=1), timedelta(hours=2))


def test_never_late_means_no_catching_up(home: Home) -> None:
    read = ritual(home, 'catch_up = "none"')
    assert (read.catch_up, read.catch_up_mode) == (timedelta(0), "none")
    assert ritual(home, "").catch_up_mode == "latest"


def test_every_key_of_a_ritual_arrives(home: Home) -> None:
    read = ritual(
        home,
        'name = "Morning"\ndeck = "ours"\ntags = ["fun"]\ndepth = 2\nzone = "Asia/Tokyo"\ntogether = true\n'
        'gap = "skip"\nleap = "mar-1"\nshort_month = "last-day"\nskip = ["away"]\non_skip = "after"\n'
        'earliest = "08:00"\nlatest = 21:00:00\nremind = ["On the  day", "3 Weeks before"]\nsince = 2015\n'
        'enabled = false\nask = ["yes", "no"]\nreveal = "never"\nnudge = { after = "1 hour" }\ncatch_up_mode = "all"',
    )
    assert (read.name, read.deck, read.kind, read.message) == ("Morning", "ours", "", "")
    assert (read.tags, read.depth, read.zone, read.together) == (frozenset({"fun"}), 2, "Asia/Tokyo", True)
    assert (read.gap, read.leap, read.short_month) == ("skip", "mar-1", "last-day")
    assert (read.skip, read.on_skip, read.earliest, read.latest) == (("away",), "after", time(8), time(21))
    assert (read.remind, read.since, read.enabled) == (("on the day", "3 weeks before"), 2015, False)
    assert (read.ask, read.reveal, read.catch_up_mode) == (("yes", "no"), "never", "all")
    assert read.source_file == str(home.config)


def test_the_phrase_is_kept_in_its_canonical_words(home: Home) -> None:
    assert ritual(home, 'when = "Every SUN at 6:00 pm"').when == ritual(home, 'when = "every Sunday at 18:00"').when


def test_from_until_and_times_close_the_phrase(home: Home) -> None:
    apart = ritual(home, 'when = "every day at 09:00"\nfrom = 2026-01-04\nuntil = "2026-12-31"\ntimes = 10')
    assert apart.when == ritual(home, 'when = "every day at 09:00 from 2026-01-04 until 2026-12-31 10 times"').when
    both = ritual(home, 'when = ["every day at 09:00", "every Sunday at 10:00"]\nfrom = 2026-01-04')
    assert both.when.count("from 2026-01-04") == 2


def test_a_phrase_that_names_no_schedule_points_at_its_line(home: Home) -> None:
    (said,) = home.ritual('to = "ana"\nprompt = "gratitude"\nwhen = "every blue moon"')
    assert said.startswith("config.toml:9: rituals.r.when: ")
    for odd in ("3", "[3]", "[]", "{}", "true", "2026-01-01", '""'):
        errors = home.ritual(f'to = "ana"\nprompt = "gratitude"\nwhen = {odd}')
        assert errors[0].startswith("config.toml:9: rituals.r.when: "), errors


def test_days_that_short_months_lack_are_told_unless_the_ritual_says_what_they_mean(home: Home) -> None:
    lines = 'to = "ana"\nprompt = "gratitude"\nwhen = "31st of the month at 08:00"'
    (said,) = home.ritual(lines)
    assert said == (
        "config.toml:9: rituals.r.when: not every month has a day 31, and those without it are left out; "
        'say short_month = "last-day" or "skip"'
    )
    assert home.load().settings is not None
    assert home.ritual(lines + '\nshort_month = "skip"') == []


def test_the_sun_needs_a_place(home: Home) -> None:
    lines = 'to = "ana"\nprompt = "gratitude"\nwhen = "30 minutes before sunset"'
    (said,) = home.ritual(lines)
    assert said.startswith("config.toml:9: rituals.r.when: sunset depends on where you live; add place = ")
    assert ritual(home, 'when = "30 minutes before sunset"', "place = { lat = 52.5, lon = 13.4 }\n" + PEOPLE).when


WORDS = [
    ("", "config.toml:6: rituals.r: nothing says what to send; "),
    (
        'prompt = "gratitude"\ndeck = "ours"',
        "config.toml:10: rituals.r.deck: prompt says already what to send; keep one",
    ),
    (
        'message = "hi {nme}"',
        'config.toml:9: rituals.r.message: nothing fills the placeholder "nme"; did you mean "name"?',
    ),
    (
        'message = "{years}"',
        "config.toml:9: rituals.r.message: {years} counts from a year that is not given; add since",
    ),
    ('message = "50 } 40"', "config.toml:9: rituals.r.message: a brace stands alone; write {{ and }} for plain braces"),
    ('message = "{when}"', "config.toml:9: rituals.r.message: {when} counts down to a day, and there are no messages "),
    ('message = "{fact.song}"', 'config.toml:9: rituals.r.message: nothing fills the placeholder "fact.song"; write '),
    ('message = " "', "config.toml:9: rituals.r.message: a message has between 1 and 2,000 characters; "),
    (f'message = "{"x" * 2001}"', "config.toml:9: rituals.r.message: a message has between 1 and 2,000 characters; "),
    (
        'message = "\\u001b[0m"',
        "config.toml:9: rituals.r.message: this holds a control character; type the words again",
    ),
    ('prompt = "gratitud"', 'config.toml:9: rituals.r.prompt: "gratitud" is not a kind that comes with ritualsd; did'),
    ('prompt = "Gratitude"', "config.toml:9: rituals.r.prompt: an id is made of lower-case letters"),
]


@pytest.mark.parametrize(("lines", "start"), WORDS)
def test_the_words_have_exactly_one_source_and_no_empty_hole(home: Home, lines: str, start: str) -> None:
    (said,) = home.ritual(f'when = "every day at 07:30"\nto = "ana"\n{lines}')
    assert said.startswith(start)


@pytest.mark.parametrize(
    ("people", "message", "said"),
    [
        (PEOPLE, "{name} and {other}", []),
        (THREE, "{others}", []),
        (THREE, "{other}", ["{other} needs exactly one other person"]),
        ("[people.ana]\n", "{other}", ["{other} needs exactly one other person"]),
        ("[people.ana]\n", "{others}", ["{others} would name nobody"]),
        ("[people.ana]\n", "{{other}} is no hole", []),
    ],
)
def test_a_placeholder_has_a_value_for_everyone_who_receives_it(
    home: Home, people: str, message: str, said: list[str]
) -> None:
    home.write(f'{people}[rituals.r]\nwhen = "every day at 07:30"\nto = "everyone"\nmessage = "{message}"\n')
    assert [problem.message for problem in home.load({"TZ": "UTC"}).problems] == said


def test_the_words_of_a_message_are_never_shown(home: Home) -> None:
    said = home.ritual('when = "every day at 07:30"\nto = "ana"\nmessage = "kanarie {nme} }"')
    assert len(said) == 2
    assert "kanarie" not in "".join(said)


RECIPIENTS = [
    ('to = "bem"', 'config.toml:9: rituals.r.to: there is no person or circle called "bem"; did you mean "ben"?'),
    ("to = []", 'config.toml:9: rituals.r.to: it goes to nobody; write to = "everyone", or name a person'),
    ("", 'config.toml:6: rituals.r.to: this is missing; write it like to = "everyone"'),
    ('to = ["turns", "ana"]', 'config.toml:9: rituals.r.to: "turns" stands alone; write to = "turns"'),
    ("to = 3", "config.toml:9: rituals.r.to: this should be text in quotes or a list in square brackets; "),
    ('to = ["ana", 3]', "config.toml:9: rituals.r.to: this should be text in quotes; "),
]


@pytest.mark.parametrize(("line", "start"), RECIPIENTS)
def test_a_ritual_to_nobody_known_is_an_error(home: Home, line: str, start: str) -> None:
    (said,) = home.ritual(f'when = "every day at 07:30"\nprompt = "gratitude"\n{line}')
    assert said.startswith(start)
    assert home.load().settings is None


def test_calendars_are_ranges_of_days(home: Home) -> None:
    text = PEOPLE + '[calendars.away]\ndates = ["2026-12-24..2027-01-03", "2027-05-01", 2027-06-01]\n'
    assert home.settings(text).household.calendars["away"] == (
        (date(2026, 12, 24), date(2027, 1, 3)),
        (date(2027, 5, 1), date(2027, 5, 1)),
        (date(2027, 6, 1), date(2027, 6, 1)),
    )


@pytest.mark.parametrize(
    ("lines", "start"),
    [
        ('earliest = "10:00"\nlatest = "09:00"', "config.toml:11: rituals.r.latest: latest is not later than earliest"),
        ('zone = "Europe/Berln"', 'config.toml:10: rituals.r.zone: there is no time zone called "Europe/Berln"; did'),
        (
            "nudge = { times = 1 }",
            'config.toml:10: rituals.r.nudge.after: this is missing; write it like after = "3 hours"',
        ),
        ('remind = ["soon"]', "config.toml:10: rituals.r.remind: this should say how long before; "),
        ('until = "2026-02-30"', "config.toml:10: rituals.r.until: this should be a date that exists; "),
    ],
)
def test_what_else_a_ritual_says_is_checked(home: Home, lines: str, start: str) -> None:
    home.ritual(f'when = "every day at 07:30"\nto = "ana"\nprompt = "gratitude"\n{lines}')
    errors = [str(problem) for problem in home.load().problems if problem.severity == "error"]
    assert len(errors) == 1
    assert errors[0].replace(f"{home.folder}/", "").startswith(start)
