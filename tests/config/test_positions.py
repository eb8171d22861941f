"""The line of every key, whatever way TOML lets it be written."""

from __future__ import annotations

import tomllib
from typing import Any

import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st

from ritualsd.config.positions import Positions

TRICKY = '''\
 a.b."c d".e = [ # not a ] bracket
 1, """
]
x = 3
""", {q="]"}]
z = """a""b\\"""" # c
'lit' = 'x#y' # [y]
d = 2024-01-01T00:00:00
[ t . "q\\u0041" ]
inl = { a = [1,
2], b = "}" }
k = 3
[[arr]]
u=1
[[arr]]
'e'="""\\
 hi"""""
last=1'''

LINES = {
    ("a", "b", "c d", "e"): 1,
    ("a", "b", "c d", "e", 2, "q"): 1,
    ("z",): 6,
    ("lit",): 7,
    ("d",): 8,
    ("t", "qA"): 9,
    ("t", "qA", "inl", "b"): 10,
    ("t", "qA", "k"): 12,
    ("arr",): 13,
    ("nothing",): 0,
    ("t", "nothing"): 9,
    (): 0,
}


def test_strings_lists_and_inline_tables_hide_no_key() -> None:
    tomllib.loads(TRICKY)
    positions = Positions(TRICKY)
    assert {path: positions.line(path) for path in LINES} == LINES


def test_a_table_that_is_written_in_two_places_keeps_the_first() -> None:
    positions = Positions("[a.b]\nx = 1\n\n[a]\ny = 2\n")
    assert [positions.line(path) for path in (("a",), ("a", "b", "x"), ("a", "y"))] == [1, 2, 5]


def test_a_renamed_key_is_found_under_both_names() -> None:
    positions = Positions("\n[rituals.a]\nwhn = 1\n")
    positions.rename(("rituals", "a"), "whn", "when")
    assert positions.line(("rituals", "a", "when")) == positions.line(("rituals", "a", "whn")) == 3


keys = st.one_of(st.sampled_from(["a", "b", "when", "to", "x-y", "a b", 'q"', "#", "=", "[", "é"]), st.text(max_size=6))
leaves = st.one_of(
    st.integers(-9, 9),
    st.booleans(),
    st.text(max_size=12),
    st.lists(st.one_of(st.text(max_size=5), st.integers()), max_size=3),
)
tables = st.recursive(
    st.dictionaries(keys, leaves, max_size=4),
    lambda inner: st.dictionaries(keys, st.one_of(leaves, inner), max_size=3),
    max_leaves=8,
)


@settings(max_examples=300)
@given(tables, st.booleans())
def test_every_key_of_any_file_is_on_the_line_it_says(data: dict[str, Any], multiline: bool) -> None:
    try:
        text = tomli_w.dumps(data, multiline_strings=multiline)
        tomllib.loads(text)
    except (ValueError, UnicodeError):
        return  # text that TOML cannot hold
    positions = Positions(text)
    lines = text.split("\n")
    for key, value in data.items():
        if isinstance(value, dict) and value:
            continue  # its header may be implied by the tables below it
        line = lines[positions.line((key,)) - 1]
        assert positions.line((key,)) > 0
        written = line.strip().strip("[]") if isinstance(value, dict) else line
        assert key in tomllib.loads(f"{written} = 0" if isinstance(value, dict) else _first_statement(lines, line))


def _first_statement(lines: list[str], line: str) -> str:
    """The statement that starts on a line: that line and as many of the next ones as make it TOML."""
    start = lines.index(line)
    for end in range(start + 1, len(lines) + 1):
        text = "\n".join(lines[start:end])
        try:
            tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            continue
        return text
    raise AssertionError("no statement starts here")
