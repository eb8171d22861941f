"""Pages for everyone: axe finds nothing, the dark is dark, and the pictures in the manual are what a browser shows."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import ritual
from tests.web.browser import SIZES, chromium, sign_in, tab
from tests.web.lived import EVERYBODY_ASKED, Site, household, lived

pytestmark = pytest.mark.browser

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OWN = ("today", "inbox", "journal", "review", "coming", "mine")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def busy() -> Iterator[Site]:
    """A household in which there is something to see on every page."""
    with lived() as site:
        site.answer(site.link(), "words", words="The tea was still warm.")
        site.answer(site.link(person="ben"), "words", words="A quiet train.")
        site.answer(site.link("mood"), "scale:4")
        yield site


def violations(page: Any) -> list[str]:
    """What axe has to say, rule by rule."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    found = axe.run(page, options={"runOnly": RULES})
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found.response["violations"]]


@pytest.mark.parametrize(("size", "scheme"), [("phone", "light"), ("desktop", "dark")])
def test_no_page_has_an_accessibility_violation(browser: Any, busy: Site, size: str, scheme: str) -> None:
    with tab(browser, size, color_scheme=scheme) as page:
        open_ones = [busy.link(ritual) for ritual in ("thanks", "dinner", "idea", "mood")]
        inbox = "/" + busy.server.url_for("ana").split("/", 3)[3]
        for path in (*open_ones, inbox, busy.sign_in_link(), "/in", "/in?sent", "/today", "/nothing", "/nowhere"):
            page.goto(busy.url + path)
            assert (path[:4], violations(page)) == (path[:4], [])
        sign_in(page, busy)
        for room in OWN:
            page.goto(f"{busy.url}/{room}")
            assert (room, violations(page)) == (room, [])
        for button in (re.compile("Make an"), re.compile("Remove everything of mine")):
            page.goto(f"{busy.url}/mine")
            page.get_by_role("button", name=button).click()
            assert page.get_by_role("link", name="Back to your page").is_visible()
            assert (button, violations(page)) == (button, [])


def test_the_dark_is_dark(browser: Any, busy: Site) -> None:
    seen = {}
    for scheme in ("light", "dark"):
        with tab(browser, color_scheme=scheme) as page:
            page.goto(busy.url + busy.link())
            seen[scheme] = page.evaluate("getComputedStyle(document.body).backgroundColor")
    light, dark = (sum(map(int, seen[scheme][4:-1].split(","))) for scheme in ("light", "dark"))
    assert light > 600
    assert dark < 120


WEEK = (
    ritual(
        "sunday-check-in",
        to=("ana", "ben"),
        ask="text",
        message="What did you get this week that you hadn't asked for?",
    ),
    ritual("small-thanks", to=("ana", "ben"), ask="text", message="Which small thing made today easier?"),
    ritual("the-evening", ask="scale", message="How was the evening?"),
)


@pytest.mark.skipif(not os.environ.get("RITUALSD_SCREENSHOTS"), reason="set RITUALSD_SCREENSHOTS=1 to take them anew")
def test_the_pictures_of_the_manual(browser: Any) -> None:
    IMAGES.mkdir(exist_ok=True)
    with lived(household(*WEEK)) as site:
        site.answer(site.link("small-thanks"), "words", words="The tea was still warm when I came down.")
        site.answer(site.link("small-thanks", "ben"), "words", words="A seat by the window, and nobody talking.")
        site.answer(site.link("the-evening"), "scale:4")
        site.stage.turn()
        for size in SIZES:
            for scheme in ("light", "dark"):
                with tab(browser, size, color_scheme=scheme) as page:
                    page.goto(site.url + site.link("sunday-check-in"))
                    page.screenshot(path=IMAGES / f"reply-{size}-{scheme}.png")
                    sign_in(page, site)
                    page.goto(f"{site.url}/journal")
                    page.screenshot(path=IMAGES / f"journal-{size}-{scheme}.png")


RATINGS = "2344545355"
WINS = {2: "We laughed at the burnt rice.", 7: "The shelf holds."}


def looking_back(site: Site) -> None:
    """Ten evenings, and something for the jar."""
    for place, rating in enumerate(RATINGS):
        site.stage.until(EVERYBODY_ASKED + timedelta(days=place))
        site.answer(site.link("the-evening", number=place), f"scale:{rating}")
        if place in WINS:
            site.answer(site.link("small-thanks", number=100 + place), "words", words=f"win: {WINS[place]}")
        site.stage.clock.at += timedelta(seconds=1)


def test_a_look_back_has_no_accessibility_violation_and_the_picture_of_the_manual(browser: Any) -> None:
    with lived(household(*WEEK)) as site:
        looking_back(site)
        for scheme in ("light", "dark"):
            with tab(browser, color_scheme=scheme) as page:
                sign_in(page, site)
                page.goto(f"{site.url}/review")
                assert page.locator("svg[role=img] circle").count() == len(RATINGS)
                assert violations(page) == []
                if os.environ.get("RITUALSD_SCREENSHOTS"):
                    page.screenshot(path=IMAGES / f"review-phone-{scheme}.png", full_page=True)
