"""The page over a real ledger: what was really sent is what the page shows, to its owner alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ritualsd.cli.context import Context
from ritualsd.store import open_reader
from tests.cli.home import TWO, Home
from tests.web.home import running


@pytest.fixture
def lived(tmp_path: Path) -> Home:
    """Ana and Ben, after a ritual for both and a secret of Ana's were sent to their inboxes."""
    home = Home(tmp_path)
    home.write(TWO)
    home.text("send", "tea")
    home.text("send", "plan")
    return home


def test_what_was_sent_is_on_the_page_of_its_owner_only(lived: Home) -> None:
    context = Context(config=lived.folder / "config.toml", state=lived.state, no_plugins=False, env={})
    settings = replace(context.settings(), web_bind="127.0.0.1:0")
    store = open_reader(lived.state)
    try:
        with running(settings, store) as site:
            ana, ben = (site.ask(site.path(person)).text for person in ("ana", "ben"))
    finally:
        store.close()
    assert "The kettle is yours, Ana." in ana
    assert "CANARY" in ana
    assert "The kettle is yours, Ben." in ben
    assert "CANARY" not in ben
    assert "Ana" not in ben
