"""The zoo against the host: each plugin gets its exact status, and the good one beside it never notices."""

from __future__ import annotations

import os
import time

import pytest

from ritualsd.content.host import ContentHost
from ritualsd.core.events import E
from ritualsd.errors import PluginProblem
from tests.content.hosting import GOOD_WORDS, Yard, ask, offered, status
from tests.plugins.cages import FAILING, ODD, REFUSED, source


def beside_a_good_one(yard: Yard, name: str, text: str = "") -> ContentHost:
    yard.plugin("aaa-good")
    yard.plugin(name, text or source(name))
    yard.plugin("zzz-good")
    return yard.host()


def check_the_good_ones(host: ContentHost) -> None:
    assert offered(host, "aaa-good") == GOOD_WORDS
    assert status(host, "aaa-good").status == status(host, "zzz-good").status == "active"


@pytest.mark.parametrize("name", REFUSED)
def test_a_plugin_that_cannot_be_admitted_is_listed_with_the_reason(yard: Yard, name: str) -> None:
    expected, says = REFUSED[name]
    host = beside_a_good_one(yard, name)
    host.start()
    row = status(host, name)
    assert row.status == expected
    assert says in row.error
    assert "\n" not in row.error
    assert offered(host, name) == []
    check_the_good_ones(host)


@pytest.mark.parametrize("name", FAILING)
def test_a_plugin_that_fails_makes_the_pool_smaller_and_nothing_else(yard: Yard, name: str) -> None:
    still, code = FAILING[name]
    host = beside_a_good_one(yard, name)
    began = time.monotonic()
    pool = host.offers(ask())
    assert time.monotonic() - began < 55  # it would sleep for a minute
    assert [prompt.text for prompt in pool.prompts if prompt.source == f"plugin:{name}"] == still
    assert len(pool.notes) == 1
    assert name in pool.notes[0]
    assert yard.emitted(E.PLUGIN_FAILED) == [{"plugin": name, "hook": "ritualsd_gratitude_prompts", "code": code}]
    check_the_good_ones(host)


@pytest.mark.parametrize("name", ODD)
def test_an_odd_answer_is_mended_or_left_out(yard: Yard, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    expected = ODD[name]
    host = beside_a_good_one(yard, name)
    found = offered(host, name)
    assert len(found) == 50 if expected == ["fifty"] else found == expected
    assert yard.emitted(E.PLUGIN_FAILED) == []
    assert capsys.readouterr().out == ""
    check_the_good_ones(host)


def test_tags_given_as_text_are_one_tag(yard: Yard) -> None:
    host = beside_a_good_one(yard, "tags-as-text")
    found = [prompt for prompt in host.offers(ask()).prompts if prompt.source == "plugin:tags-as-text"]
    assert found[0].tags == {"home"}


def test_weights_that_are_no_numbers_become_one(yard: Yard) -> None:
    host = beside_a_good_one(yard, "odd-weights")
    found = [prompt for prompt in host.offers(ask()).prompts if prompt.source == "plugin:odd-weights"]
    assert {prompt.weight for prompt in found} == {1.0}


@pytest.mark.parametrize("content", [b"caf\xe9 = 1\n", b"x = 1\x00\n", b"x = " + b"[" * 5000])
def test_a_file_that_is_no_python_is_a_load_error(yard: Yard, content: bytes) -> None:
    yard.plugin("broken").write_bytes(content)
    yard.plugin("aaa-good")
    host = yard.host()
    assert status(host, "broken").status == "load-error"
    assert offered(host, "aaa-good") == GOOD_WORDS


def test_pipes_and_files_put_aside_are_not_plugins(yard: Yard) -> None:
    yard.plugin("aaa-good")
    yard.plugin("_aside")
    os.mkfifo(yard.root / "plugins" / "pipe.py")
    (yard.root / "plugins" / "notes.md").write_text("not code")
    assert {row.name for row in yard.host().plugins() if row.source != "bundled"} == {"aaa-good"}


def test_an_import_that_sleeps_is_bounded(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ritualsd.content.gates.IMPORT_S", 0.3)
    host = beside_a_good_one(yard, "dozy", "import time\ntime.sleep(60)\n")
    assert status(host, "dozy").error.startswith("did not load within")
    check_the_good_ones(host)


def test_everyone_in_the_zoo_at_once_leaves_the_good_one_intact(yard: Yard) -> None:
    for name in (*REFUSED, *ODD):
        yard.plugin(name, source(name))
    yard.plugin("zzz-good")
    host = yard.host()
    assert offered(host, "zzz-good") == GOOD_WORDS
    counts = [row.status for row in host.plugins()].count
    assert counts("load-error") + counts("incompatible") + counts("bad-config") + counts("unavailable") == len(REFUSED)


@pytest.mark.parametrize("name", ["syntax", "misspelt", "future-api", "needs-you"])
def test_strict_raises_what_would_be_a_status(yard: Yard, name: str) -> None:
    yard.plugin(name, source(name))
    with pytest.raises(PluginProblem, match=name):
        yard.host(strict=True).start()


def test_strict_raises_what_would_be_a_smaller_pool(yard: Yard) -> None:
    yard.plugin("calls-raises", source("calls-raises"))
    with pytest.raises(PluginProblem, match="RuntimeError: no"):
        yard.host(strict=True).offers(ask())
