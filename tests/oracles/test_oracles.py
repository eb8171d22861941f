"""Every case of the oracle files that the grammar, cron or rrule can say, asked through the real command.

The right answers come from RFC 5545, systemd, Debian's cron, zone offsets and the solar formulae: see data/README.md.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from ritualsd.core.recur import Policy, slots
from ritualsd.core.when import parse
from ritualsd.core.zones import zone
from tests.oracles.asking import Case, cases, explain


def start_of(case: Case) -> str:
    return str(case["start"])


def zone_of(case: Case) -> str:
    return case["tz"] or "UTC"


def ask(asked: list[tuple[Case, str]]) -> list[list[Case]]:
    """One more slot than the oracle knows, or two more where its start does not count."""
    return explain(
        [
            {"when": when, "zone": zone_of(case), "from": start_of(case), "n": len(case["expected"]) + 2}
            for case, when in asked
        ]
    )


def compared(case: Case, got: list[str]) -> tuple[str, list[str], list[str]]:
    """What was got and expected, cut to what the oracle knows."""
    expected = case["expected"]
    return case["id"], got if case["complete"] else got[: len(expected)], expected


def assert_all_equal(rows: list[tuple[str, list[str], list[str]]]) -> None:
    assert {name: (got, expected) for name, got, expected in rows if got != expected} == {}


def test_all_42_examples_of_rfc_5545_come_out_right() -> None:
    scored = cases("rfc5545_rrule")
    found = ask([(case, f"rrule:{case['rule']}") for case in scored])
    local = [[slot["slot_local"] + ":00" for slot in slots_] for slots_ in found]
    instants = [[slot["due_utc"] for slot in slots_] for slots_ in found]
    assert_all_equal([compared(case, got) for case, got in zip(scored, local, strict=True)])
    in_utc = [{**case, "expected": case["expected_utc"]} for case in scored]
    assert_all_equal([compared(case, got) for case, got in zip(in_utc, instants, strict=True)])
    assert len(scored) == 42


def test_all_40_everyday_phrases_agree_with_systemd() -> None:
    scored = cases("systemd_calendar")
    asked = [(case, case["when"]) for case in scored if "when" in case and "ritual" not in case]
    asked += [(case, case["alt"]) for case in scored if "alt" in case]
    found = ask(asked)
    rows = []
    for (case, _), slots_ in zip(asked, found, strict=True):
        due = [slot["due_utc"] for slot in slots_]
        late = due[1:] if case.get("start_exclusive") and due[0] == case["start"] else due
        rows.append(compared(case, late))
    assert_all_equal(rows)
    assert {case["id"] for case, _ in asked} == {case["id"] for case in scored}
    assert len(scored) == 40
    assert len(asked) == 29 + 13


def test_a_leap_day_kept_to_leap_years_agrees_with_systemd() -> None:
    [case] = [case for case in cases("systemd_calendar") if case.get("ritual") == {"leap": "leap-years"}]
    found = slots(
        parse(case["when"]),
        zone(case["tz"]),
        datetime.fromisoformat(case["start"]),
        policy=Policy(leap="leap-years"),
    )
    for expected in case["expected"]:
        assert next(found).due_utc == datetime.fromisoformat(expected)


def until(case: Case, slots_: list[Case]) -> list[Case]:
    return [slot for slot in slots_ if slot["due_utc"] <= case["until"]]


def test_all_105_clock_changes_are_resolved_as_designed() -> None:
    scored = cases("dst_daily_weekly")
    found = ask([(case, case["when"]) for case in scored])
    due = {case["id"]: [slot["due_utc"] for slot in until(case, got)] for case, got in zip(scored, found, strict=True)}
    assert {case["id"]: due[case["id"]] for case in scored if due[case["id"]] != case["expected"]} == {}
    assert len(scored) == 105


def test_the_nominal_time_of_a_slot_stays_when_the_clock_skips_it() -> None:
    scored = cases("dst_daily_weekly")
    found = ask([(case, case["when"]) for case in scored])
    for case, got in zip(scored, found, strict=True):
        labels = [
            label.replace(" ", "T")
            for label, what in zip(case["local_labels"], case["resolution"], strict=True)
            if what != "whole-day-gap"
        ]
        assert [slot["slot_local"] for slot in got][: len(labels)] == labels[: len(got)], case["id"]


def test_a_moved_slot_says_why_and_the_others_say_nothing() -> None:
    scored = cases("dst_daily_weekly")
    found = ask([(case, case["when"]) for case in scored])
    for case, got in zip(scored, found, strict=True):
        said = dict(zip(case["local_labels"], case["resolution"], strict=True))
        for slot in until(case, got):
            what = said[slot["slot_local"].replace("T", " ")]
            words = {"normal": "", "gap": "skips", "overlap": "twice"}[what]
            assert words in slot["note"], (case["id"], slot)
            assert bool(slot["note"]) == bool(words), (case["id"], slot)


def test_gaps_may_be_skipped_instead() -> None:
    """The file's answers for `gap = "skip"`."""
    scored = [case for case in cases("dst_daily_weekly") if "expected_if_gap_skipped" in case]
    for case in scored:
        found = slots(
            parse(case["when"]),
            zone(case["tz"]),
            datetime.fromisoformat(case["start"]),
            policy=Policy(gap="skip"),
            inclusive=True,
        )
        end, due = datetime.fromisoformat(case["until"]), []
        for slot in found:
            if slot.due_utc > end:
                break
            if not slot.skipped:
                due.append(f"{slot.due_utc:%Y-%m-%dT%H:%M:%SZ}")
        assert due == case["expected_if_gap_skipped"], case["id"]
    assert len(scored) == 45


def test_all_23_cron_cases_follow_debian() -> None:
    scored = cases("cronsim_debian")
    found = ask([(case, f"cron:{case['rule']}") for case in scored])
    rows = []
    for case, got in zip(scored, found, strict=True):
        expected = case.get("expected_utc") or [f"{local}Z" for local in case["expected"]]
        start = datetime.fromisoformat(case["start"]).replace(tzinfo=zone(zone_of(case)))
        late = [slot["due_utc"] for slot in got if datetime.fromisoformat(slot["due_utc"]) > start]
        rows.append((case["id"], late[: len(expected)], expected))
    assert_all_equal(rows)
    assert len(scored) == 23


def test_all_54_sunrises_and_sunsets_fall_within_the_tolerance() -> None:
    scored = cases("sun")
    asked = [
        {
            "when": case["when"],
            "zone": case["tz"],
            "place": [case["lat"], case["lon"]],
            "from": str(datetime.fromisoformat(case["start"]).date() - timedelta(days=1)),
            "n": 5,
        }
        for case in scored
    ]
    for case, got in zip(scored, explain(asked), strict=True):
        events = [datetime.fromisoformat(slot["due_utc"]) - timedelta(seconds=case["offset_s"]) for slot in got]
        if not case["expected"]:
            dates = {event.astimezone(zone(case["tz"])).date().isoformat() for event in events}
            assert case["start"] not in dates, case["id"]
            continue
        right = datetime.fromisoformat(case["expected"][0])
        assert min(abs((event - right).total_seconds()) for event in events) <= case["tolerance_s"], case["id"]
    assert len(scored) == 54
