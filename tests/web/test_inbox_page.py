"""What the inbox shows, to whom, and what it never shows."""

from __future__ import annotations

import re
from pathlib import Path

import ritualsd.web
from tests.web.home import ANA, BEN, Home, Ledger, household, message, running


def shown(page: str, tag: str) -> list[str]:
    return re.findall(rf"<{tag}[^>]*>(.*?)</{tag}>", page, flags=re.DOTALL)


def test_the_inbox_shows_the_words_newest_first_under_the_readers_own_day(two: Home) -> None:
    page = two.ask(two.path("ana"))
    assert page.status == 200
    assert shown(page.text, "h2") == ["Sunday, 29 March 2026", "Saturday, 28 March 2026"]
    assert shown(page.text, "h3") == ["Between us", "A small thing"]
    assert shown(page.text, "time") == ["11:00", "21:30"]  # New York


def test_times_are_in_the_zone_of_the_person_the_inbox_belongs_to(two: Home) -> None:
    page = two.ask(two.path("ben")).text
    assert 'datetime="2026-03-29T00:30:00+01:00"' in page
    assert shown(page, "h2") == ["Sunday, 29 March 2026"]


def test_line_breaks_stay(two: Home) -> None:
    assert "Line one\nLine two" in two.ask(two.path("ben")).text


def test_only_what_came_to_a_built_in_inbox_is_shown(two: Home) -> None:
    assert "only on the phone" not in two.ask(two.path("ben")).text


def test_nobody_sees_what_another_received(two: Home) -> None:
    ben = two.ask(two.path("ben"))
    assert "picnic" not in ben.text
    assert "Ana" not in ben.text
    assert "picnic" not in two.ask("/").text


def test_a_hidden_message_changes_nothing_of_anothers_answer(changing: Home) -> None:
    before = changing.ask(changing.path("ben"))
    assert isinstance(changing.ledger, Ledger)
    changing.ledger.deliveries.append(message(9, "ana", "inbox", "one more secret", "2026-03-30T10:00"))
    after = changing.ask(changing.path("ben"))
    assert (before.headers, before.text) == (after.headers, after.text)


def test_words_are_data_and_never_markup() -> None:
    hostile = "<script>alert(1)</script> {{ 7 * 7 }} {% if x %} & \" '"
    ledger = Ledger([message(1, "ana", "inbox", hostile, "2026-01-01T10:00", title="<b>bold</b>")])
    with running(household(ANA, BEN), ledger) as home:
        page = home.ask(home.path("ana")).text
    assert "<script" not in page
    assert "<b>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7 * 7 }} {% if x %} &amp;" in page


def test_a_name_is_escaped_too(two: Home) -> None:
    assert "For Ben &amp; Söhne" in two.ask(two.path("ben")).text


def test_an_empty_inbox_says_so_kindly() -> None:
    with running(household(ANA, BEN)) as home:
        assert "Nothing here yet" in home.ask(home.path("ana")).text


def test_words_past_their_keeping_leave_a_note_and_their_time() -> None:
    ledger = Ledger([message(1, "ana", "inbox", "", "2026-01-01T10:00", title="")])
    with running(household(ANA, BEN), ledger) as home:
        page = home.ask(home.path("ana")).text
    assert "These words are no longer kept." in page
    assert "05:00" in page


def test_the_page_renews_itself_without_a_script_where_that_is_wished_for(two: Home) -> None:
    assert "http-equiv" not in two.ask(two.path("ana")).text
    page = two.ask(two.path("ana") + "?live").text
    assert '<meta http-equiv="refresh" content="10">' in page
    assert "<script" not in page


def test_the_page_asks_nothing_of_another_site(two: Home) -> None:
    for path in (two.path("ana"), "/", "/style.css", "/nowhere"):
        assert not re.search(r"https?://|//[a-z]", two.ask(path).text.replace("<!doctype", ""))


def test_the_tab_says_nothing_about_anybody(two: Home) -> None:
    assert shown(two.ask(two.path("ana")).text, "title") == ["A small note"]


def test_one_person_alone_finds_the_inbox_on_the_front_page() -> None:
    ledger = Ledger([message(1, "ana", "inbox", "What made today easier?", "2026-01-01T10:00")])
    with running(household(ANA), ledger) as home:
        assert "What made today easier?" in home.ask("/").text


def test_the_front_page_of_several_people_only_says_where_each_finds_their_own(two: Home) -> None:
    page = two.ask("/").text
    assert "ritualsd page --for NAME" in page
    assert "Ana" not in page
    assert "Ben" not in page


def test_the_front_page_shows_no_inbox_through_a_proxy_or_a_public_address() -> None:
    ledger = Ledger([message(1, "ana", "inbox", "for Ana alone", "2026-01-01T10:00")])
    with running(household(ANA), ledger) as home:
        assert "for Ana alone" not in home.ask("/", X_Forwarded_For="127.0.0.1").text
        assert "for Ana alone" not in home.ask("/", Forwarded="for=127.0.0.1").text
    with running(household(ANA, public_url="https://rituals.example.org"), ledger) as home:
        assert "for Ana alone" not in home.ask("/").text


def test_a_person_who_left_the_configuration_has_no_inbox_any_more(changing: Home) -> None:
    path = changing.path("ana")
    changing.now_with(BEN)
    assert changing.ask(path).status == 404


def test_templates_never_switch_escaping_off() -> None:
    room = Path(ritualsd.web.__file__).parent
    text = "".join(file.read_text("utf-8") for file in [*room.glob("*.py"), *room.glob("templates/*.html")])
    assert not re.search(r"\|\s*safe|Markup|autoescape\s+false", text)
