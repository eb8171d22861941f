"""A sample of what `python -m tests.web.fuzz` sends by the thousand: no 5xx, and nothing that comes back as markup."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.web.lived import lived


def test_two_hundred_requests_nobody_wrote_by_hand() -> None:
    pytest.importorskip("schemathesis", reason="schemathesis is not installed (scripts/setup test)")
    from tests.web.fuzz import fuzz

    with lived() as site:
        seen: Counter[int] = fuzz(site, "thanks", 100) + fuzz(site, "dinner", 100)
        assert site.ask(site.link()).status == 200
    assert {200, 303, 403, 422} <= set(seen)
    assert not [status for status in seen if status >= 500]
