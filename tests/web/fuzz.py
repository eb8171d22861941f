"""Thousands of requests nobody wrote by hand, at the reply page of a valid link: python -m tests.web.fuzz --cases 5000

Schemathesis makes them from a description of the page, keeping to it and breaking it. None may end in a 5xx or come
back as markup. The household's clock moves on with each, so that limits slow nothing down.
"""

from __future__ import annotations

import argparse
from collections import Counter
from datetime import timedelta
from os import urandom
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ritualsd.core.tokens import token_digest
from ritualsd.web.nonces import new_nonce
from tests.web.lived import Site, lived

FRESH = "fresh"
CANARY = "<script>alert(1)</script>"
EXPECTED = {200, 303, 400, 403, 404, 405, 409, 413, 415, 422, 429, 431}
BUTTONS = ["done", "skip", "undo", "words", "scale:3", "choice:soup", "later:2h", "favourite", "not-tonight", "never"]


def description(token: str) -> dict[str, Any]:
    """The reply page as OpenAPI: the link, what a browser says of a form, and the form."""
    link = {"name": "token", "in": "path", "required": True, "schema": {"enum": [token]}}
    site = {"name": "Sec-Fetch-Site", "in": "header", "required": True, "schema": {"enum": ["same-origin"]}}
    form = {
        "type": "object",
        "properties": {
            "nonce": {"enum": [FRESH]},
            "do": {"enum": BUTTONS},
            "words": {"type": "string", "maxLength": 6000, "examples": [CANARY]},
            "more": {"enum": [CANARY, "{{7*7}}", "\u202e"]},
        },
        "required": ["nonce", "do"],
    }
    answers = {str(status): {"description": "as told"} for status in sorted(EXPECTED)}
    body = {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": form}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "reply page", "version": "1"},
        "paths": {
            "/r/{token}": {
                "get": {"parameters": [link], "responses": answers},
                "post": {"parameters": [link, site], "requestBody": body, "responses": answers},
            }
        },
    }


def fuzz(site: Site, ritual: str, cases: int) -> Counter[int]:
    """Send so many requests to the page of this ritual's message; how often each status came back."""
    import schemathesis

    path = site.link(ritual, days=3650)
    token = path.removeprefix("/r/")
    schema = schemathesis.openapi.from_dict(description(token))
    modes = list(schemathesis.GenerationMode)
    both = st.one_of(
        schema["/r/{token}"][method].as_strategy(generation_mode=mode) for method in ("GET", "POST") for mode in modes
    )
    seen: Counter[int] = Counter()

    @settings(
        max_examples=cases, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=both)
    def send(case: Any) -> None:
        site.stage.clock.at += timedelta(seconds=10)
        if isinstance(case.body, dict) and case.body.get("nonce") == FRESH:
            secret = site.stage.world.store.installation().secret
            case.body["nonce"] = new_nonce(secret, token_digest(token), urandom(12))
        answer = case.call(base_url=site.url, allow_redirects=False, timeout=20)
        seen[answer.status_code] += 1
        assert answer.status_code in EXPECTED, (answer.status_code, case.as_curl_command())
        assert "<script" not in answer.text

    send()
    return seen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=5000)
    wanted = parser.parse_args().cases
    with lived() as site:
        rituals = ("thanks", "mood", "dinner", "water", "idea")
        total: Counter[int] = Counter()
        for ritual in rituals:
            total += fuzz(site, ritual, wanted // len(rituals))
    print(
        f"{sum(total.values())} requests:", ", ".join(f"{status} ×{count}" for status, count in sorted(total.items()))
    )


if __name__ == "__main__":
    main()
