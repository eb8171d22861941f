"""What ritualsd is made of is written down: each package with the hashes of its files, and as a bill of materials."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements" / "lock.txt").read_text("utf-8")
LOCKED = dict(re.findall(r"^([a-z0-9-]+)==([^ ]+)", LOCK, re.MULTILINE))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
DIRECT = [Requirement(each) for each in PROJECT["dependencies"]]
EXTRAS = [Requirement(each) for extra in PROJECT["optional-dependencies"].values() for each in extra]


@pytest.fixture(scope="module")
def bill() -> Any:
    made = subprocess.run([sys.executable, ROOT / "scripts" / "sbom"], capture_output=True, check=True, timeout=60)
    return json.loads(made.stdout)


def test_the_lock_names_everything_that_is_needed_in_a_version_that_fits() -> None:
    unfit = [
        str(each)
        for each in [*DIRECT, *EXTRAS]
        if not each.specifier.contains(LOCKED.get(canonicalize_name(each.name), "0"), prereleases=True)
    ]
    assert unfit == [], "run scripts/lock"


def test_every_line_of_the_lock_is_one_version_with_hashes() -> None:
    entries = re.split(r"\n(?=\S)", "\n".join(line for line in LOCK.splitlines() if not line.lstrip().startswith("#")))
    assert len(entries) == len(LOCKED)
    assert [each for each in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", each)] == []
    assert "://" not in LOCK  # which index they come from is for whoever installs to say


def test_the_bill_of_materials_names_what_is_needed_and_what_that_needs(bill: Any) -> None:
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    names = {canonicalize_name(each["name"]) for each in bill["components"]}
    assert {canonicalize_name(each.name) for each in DIRECT} <= names
    assert {"pydantic-core", "certifi"} <= names
    refs = {each["bom-ref"] for each in bill["components"]}
    assert {ref for each in bill["dependencies"] for ref in each["dependsOn"]} <= refs
    assert len(refs) == len(bill["components"]) == len(bill["dependencies"]) - 1


def test_it_tells_nothing_of_the_machine_and_when_it_was_made(bill: Any) -> None:
    text = json.dumps(bill)
    assert str(ROOT) not in text
    assert sys.prefix not in text
    assert {"timestamp", "serialNumber"} & {*bill, *bill["metadata"]} == set()
