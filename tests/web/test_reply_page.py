"""The reply page: what it asks, keeps and gives back, and that only a form of ours ever changes anything."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from ritualsd.core.phrases import IN_ENGLISH, Phrases
from ritualsd.core.tokens import token_digest
from ritualsd.testing import ListContent
from tests.builders import settings
from tests.web.lived import FORM, SAME, Site, household, lived, rows


@pytest.fixture(scope="module")
def shared() -> Iterator[Site]:
    """For tests that only look, or answer a message of their own."""
    with lived() as site:
        yield site


@pytest.fixture
def site() -> Iterator[Site]:
    with lived() as made:
        yield made


# ── what it keeps ──


@pytest.mark.parametrize(
    ("ritual", "do", "kept"),
    [
        ("water", "done", ("done", "")),
        ("water", "skip", ("skip", "")),
        ("water", "later:2h", ("snooze", "")),
        ("mood", "scale:4", ("scale", "4")),
        ("dinner", "choice:soup", ("choice", "soup")),
        ("dinner", "choice:done & <b>dusted</b>", ("choice", "done & <b>dusted</b>")),
        ("dinner", "choice:קפה", ("choice", "קפה")),
        ("idea", "never", ("never", "")),
    ],
)
def test_a_button_keeps_what_it_says_and_leads_back_to_the_page(
    site: Site, ritual: str, do: str, kept: tuple[str, str]
) -> None:
    path = site.link(ritual)
    answer = site.answer(path, do)
    assert (answer.status, answer.headers["location"]) == (303, path)
    assert site.said(ritual) == [kept]


def test_words_are_kept_as_they_were_written(site: Site) -> None:
    path = site.link()
    assert site.answer(path, "words", words="The tea.\r\nAnd you.").status == 303
    assert site.said() == [("text", "The tea.\nAnd you.")]
    page = site.ask(path).text
    assert "You wrote:" in page
    assert "The tea.\nAnd you." in page


def test_words_that_were_typed_are_not_lost_to_a_press_on_done(site: Site) -> None:
    site.answer(site.link(), "done", words="But I wrote this")
    assert site.said() == [("text", "But I wrote this")]


def test_what_was_answered_can_be_changed_and_taken_back(site: Site) -> None:
    path = site.link("mood")
    site.answer(path, "scale:2")
    assert "You said \u20682\u2069." in site.ask(path).text
    site.answer(path, "scale:5")
    assert "You said \u20685\u2069." in site.ask(path).text
    site.answer(path, "undo")
    site.answer(path, "undo")
    assert "You said" not in site.ask(path).text
    assert [action for action, _ in site.said("mood")] == ["scale", "scale", "undo", "undo"]


@pytest.mark.parametrize("do", ["favourite", "not-tonight", "never"])
def test_what_one_thinks_of_a_prompt_is_confirmed_and_can_be_taken_back(site: Site, do: str) -> None:
    path = site.link("idea")
    assert site.answer(path, do).status == 303
    assert "Noted: " in site.ask(path).text
    site.answer(path, "undo")
    assert "Noted: " not in site.ask(path).text


@pytest.mark.parametrize("do", ["", "scale:6", "scale:", "choice:soup", "nonsense", "later:never", "done:x", "words"])
def test_what_was_not_offered_is_not_kept_and_the_page_says_so(shared: Site, do: str) -> None:
    answer = shared.answer(shared.link("mood"), do)
    assert answer.status == 422
    assert 'role="alert"' in answer.text
    assert shared.said("mood") == []


def test_words_too_many_are_given_back_to_be_shortened(shared: Site) -> None:
    answer = shared.answer(shared.link(), "words", words="a" * 4001)
    assert answer.status == 422
    assert "a" * 4001 in answer.text
    assert shared.said() == []


def test_a_ritual_that_is_gone_can_still_be_answered_in_words(site: Site) -> None:
    path = site.link("mood")
    site.stage.settings = settings(people=tuple(site.stage.settings.household.people.values()))
    page = site.ask(path).text
    assert "<textarea" in page
    assert "later:" not in page
    site.answer(path, "words", words="I miss it")
    assert site.said("mood") == [("text", "I miss it")]


# ── what it shows ──


def test_the_page_gives_nothing_away_before_it_is_read(shared: Site) -> None:
    page = shared.ask(shared.link()).text
    assert "<title>A small note</title>" in page
    for tell in ("og:", "twitter:", "<script", "http-equiv"):
        assert tell not in page


def test_an_answer_waits_for_everybody_and_then_all_see_all(site: Site) -> None:
    ana, ben = site.link(), site.link(person="ben")
    before = site.ask(ben).text
    site.answer(ana, "words", words="CANARY tea")
    assert "until everyone asked has answered" in site.ask(ana).text
    same = site.ask(ben).text
    assert (len(before), "CANARY" in same) == (len(same), False)  # but for the nonce the very same page
    site.answer(ben, "words", words="OTHER milk")
    assert "OTHER milk" in site.ask(ana).text
    assert "CANARY tea" in site.ask(ben).text
    assert "Ben &amp; Söhne" in site.ask(ana).text


def test_an_answer_that_comes_too_late_is_not_said_to_wait_for_anybody(site: Site) -> None:
    path = site.link()
    site.stage.clock.at += timedelta(days=2)
    site.answer(path, "words", words="late tea")
    page = site.ask(path).text
    assert "late tea" in page
    assert "until everyone asked has answered" not in page


def test_hostile_words_are_inert(site: Site) -> None:
    hostile = "<script>alert(1)</script> {{ 1234*1000 }} {% raw %} &lt; \u202eevil\u202c"
    site.answer(site.link(), "words", words=hostile)
    site.answer(site.link(person="ben"), "words", words="</blockquote><b>x</b>")
    for person in ("ana", "ben"):
        page = site.ask(site.link(person=person)).text
        assert "<script" not in page
        assert "<b>x" not in page
        assert "1234000" not in page
        assert "\u202e" not in page


# ── only a form of ours, and each form once ──


def test_looking_stores_nothing_however_often_and_in_whatever_way(site: Site) -> None:
    cookie = site.cookie()
    links = [site.link(), site.sign_in_link("ben"), "/" + site.server.url_for("ana").split("/", 3)[3]]
    before = rows(site)
    for link in links:
        seen = {(method, site.look(link, method, 334)) for method in ("GET", "HEAD", "OPTIONS")}
        assert seen == {("GET", 200), ("HEAD", 200), ("OPTIONS", 405)}
    for path in ("/today", "/inbox", "/journal", "/coming", "/mine", f"/answer/{site.occurrence().name}", "/in", "/"):
        assert site.look(path, "GET", 20, cookie) == 200
    assert rows(site) == before


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "{url}"},
    ],
)
def test_a_form_from_elsewhere_is_refused_and_changes_nothing(shared: Site, headers: dict[str, str]) -> None:
    path = shared.link("water")
    body = f"nonce={shared.nonce(path)}&do=done".encode()
    sent = FORM | {name: value.format(url=shared.url) for name, value in headers.items()}
    assert shared.ask(path, "POST", body, sent).status == 403
    assert shared.said("water") == []


def test_a_browser_that_says_only_its_origin_is_taken_at_its_word(site: Site) -> None:
    path = site.link("water")
    body = f"nonce={site.nonce(path)}&do=done".encode()
    assert site.ask(path, "POST", body, FORM | {"Origin": site.url}).status == 303


def test_a_form_without_its_number_or_with_that_of_another_message_is_not_taken(shared: Site) -> None:
    path, other = shared.link("water"), shared.link("mood")
    for nonce in (
        "",
        "x" * 32,
        shared.nonce(other),
        shared.nonce(path)[:-1],
        "\udcff".encode("utf-8", "replace").decode(),
    ):
        assert shared.post(path, nonce=nonce, do="done").status == 422
    assert shared.said("water") == []


def test_the_same_form_again_is_the_same_answer_and_with_something_else_in_it_a_conflict(site: Site) -> None:
    path = site.link("mood")
    nonce = site.nonce(path)
    assert [site.post(path, nonce=nonce, do=do).status for do in ("scale:4", "scale:4", "scale:5")] == [303, 303, 409]
    assert site.said("mood") == [("scale", "4")]


def test_fifty_taps_at_once_are_one_answer(site: Site) -> None:
    path = site.link("water")
    nonce = site.nonce(path)
    with ThreadPoolExecutor(25) as many:
        statuses = list(many.map(lambda _: site.post(path, nonce=nonce, do="done").status, range(50)))
    assert set(statuses) <= {303, 429}
    assert 303 in statuses
    assert site.said("water") == [("done", "")]


def test_one_address_sends_only_so_many_forms_whatever_they_are(site: Site) -> None:
    assert [site.post("/in", name="x").status for _ in range(31)] == [303] * 30 + [429]


def test_answers_to_one_message_come_only_so_fast(site: Site) -> None:
    path = site.link("water")
    statuses = [site.answer(path, "done").status for _ in range(11)]
    assert statuses == [303] * 10 + [429]
    site.stage.clock.at += timedelta(minutes=1)
    assert site.answer(path, "skip").status == 303


# ── links that lead nowhere ──


def test_whatever_is_wrong_with_a_link_the_answer_is_the_same_byte_for_byte(site: Site) -> None:
    good, revoked, expired = site.link(), site.link(number=1), site.link(number=2, days=1)
    site.stage.world.store.passes.revoke(token_digest(revoked.removeprefix("/r/")))
    site.stage.clock.at += timedelta(days=2)
    token = good.removeprefix("/r/")
    wrong = [
        revoked,
        expired,
        site.sign_in_link().replace("/in/", "/r/"),
        f"/in/{token}",
        f"/r/{token[:-1]}",
        f"/r/{token}A",
        f"/r/{token[:-1]}!",
        f"/r/{token.swapcase()}",
        f"/r/{token}/",
        "/r/" + "A" * 22,
        "/r/",
        "/r/%00",
        "/r/..%2f..%2fetc",
        "/nowhere",
        "/r/" + "A" * 5000,
        "/r/" + "A" * 1_000_000,
    ]
    assert site.ask(good).status == 200
    told = {(answer.status, answer.text) for answer in map(site.ask, wrong)}
    assert len(told) == 1
    assert told.pop()[0] == 404
    assert {site.post(path, do="done").status for path in wrong if len(path) < 9000 and path.count("/") == 2} == {404}
    kept = [site.ask(path).headers for path in wrong]
    assert len({tuple(sorted(each.items() - {("connection", "close")})) for each in kept}) == 1


def test_no_refusal_of_a_link_costs_more_than_another(site: Site) -> None:
    expired = site.link(number=2, days=1)
    site.stage.clock.at += timedelta(days=2)
    wrong = [
        expired,
        site.sign_in_link().replace("/in/", "/r/"),
        "/r/" + "A" * 22,
        "/r/" + "A" * 5000,
        "/r/x",
        "/r/%00",
    ]
    asked: list[str] = []
    engine = site.stage.world.store.database.connection.engine  # type: ignore[attr-defined] # the ledger behind the port
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    costs = []
    for path in wrong:
        asked.clear()
        assert site.ask(path).status == 404
        costs.append(tuple(asked))
    assert len(set(costs)) == 1
    assert len(costs[0]) == 1


def test_the_page_speaks_its_readers_language(site: Site) -> None:
    german = Phrases(language="de", texts={"page.skip": "Diesmal nicht", "page.title": "Ein paar Worte"})
    site.stage.world = replace(site.stage.world, content=Bilingual(german))
    site.stage.world.store.personal.set_own("ana", "language", "de", site.stage.clock.at)
    page, other = site.ask(site.link()).text, site.ask(site.link(person="ben")).text
    assert '<html lang="de">' in page
    assert "Diesmal nicht" in page
    assert "<title>Ein paar Worte</title>" in page
    assert '<html lang="en">' in other


class Bilingual(ListContent):
    """Content that says what it says in English, and in one language more."""

    def __init__(self, pack: Phrases) -> None:
        super().__init__()
        self._pack = pack

    def phrases(self, language: str) -> Phrases:
        return self._pack if language == self._pack.language else IN_ENGLISH


def test_a_link_ends_with_its_person(site: Site) -> None:
    path = site.link()
    home = site.stage.settings.household
    left = replace(home, people={"ben": home.people["ben"]})
    site.stage.settings = replace(site.stage.settings, household=left)
    assert site.ask(path).status == 404


def test_too_many_wrong_addresses_are_slowed_down_and_right_ones_are_not(site: Site) -> None:
    path = site.link()
    statuses = [site.ask("/r/" + "A" * 22).status for _ in range(301)]
    assert statuses == [404] * 300 + [429]
    assert site.ask(path).status == 200


def test_behind_a_proxy_the_public_address_is_ours() -> None:
    with lived(household(public_url="https://rituals.example.org")) as site:
        path = site.link("water")
        public = {"Host": "rituals.example.org"}
        nonce = site.nonce(path, public)
        body = f"nonce={nonce}&do=done".encode()
        for origin, status in (("http://rituals.example.org", 403), ("https://rituals.example.org", 303)):
            assert site.ask(path, "POST", body, FORM | public | {"Origin": origin}).status == status


def test_only_a_small_plain_form_is_read(shared: Site) -> None:
    path = shared.link("water")
    sent = SAME | FORM
    assert shared.ask(path, "POST", b"words=" + b"a" * 16_384, sent).status == 413
    assert shared.ask(path, "POST", b"&".join(b"a=1" for _ in range(21)), sent).status == 413
    assert shared.ask(path, "POST", b"{}", sent | {"Content-Type": "application/json"}).status == 415
    assert (
        shared.ask(path, "POST", b"--x\r\n", sent | {"Content-Type": "multipart/form-data; boundary=x"}).status == 415
    )
    assert shared.ask(path, "POST", b"", sent).status == 422
    assert shared.said("water") == []


def test_no_other_address_takes_a_form_and_no_other_method_is_known(shared: Site) -> None:
    path = shared.link()
    assert {shared.ask(path, method).status for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")} == {405}
    assert {shared.post(where).status for where in ("/", "/today", "/inbox", "/nothing", "/style.css")} == {405}
