"""Words made fit for a channel: cleaned, and cut in plain sight without harming a link."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ritualsd.send.render import DEFAULT, LIMITS, Limits, clean, cut, render

LINK = "https://rituals.example.org/r/abcDEF123"


def test_short_words_pass_unchanged() -> None:
    assert render("mailto", "A small note", f"What made today easier?\n{LINK}") == (
        "A small note",
        f"What made today easier?\n{LINK}",
    )


def test_words_are_cut_at_a_word_and_say_so() -> None:
    assert cut("one two three four", 12) == "one two…"
    assert cut("one two three four", 8) == "one two…"
    assert cut("onetwothreefour", 8) == "onetwot…"


def test_a_link_is_kept_whole_and_last() -> None:
    assert cut(f"{'word ' * 100}\n{LINK}", 60) == f"word word word word…\n{LINK}"


def test_a_link_in_the_middle_moves_to_the_end_when_words_are_lost() -> None:
    assert cut(f"Before.\n{LINK}\n{'after ' * 50}", 60) == f"Before.\nafter after…\n{LINK}"


def test_a_link_longer_than_the_limit_is_kept_alone() -> None:
    assert cut(f"Words.\n{LINK}", 10) == LINK


def test_a_cut_leaves_no_half_of_an_emoji() -> None:
    family = "👨‍👩‍👧"
    assert not cut(f"x{family}", 3).removesuffix("…").endswith("\u200d")


SMS = Limits(body=160, title=0)


def test_a_title_opens_the_body_where_there_is_no_title() -> None:
    assert render("vonage", "A small note", "Words.", SMS) == ("", "A small note\nWords.")


def test_a_short_message_of_a_phone_keeps_its_link() -> None:
    _, body = render("vonage", "A small note", f"{'word ' * 100}\n{LINK}", SMS)
    assert len(body) <= 160
    assert body.endswith(f"…\n{LINK}")


def test_a_service_we_do_not_list_is_taken_at_its_own_word() -> None:
    title, body = render("newthing", "t" * 50, "b" * 50, Limits(body=20, title=10))
    assert (len(title), len(body)) == (10, 20)


def test_a_scheme_is_known_in_any_case() -> None:
    assert render("IRC", "Title", "Words.")[0] == ""


@pytest.mark.parametrize("letter", ["a", "я", "猫", "😀", '"', "\u0301"])
def test_an_ntfy_message_never_grows_into_an_attachment(letter: str) -> None:
    title, body = render("ntfys", letter * 5_000, f"{letter * 20_000}\n{LINK}")
    assert body.endswith(f"…\n{LINK}")
    assert len(body.encode()) <= 4_096
    assert len(json.dumps({"topic": "t" * 64, "title": title, "message": body})) <= 8_000


@pytest.mark.parametrize(
    ("raw", "fit"),
    [
        ("a\x00b\x07c\x1b[31md", "abc[31md"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("\u202egnp.exe", "gnp.exe"),
        ("\ud800 alone", "\ufffd alone"),
        ("  \n spaced \n ", "spaced"),
        ("keep\tthis", "keep\tthis"),
        ("שלום 👋🏽 ‎fine", "שלום 👋🏽 ‎fine"),
    ],
)
def test_control_characters_go_and_the_rest_stays(raw: str, fit: str) -> None:
    assert clean(raw) == fit


def test_a_title_is_one_line() -> None:
    assert render("mailto", "Hi\r\nBcc: x@example.org\n\n you", "Words.")[0] == "Hi Bcc: x@example.org you"


def test_nothing_to_say_stays_nothing() -> None:
    assert render("mailto", "A title alone", " \x00 ")[1] == ""


def test_a_megabyte_is_cut_like_anything_else() -> None:
    _, body = render("mailto", "", "word " * 200_000 + "\n" + LINK)
    assert len(body) <= DEFAULT.body
    assert body.endswith(f"…\n{LINK}")


@given(st.sampled_from([*LIMITS, "vonage"]), st.text(), st.text(max_size=400), st.integers(1, 40))
def test_whatever_comes_in_what_goes_out_fits_and_is_clean(scheme: str, title: str, words: str, times: int) -> None:
    fit_title, body = render(scheme, title, f"{words * times}\n{LINK}", SMS)
    limits = LIMITS.get(scheme, SMS)
    assert limits.size(fit_title) <= limits.title
    assert limits.size(body) <= limits.body
    assert body.splitlines()[-1] == LINK
    for character in fit_title + body:
        assert character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs")
    assert render(scheme, fit_title, body, SMS) == (fit_title, body), "rendering what is rendered changes nothing"
