"""A real Chromium for the web tests: Debian's own, headless, that calls nobody but the pages it is sent to."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.web.lived import Site

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIETLY = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP *.test 127.0.0.1",
]
SIZES = {"phone": {"width": 360, "height": 740}, "desktop": {"width": 1280, "height": 800}}


@contextmanager
def chromium() -> Iterator[Any]:
    """A running browser (playwright's), or a skip that says what is missing."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine (scripts/debian-packages installs it)")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (scripts/setup test)")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIETLY)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def tab(browser: Any, size: str = "phone", **options: Any) -> Iterator[Any]:
    """A fresh tab with nothing kept from any other; `asked` on it lists every address it asked for."""
    context = browser.new_context(viewport=SIZES[size], **options)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    try:
        yield page
    finally:
        context.close()


def sign_in(page: Any, site: Site, person: str = "ana") -> None:
    """Open a one-time link and press its button."""
    page.goto(site.url + site.sign_in_link(person))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/today")
