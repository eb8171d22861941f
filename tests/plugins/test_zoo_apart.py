"""The zoo, each in a process of its own as is the default for what is not ours, and those that would end the daemon."""

from __future__ import annotations

import resource
import time
from collections.abc import Collection
from pathlib import Path

import pytest

from ritualsd.content.host import ContentHost
from ritualsd.core.events import E
from tests.content.hosting import GOOD_WORDS, Yard, ask, offered, status
from tests.plugins.cages import FAILING, ODD, REFUSED, WILD, WILD_AT_IMPORT, WILD_BUT_WELL, source

HOOK = "ritualsd_gratitude_prompts"


@pytest.fixture
def wild(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> Yard:
    """A yard in which nobody says how a plugin is to run, and which is not patient."""
    yard.isolation = None
    monkeypatch.setattr("ritualsd.content.apart.START_S", 6.0)
    return yard


def open_with(yard: Yard, names: Collection[str], timeout_s: float = 2.0) -> ContentHost:
    yard.plugin("aaa-good", timeout_s=10)
    for name in names:
        yard.plugin(name, source(name), timeout_s=timeout_s)
    yard.plugin("zzz-good", timeout_s=10)
    return yard.host()


def check_the_good_ones(host: ContentHost) -> None:
    assert offered(host, "aaa-good") == GOOD_WORDS
    assert status(host, "aaa-good").status == status(host, "zzz-good").status == "active"


def children_of(pid: int) -> set[int]:
    """The processes whose session `pid` leads."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == pid and fields[0] != "Z":
            found.add(int(stat.parent.name))
    return found


def test_who_cannot_be_admitted_is_listed_with_the_same_reason_as_in_our_own_process(wild: Yard) -> None:
    host = open_with(wild, REFUSED, timeout_s=0.5)
    host.start()
    for name, (expected, says) in REFUSED.items():
        row = status(host, name)
        assert (row.status, says.replace("0.3", "0.5") in row.error, "\n" in row.error) == (expected, True, False), row
    check_the_good_ones(host)


def test_who_fails_makes_the_pool_smaller_and_nothing_else(wild: Yard) -> None:
    host = open_with(wild, FAILING)
    began = time.monotonic()
    pool = host.offers(ask())
    assert time.monotonic() - began < 60
    told = {each["plugin"]: each["code"] for each in wild.emitted(E.PLUGIN_FAILED)}
    assert told == {name: code for name, (_, code) in FAILING.items()}
    for name in FAILING:
        assert len([note for note in pool.notes if f"plugin {name} " in note]) == 1
    check_the_good_ones(host)


def test_odd_answers_count_as_no_failure_and_print_nothing(wild: Yard, capfd: pytest.CaptureFixture[str]) -> None:
    host = open_with(wild, ODD, timeout_s=8)
    assert host.offers(ask()).notes == ()
    assert wild.emitted(E.PLUGIN_FAILED) == []
    assert capfd.readouterr() == ("", "")


WORDS = ODD | {name: still for name, (still, _) in FAILING.items() if still}


@pytest.mark.parametrize("name", WORDS)
def test_what_is_usable_in_an_answer_is_the_same_as_in_our_own_process(wild: Yard, name: str) -> None:
    wild.plugin(name, source(name), timeout_s=2 if name == "stalls-after-one" else 20)
    found = offered(wild.host(), name)
    assert len(found) == 50 if WORDS[name] == ["fifty"] else found == WORDS[name]


def test_what_would_take_us_along_at_import_is_a_load_error(wild: Yard) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    host = open_with(wild, WILD_AT_IMPORT)
    host.start()
    for name, says in WILD_AT_IMPORT.items():
        assert status(host, name).status == "load-error"
        assert says in status(host, name).error
    check_the_good_ones(host)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB


def test_what_would_take_us_along_when_asked_is_a_strike(wild: Yard) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    host = open_with(wild, [*WILD, *WILD_BUT_WELL])
    pool = host.offers(ask())
    told = {each["plugin"]: each["code"] for each in wild.emitted(E.PLUGIN_FAILED)}
    assert told == {name: code for name, (_, code, _) in WILD.items()}
    for name, (still, _, says) in WILD.items():
        assert [prompt.text for prompt in pool.prompts if prompt.source == f"plugin:{name}"] == still
        assert says in status(host, name).error
    answered = {prompt.source.removeprefix("plugin:") for prompt in pool.prompts}
    assert len(answered & {*WILD_BUT_WELL}) == 1  # they all say the same, and the first one counts
    check_the_good_ones(host)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


@pytest.mark.parametrize("name", ["leaks", "long-winded", "forks"])
def test_what_asks_for_too_much_is_begun_anew_and_serves_on(wild: Yard, name: str) -> None:
    host = open_with(wild, [name])
    for _ in range(70 if name == "leaks" else 4):
        assert offered(host, name)
    assert (status(host, name).status, wild.emitted(E.PLUGIN_FAILED)) == ("active", [])


def test_a_long_answer_is_cut_and_not_lost(wild: Yard) -> None:
    assert 10 < len(offered(open_with(wild, ["long-winded"]), "long-winded")) < 50


def test_a_secret_in_an_exception_is_masked(wild: Yard) -> None:
    wild.plugin("tells-a-secret", source("tells-a-secret"), settings={"token": "TOPSECRET"}, timeout_s=5)
    host = wild.host()
    host.offers(ask())
    assert status(host, "tells-a-secret").error == f"{HOOK}: RuntimeError: 401 with ***"
    assert "TOPSECRET" not in str(wild.events) + str(wild.memory)
