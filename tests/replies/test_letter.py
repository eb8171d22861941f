"""What is read out of an e-mail: the writer's own words, the tokens it names, and whether a machine wrote it."""

from __future__ import annotations

from contextlib import suppress
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ritualsd.replies.letter import MOST_LEVELS, MOST_PARTS, read_letter
from ritualsd.replies.page_text import page_text
from ritualsd.replies.quoted import own_words
from tests.replies.every_way import ADDRESS, letter

TOKEN = "Wx3nX2ZkQ0a1B2c3D4e5Fg"
OTHER = "Zz9nX2ZkQ0a1B2c3D4e5Fg"

QUOTED = {
    "gmail": "done\n\nOn Sun, Nov 22, 2026 at 10:00 AM us <rituals@example.org> wrote:\n\n> A small note\n> What?\n",
    "gmail, wrapped": "done\n\nOn Sun, Nov 22, 2026 at 10:00 us <\nrituals+abc@example.org> wrote:\n\n> A small note\n",
    "thunderbird, german": "done\n\nAm 22.11.26 um 10:00 schrieb us:\n> A small note\n",
    "apple, german": "done\n\nVon meinem iPhone gesendet\n\n> Am 22.11.2026 um 10:00 schrieb us:\n> \n> What?\n",
    "gmail, german": "done\n\nAm So., 22. Nov. 2026 um 10:00 Uhr schrieb us <rituals@example.org>:\n\n> A small note\n",
    "outlook": "done\n\n________________________________\nFrom: us\nSent: Sunday\nTo: Ana\nSubject: Note\n\nWhat?\n",
    "outlook, german": "done\n\nVon: us <rituals@example.org>\nGesendet: Sonntag\nAn: Ana\nBetreff: Notiz\n\nWas?\n",
    "older outlook": "done\n\n-----Ursprüngliche Nachricht-----\nVon: us\n\nWas?\n",
    "outlook app": "done\n\nGet Outlook for iOS\n________________________________\nFrom: us\nSent: Sunday\n",
    "signature": "done\n-- \nAna\n+49 30 123",
    "phone": "done\n\nSent from my phone",
    "below the quote": "> A small note\n> What?\n\ndone\n",
    "below an introduced quote": "On 22 Nov 2026, us wrote:\n> A small note\n\ndone\n",
    "unmarked quote": "done\n\nOn 22 Nov 2026 us <rituals@example.org> wrote:\n\nA small note\n",
    "crlf": "done\r\n\r\nAm 22.11.26 um 10:00 schrieb us:\r\n> A small note\r\n",
}


@pytest.mark.parametrize("text", QUOTED.values(), ids=QUOTED.keys())
def test_quotes_and_signatures_are_cut(text: str) -> None:
    assert own_words(text) == "done"


@pytest.mark.parametrize(
    "text",
    [
        "On Sunday my mother wrote:\n  a long letter",
        "Am Abend schrieb ich dir noch.",
        "We had tea.\n\nThen we walked -- slowly.",
        "From: the heart.\nAnd so on.",
        "I read it.\nSent from my heart",
    ],
)
def test_what_only_looks_a_little_like_a_quote_is_kept(text: str) -> None:
    assert own_words(text) == text


@given(st.text())
def test_any_text_is_cut_to_lines_it_had(text: str) -> None:
    lines = {line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")}
    assert {line.strip() for line in own_words(text).split("\n")} <= lines | {""}


def test_hostile_text_takes_no_time_to_speak_of() -> None:
    for text in ("On 5 " + "wrote " * 40_000, "> " * 100_000, "On 1\n" * 50_000, "From: \n" * 50_000, "-" * 250_000):
        own_words(text)
    for page in ("<a " * 80_000, "<!--" * 60_000, "<!" * 120_000, "&" * 250_000, "<" * 250_000, "<" + "a" * 250_000):
        page_text(page)


def in_parts(count: int, line: bytes = b"\r\n") -> bytes:
    head = b"Content-Type: multipart/mixed; boundary=b" + 2 * line
    return head + (b"--b" + 2 * line + b"done" + line) * count + b"--b--"


def inside_each_other(levels: int) -> bytes:
    return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(levels))


@pytest.mark.parametrize("line", [b"\r\n", b"\n", b"\r"])
def test_a_mail_in_more_pieces_than_people_write_is_not_taken_apart(line: bytes) -> None:
    assert read_letter(in_parts(MOST_PARTS - 1, line), ADDRESS).words == "done"
    with pytest.raises(ValueError, match="pieces"):
        read_letter(in_parts(MOST_PARTS + 1, line), ADDRESS)


def test_nor_is_one_whose_pieces_hold_each_other_without_end() -> None:
    assert read_letter(inside_each_other(MOST_LEVELS) + b"\r\ndone", ADDRESS).words == "done"
    with pytest.raises(ValueError, match="pieces"):
        read_letter(inside_each_other(MOST_LEVELS + 1) + b"\r\ndone", ADDRESS)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Auto-Submitted", "auto-replied"),
        ("Auto-Submitted", "auto-generated; owner=x"),
        ("Precedence", "bulk"),
        ("Precedence", "Junk"),
        ("Precedence", "list"),
        ("Return-Path", "<>"),
        ("X-Autoreply", "yes"),
        ("X-Autorespond", "yes"),
        ("List-Id", "friends <friends.example.org>"),
    ],
)
def test_what_a_machine_wrote_is_known_as_such(header: str, value: str) -> None:
    assert read_letter(letter(TOKEN, "done", **{header: value}).as_bytes(), ADDRESS).automatic


def test_a_bounce_is_known_by_its_kind() -> None:
    mail = letter(TOKEN, "x")
    mail.replace_header("Content-Type", 'multipart/report; report-type="delivery-status"; boundary="x"')
    assert read_letter(mail.as_bytes(), ADDRESS).automatic


def test_a_person_may_say_that_no_machine_wrote() -> None:
    assert not read_letter(letter(TOKEN, "done", Auto_Submitted="no").as_bytes(), ADDRESS).automatic


def tokens_of(**headers: str) -> tuple[str, ...]:
    mail = EmailMessage()
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("done")
    return read_letter(mail.as_bytes(), ADDRESS).tokens


def test_the_address_it_was_delivered_to_comes_before_the_one_that_was_written() -> None:
    here, there = f"rituals+{TOKEN}@example.org", f'"Our rituals" <rituals+{OTHER}@example.org>, ben@example.org'
    assert tokens_of(To=there, Delivered_To=here) == (TOKEN, OTHER)
    assert tokens_of(To="ben@example.org", X_Original_To=here) == (TOKEN,)
    assert tokens_of(To="ben@example.org", Cc=there) == (OTHER,)


@pytest.mark.parametrize(
    "to",
    [
        f"rituals+{TOKEN}@example.org.evil.test",
        f"other+{TOKEN}@example.org",
        f"xrituals+{TOKEN}@example.org",
        f"rituals+{TOKEN}x@example.org",
        f"rituals+{TOKEN[:-1]}@example.org",
        "rituals@example.org",
    ],
)
def test_only_our_own_address_names_a_token(to: str) -> None:
    assert tokens_of(To=to) == ()


@pytest.mark.parametrize("line", [f"https://rituals.example.org/r/{TOKEN}", f"ref {TOKEN}"])
def test_a_quoted_line_names_the_token_where_the_address_cannot(line: str) -> None:
    read = read_letter(letter("", f"done\n\n> A small note\n> {line}\n").as_bytes(), ADDRESS)
    assert (read.tokens, read.words) == ((TOKEN,), "done")


def test_a_stranger_cannot_make_us_look_up_a_thousand_tokens() -> None:
    many = "\n".join(f"ref {number:022d}" for number in range(1000))
    assert len(read_letter(letter("", many).as_bytes(), ADDRESS).tokens) <= 4


def test_the_subject_speaks_where_the_body_is_empty_unless_it_is_ours() -> None:
    mail = letter(TOKEN, "")
    assert read_letter(mail.as_bytes(), ADDRESS).words == ""
    for subject, words in (("done", "done"), ("AW: A small note", ""), ("Re[2]: A small note", "")):
        mail.replace_header("Subject", subject)
        assert read_letter(mail.as_bytes(), ADDRESS).words == words


def test_a_page_is_read_as_its_reader_saw_it() -> None:
    mail = letter(TOKEN, "")
    page = (
        "<html><head><style>p{}</style></head><body><div>We had <b>tea</b> &amp; cake.</div><div><br></div>"
        '<div class="quote">On Sun, 22 Nov 2026 us wrote:<br><blockquote><p>A small note</p>What?</blockquote></div>'
    )
    mail.set_content(page, subtype="html")
    assert read_letter(mail.as_bytes(), ADDRESS).words == "We had tea & cake."


def test_a_comment_in_a_page_is_not_read_however_long_and_even_without_an_end() -> None:
    assert page_text(f"tea<!-- {'[if mso] ' * 1000}<p>no</p> --> and cake<!-- <p>no</p>") == "tea and cake"


def test_the_plain_part_is_read_before_the_page() -> None:
    mail = letter(TOKEN, "plain")
    mail.add_alternative("<p>page</p>", subtype="html")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="x.png")
    assert read_letter(mail.as_bytes(), ADDRESS).words == "plain"


def test_other_letters_and_unknown_character_sets_are_read_as_well_as_can_be() -> None:
    assert read_letter(letter(TOKEN, "Schön war’s 🌧").as_bytes(), ADDRESS).words == "Schön war’s 🌧"
    odd = b"To: x\nContent-Type: text/plain; charset=klingon\n\ndone"
    assert read_letter(odd, ADDRESS).words == "done"


def test_a_copy_of_a_letter_has_its_id_and_another_letter_another() -> None:
    one, other = letter(TOKEN, "done"), letter(TOKEN, "done")
    assert read_letter(b"Received: again\n" + one.as_bytes(), ADDRESS).id == read_letter(one.as_bytes(), ADDRESS).id
    assert read_letter(one.as_bytes(), ADDRESS).id != read_letter(other.as_bytes(), ADDRESS).id


@given(st.binary(max_size=2000))
def test_no_bytes_do_more_than_be_no_mail(raw: bytes) -> None:
    with suppress(ValueError):
        read_letter(raw, ADDRESS)
