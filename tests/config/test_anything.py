"""Whatever a file holds: settings or problems, never an exception, never half of both."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import tomli_w
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ritualsd.config.example import example as example_text
from ritualsd.config.reference import _TABLES
from ritualsd.config.shape import fields
from tests.config.home import PEOPLE, Home

EXAMPLE = example_text().encode()
KEYS = sorted(
    {key for _, table in _TABLES for key, _ in fields(table)} | {"ana", "us", "a b", "Ana", "whn", "[key]", "str"}
)
WORDS = [
    "everyone",
    "turns",
    "others",
    "ana",
    "ben",
    "us",
    "every day at 07:30",
    "gratitude",
    "2 days",
    "22:00-07:00",
    "none",
]

plain = st.one_of(
    st.sampled_from(WORDS),
    st.text(max_size=8),
    st.integers(-2, 70_000),
    st.booleans(),
    st.floats(),
    st.dates(dt.date(1, 1, 1)),
    st.times(),
)
anything = st.recursive(
    plain,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)),
    max_leaves=12,
)
files = st.dictionaries(st.sampled_from(KEYS), anything, max_size=6)
entries = st.dictionaries(st.sampled_from(["ana", "ben", "Ana", "us"]), anything, max_size=2)
houses = st.fixed_dictionaries(
    {"people": entries, "rituals": entries},
    optional={"circles": entries, "calendars": entries, "plugins": entries, "web": anything},
)


def judged(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        home = Home(Path(folder))
        home.write(content)
        loaded = home.load()
    errors = [problem for problem in loaded.problems if problem.severity == "error"]
    assert (loaded.settings is None) == bool(errors)
    for problem in loaded.problems:
        assert problem.file == str(home.config)
        assert 0 <= problem.line <= content.count(b"\n") + 1
        assert str(problem).isprintable()
        assert problem.message
        assert problem.message[-1] not in ".!"


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.integers(0, len(EXAMPLE)), st.integers(0, 40), st.binary(max_size=8))
def test_a_file_damaged_anywhere_is_told_in_words(start: int, gone: int, new: bytes) -> None:
    judged(EXAMPLE[:start] + new + EXAMPLE[start + gone :])


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.one_of(files, houses))
@example({"people": {"ana": {}}, "rituals": {"r": {"when": {"when": {"when": []}}}}})
@example({"people": {"ana": {"[key]": 1, "Ana": {"[key]": {}}}}, "rituals": {"[key]": {"to": ["everyone", []]}}})
def test_any_value_under_any_key_is_told_in_words(data: dict[str, Any]) -> None:
    try:
        content = tomli_w.dumps(data).encode()
    except (ValueError, UnicodeError):
        return  # nothing that TOML can hold
    judged(content)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_told_in_words(content: bytes) -> None:
    judged(content)


def test_ten_thousand_rituals_are_read_in_seconds(home: Home) -> None:
    rituals = "".join(
        f'[rituals.ritual-{number}]\nwhen = "every {"Sunday" if number % 2 else "Monday"} at {number % 24:02d}:'
        f'{number % 60:02d}"\nto = "everyone"\nprompt = "check-in"\ndepth = 3\ntags = ["fun"]\nexpires = "2 days"\n'
        for number in range(10_000)
    )
    home.write(PEOPLE + rituals)
    began = time.process_time()  # not the clock on the wall: the machine may have other things to do
    loaded = home.load()
    assert time.process_time() - began < 60
    assert loaded.problems == ()
    assert loaded.settings is not None
    assert len(loaded.settings.household.rituals) == 10_000


def test_thousands_of_mistakes_are_all_told(home: Home) -> None:
    rituals = "".join(
        f'[rituals.ritual-{number}]\nwhn = "every day at 07:30"\nto = "everyone"\nprompt = "check-in"\n'
        for number in range(2_000)
    )
    began = time.process_time()
    said = home.said(PEOPLE + rituals)
    assert time.process_time() - began < 60
    assert len(said) == 2_000
    assert said[-1].endswith('rituals.ritual-1999.whn: nothing here is called "whn"; did you mean "when"?')
