"""Files that are no configuration: each ends in one sentence with its line, never in a traceback or a wait."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable

import pytest

from ritualsd.config import Loaded
from tests.config.home import PEOPLE, Home

BOM = b"\xef\xbb\xbf"

WRONG = [
    ("NUL", PEOPLE.encode() + b"[rituals.a]\nwhen = 'a\0b'\n", "config.toml:7: a NUL character stands on this line; "),
    ("Latin-1", b'[people.ana]\nname = "Ren\xe9"\n', "config.toml:2: the byte 0xE9 on this line is not UTF-8, "),
    ("UTF-16", PEOPLE.encode("utf-16"), "config.toml:1: this file is saved as UTF-16; save it as UTF-8"),
    ("UTF-16 without a mark", PEOPLE.encode("utf-16-le"), "config.toml:1: a NUL character stands on this line; "),
    ("brackets", b"\n\na = " + b"[" * 5000, "config.toml:3: brackets or dotted keys are nested far too deep; "),
    ("closed brackets", b"a = " + b"[" * 5000 + b"]" * 5000, "config.toml:1: brackets or dotted keys are nested "),
    ("inline tables", b"a = " + b"{a=" * 5000, "config.toml:1: brackets or dotted keys are nested far too deep; "),
    (
        "a dotted key",
        b"\n" + b".".join([b"a"] * 20_000) + b" = 1",
        "config.toml:2: brackets or dotted keys are nested ",
    ),
    (
        "a header",
        b"[" + b".".join([b"a"] * 20_000) + b"]",
        "config.toml:1: brackets or dotted keys are nested far too ",
    ),
    ("dotted keys", b"".join(b"a%d.b.c = 1\n" % n for n in range(20_000)) + b"x", "config.toml:20001: an equals sign "),
    ("a number", b"\na = " + b"9" * 5000, "config.toml:2: a number is far too long; write a shorter one"),
    ("a date", b"\na = 2026-13-41", "config.toml:2: "),
    ("an odd key", b'\n"\\q" = 1', "config.toml:2: "),
    ("a broken string", b'\n\na = "x\ny"', "config.toml:3: a closing quote is missing on this line; "),
    ("an open string", b"a = '''x\n\n", "config.toml:1: a closing quote is missing; "),
    ("an open list", b"a = [1,\n2\n", "config.toml:2: a list is not closed; close it with ]"),
    ("no value", b"[people.ana]\nname = \n", "config.toml:2: this value is not TOML; "),
    ("no equals sign", b"[people.ana]\nname\n", "config.toml:2: an equals sign is missing; "),
    ("bare words", b"[people.ana]\nname = Ana\n", "config.toml:2: this value is not TOML; put text in quotes: "),
    ("two on a line", b"a = 1 b = 2\n", "config.toml:1: something stands behind the value; start a new line"),
    ("a key twice", b"[people.ana]\nname = 'a'\nname = 'b'\n", "config.toml:3: this key is written twice; "),
    (
        "a table twice",
        b"[rituals.a]\n\n[rituals.b]\n[rituals.a]\n",
        "config.toml:4: [rituals.a] is written twice, first on line 1; ",
    ),
]


@pytest.mark.parametrize(("content", "start"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_file_that_is_not_toml_gets_one_sentence_with_its_line(home: Home, content: bytes, start: str) -> None:
    began = time.monotonic()
    said = home.said(content)
    assert time.monotonic() - began < 20
    assert len(said) == 1
    assert said[0].startswith(start)
    assert home.load().settings is None


def test_settings_of_a_plugin_may_not_be_nested_without_end(home: Home) -> None:
    said = home.said(f"{PEOPLE}[plugins.weather]\n{'.'.join('a' * 50)} = 1\n")
    assert said[-1].startswith("config.toml:7: plugins.weather.a: this is nested far too deep; ")
    assert home.said(f"{PEOPLE}[plugins.weather]\na = {'[' * 50}{']' * 50}\n") == said


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e999"])
def test_a_place_is_an_ordinary_number(home: Home, number: str) -> None:
    said = home.said(f"place = {{ lat = {number}, lon = 13.4 }}\n{PEOPLE}")
    assert said[-1:] == ["config.toml:1: place.lat: this should be an ordinary number; write it like lat = 52.52"]


def test_a_byte_order_mark_and_windows_line_ends_are_welcome(home: Home) -> None:
    text = PEOPLE + '[rituals.r]\nwhen = "every day at 07:30"\nto = "ana"\nprompt = "gratitude"\ndepht = 2\n'
    expected = 'config.toml:10: rituals.r.depht: nothing here is called "depht"; did you mean "depth"?'
    assert home.said(text) == [expected]
    assert home.said(BOM + text.encode()) == [expected]
    assert home.said(text.replace("\n", "\r\n")) == [expected]


def test_an_empty_file_says_that_nobody_is_here(home: Home) -> None:
    for content in (b"", BOM, b"\n\n# later\n"):
        assert home.said(content)[0].startswith("config.toml: nobody lives here yet; add a person")
        assert home.load().settings is None


def test_a_huge_file_is_refused_without_reading_it(home: Home) -> None:
    home.write("")
    os.truncate(home.config, 60 * 1024 * 1024)
    problems = home.load().problems
    assert [problem.message for problem in problems] == ["this file is larger than 16 MB"]


def test_a_folder_a_pipe_and_a_socket_are_not_files(home: Home) -> None:
    home.config.mkdir()
    assert [problem.message for problem in home.load().problems] == ["this is a folder, not a file"]
    home.config.rmdir()
    os.mkfifo(home.config)
    assert [problem.message for problem in home.load().problems] == ["this is a pipe, not a file"]
    home.config.unlink()
    with socket.socket(socket.AF_UNIX) as listening:
        os.chdir(home.folder)  # a socket's path must be short
        listening.bind("config.toml")
        assert [problem.message for problem in home.load().problems] == ["this is a socket, not a file"]


def test_a_device_is_not_a_file(home: Home) -> None:
    os.symlink("/dev/zero", home.config)
    assert [problem.message for problem in home.load().problems] == ["this is a device, not a file"]


def test_a_link_in_a_circle_and_a_link_to_nothing_are_told_apart(home: Home) -> None:
    os.symlink(home.config, home.config)
    assert [problem.message for problem in home.load().problems] == ["this link leads back to itself"]
    home.config.unlink()
    os.symlink(home.folder / "nothing", home.config)
    assert [problem.message for problem in home.load().problems] == ["there is no such file"]


def test_a_file_that_may_not_be_read_says_so(home: Home) -> None:
    home.write(PEOPLE).chmod(0)
    assert "cannot be read by the user" in as_somebody(home.load).problems[0].message


def as_somebody(ask: Callable[[], Loaded]) -> Loaded:
    """The answer to somebody whose rights count: root reads every file."""
    if os.geteuid() != 0:
        return ask()
    os.seteuid(65534)
    try:
        return ask()
    finally:
        os.seteuid(0)


def test_every_beginning_of_a_file_gives_settings_or_a_problem(home: Home) -> None:
    text = (PEOPLE + '[rituals.r]\nwhen = "every day at 07:30"\nto = ["ana"]\nmessage = """a\nb"""\n').encode()
    for length in range(len(text)):
        home.write(text[:length])
        loaded = home.load()
        assert (loaded.settings is None) == any(problem.severity == "error" for problem in loaded.problems)


def test_a_broken_file_in_rituals_d_names_itself(home: Home) -> None:
    home.write("a = [", "rituals.d/b.toml")
    assert home.said(PEOPLE)[-1].startswith("rituals.d/b.toml:1: ")
    assert home.load().settings is None


def test_rituals_d_that_is_no_folder_says_so(home: Home) -> None:
    home.write("", "rituals.d")
    assert home.said(PEOPLE)[-1].startswith("rituals.d: ")


def test_a_file_name_that_no_terminal_should_see_is_spelled_out(home: Home) -> None:
    for name in (b"\x1b[31m.toml", b"\xff.toml"):
        (home.folder / "rituals.d").mkdir(exist_ok=True)
        with open(os.fsencode(home.folder) + b"/rituals.d/" + name, "wb") as file:
            file.write(b"a = [")
    said = home.said(PEOPLE)
    assert len(said) == 2
    assert all(line.isprintable() for line in said)
