"""The pages in a real Chromium: on a phone and a desk, by keyboard, in the dark, without scripts, and under attack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from tests.web.browser import SIZES, chromium, sign_in, tab
from tests.web.lived import Site, lived, rows

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def shared() -> Iterator[Site]:
    with lived() as site:
        yield site


@pytest.fixture
def site() -> Iterator[Site]:
    with lived() as made:
        yield made


# ── answering ──


@pytest.mark.parametrize("size", SIZES)
def test_a_person_answers_without_any_script_and_changes_their_mind(browser: Any, site: Site, size: str) -> None:
    with tab(browser, size, java_script_enabled=False) as page:
        page.goto(site.url + site.link())
        page.get_by_label("In your words").fill("The tea \U0001f375 was\nstill warm")
        page.get_by_role("button", name="Keep these words").click()
        page.get_by_text("You wrote:").wait_for()
        assert page.title() == "A small note"
        page.get_by_text("Change", exact=True).click()
        page.get_by_role("button", name="Not this time").click()
        page.get_by_text("Noted: not this time.").wait_for()
        page.get_by_role("button", name="Take it back").click()
        page.get_by_text("You wrote:").wait_for()
        assert {url.removeprefix(site.url)[:3] for url in page.asked} <= {"/r/", "/st", "/fa"}
    assert site.said() == [("text", "The tea \U0001f375 was\nstill warm"), ("skip", ""), ("undo", "")]


def test_the_keyboard_alone_is_enough_and_shows_where_it_is(browser: Any, site: Site) -> None:
    with tab(browser) as page:
        page.goto(site.url + site.link())
        page.keyboard.press("Tab")
        page.keyboard.type("By hand")
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.keyboard.press("Enter")
        page.get_by_text("You wrote:").wait_for()
    assert site.said() == [("text", "By hand")]


def test_a_double_tap_is_one_answer(browser: Any, site: Site) -> None:
    with tab(browser) as page:
        page.goto(site.url + site.link("water"))
        page.get_by_role("button", name="Done").dblclick(no_wait_after=True)
        page.get_by_text("Noted: done.").wait_for()
    assert site.said("water") == [("done", "")]


@pytest.mark.parametrize("ritual", ["thanks", "mood", "dinner", "idea"])
def test_a_small_phone_needs_no_sideways_scrolling_and_every_button_takes_a_thumb(
    browser: Any, shared: Site, ritual: str
) -> None:
    with tab(browser) as page:
        page.goto(shared.url + shared.link(ritual))
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES["phone"]["width"]
        boxes = [button.bounding_box() for button in page.get_by_role("button").all() if button.is_visible()]
        assert all(box["height"] >= 44 and box["width"] >= 44 for box in boxes)


def test_hostile_words_run_nothing_and_turn_nothing_around(browser: Any, site: Site) -> None:
    hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}\u202e" + "\U0001f600" * 500 + "W" * 500
    site.answer(site.link(), "words", words=hostile)
    site.answer(site.link(person="ben"), "words", words="Milk")
    with tab(browser) as page:
        page.on("dialog", lambda dialog: pytest.fail("a script ran"))
        page.goto(site.url + site.link(person="ben"))
        page.get_by_text("onerror").wait_for()
        assert page.evaluate("document.images.length") == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES["phone"]["width"]
        assert all(url.startswith(site.url) for url in page.asked)


# ── one's own pages ──


@pytest.mark.parametrize("size", SIZES)
def test_a_link_signs_in_once_and_the_pages_lead_to_each_other(browser: Any, site: Site, size: str) -> None:
    link = site.url + site.sign_in_link()
    with tab(browser, size, java_script_enabled=False) as page:
        page.goto(link)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/today")
        page.get_by_role("article").filter(has_text="Water the plants.").get_by_role("link", name="Open").click()
        page.get_by_role("button", name="Done").click()
        page.get_by_text("Noted: done.").wait_for()
        page.goto(site.url)
        for name in ("Inbox", "Journal", "Coming", "Mine", "Today"):
            page.get_by_role("link", name=name, exact=True).click()
            page.get_by_role("heading", level=1, name=name).wait_for()
        assert page.goto(link).status == 404
    assert site.said("water") == [("done", "")]


def test_settings_that_are_mine_are_kept(browser: Any, site: Site) -> None:
    with tab(browser, java_script_enabled=False) as page:
        sign_in(page, site)
        page.goto(f"{site.url}/mine")
        page.get_by_label("From", exact=True).fill("21:00")
        page.get_by_label("To", exact=True).fill("08:30")
        page.get_by_role("region", name="Quiet hours").get_by_role("button", name="Keep").click()
        page.get_by_label("Ready for").select_option("3")
        page.get_by_role("region", name="How deep").get_by_role("button", name="Keep").click()
        page.get_by_role("button", name="Mute Water").click()
        page.get_by_role("button", name="Hear it again Water").wait_for()
        assert page.get_by_label("From", exact=True).input_value() == "21:00"
    assert site.stage.world.store.personal.own()["ana"] == {"quiet": "21:00-08:30", "level": "3"}
    assert [(pause.ritual, pause.person) for pause in site.stage.world.store.pauses()] == [("water", "ana")]


def test_coming_from_another_site_asks_for_one_click_and_never_loops(browser: Any, site: Site) -> None:
    with tab(browser) as page, elsewhere(f'<a id="go" href="http://rituals.test:{site.port}/today">go</a>') as there:
        known_as(site, "rituals.test")
        page.goto(f"http://rituals.test:{site.port}{site.sign_in_link()}")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/today")
        page.goto(there)
        page.click("#go")
        page.get_by_role("link", name="Continue").click()
        page.get_by_role("heading", level=1, name="Today").wait_for()


def test_the_way_out_leads_to_a_page_that_says_nothing(browser: Any, shared: Site) -> None:
    with tab(browser) as page:
        page.goto(shared.url + shared.link())
        page.get_by_role("link", name="Leave this page").click()
        page.wait_for_url("**/nothing")
        assert "tea" not in page.content()
        assert page.get_by_role("link").count() == 0


# ── under attack ──


def known_as(site: Site, name: str) -> None:
    """The pages are found under this plain name."""
    site.stage.settings = replace(site.stage.settings, public_url=f"http://{name}:{site.port}")


class elsewhere:
    """Somebody else's site with one page; gives its address."""

    def __init__(self, page: str) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(f"<!doctype html><title>evil</title>{page}".encode())

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self) -> str:
        return f"http://evil.test:{self._server.server_address[1]}/"

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.mark.parametrize("name", ["127.0.0.1", "rituals.test"])
def test_a_form_on_another_site_is_refused_even_with_the_cookie_there(browser: Any, site: Site, name: str) -> None:
    if name.endswith(".test"):
        known_as(site, name)
    target = f"http://{name}:{site.port}"
    path = site.link("water")
    nonce = site.nonce(path)
    form = (
        f'<form method="post" action="{target}{{}}"><input name="nonce" value="{nonce}"><input name="do" value="{{}}">'
        '<button id="go">win</button></form>'
    )
    with tab(browser) as page:
        page.goto(f"{target}{site.sign_in_link()}")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/today")
        before = rows(site)
        for where, do in ((path, "done"), ("/mine", "pause"), ("/out", "x")):
            with elsewhere(form.format(where, do)) as there, page.expect_response(f"{target}{where}") as answer:
                page.goto(there)
                page.click("#go")
            assert answer.value.status == 403
    assert rows(site) == before


def test_a_frame_of_another_site_stays_empty(browser: Any, shared: Site) -> None:
    with elsewhere(f'<iframe src="{shared.url}{shared.link()}"></iframe>') as there, tab(browser) as page:
        page.goto(there)
        page.wait_for_load_state("networkidle")
        assert all("today easier" not in frame.content() for frame in page.frames)


def test_a_browser_that_idles_on_a_link_stores_nothing(browser: Any, site: Site) -> None:
    links = [site.link(), site.sign_in_link()]
    before = rows(site)
    for link in links:
        with tab(browser) as page:
            page.goto(site.url + link)
            page.wait_for_timeout(1500)
            page.reload()
            page.go_back()
            assert all(url.startswith(site.url) for url in page.asked if url != "about:blank")
    assert rows(site) == before
