"""`ritualsd check`: what it prints, in which shape, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.config.home import PEOPLE, Home

ROOT = Path(__file__).resolve().parents[2]
RITUAL = '[rituals.r]\nwhen = "every day at 07:30"\nto = "everyone"\nprompt = "gratitude"\n'

UNENCRYPTED = '[web]\npublic_url = "http://rituals.example.org"\n'


def check(home: Home, *options: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The real command in a process of its own."""
    command = [sys.executable, "-m", "ritualsd", "--config", str(path or home.config)]
    command += ["--state", str(home.folder / "state"), "check", *options]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, timeout=60, env={**os.environ, "TZ": "UTC"}
    )


def test_a_good_file_gets_one_warm_line(home: Home) -> None:
    home.write(PEOPLE + RITUAL)
    answer = check(home)
    assert (answer.stdout, answer.stderr, answer.returncode) == ("All is well: 2 people, 1 ritual.\n", "", 0)


def test_errors_come_before_what_is_only_worth_a_look(home: Home) -> None:
    home.write(PEOPLE + RITUAL + "depht = 3\n" + UNENCRYPTED)
    answer = check(home)
    assert answer.stdout == (
        f'{home.config}:10: rituals.r.depht: nothing here is called "depht"; did you mean "depth"?\n'
        "\nAlso worth a look:\n"
        f"{home.config}:12: web.public_url: private links would cross the network unencrypted; "
        "use an https:// address\n"
        "\n1 thing to mend before this works; each line says what to write.\n"
    )
    assert answer.returncode == 2


def test_warnings_alone_end_well(home: Home) -> None:
    home.write(PEOPLE + RITUAL + UNENCRYPTED)
    answer = check(home)
    assert answer.stdout.endswith("\nThis works: 2 people, 1 ritual. The 1 line above may be worth a look.\n")
    assert answer.returncode == 0


def test_the_json_has_the_promised_shape(home: Home) -> None:
    home.write(PEOPLE + RITUAL + "depht = 3\n")
    answer = check(home, "--json")
    said: dict[str, Any] = json.loads(answer.stdout)
    assert answer.returncode == 2
    assert said["ok"] is False
    assert said["problems"] == [
        {
            "severity": "error",
            "file": str(home.config),
            "line": 10,
            "key": "rituals.r.depht",
            "message": 'nothing here is called "depht"',
            "hint": 'did you mean "depth"?',
        }
    ]


@pytest.mark.parametrize("when", ["on 2020-01-01 at 09:00", "every day at 09:00 until 2020-01-01"])
def test_a_ritual_that_never_happens_again_is_worth_a_look(home: Home, when: str) -> None:
    home.write(PEOPLE + RITUAL.replace("every day at 07:30", when))
    answer = check(home)
    assert "rituals.r.when: this never happens again: nothing in the next twenty years matches it; " in answer.stdout
    assert answer.returncode == 0


def test_a_ritual_that_waits_for_the_sun_or_a_done_is_no_surprise(home: Home) -> None:
    sun = RITUAL.replace("every day at 07:30", "30 minutes before sunset")
    done = RITUAL.replace("every day at 07:30", "3 weeks after done").replace("rituals.r", "rituals.done")
    home.write("place = { lat = 52.5, lon = 13.4 }\n" + PEOPLE + sun + done)
    assert check(home).stdout == "All is well: 2 people, 2 rituals.\n"


def test_a_deck_that_is_not_there_is_told_with_the_rest(home: Home) -> None:
    home.write(PEOPLE + RITUAL.replace('prompt = "gratitude"', 'deck = "no-such-deck"'))
    assert "no-such-deck" in check(home).stdout


def test_a_broken_plugin_beside_the_file_is_told_with_the_rest(home: Home) -> None:
    home.write("raise RuntimeError('x')\n", "plugins/broken.py")
    home.write(PEOPLE + RITUAL)
    assert "broken" in check(home).stdout


def test_no_file_at_all_ends_in_two_and_a_way_on(home: Home) -> None:
    answer = check(home)
    assert answer.returncode == 2
    assert "ritualsd init" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"[" * 5000, b"", b"a = " + b"9" * 5000])
def test_no_file_ends_in_a_traceback(home: Home, content: bytes) -> None:
    home.write(content)
    answer = check(home)
    assert answer.returncode == 2
    assert "Traceback" not in answer.stdout + answer.stderr


def test_a_pipe_is_told_at_once(home: Home) -> None:
    os.mkfifo(home.config)
    assert "this is a pipe, not a file" in check(home).stdout


def test_a_test_message_to_each_channel_says_what_came_of_it(home: Home) -> None:
    home.write(PEOPLE + 'channels = { hook = "json://localhost:9/nobody-listens" }\n' + RITUAL)
    answer = check(home, "--send-test", "--json")
    assert [test["channel"] for test in json.loads(answer.stdout)["tested"]] == ["ben/hook"]
    assert answer.returncode == 1
    assert "nobody-listens" not in answer.stdout + answer.stderr


@pytest.mark.parametrize("key", ["text", "body", "words"])
def test_whoever_writes_the_words_under_another_name_is_told_of_message(home: Home, key: str) -> None:
    home.write(PEOPLE + RITUAL.replace("prompt", key))
    (told,) = json.loads(check(home, "--json").stdout)["problems"]
    assert (told["message"], told["hint"]) == (f'nothing here is called "{key}"', 'did you mean "message"?')


def test_whoever_is_asked_first_is_sent_no_test_and_nothing_is_wrong_with_that(home: Home) -> None:
    home.write(PEOPLE + 'confirm = true\nchannels = { hook = "json://localhost:9/nobody-listens" }\n' + RITUAL)
    answer = check(home, "--send-test")
    assert "ben/hook: not tried: its person is asked first" in answer.stdout
    assert answer.returncode == 0
