"""Deck files: what a person may write, and what may be wrong, each with its line. Nothing here ends in a traceback."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ritualsd.content.deck import Deck
from ritualsd.content.deckfile import read_deck
from ritualsd.content.lint import lint


def txt(folder: Path, content: str | bytes, name: str = "mine.txt") -> Deck:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_deck(path, kind="gratitude")


def wrong(deck: Deck) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.key, problem.message) for problem in deck.problems]


# ── text decks ────────────────────────────────────────────────────────────────────────────────


def test_a_line_is_a_prompt(tmp_path: Path) -> None:
    deck = txt(tmp_path, "# my own\n\nWhat was good?\n  What was kind?  \n")
    assert [prompt.text for prompt in deck.prompts] == ["What was good?", "What was kind?"]
    assert [entry.line for entry in deck.entries] == [3, 4]
    assert (deck.name, deck.kind, deck.problems) == ("mine", "gratitude", ())


def test_trailing_tags_are_tags_and_fields(tmp_path: Path) -> None:
    deck = txt(tmp_path, "Build a snowman. #fun #depth-2 #cost-1 #10-min #winter #apart #solo #Avoid-grief\n")
    prompt = deck.prompts[0]
    assert prompt.text == "Build a snowman."
    assert (prompt.depth, prompt.cost, prompt.minutes) == (2, 1, 10)
    sets = [set(each) for each in (prompt.tags, prompt.season, prompt.place, prompt.who, prompt.avoid)]
    assert sets == [{"fun"}, {"winter"}, {"apart"}, {"solo"}, {"grief"}]


@pytest.mark.parametrize("line", ["Sit in row #1 tonight.", "We are #1", "C# or not", "Who wrote this #tag here?"])
def test_a_number_sign_inside_the_words_stays(tmp_path: Path, line: str) -> None:
    assert txt(tmp_path, line).prompts[0].text == line


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    deck = txt(tmp_path, b"\xef\xbb\xbfWhat was good?\r\nWhat was kind?\r\n")
    assert [prompt.text for prompt in deck.prompts] == ["What was good?", "What was kind?"]


def test_the_same_words_keep_their_identity_when_a_comma_moves(tmp_path: Path) -> None:
    before = txt(tmp_path, "What was good, today?").prompts[0]
    assert txt(tmp_path, "what was good today?").prompts[0].id == before.id


def test_a_language_may_stand_in_the_name(tmp_path: Path) -> None:
    deck = txt(tmp_path, "Was war heute gut?", name="warm.de.txt")
    assert (deck.name, deck.language) == ("warm", "de")


def test_a_level_out_of_range_is_named_with_its_line(tmp_path: Path) -> None:
    deck = txt(tmp_path, "Fine words.\nDeep words. #depth-9\n")
    assert wrong(deck) == [(2, "depth", "cannot be used")]
    assert len(deck.prompts) == 1


def test_a_line_of_tags_alone_has_no_words(tmp_path: Path) -> None:
    assert txt(tmp_path, "   #fun #winter").entries == ()


# ── toml decks ────────────────────────────────────────────────────────────────────────────────

TOML = """format = 1
kind = "gesture"
language = "en"

[[prompts]]
id = "gesture.kettle"
text = "Put the kettle on."
season = ["winter"]
who = ["pair", "group"]
weight = 2

[[prompts]]
id = "gesture.towel"
text = "Warm a towel."
"""


def toml(folder: Path, content: str, kind: str = "") -> Deck:
    path = folder / "mine.toml"
    path.write_text(content)
    return read_deck(path, kind=kind)


def test_a_toml_deck_gives_every_field(tmp_path: Path) -> None:
    deck = toml(tmp_path, TOML)
    first = deck.prompts[0]
    assert (deck.kind, deck.language, deck.problems) == ("gesture", "en", ())
    assert (first.id, first.weight) == ("gesture.kettle", 2)
    assert (set(first.season), set(first.who)) == ({"winter"}, {"pair", "group"})
    assert first.source == "deck:mine"
    assert [entry.line for entry in deck.entries] == [5, 12]


@pytest.mark.parametrize(
    ("line", "key", "hint"),
    [
        ("depth = 9", "depth", "from 1 (light) to 5"),
        ('depth = "2"', "depth", "whole number"),
        ("depth = true", "depth", "whole number"),
        ("weight = nan", "weight", "above 0"),
        ("weight = inf", "weight", "above 0"),
        ("weight = 0", "weight", "above 0"),
        ('season = ["monsoon"]', "season", '"autumn"'),
        ('tags = "fun"', "tags", "a list"),
        ("tags = [1]", "tags", "a list"),
        ('who = ["couple"]', "who", '"pair"'),
        ("minutes = -1", "minutes", "at most 1440"),
        ('tgas = ["fun"]', "tgas", "did you mean tags?"),
        ("zzz = 1", "zzz", "leave it out"),
    ],
)
def test_a_wrong_field_is_named_with_line_and_remedy(tmp_path: Path, line: str, key: str, hint: str) -> None:
    deck = toml(tmp_path, f"{TOML}{line}\n")
    assert [(problem.line, problem.key) for problem in deck.problems] == [(12, key)]
    assert hint in deck.problems[0].hint
    assert len(deck.prompts) == 1


@pytest.mark.parametrize("own", ["k" * 201, "", " ", "ket\\u0000tle", "kettle\\u200b"])
def test_an_id_that_the_record_could_not_keep_is_refused(tmp_path: Path, own: str) -> None:
    deck = toml(tmp_path, TOML.replace("gesture.towel", own))
    assert wrong(deck) == [(12, "id", "cannot be used")]
    assert "at most 200 characters" in deck.problems[0].hint


def test_an_id_may_have_200_characters_of_any_script(tmp_path: Path) -> None:
    deck = toml(tmp_path, TOML.replace("gesture.towel", "茶" * 200))
    assert deck.prompts[1].id == "茶" * 200


@pytest.mark.parametrize(
    ("content", "line", "key", "message"),
    [
        ("kind = 'gesture'\nformat = 2", 0, "format", "is not known to this version"),
        ("kind = 7", 0, "kind", "is not known"),
        ("kind = 'gesture'\nprompts = 3", 0, "prompts", "is not a list"),
        ("kind = 'gesture'\nprompts = [3]", 0, "prompts", "is not a table"),
        ("kind = 'gesture'\nlanguage = 3", 0, "language", "is not a text"),
        ("kind = 'gesture'\nauthor = 'me'", 0, "author", "is not a key of a deck"),
        ("kind = 'gesture'\n\nkind = 'date'", 3, "", "is not valid TOML"),
        ("[[prompts]]\ntext = 'words'", 0, "kind", "is not known"),
        ("kind = 'gesture'\n[[prompts]]\nid = 'a'", 2, "text", "is missing"),
        ("kind = 'gesture'\n[[prompts]]\ntext = '  '", 2, "text", "cannot be used"),
        ("x = " + "[" * 5000, 0, "", "is nested too deeply"),
        ("x = " + "9" * 5000, 0, "", "is not valid TOML"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_wrong_deck_is_a_problem_not_a_traceback(
    tmp_path: Path, content: str, line: int, key: str, message: str
) -> None:
    assert (line, key, message) in wrong(toml(tmp_path, content))


def test_the_folder_and_the_header_must_agree(tmp_path: Path) -> None:
    deck = toml(tmp_path, TOML, kind="date")
    assert deck.kind == "date"
    assert wrong(deck) == [(0, "kind", "differs from its folder, date")]


# ── files of every kind ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"fine\ncaf\xe9\n", 2, "is not UTF-8 text"),
        ("What?".encode("utf-16"), 1, "is not UTF-8 text"),
        (b"fine\nno\x00pe\n", 2, "holds a NUL character"),
    ],
)
def test_another_encoding_is_named_with_its_line(tmp_path: Path, content: bytes, line: int, message: str) -> None:
    assert wrong(txt(tmp_path, content)) == [(line, "", message)]


def test_a_pipe_a_folder_and_a_loop_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    found = [  # a pipe that is waited for would never end
        wrong(read_deck(tmp_path / name, kind="gratitude"))
        for name in ("pipe.txt", "folder.txt", "loop.txt", "none.txt")
    ]
    assert [problems[0][2] for problems in found] == [
        "is not a regular file", "cannot be opened", "cannot be opened", "cannot be opened",
    ]  # fmt: skip


def test_a_file_of_sixty_megabytes_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(60 * 1024 * 1024)
    assert wrong(read_deck(path, kind="gratitude")) == [(0, "", "is larger than 16 MB")]


def test_an_empty_deck_is_no_problem(tmp_path: Path) -> None:
    deck = txt(tmp_path, "")
    assert (deck.entries, deck.problems) == ((), ())


# ── tone in a deck of one's own ───────────────────────────────────────────────────────────────


def test_tone_is_a_warning_in_your_own_deck_and_form_an_error(tmp_path: Path) -> None:
    deck = txt(tmp_path, "You should thank someone today.\nThank {ohter} for something today.\n")
    found = [(problem.key, problem.severity, problem.line) for problem in lint([deck])]
    assert found == [("L4", "warning", 1), ("L10", "error", 2)]


def test_the_same_words_twice_are_named_with_both_places(tmp_path: Path) -> None:
    one = txt(tmp_path, "What was kind about this day?", name="one.txt")
    two = txt(tmp_path, "\nWhat was kind, about this day?", name="two.txt")
    found = [problem for problem in lint([one, two]) if problem.key == "L12"]
    assert [(problem.file, problem.line) for problem in found] == [(two.path, 2)]
    assert found[0].message == f"is the same as {one.path}:1"


def test_a_prompt_may_be_allowed_to_break_a_rule(tmp_path: Path) -> None:
    deck = toml(tmp_path, TOML + 'allow = { L1 = "short on purpose" }\n')
    assert lint([deck]) == []
    assert deck.entries[1].allow == {"L1"}


def test_an_id_used_twice_is_an_error(tmp_path: Path) -> None:
    deck = toml(tmp_path, TOML.replace("gesture.towel", "gesture.kettle"))
    assert [(problem.key, problem.line, problem.severity) for problem in lint([deck])] == [("L12", 12, "error")]
