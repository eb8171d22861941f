"""Where the pages listen, and whose word is taken for where a visitor comes from."""

from __future__ import annotations

from tests.config.home import PEOPLE, Home


def test_proxies_are_addresses(home: Home) -> None:
    assert home.settings(f'{PEOPLE}[web]\nproxies = ["127.0.0.1", "::1"]\n').proxies == {"127.0.0.1", "::1"}
    (told,) = [each for each in home.said(f'{PEOPLE}[web]\nproxies = ["proxy.example.org"]\n') if "prox" in each]
    assert told.startswith("config.toml:7: web.proxies: ")
    assert 'write it like "127.0.0.1"' in told


def test_numbers_for_prometheus_are_refused_where_they_would_tell_of_a_surprise(home: Home) -> None:
    (told,) = [each for each in home.said(f"{PEOPLE}[web]\nmetrics = true\n") if "metrics" in each]
    assert told.startswith("config.toml:7: web.metrics: ")
    assert "many households" in told
