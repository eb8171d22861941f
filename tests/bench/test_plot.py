"""The plot of cost against the number of rituals: well-formed, and with every point that was measured."""

from __future__ import annotations

from xml.etree import ElementTree

from bench.plot import lines_of, svg

SVG = "{http://www.w3.org/2000/svg}"


def held(who: str, rituals: int, ready_cpu_s: float) -> dict[str, float | str]:
    return {"who": who, "rituals": rituals, "ready_cpu_s": ready_cpu_s, "resident_mib": 50.0 + rituals / 1000}


MEASURED = [
    held("ritualsd", 10, 0.5), held("ritualsd", 100_000, 1.0), held("ritualsd", 100_000, 3.0),
    held("ritualsd", 100_000, 2.0), held("other", 10, 0.2), held("other", 100_000, 20.0),
]  # fmt: skip


def test_a_point_is_the_median_of_its_repeats() -> None:
    assert lines_of(MEASURED, "ready_cpu_s")["ritualsd"] == [(10, 0.5), (100_000, 2.0)]


def test_every_contender_has_a_line_with_its_points_in_both_panels() -> None:
    root = ElementTree.fromstring(svg(MEASURED))
    named = [group for group in root.iter(f"{SVG}g") if group.find(f"{SVG}title") is not None]
    assert [group.find(f"{SVG}title").text for group in named] == ["ritualsd", "other"] * 2  # type: ignore[union-attr]  # found above
    assert [len(group.findall(f"{SVG}circle") + group.findall(f"{SVG}rect")) for group in named] == [2] * 4


def test_more_cost_is_drawn_higher() -> None:
    root = ElementTree.fromstring(svg(MEASURED))
    few, many = list(root.iter(f"{SVG}circle"))[:2]
    assert float(few.get("cy", "")) > float(many.get("cy", ""))
    assert float(few.get("cx", "")) < float(many.get("cx", ""))
