"""The commands for harder and easier times, as typed: seasons, repairs, ready-made rituals and cards."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ritualsd.config.schedules import NAMES
from tests.cli.home import Home

KINDS = """
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
[rituals.wonder]
when   = "every day at 12:00"
to     = "everyone"
prompt = "curiosity"
[rituals.thanks]
when   = "every day at 15:00"
to     = "everyone"
prompt = "gratitude"
[rituals.inward]
when   = "every day at 20:00"
to     = "ana"
prompt = "reflection"
secret_from = "others"
"""
LISTINGS = ("next", "log", "why")


@pytest.fixture
def house(home: Home) -> Home:
    home.write(KINDS)
    home.text("send", "thanks")
    return home


def seen(home: Home, *who: str) -> dict[str, Any]:
    """Every listing of that viewer; `simulate` from a fixed day, so that it does not follow the clock."""
    listed = {name: home.json(name, *who) for name in LISTINGS}
    listed["next"] = [row for row in listed["next"] if row["due_utc"]]
    simulated = home.json("simulate", "--days", "5", "--from", "2031-05-01", *who)
    return {**listed, "simulate": simulated, "season": home.json("season", *who[:2])}


# ── seasons ───────────────────────────────────────────────────────────────────────────────────


def test_a_season_begins_shows_and_ends(house: Home) -> None:
    assert house.text("season") == "It is an ordinary time.\n"
    assert house.text("season", "newborn") == "Season: newborn, for everyone, until `ritualsd season ordinary`.\n"
    assert house.json("season") == [{"name": "newborn", "person": None, "until_utc": None}]
    assert house.text("season", "ordinary") == "It is an ordinary time.\n"
    assert "There was no season to end." in house.run("season", "ordinary").stderr


def test_a_season_has_an_end_where_one_is_named(house: Home) -> None:
    (row,) = house.json("season", "exam", "--until", "3 weeks")
    ends = datetime.fromisoformat(row["until_utc"])
    assert timedelta(days=20) < ends - datetime.now(UTC) < timedelta(days=22)
    assert "passed already" in str(house.run("season", "exam", "--until", "2020-01-01").exception)


@pytest.mark.parametrize("given", [["greif"], ["grief", "--for", "anna"], ["grief", "--until", "soon"]])
def test_what_is_no_season_person_or_time_is_refused_with_a_word_of_help(house: Home, given: list[str]) -> None:
    result = house.run("season", *given)
    assert result.exit_code != 0
    assert any(hint in f"{result.exception} {result.output}" for hint in ("grief", 'did you mean "ana"', "2026-12-24"))
    assert house.json("season") == []


def test_nobody_else_can_see_a_season_of_ones_own(house: Home) -> None:
    before = seen(house, "--for", "ben"), seen(house)
    for name in ("grief", "separated", "conflict", "newborn", "apart"):
        house.text("season", name, "--for", "ana")
        hers = seen(house, "--for", "ana")
        assert hers["season"] == [{"name": name, "person": "ana", "until_utc": None}]
        assert (seen(house, "--for", "ben"), seen(house)) == before, name


def test_what_is_coming_follows_a_season(house: Home) -> None:
    house.text("season", "grief")
    rows = house.json("next", "-n", "40", "--for", "ben")
    assert {row["reason"] for row in rows if row["ritual"] == "wonder"} == {"season"}
    told = house.json("simulate", "--days", "14", "--from", "2031-05-05", "--for", "ben")
    assert len(told["messages"]) == 4
    assert {message["ritual"] for message in told["messages"]} == {"thanks"}
    assert {row["reason"] for row in told["not_sent"]} == {"season"}


# ── a repair ──────────────────────────────────────────────────────────────────────────────────


def test_a_repair_reaches_the_one_who_asks_and_shows_to_nobody_else(house: Home) -> None:
    before = seen(house, "--for", "ben"), seen(house)
    told = house.text("repair", "--as", "ana", "--cool-off", "20m", "--follow-up")
    assert told.startswith("On its way to you alone. Light things rest for three days; nobody is told why.\n")
    assert (seen(house, "--for", "ben"), seen(house)) == before
    mine = [row for row in house.json("log", "--for", "ana") if row["ritual"].startswith("~")]
    assert [(row["ritual"], row["state"]) for row in reversed(mine)] == [
        ("~repair-cool-off", "sent"),
        ("~cool-off", "planned"),
        ("~follow-up", "planned"),
    ]


def test_a_repair_asks_who_asks_where_there_are_several(house: Home) -> None:
    assert "--as PERSON" in str(house.run("repair").exception)


@pytest.mark.parametrize("length", ["a while", "", "0m", "2 days"])
def test_a_pause_of_no_length_or_too_long_a_one_is_refused_in_words(house: Home, length: str) -> None:
    result = house.run("repair", "--as", "ana", "--cool-off", length)
    assert result.exit_code != 0
    assert "20m" in f"{result.exception} {result.output}"


# ── ready-made rituals ────────────────────────────────────────────────────────────────────────

ALONE = 'timezone = "Europe/Berlin"\n[people.ana]\nname = "Ana"\n'


@pytest.mark.parametrize("name", NAMES)
def test_ready_made_rituals_are_written_beside_the_configuration_and_pass_check(home: Home, name: str) -> None:
    home.write(KINDS)
    assert "Written:" in home.text("rituals", "add", name)
    answer = home.run("check", "--json")
    assert json.loads(answer.stdout)["ok"] is True, answer.stdout
    added = {row["name"] for row in home.json("rituals", "list") if row["added"]}
    assert added == {name}
    for row in home.json("next", "-n", "60", "--for", "ana"):
        assert datetime.fromisoformat(row["due_utc"]) > datetime.now(UTC)


def test_ready_made_rituals_never_take_the_place_of_anything(home: Home) -> None:
    home.write(f'{ALONE}[rituals.small-thanks]\nwhen = "every day at 12:00"\nto = "ana"\nprompt = "gratitude"\n')
    assert "small-thanks is there already, and stays as it is" in home.text("rituals", "add", "gentle-start")
    path = home.folder / "rituals.d" / "gentle-start.toml"
    assert "[rituals.small-thanks]" not in path.read_text("utf-8")
    path.write_text(path.read_text("utf-8") + "# mine\n", "utf-8")
    assert "added already" in str(home.run("rituals", "add", "gentle-start").exception)
    assert path.read_text("utf-8").endswith("# mine\n")
    assert "you have all of starter already" in str(home.run("rituals", "add", "starter").exception)


def test_ready_made_rituals_can_be_looked_at_before_there_is_a_configuration(tmp_path: Path) -> None:
    empty = Home(tmp_path)
    assert [row["name"] for row in empty.json("rituals", "list")] == list(NAMES)
    assert "six-hours" in empty.text("rituals", "list")
    assert "did you mean 'long-distance'" in str(empty.run("rituals", "add", "longdistance").exception)


@pytest.mark.parametrize("name", NAMES)
def test_init_begins_with_any_of_them(tmp_path: Path, name: str) -> None:
    new = Home(tmp_path)
    told = new.text("init", "--yes", "--no-test", "--name", "Ana", "--name", "Ben", "--schedule", name)
    assert "rituals list" in told
    answer = new.run("check", "--json")
    assert json.loads(answer.stdout)["ok"] is True, answer.stdout


def test_init_refuses_a_schedule_there_is_not_and_writes_nothing(tmp_path: Path) -> None:
    new = Home(tmp_path)
    assert "no ready-made rituals" in str(new.run("init", "--yes", "--schedule", "harder").exception)
    assert list(tmp_path.iterdir()) == []


# ── cards ─────────────────────────────────────────────────────────────────────────────────────

CARDS = (
    KINDS
    + """
[rituals.phones]
name    = "Phones <away>"
when    = "every Friday at 19:30"
to      = "everyone"
prompt  = "quality-time"
prepare = "30 minutes"
away    = "45 minutes"
"""
)


def test_a_card_says_when_and_how_long(home: Home) -> None:
    home.write(CARDS)
    told = home.text("card", "phones")
    assert "every Friday at 19:30" in told
    assert "30 minutes to get ready" in told
    assert "phones rest for 45 minutes" in told
    page = home.text("card", "phones", "--html")
    assert "<h1>Phones &lt;away&gt;</h1>" in page
    assert "<script" not in page


def test_a_secret_has_no_card(home: Home) -> None:
    home.write(CARDS)
    assert "secret" in str(home.run("card", "inward").exception)


@pytest.mark.parametrize(
    ("lines", "said"),
    [('prepare = "10 minutes"', "rituals.phones.prepare"), ('away = "2 days"', "rituals.phones.away")],
)
def test_a_time_without_phones_that_makes_no_sense_is_refused(home: Home, lines: str, said: str) -> None:
    home.write(f'{KINDS}[rituals.phones]\nwhen = "every day at 12:00"\nto = "ana"\nprompt = "quality-time"\n{lines}\n')
    answer = json.loads(home.run("check", "--json").stdout)
    assert [problem["key"] for problem in answer["problems"] if problem["severity"] == "error"] == [said]
